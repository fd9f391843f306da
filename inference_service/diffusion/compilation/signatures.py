"""Signatures of denoiser calls: everything except the number of batch rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Arguments = Mapping[str, Any]
"""Tensors, constants, and mappings of them. A tensor's first axis is the batch, except those in `SHARED`."""

BATCH_ARGUMENTS = ("sample", "hidden_states")  # The first axis of this argument is the number of rows.
SHARED = frozenset({"img_ids", "txt_ids"})  # FLUX's position IDs, which are the same for all rows.


@dataclass(frozen=True)
class Signature:
    """Shapes without the batch axis, dtypes, and constants, as JSON."""

    text: str

    @property
    def key(self) -> str:
        """Hash that is short enough for a file name."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def example(self, batch_rows: int, device: str) -> Arguments:
        """Return arguments with this signature, filled with zeros."""
        tree: Mapping[str, Any] = json.loads(self.text)
        return {name: _zeros(facts, batch_rows, device) for name, facts in tree.items()}


def signature_of(arguments: Arguments) -> Signature:
    return Signature(json.dumps({name: _describe(name, value) for name, value in sorted(arguments.items())}))


def batch_rows_in(arguments: Arguments) -> int:
    """Return the number of batch rows in the arguments."""
    return next(int(arguments[name].shape[0]) for name in BATCH_ARGUMENTS if name in arguments)


def slice_rows(arguments: Arguments, start: int, stop: int, size: int) -> Arguments:
    """Return rows `start` to `stop`, with the last row repeated up to `size`, as contiguous tensors."""
    return {name: _slice(name, value, start, stop, size) for name, value in arguments.items()}


def _describe(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"of": {inner: _describe(inner, one) for inner, one in sorted(value.items())}}
    if hasattr(value, "shape"):
        shape = list(value.shape)
        dtype = str(value.dtype).removeprefix("torch.")
        return {"shape": shape if name in SHARED else shape[1:], "dtype": dtype, "shared": name in SHARED}
    return {"constant": value}


def _zeros(facts: Mapping[str, Any], batch_rows: int, device: str) -> Any:
    import torch

    if "of" in facts:
        return {name: _zeros(one, batch_rows, device) for name, one in facts["of"].items()}
    if "constant" in facts:
        return facts["constant"]
    shape = facts["shape"] if facts["shared"] else [batch_rows, *facts["shape"]]
    return torch.zeros(shape, dtype=getattr(torch, facts["dtype"]), device=device)


def _slice(name: str, value: Any, start: int, stop: int, size: int) -> Any:
    import torch

    if isinstance(value, Mapping):
        return {inner: _slice(inner, one, start, stop, size) for inner, one in value.items()}
    if not hasattr(value, "shape"):
        return value
    if name in SHARED:
        return value.contiguous()
    rows = value[start:stop]
    missing = size - (stop - start)
    return torch.cat([rows, rows[-1:].expand(missing, *rows.shape[1:])]) if missing else rows.contiguous()
