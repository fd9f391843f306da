"""Where weights come from: a hub repository at a revision, or a folder; as settings name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STARTER_MODEL = Path(__file__).parents[1] / "starter_model"
STARTER_NAME = "starter"

HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
LORA_NAME = re.compile(r"[\w.-]{1,40}")
LORA_FILE = "pytorch_lora_weights.safetensors"  # what diffusers calls it when it saves one
LARGEST_WEIGHT = 4.0  # of a LoRA; beyond it pictures fall apart


@dataclass(frozen=True)
class Source:
    """A repository or a folder; `text` is as it was written, without the revision."""

    text: str
    revision: str = ""

    @property
    def folder(self) -> Path | None:
        """Where it lies on this machine, or None for one from the hub."""
        if self.text == STARTER_NAME:
            return STARTER_MODEL
        path = Path(self.text).expanduser()
        # A name such as `org/model` is a folder only when it is there.
        return path if path.is_dir() or path.is_absolute() or self.text.startswith((".", "~")) else None

    def __str__(self) -> str:
        return f"{self.text}@{self.revision}" if self.revision else self.text


@dataclass(frozen=True)
class LoraSource:
    """One safetensors file of a source, and the name that requests call it by."""

    name: str
    source: Source
    file: str


def source(text: str) -> Source:
    """`org/model`, `org/model@revision`, a folder or `starter`; ValueError with the end of a sentence."""
    text = text.strip()
    whole = Source(text)
    if whole.folder is not None and whole.folder.is_dir():
        return whole  # a folder's own name may hold an @
    name, _, revision = text.partition("@")
    parsed = Source(name, revision)
    if parsed.folder is None and not HUB_NAME.fullmatch(name):
        raise ValueError(f"must name hub repositories (`org/name`, `org/name@revision`) or folders, not `{text}`")
    return parsed


def sources(text: str) -> tuple[Source, ...]:
    """A comma-separated list of them, none twice."""
    found = tuple(source(part) for part in text.split(",") if part.strip())
    if len({one.text for one in found}) < len(found):
        raise ValueError("must not name a model twice")
    return found


def lora_sources(text: str) -> tuple[LoraSource, ...]:
    """`name=source:file.safetensors, ...`; without a file it is the one that diffusers saves."""
    found = tuple(_lora_source(part.strip()) for part in text.split(",") if part.strip())
    if len({one.name for one in found}) < len(found):
        raise ValueError("must not give a name twice")
    return found


def lora_weights(text: str) -> tuple[tuple[str, float], ...]:
    """`name:weight, ...`, sorted by name."""
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, weight = part.partition(":")
        try:
            value = float(weight or "1")
        except ValueError:
            value = float("nan")
        if not LORA_NAME.fullmatch(name) or not abs(value) <= LARGEST_WEIGHT:
            raise ValueError(f"must be `name:weight,...` with weights of at most {LARGEST_WEIGHT:g}, not `{part}`")
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
        if Path(place).suffix:  # a file by its path
            folder, _, file = place.rpartition("/")
            where = folder or "."
            if not where.startswith((".", "/", "~")):
                where = f"./{where}"
    if not file.endswith(".safetensors"):
        raise ValueError(f"must name safetensors files, and `{file}` is none: no other format is loaded")
    return LoraSource(name, source(where), file)
