"""Which models stay on the device: those used last, within a budget of bytes."""

from __future__ import annotations

from collections.abc import Mapping, Set


def evictions(resident: Mapping[str, int], needed: int, budget: int, in_use: Set[str]) -> tuple[str, ...] | None:
    """The models to give up, so that one of `needed` bytes has room; None where those in use leave none.

    `resident` is bytes by name, the longest unused first.  A model that is larger than the whole budget
    is let in alone: whether it fits is then the device's to say.
    """
    leaving: list[str] = []
    held = sum(resident.values())
    for name, size in resident.items():
        if held + needed <= budget:
            break
        if name not in in_use:
            leaving.append(name)
            held -= size
    return tuple(leaving) if held + needed <= budget or held == 0 else None
