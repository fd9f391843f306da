"""Fits batches of any size to a denoiser that is compiled for a few sizes. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field

ASSUMED_COMPILED_SHARE = 0.8  # Assumed time relative to eager mode, until it is measured.
NEW_SAMPLE_SHARE = 0.2  # Weight of a new measurement; the rest is the previous value.


@dataclass(frozen=True)
class SubBatch:
    """Rows of a batch that run together: compiled for `size` rows with padding, or eagerly if it is None."""

    batch_rows: int
    size: int | None


@dataclass
class Costs:
    """Milliseconds of one forward, learned from whole batches."""

    eager: dict[int, float] = field(default_factory=dict)
    compiled: dict[int, float] = field(default_factory=dict)

    def of(self, sub_batch: SubBatch) -> float:
        """Return the last measured time, else an estimate from the nearest size, else 1 per row."""
        if sub_batch.size is None:
            return self._eager(sub_batch.batch_rows)
        return self.compiled.get(sub_batch.size, ASSUMED_COMPILED_SHARE * self._eager(sub_batch.size))

    def record(self, sub_batches: tuple[SubBatch, ...], ms: float) -> None:
        """Record the time of these sub-batches, distributed in proportion to their estimates."""
        expected = sum(map(self.of, sub_batches))
        for sub_batch in sub_batches:
            table = self.eager if sub_batch.size is None else self.compiled
            size = sub_batch.size or sub_batch.batch_rows
            sub_batch_ms = self.of(sub_batch) * ms / expected
            known_ms = table.get(size, sub_batch_ms)
            table[size] = (1 - NEW_SAMPLE_SHARE) * known_ms + NEW_SAMPLE_SHARE * sub_batch_ms

    def _eager(self, batch_rows: int) -> float:
        if batch_rows in self.eager:
            return self.eager[batch_rows]
        if self.eager:
            nearest = min(self.eager, key=lambda known: abs(known - batch_rows))
            return self.eager[nearest] * batch_rows / nearest
        if self.compiled:
            nearest = min(self.compiled, key=lambda known: abs(known - batch_rows))
            return self.compiled[nearest] * batch_rows / nearest / ASSUMED_COMPILED_SHARE
        return float(batch_rows)


def fit_batch(batch_rows: int, sizes: frozenset[int], costs: Costs, fit: str) -> tuple[SubBatch, ...]:
    """Return the sub-batches by `fit`: `pad`, `split`, or `auto` for the fastest estimate."""
    if not sizes:
        return (SubBatch(batch_rows, None),)
    if fit == "pad":
        return _padded(batch_rows, sizes)
    if fit == "split":
        return _split(batch_rows, sizes)
    best: dict[int, tuple[float, tuple[SubBatch, ...]]] = {0: (0.0, ())}
    for count in range(1, batch_rows + 1):
        eager = SubBatch(count, None)
        options: list[tuple[float, tuple[SubBatch, ...]]] = [(costs.of(eager), (eager,))]
        for size in sizes:
            spent, before = best[max(0, count - size)]
            sub_batch = SubBatch(min(size, count), size)
            options.append((spent + costs.of(sub_batch), (*before, sub_batch)))
        best[count] = min(options, key=lambda option: (option[0], len(option[1])))
    return best[batch_rows][1]


def _padded(batch_rows: int, sizes: frozenset[int]) -> tuple[SubBatch, ...]:
    largest = max(sizes)
    whole, rest = divmod(batch_rows, largest)
    sub_batches = (SubBatch(largest, largest),) * whole
    return (*sub_batches, SubBatch(rest, min(size for size in sizes if size >= rest))) if rest else sub_batches


def _split(batch_rows: int, sizes: frozenset[int]) -> tuple[SubBatch, ...]:
    sub_batches: list[SubBatch] = []
    for size in sorted(sizes, reverse=True):
        while batch_rows >= size:
            sub_batches.append(SubBatch(size, size))
            batch_rows -= size
    return (*sub_batches, SubBatch(batch_rows, None)) if batch_rows else tuple(sub_batches)
