"""Which shapes are worth compiling, and in which order.  Pure, but for a look at what files there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles
from inference_service.diffusion.compilation.signatures import Signature

WORTH = 40  # calls of one signature, after which compiling it is thought to pay
MOST_SIGNATURES = 8  # of one part; callers choose sizes, and each takes minutes and memory

Asked = Mapping[tuple[Signature, int], int]
"""Calls by signature and lanes."""


@dataclass(frozen=True)
class Task:
    """One file to load, compiled first if it is not there."""

    part: str
    signature: Signature
    lanes: int


def found_tasks(files: CompiledFiles, parts: Sequence[str]) -> list[Task]:
    """What an earlier start has compiled."""
    return [Task(part, signature, lanes) for part in parts for signature, lanes in files.found(part)]


def wanted_tasks(part: str, asked: Asked, sizes: Sequence[int], *, worth: int = WORTH) -> Iterator[Task]:
    """What calls so far would have gained from: signatures by their calls, and of each the sizes by theirs."""
    calls: Counter[Signature] = Counter()
    for (signature, _), count in asked.items():
        calls[signature] += count
    for signature, count in calls.most_common(MOST_SIGNATURES):
        if count >= worth:
            demand: Counter[int] = Counter()
            for (one, lanes), times in asked.items():
                if one == signature:
                    demand[min((size for size in sizes if size >= lanes), default=max(sizes))] += times
            for size, _ in demand.most_common():
                yield Task(part, signature, size)
