"""Settings of the local run: environment variables override `.env`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from functions.settings import Settings as FunctionSettings
from inference_service.config.settings import Settings as InferenceSettings
from local.run.errors import StartError

DEFAULT_PORT = 8080
# Settings that only the local run reads; docs/settings.md lists them with those of the function app.
LOCAL_SETTINGS = {
    "PORT": "Port of the local URL",
    "LOCAL_DIR": "Folder for all data that is kept between starts",
    "LOCAL_REDELIVERY_SECONDS": "Seconds until a message of a killed host is redelivered (default 60; 600 in Azure)",
    "DASHBOARD_ORIGIN": "Other origins that can call the API, separated by commas",
    "LOG_LEVEL": "Log level of the function host",
}


def names_of(settings: type) -> dict[str, bool]:
    """Return the environment variables that a settings class reads, and whether each is a secret."""
    fields = settings.__dataclass_fields__.values()  # type: ignore[attr-defined]
    return {spec.metadata["name"]: not spec.repr for spec in fields}


FUNCTION_NAMES = names_of(FunctionSettings)
INFERENCE_NAMES = names_of(InferenceSettings)
SECRETS = {name for name, secret in (FUNCTION_NAMES | INFERENCE_NAMES).items() if secret}
KNOWN = sorted({*FUNCTION_NAMES, *INFERENCE_NAMES, *LOCAL_SETTINGS})


@dataclass(frozen=True, kw_only=True)
class Options:
    port: int = DEFAULT_PORT
    folder: Path
    env: Mapping[str, str] = field(repr=False)
    import_from: Path | None = None  # the folder to import
    warnings: tuple[str, ...] = ()  # messages about names in .env that look misspelled

    @classmethod
    def read(cls, root: Path, environ: Mapping[str, str], *, default_port: int = DEFAULT_PORT) -> Options:
        """Read `.env` in `root` and the environment, which has precedence; `StartError` if a value isn't valid."""
        path = root / ".env"
        try:
            in_file = {name: value or "" for name, value in dotenv_values(path).items()} if path.exists() else {}
        except (OSError, UnicodeDecodeError) as exc:
            raise StartError(f"Couldn't read .env: {exc}.") from exc
        env = {**in_file, **environ}
        return cls(
            port=port_number(env.get("PORT", "").strip() or str(default_port)),
            folder=(root / (env.get("LOCAL_DIR", "").strip() or ".local")).resolve(),
            env=env,
            warnings=tuple(filter(None, map(warn_unknown, in_file))),
        )

    def get(self, name: str) -> str:
        """Return the setting, or an empty string if it isn't set."""
        return self.env.get(name, "").strip()

    @property
    def paid(self) -> bool:
        """Whether a paid prompt writer is configured."""
        return bool(self.get("OPENAI_API_KEY") or self.get("AZURE_OPENAI_ENDPOINT"))

    def for_process(self, names: Mapping[str, bool], **computed: str) -> dict[str, str]:
        """Return the environment of a process: all variables except other processes' secrets, and `computed`."""
        foreign = SECRETS - names.keys()
        return {name: value for name, value in self.env.items() if name not in foreign} | computed


def port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise StartError(f"PORT must be a number from 1 to 65535, but is {text!r}.")
    return int(text)


def warn_unknown(name: str) -> str | None:
    """Return a warning if the name is similar to a known setting."""
    if name in KNOWN:
        return None
    near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.85)
    return f".env: unknown setting {name}. Did you mean {near[0]}?" if near else None
