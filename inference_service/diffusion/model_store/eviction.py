"""LRU eviction of models, within a budget of bytes."""

from __future__ import annotations

from collections.abc import Mapping, Set


def models_to_evict(
    loaded: Mapping[str, int], needed_bytes: int, budget_bytes: int, in_use: Set[str]
) -> tuple[str, ...] | None:
    """Return the models to evict to make room for `needed_bytes`, or None if those in use leave no room.

    `loaded` contains bytes by name, the least recently used first. A model larger than the whole budget is allowed if
    no other model is loaded. The device then decides whether it fits.
    """
    evicted: list[str] = []
    total_bytes = sum(loaded.values())
    for name, size in loaded.items():
        if total_bytes + needed_bytes <= budget_bytes:
            break
        if name not in in_use:
            evicted.append(name)
            total_bytes -= size
    return tuple(evicted) if total_bytes + needed_bytes <= budget_bytes or total_bytes == 0 else None
