"""Sources of model weights as written in settings: a Hugging Face repository at a revision, or a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STARTER_MODEL = Path(__file__).parents[1] / "starter_model"
STARTER_NAME = "starter"

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
LORA_NAME = re.compile(r"[\w.-]{1,40}")
LORA_FILE = "pytorch_lora_weights.safetensors"  # The file name that diffusers uses when it saves a LoRA.
MAX_WEIGHT = 4.0  # Maximum weight of a LoRA. Images degrade beyond it.


@dataclass(frozen=True)
class Source:
    """A repository or a folder. `text` is the source as written, without the revision."""

    text: str
    revision: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder on this machine, or None for a Hugging Face repository."""
        if self.text == STARTER_NAME:
            return STARTER_MODEL
        path = Path(self.text).expanduser()
        # A name such as `org/model` means a folder only if that folder exists.
        return path if path.is_dir() or path.is_absolute() or self.text.startswith((".", "~")) else None

    def __str__(self) -> str:
        return f"{self.text}@{self.revision}" if self.revision else self.text


@dataclass(frozen=True)
class LoraSource:
    """A safetensors file of a source, and the name that requests use for it."""

    name: str
    source: Source
    file: str


def source(text: str) -> Source:
    """Parse `org/model`, `org/model@revision`, a folder, or `starter`, or raise ValueError with a predicate."""
    text = text.strip()
    whole = Source(text)
    if whole.folder is not None and whole.folder.is_dir():
        return whole  # The name of a folder may contain an @.
    name, _, revision = text.partition("@")
    parsed = Source(name, revision)
    if parsed.folder is None and not HUB_NAME.fullmatch(name):
        raise ValueError(
            f"must contain Hugging Face repositories (`org/name`, `org/name@revision`) or folders, not `{text}`"
        )
    return parsed


def sources(text: str) -> tuple[Source, ...]:
    """Parse a comma-separated list of sources without duplicates."""
    found = tuple(source(part) for part in text.split(",") if part.strip())
    if len({one.text for one in found}) < len(found):
        raise ValueError("must not contain a model twice")
    return found


def lora_sources(text: str) -> tuple[LoraSource, ...]:
    """Parse `name=source:file.safetensors, ...`. The file defaults to the name that diffusers uses."""
    found = tuple(_lora_source(part.strip()) for part in text.split(",") if part.strip())
    if len({one.name for one in found}) < len(found):
        raise ValueError("must not contain a name twice")
    return found


def lora_weights(text: str) -> tuple[tuple[str, float], ...]:
    """Parse `name:weight, ...` and return it sorted by name."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, weight = part.partition(":")
        try:
            value = float(weight or "1")
        except ValueError:
            value = float("nan")
        if not LORA_NAME.fullmatch(name) or not abs(value) <= MAX_WEIGHT:
            raise ValueError(f"must be `name:weight,...` with weights of at most {MAX_WEIGHT:g}, not `{part}`")
        found[name] = value
    return tuple(sorted(found.items()))


def _lora_source(text: str) -> LoraSource:
    name, _, place = text.partition("=")
    name, place = name.strip(), place.strip()
    if not LORA_NAME.fullmatch(name) or not place:
        raise ValueError(f"must be `name=source:file.safetensors,...`, not `{text}`")
    where, colon, file = place.rpartition(":")
    if not colon:
        where, file = place, LORA_FILE
        if Path(place).suffix:  # The text is the path of a file.
            folder, _, file = place.rpartition("/")
            where = folder or "."
            if not where.startswith((".", "/", "~")):
                where = f"./{where}"
    if not file.endswith(".safetensors"):
        raise ValueError(f"must contain safetensors files; `{file}` has another format")
    return LoraSource(name, source(where), file)
