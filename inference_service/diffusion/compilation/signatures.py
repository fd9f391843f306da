"""What a denoiser is called with, told apart from how many lanes it is called for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Arguments = Mapping[str, Any]
"""Tensors, constants, and mappings of them; a tensor's first axis is the lanes, but for those of `SHARED`."""

LANES_OF = ("sample", "hidden_states")  # the argument whose first axis counts them
SHARED = frozenset({"img_ids", "txt_ids"})  # FLUX's places, the same for every lane


@dataclass(frozen=True)
class Signature:
    """Shapes without their lanes, dtypes and constants, as JSON that a file can keep."""

    text: str

    @property
    def key(self) -> str:
        """Short enough for a file's name."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def example(self, lanes: int, device: str) -> Arguments:
        """Arguments of this signature, all zeros."""
        tree: Mapping[str, Any] = json.loads(self.text)
        return {name: _made(facts, lanes, device) for name, facts in tree.items()}


def signature_of(arguments: Arguments) -> Signature:
    return Signature(json.dumps({name: _facts(name, value) for name, value in sorted(arguments.items())}))


def lanes_in(arguments: Arguments) -> int:
    """How many lanes these are."""
    return next(int(arguments[name].shape[0]) for name in LANES_OF if name in arguments)


def taken(arguments: Arguments, start: int, stop: int, size: int) -> Arguments:
    """The lanes from `start` to `stop`, the last one repeated up to `size`; every tensor contiguous."""
    return {name: _taken(name, value, start, stop, size) for name, value in arguments.items()}


def _facts(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"of": {inner: _facts(inner, one) for inner, one in sorted(value.items())}}
    if hasattr(value, "shape"):
        shape = list(value.shape)
        dtype = str(value.dtype).removeprefix("torch.")
        return {"shape": shape if name in SHARED else shape[1:], "dtype": dtype, "shared": name in SHARED}
    return {"constant": value}


def _made(facts: Mapping[str, Any], lanes: int, device: str) -> Any:
    import torch

    if "of" in facts:
        return {name: _made(one, lanes, device) for name, one in facts["of"].items()}
    if "constant" in facts:
        return facts["constant"]
    shape = facts["shape"] if facts["shared"] else [lanes, *facts["shape"]]
    return torch.zeros(shape, dtype=getattr(torch, facts["dtype"]), device=device)


def _taken(name: str, value: Any, start: int, stop: int, size: int) -> Any:
    import torch

    if isinstance(value, Mapping):
        return {inner: _taken(inner, one, start, stop, size) for inner, one in value.items()}
    if not hasattr(value, "shape"):
        return value
    if name in SHARED:
        return value.contiguous()
    part = value[start:stop]
    missing = size - (stop - start)
    return torch.cat([part, part[-1:].expand(missing, *part.shape[1:])]) if missing else part.contiguous()
