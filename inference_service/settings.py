"""All settings of the inference service, as one frozen value built from a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from inference_service.errors import SettingsError

STARTER_MODEL = Path(__file__).parent / "starter_model"
STARTER_NAME = "starter"

DEVICES = ("auto", "cpu", "cuda", "mps")
DTYPES = ("auto", "float32", "bfloat16", "float16")
SPARE_THREADS = 16  # for health, metrics, refusals and callers that join a running request


def setting(name: str, meaning: str, default: Any, *, secret: bool = False, least: int | None = None) -> Any:
    """A field filled from the environment variable `name`; `secret` keeps it out of `repr`."""
    return field(default=default, repr=not secret, metadata={"name": name, "meaning": meaning, "least": least})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The README's table is checked against this class."""

    model_id: str = setting("MODEL_ID", "Hub name or folder of the model; `starter` is the packaged one", STARTER_NAME)
    model_revision: str = setting("MODEL_REVISION", "Commit or tag of a hub model", "")
    model_variant: str = setting("MODEL_VARIANT", "Variant of the weight files, such as `fp16`", "")
    model_steps: int = setting("MODEL_STEPS", "Default steps; 0 leaves it to the model's family", 0, least=0)
    model_guidance: float = setting("MODEL_GUIDANCE", "Default guidance; negative leaves it to the family", -1.0)
    inference_key: str = setting("INFERENCE_KEY", "Bearer key; without one all but health is refused", "", secret=True)
    insecure_no_key: bool = setting("INSECURE_NO_KEY", "`1` serves everybody when no key is set", False)
    queue_limit: int = setting("QUEUE_LIMIT", "Requests that may wait behind the running one", 16, least=0)
    max_pixels: int = setting("MAX_PIXELS", "Largest width x height", 2_097_152, least=4096)
    max_steps: int = setting("MAX_STEPS", "Most steps of one picture", 100, least=1)
    max_images: int = setting("MAX_IMAGES", "Most pictures of one request", 10, least=1)
    device: str = setting("DEVICE", "`auto`, `cpu`, `cuda` or `mps`", "auto")
    dtype: str = setting("DTYPE", "`auto`, `float32`, `bfloat16` or `float16`", "auto")
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
                values[spec.name] = _parsed(raw, spec.default, spec.metadata["least"])
            except ValueError as exc:
                wrong.append(f"{spec.metadata['name']} {exc}")
        if values.get("device", "auto") not in DEVICES:
            wrong.append(f"DEVICE must be one of {', '.join(DEVICES)}")
        if values.get("dtype", "auto") not in DTYPES:
            wrong.append(f"DTYPE must be one of {', '.join(DTYPES)}")
        if wrong:
            raise SettingsError(f"{'; '.join(wrong)}.")
        return cls(**values)

    @property
    def model_folder(self) -> Path | None:
        """Where a local model lies, or None for one from the hub."""
        if self.model_id == STARTER_NAME:
            return STARTER_MODEL
        folder = Path(self.model_id).expanduser()
        # A name such as `org/model` is a folder only when it is there.
        return folder if folder.is_dir() or folder.is_absolute() or self.model_id.startswith((".", "~")) else None

    @property
    def threads(self) -> int:
        """Threads that gunicorn needs so that a full queue never starves the health checks."""
        return 1 + self.queue_limit + SPARE_THREADS


def _parsed(raw: str, default: Any, least: int | None) -> Any:
    """The text as the default's type, or ValueError with the end of a sentence."""
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
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("must be a number")
        return value
    return raw
