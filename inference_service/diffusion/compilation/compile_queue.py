"""Selects shapes to compile and their order. Pure, except for listing files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles
from inference_service.diffusion.compilation.signatures import Signature

MIN_CALLS = 40  # Calls of a signature after which compilation pays off.
MAX_SIGNATURES = 8  # Signatures per component. Callers choose sizes, and each takes minutes and memory.

Calls = Mapping[tuple[Signature, int], int]
"""Calls by signature and batch rows."""


@dataclass(frozen=True)
class CompileTask:
    """A file to load, which is compiled first if it doesn't exist."""

    component: str
    signature: Signature
    batch_rows: int


def compiled_tasks(files: CompiledFiles, components: Sequence[str]) -> list[CompileTask]:
    """Return the files compiled by earlier runs."""
    return [
        CompileTask(component, signature, batch_rows)
        for component in components
        for signature, batch_rows in files.available(component)
    ]


def compile_tasks(
    component: str, calls: Calls, sizes: Sequence[int], *, min_calls: int = MIN_CALLS
) -> Iterator[CompileTask]:
    """Yield tasks that previous calls would have benefited from, the most used signatures and sizes first."""
    totals: Counter[Signature] = Counter()
    for (signature, _), count in calls.items():
        totals[signature] += count
    for signature, count in totals.most_common(MAX_SIGNATURES):
        if count >= min_calls:
            demand: Counter[int] = Counter()
            for (other, batch_rows), times in calls.items():
                if other == signature:
                    demand[min((size for size in sizes if size >= batch_rows), default=max(sizes))] += times
            for size, _ in demand.most_common():
                yield CompileTask(component, signature, size)
