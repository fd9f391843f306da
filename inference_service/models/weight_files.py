"""Safetensors files, read as far as their headers: what is in them, and how large, without loading it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

LARGEST_HEADER = 100 * 2**20  # bytes; the format's own limit


def shapes_in(file: Path) -> Mapping[str, tuple[int, ...]]:
    """The shape of each tensor by name, or ValueError when this is no safetensors file.

    Format: https://github.com/huggingface/safetensors#format
    """
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        if not 2 <= size <= LARGEST_HEADER:
            raise ValueError(f"{file.name} is not a safetensors file.")
        try:
            header = json.loads(stream.read(size))
        except ValueError:
            raise ValueError(f"{file.name} is not a safetensors file.") from None
    return {name: tuple(facts["shape"]) for name, facts in header.items() if name != "__metadata__"}


def parameters_in(file: Path) -> int:
    """How many numbers the file holds."""
    return sum(math.prod(shape) for shape in shapes_in(file).values())


def weight_files(folder: Path, variant: str = "") -> list[Path]:
    """A component's weight files of this variant, or of none where it has none of it."""
    files = sorted(folder.glob("*.safetensors"))
    return [file for file in files if _variant(file) == variant] or [file for file in files if not _variant(file)]


def _variant(file: Path) -> str:
    """`fp16` of `model.fp16.safetensors` and of `model.fp16-00001-of-00002.safetensors`."""
    return file.stem.partition(".")[2].partition("-")[0]
