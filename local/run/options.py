"""What a person sets for the local run: the process's environment over `.env`."""

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
# Of the local run alone; the README's table has them beside those of the two services.
OWN = {
    "PORT": "Port of the one URL",
    "LOCAL_DIR": "Folder of everything that is kept between starts",
    "LOCAL_REDELIVERY_SECONDS": "When a message comes back whose host was killed; Azure's ten minutes are 600",
    "DASHBOARD_ORIGIN": "Other origins whose pages may call the API, by commas",
    "LOG_LEVEL": "How much the function host logs",
}


def names_of(settings: type) -> dict[str, bool]:
    """The environment names that a settings class reads, and whether each is a secret."""
    fields = settings.__dataclass_fields__.values()  # type: ignore[attr-defined]
    return {spec.metadata["name"]: not spec.repr for spec in fields}


FUNCTION_NAMES = names_of(FunctionSettings)
INFERENCE_NAMES = names_of(InferenceSettings)
SECRETS = {name for name, secret in (FUNCTION_NAMES | INFERENCE_NAMES).items() if secret}
KNOWN = sorted({*FUNCTION_NAMES, *INFERENCE_NAMES, *OWN})


@dataclass(frozen=True, kw_only=True)
class Options:
    port: int = DEFAULT_PORT
    folder: Path
    env: Mapping[str, str] = field(repr=False)
    doubtful: tuple[str, ...] = ()  # sentences about names in .env that look misspelt

    @classmethod
    def read(cls, root: Path, environ: Mapping[str, str], *, default_port: int = DEFAULT_PORT) -> Options:
        """Read `.env` in `root`, then the environment, which wins; `StartError` names what is malformed."""
        path = root / ".env"
        try:
            in_file = {name: value or "" for name, value in dotenv_values(path).items()} if path.exists() else {}
        except (OSError, UnicodeDecodeError) as exc:
            raise StartError(f".env cannot be read: {exc}.") from exc
        env = {**in_file, **environ}
        return cls(
            port=port_number(env.get("PORT", "").strip() or str(default_port)),
            folder=(root / (env.get("LOCAL_DIR", "").strip() or ".local")).resolve(),
            env=env,
            doubtful=tuple(filter(None, map(doubt, in_file))),
        )

    def get(self, name: str) -> str:
        """The setting, empty when it is not set."""
        return self.env.get(name, "").strip()

    @property
    def paid(self) -> bool:
        """Whether every prompt costs somebody money."""
        return bool(self.get("OPENAI_API_KEY") or self.get("AZURE_OPENAI_ENDPOINT"))

    def for_process(self, names: Mapping[str, bool], **computed: str) -> dict[str, str]:
        """The environment of a part: everything but the secrets that are not its own, and what was computed."""
        foreign = SECRETS - names.keys()
        return {name: value for name, value in self.env.items() if name not in foreign} | computed


def port_number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise StartError(f"PORT must be a number from 1 to 65535, and is {text!r}.")
    return int(text)


def doubt(name: str) -> str | None:
    """A sentence when the name is nearly one that is known."""
    if name in KNOWN:
        return None
    near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.85)
    return f".env: {name} is not a setting; did you mean {near[0]}?" if near else None
