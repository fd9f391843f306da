"""Headers of safetensors files: names, shapes, and sizes of tensors without loading them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

MAX_HEADER_BYTES = 100 * 2**20  # Bytes. The limit of the format.


def shapes_in(file: Path) -> Mapping[str, tuple[int, ...]]:
    """Return the shape of each tensor by name, or raise ValueError if it isn't a safetensors file.

    Format: https://github.com/huggingface/safetensors#format
    """
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        if not 2 <= size <= MAX_HEADER_BYTES:
            raise ValueError(f"{file.name} isn't a valid safetensors file.")
        try:
            header = json.loads(stream.read(size))
        except ValueError:
            raise ValueError(f"{file.name} isn't a valid safetensors file.") from None
    return {name: tuple(facts["shape"]) for name, facts in header.items() if name != "__metadata__"}


def parameters_in(file: Path) -> int:
    """Return the number of parameters in the file."""
    return sum(math.prod(shape) for shape in shapes_in(file).values())


def weight_files(folder: Path, variant: str = "") -> list[Path]:
    """Return a component's weight files of this variant, or those without a variant if it has none."""
    files = sorted(folder.glob("*.safetensors"))
    return [file for file in files if _variant(file) == variant] or [file for file in files if not _variant(file)]


def _variant(file: Path) -> str:
    """Return `fp16` for `model.fp16.safetensors` and `model.fp16-00001-of-00002.safetensors`."""
    return file.stem.partition(".")[2].partition("-")[0]
