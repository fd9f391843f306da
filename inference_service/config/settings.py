"""All settings of the inference service, as one frozen value built from a mapping."""

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
QUANTIZED = ("off", "fp8")
COMPILED = ("auto", "off", "on")
FITS = ("auto", "pad", "split")
CHECKERS = ("auto", "falconsai", "compvis", "off")
SPARE_THREADS = 16  # for health, metrics, refusals and callers that join a running request


def setting(
    name: str,
    meaning: str,
    default: Any,
    *,
    secret: bool = False,
    least: float | None = None,
    choices: tuple[str, ...] = (),
    parse: Callable[[str], Any] | None = None,
) -> Any:
    """A field filled from the environment variable `name`; `secret` keeps it out of `repr`.

    `parse` only checks: it raises ValueError with the end of a sentence that begins with the name.
    """
    facts = {"name": name, "meaning": meaning, "least": least, "choices": choices, "parse": parse}
    return field(default=default, repr=not secret, metadata=facts)


def _lanes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= 64 for part in parts):
        raise ValueError("must be whole numbers from 1 to 64, such as 2,4,8")
    return tuple(sorted({int(part) for part in parts}))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The README's table is checked against this class."""

    model_id: str = setting(
        "MODEL_ID", "Hub name or folder of the model; `starter` is the packaged one", STARTER_NAME, parse=source
    )
    model_revision: str = setting("MODEL_REVISION", "Commit or tag of a hub model", "")
    model_variant: str = setting("MODEL_VARIANT", "Variant of the weight files, such as `fp16`", "")
    models: str = setting(
        "MODELS", "Several models instead, the default first: `a,b@revision`, hub names or folders", "", parse=sources
    )
    model_memory_gb: float = setting(
        "MODEL_MEMORY_GB",
        "Weights of several models kept on the device; 0 is 70 % of a GPU's memory, half of a machine's",
        0.0,
        least=0,
    )
    model_steps: int = setting("MODEL_STEPS", "The first model's default steps; 0 leaves it to its family", 0, least=0)
    model_guidance: float = setting(
        "MODEL_GUIDANCE", "The first model's default guidance; negative leaves it to its family", -1.0
    )
    model_sampler: str = setting(
        "MODEL_SAMPLER", "The first model's default sampler, such as `lcm`", DEFAULT, choices=(DEFAULT, *SAMPLERS)
    )
    model_loras: str = setting(
        "MODEL_LORAS", "LoRAs fused into the first model when it is loaded: `name:weight,...`", "", parse=lora_weights
    )
    loras: str = setting(
        "LORAS",
        "LoRAs that requests may choose: `name=path-or-hub-name[@revision]:file.safetensors,...`",
        "",
        parse=lora_sources,
    )
    safety_checker: str = setting(
        "SAFETY_CHECKER",
        "`falconsai`, `compvis` or `off`; `auto` checks hub models, and folders with a checker of their own",
        "auto",
        choices=CHECKERS,
    )
    safety_model: str = setting(
        "SAFETY_MODEL", "Hub name[@revision] or folder of the checker's weights, if other than usual", "", parse=source
    )
    safety_threshold: float = setting(
        "SAFETY_THRESHOLD", "Score from 0 to 1 from which `falconsai` holds a picture back", 0.5, least=0
    )
    inference_key: str = setting("INFERENCE_KEY", "Bearer key; without one all but health is refused", "", secret=True)
    insecure_no_key: bool = setting("INSECURE_NO_KEY", "`1` serves everybody when no key is set", False)
    queue_limit: int = setting("QUEUE_LIMIT", "Requests that may wait behind the running one", 32, least=0)
    max_pixels: int = setting("MAX_PIXELS", "Largest width x height", 2_097_152, least=4096)
    max_steps: int = setting("MAX_STEPS", "Most steps of one picture", 100, least=1)
    max_images: int = setting("MAX_IMAGES", "Most pictures of one request", 10, least=1)
    device: str = setting("DEVICE", "`auto`, `cpu`, `cuda` or `mps`", "auto", choices=DEVICES)
    dtype: str = setting("DTYPE", "`auto`, `float32`, `bfloat16` or `float16`", "auto", choices=DTYPES)
    compile: str = setting(
        "COMPILE", "`on` or `off`; `auto` compiles on CUDA where COMPILE_CACHE_DIR is set", "auto", choices=COMPILED
    )
    compile_cache_dir: str = setting(
        "COMPILE_CACHE_DIR", "Folder that keeps compiled shapes; nobody else may write to it", ""
    )
    compile_lanes: str = setting(
        "COMPILE_LANES",
        "Batch sizes of the denoiser that are compiled; guidance doubles a picture",
        "1,2,4,8,16",
        parse=_lanes,
    )
    compile_fit: str = setting(
        "COMPILE_FIT", "How other sizes fit: `pad`, `split`, or `auto`, as measured", "auto", choices=FITS
    )
    quantize: str = setting(
        "QUANTIZE", "`fp8` for the denoiser's linear layers, on GPUs that have it", "off", choices=QUANTIZED
    )
    keep_finished_s: float = setting("KEEP_FINISHED_SECONDS", "How long a named request's picture is kept", 600.0)
    shutdown_s: int = setting("SHUTDOWN_SECONDS", "How long requests may go on after SIGTERM", 20, least=0)
    host: str = setting("HOST", "Address to listen on", "127.0.0.1")
    port: int = setting("PORT", "Port to listen on", 8000, least=0)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read every setting, or raise one `SettingsError` that names all that are malformed."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for spec in fields(cls):
            raw = env.get(spec.metadata["name"], "").strip()
            # A Key Vault reference that the platform could not resolve stays as its own text.
            if not raw or raw.startswith("@Microsoft.KeyVault("):
                continue
            try:
                values[spec.name] = _parsed(raw, spec.default, spec.metadata)
            except ValueError as exc:
                wrong.append(f"{spec.metadata['name']} {exc}")
        if not wrong:
            wrong.extend(cls(**values)._contradictions())
        if wrong:
            raise SettingsError(f"{'; '.join(wrong)}.")
        return cls(**values)

    @property
    def model_sources(self) -> tuple[Source, ...]:
        """The models that are served, the default first; MODEL_REVISION also pins MODEL_ID within MODELS."""
        own = Source(self.model_id, self.model_revision)
        named = sources(self.models) or (source(self.model_id),)
        return tuple(own if one == Source(self.model_id) else one for one in named)

    @property
    def lora_sources(self) -> tuple[LoraSource, ...]:
        return lora_sources(self.loras)

    @property
    def fused_loras(self) -> tuple[tuple[str, float], ...]:
        """Name and weight of what is part of the first model, sorted by name."""
        return lora_weights(self.model_loras)

    @property
    def lanes(self) -> tuple[int, ...]:
        """The compiled batch sizes, ascending."""
        return _lanes(self.compile_lanes)

    @property
    def threads(self) -> int:
        """Threads that gunicorn needs so that a full queue never starves the health checks."""
        return 1 + self.queue_limit + SPARE_THREADS

    def _contradictions(self) -> Iterator[str]:
        unknown = {name for name, _ in self.fused_loras} - {one.name for one in self.lora_sources}
        if unknown:
            yield f"MODEL_LORAS names {', '.join(sorted(unknown))}, which LORAS does not"
        if self.compile == "on" and not self.compile_cache_dir:
            yield "COMPILE is on, so COMPILE_CACHE_DIR must name a folder"
        if self.quantize != "off" and (self.compile == "off" or not self.compile_cache_dir):
            yield "QUANTIZE gains nothing uncompiled: set COMPILE_CACHE_DIR and COMPILE to auto, or QUANTIZE to off"
        if self.quantize != "off" and len(self.lora_sources) > len(self.fused_loras):
            yield "QUANTIZE allows only LoRAs that MODEL_LORAS fuses, and LORAS has others: set QUANTIZE to off"


def _parsed(raw: str, default: Any, facts: Mapping[str, Any]) -> Any:
    """The text as the default's type, or ValueError with the end of a sentence."""
    least = facts["least"]
    if facts["choices"] and raw not in facts["choices"]:
        raise ValueError(f"must be one of {', '.join(facts['choices'])}")
    if facts["parse"] is not None:
        facts["parse"](raw)
    if isinstance(default, bool):
        if raw.lower() not in ("0", "1", "true", "false"):
            raise ValueError("must be 1 or 0")
        return raw.lower() in ("1", "true")
    if isinstance(default, int):
        if not raw.lstrip("-").isdecimal() or (least is not None and int(raw) < least):
            raise ValueError(f"must be a whole number of at least {least}")
        return int(raw)
    if isinstance(default, float):
        try:
            value = float(raw)
        except ValueError:
            raise ValueError("must be a number") from None
        if not math.isfinite(value) or (least is not None and value < least):
            raise ValueError("must be a number" if least is None else f"must be a number of at least {least:g}")
        return value
    return raw
