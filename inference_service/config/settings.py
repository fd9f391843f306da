"""Settings of the inference service, as a frozen value built from a mapping."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from inference_service.config.model_sources import (
    STARTER_MODEL,
    STARTER_NAME,
    LoraSource,
    Source,
    lora_sources,
    lora_weights,
    source,
    sources,
)
from inference_service.config.samplers import DEFAULT, SAMPLERS
from inference_service.errors import SettingsError

__all__ = ["SPARE_THREADS", "STARTER_MODEL", "Settings"]

DEVICES = ("auto", "cpu", "cuda", "mps")
DTYPES = ("auto", "float32", "bfloat16", "float16")
QUANTIZE_MODES = ("off", "fp8")
COMPILE_MODES = ("auto", "off", "on")
BATCH_FITS = ("auto", "pad", "split")
CHECKERS = ("auto", "falconsai", "compvis", "off")
SPARE_THREADS = 16  # Threads for health checks, metrics, error responses, and callers that join a running request.


def setting(
    name: str,
    meaning: str,
    default: Any,
    *,
    secret: bool = False,
    minimum: float | None = None,
    choices: tuple[str, ...] = (),
    parse: Callable[[str], Any] | None = None,
) -> Any:
    """Return a field that is set from the environment variable `name`; `secret` excludes it from `repr`.

    `parse` only validates: it raises ValueError with a predicate for a sentence that starts with the name.
    """
    facts = {"name": name, "meaning": meaning, "minimum": minimum, "choices": choices, "parse": parse}
    return field(default=default, repr=not secret, metadata=facts)


def _batch_sizes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 64 for part in parts):
        raise ValueError("must be integers from 1 to 64, such as 2,4,8")
    return tuple(sorted({int(part) for part in parts}))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. A test compares the table in the README with this class."""

    model_id: str = setting(
        "MODEL_ID", "Hugging Face model name or folder; `starter` is the built-in model", STARTER_NAME, parse=source
    )
    model_revision: str = setting("MODEL_REVISION", "Commit or tag of a Hugging Face model", "")
    model_variant: str = setting("MODEL_VARIANT", "Variant of the weight files, such as `fp16`", "")
    models: str = setting(
        "MODELS", "Several models, the default first: `a,b@revision`; replaces `MODEL_ID`", "", parse=sources
    )
    model_memory_gb: float = setting(
        "MODEL_MEMORY_GB",
        "Device memory for model weights in GB; 0 means 70% of GPU memory or half of system memory",
        0.0,
        minimum=0,
    )
    model_steps: int = setting(
        "MODEL_STEPS", "Default steps of the first model; 0 uses the default of the model family", 0, minimum=0
    )
    model_guidance: float = setting(
        "MODEL_GUIDANCE",
        "Default guidance scale of the first model; a negative value uses the default of the model family",
        -1.0,
    )
    model_sampler: str = setting(
        "MODEL_SAMPLER", "Default sampler of the first model, such as `lcm`", DEFAULT, choices=(DEFAULT, *SAMPLERS)
    )
    model_loras: str = setting(
        "MODEL_LORAS", "LoRAs to fuse into the first model at load time: `name:weight,...`", "", parse=lora_weights
    )
    loras: str = setting(
        "LORAS",
        "LoRAs available to requests: `name=path-or-hub-name[@revision]:file.safetensors,...`",
        "",
        parse=lora_sources,
    )
    safety_checker: str = setting(
        "SAFETY_CHECKER",
        "`falconsai`, `compvis`, or `off`; `auto` checks Hugging Face models and folders that contain a safety checker",
        "auto",
        choices=CHECKERS,
    )
    safety_model: str = setting(
        "SAFETY_MODEL",
        "Hugging Face name[@revision] or folder of the safety checker, if not the default",
        "",
        parse=source,
    )
    safety_threshold: float = setting(
        "SAFETY_THRESHOLD", "Score from 0 to 1 at which `falconsai` blocks an image", 0.5, minimum=0
    )
    inference_key: str = setting(
        "INFERENCE_KEY", "API key; if empty, all requests except health checks are refused", "", secret=True
    )
    insecure_no_key: bool = setting("INSECURE_NO_KEY", "`1` allows unauthenticated requests if no key is set", False)
    queue_limit: int = setting("QUEUE_LIMIT", "Maximum number of queued requests", 32, minimum=0)
    max_pixels: int = setting("MAX_PIXELS", "Maximum width × height", 2_097_152, minimum=4096)
    max_steps: int = setting("MAX_STEPS", "Maximum steps per image", 100, minimum=1)
    max_images: int = setting("MAX_IMAGES", "Maximum images per request", 10, minimum=1)
    device: str = setting("DEVICE", "`auto`, `cpu`, `cuda` or `mps`", "auto", choices=DEVICES)
    dtype: str = setting("DTYPE", "`auto`, `float32`, `bfloat16` or `float16`", "auto", choices=DTYPES)
    compile: str = setting(
        "COMPILE",
        "`on` or `off`; `auto` compiles on CUDA if COMPILE_CACHE_DIR is set",
        "auto",
        choices=COMPILE_MODES,
    )
    compile_cache_dir: str = setting(
        "COMPILE_CACHE_DIR", "Folder for compiled models; must not be writable by other users", ""
    )
    compile_batch_sizes: str = setting(
        "COMPILE_BATCH_SIZES",
        "Denoiser batch sizes to compile; guidance uses two rows per image",
        "1,2,4,8,16",
        parse=_batch_sizes,
    )
    compile_batch_fit: str = setting(
        "COMPILE_BATCH_FIT",
        "How other batch sizes are handled: `pad`, `split`, or `auto` (the faster one)",
        "auto",
        choices=BATCH_FITS,
    )
    quantize: str = setting(
        "QUANTIZE", "`fp8` quantizes the denoiser's linear layers on supported GPUs", "off", choices=QUANTIZE_MODES
    )
    result_ttl_s: float = setting(
        "RESULT_TTL_SECONDS", "Seconds that the result of a request with an ID is kept", 600.0
    )
    shutdown_s: int = setting(
        "SHUTDOWN_SECONDS", "Seconds that running requests can continue after SIGTERM", 20, minimum=0
    )
    host: str = setting("HOST", "Address to listen on", "127.0.0.1")
    port: int = setting("PORT", "Port to listen on", 8000, minimum=0)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Return the settings, or raise one SettingsError that names all malformed settings."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for spec in fields(cls):
            raw = env.get(spec.metadata["name"], "").strip()
            # A Key Vault reference that the platform couldn't resolve remains as text.
            if not raw or raw.startswith("@Microsoft.KeyVault("):
                continue
            try:
                values[spec.name] = _parsed(raw, spec.default, spec.metadata)
            except ValueError as exc:
                problems.append(f"{spec.metadata['name']} {exc}")
        if not problems:
            problems.extend(cls(**values)._contradictions())
        if problems:
            raise SettingsError(f"{'. '.join(problems)}.")
        return cls(**values)

    @property
    def model_sources(self) -> tuple[Source, ...]:
        """Models to serve, the default first. MODEL_REVISION also applies to MODEL_ID if MODELS contains it."""
        pinned = Source(self.model_id, self.model_revision)
        listed = sources(self.models) or (source(self.model_id),)
        return tuple(pinned if one == Source(self.model_id) else one for one in listed)

    @property
    def lora_sources(self) -> tuple[LoraSource, ...]:
        return lora_sources(self.loras)

    @property
    def fused_loras(self) -> tuple[tuple[str, float], ...]:
        """Name and weight of the LoRAs fused into the first model, sorted by name."""
        return lora_weights(self.model_loras)

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """Batch sizes to compile, ascending."""
        return _batch_sizes(self.compile_batch_sizes)

    @property
    def threads(self) -> int:
        """Number of gunicorn threads, so that a full queue never blocks health checks."""
        return 1 + self.queue_limit + SPARE_THREADS

    def _contradictions(self) -> Iterator[str]:
        unknown = {name for name, _ in self.fused_loras} - {one.name for one in self.lora_sources}
        if unknown:
            yield f"MODEL_LORAS contains {', '.join(sorted(unknown))}, which LORAS doesn't define"
        if self.compile == "on" and not self.compile_cache_dir:
            yield "COMPILE=on requires COMPILE_CACHE_DIR"
        if self.quantize != "off" and (self.compile == "off" or not self.compile_cache_dir):
            yield "QUANTIZE requires compilation. Set COMPILE_CACHE_DIR and COMPILE=auto, or set QUANTIZE=off"
        if self.quantize != "off" and len(self.lora_sources) > len(self.fused_loras):
            yield (
                "QUANTIZE supports only LoRAs listed in MODEL_LORAS, but LORAS defines others. "
                "Remove them, or set QUANTIZE=off"
            )


def _parsed(raw: str, default: Any, facts: Mapping[str, Any]) -> Any:
    """Convert the text to the type of the default, or raise ValueError with a predicate."""
    minimum = facts["minimum"]
    if facts["choices"] and raw not in facts["choices"]:
        raise ValueError(f"must be one of {', '.join(facts['choices'])}")
    if facts["parse"] is not None:
        facts["parse"](raw)
    if isinstance(default, bool):
        if raw.lower() not in ("0", "1", "true", "false"):
            raise ValueError("must be 1 or 0")
        return raw.lower() in ("1", "true")
    if isinstance(default, int):
        if not raw.lstrip("-").isdecimal() or (minimum is not None and int(raw) < minimum):
            raise ValueError(f"must be an integer of at least {minimum}")
        return int(raw)
    if isinstance(default, float):
        try:
            value = float(raw)
        except ValueError:
            raise ValueError("must be a number") from None
        if not math.isfinite(value) or (minimum is not None and value < minimum):
            raise ValueError("must be a number" if minimum is None else f"must be a number of at least {minimum:g}")
        return value
    return raw
