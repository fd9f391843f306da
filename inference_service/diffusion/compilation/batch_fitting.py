"""How a batch of any size goes through a denoiser that is compiled for a few sizes.  Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field

COMPILED_SHARE = 0.8  # of eager's time, until it is measured
LEARNED = 0.2  # of each new measurement; the rest is what was known


@dataclass(frozen=True)
class Part:
    """Some lanes of a batch, run together: compiled for `size` lanes, the missing ones padded; eagerly when None."""

    lanes: int
    size: int | None


@dataclass
class Costs:
    """What one forward takes, in milliseconds: learned from whole turns."""

    eager: dict[int, float] = field(default_factory=dict)
    compiled: dict[int, float] = field(default_factory=dict)

    def of(self, part: Part) -> float:
        """What it took lately; else what its neighbours' times say, and before any of them 1 for a lane."""
        if part.size is None:
            return self._eager(part.lanes)
        return self.compiled.get(part.size, COMPILED_SHARE * self._eager(part.size))

    def learn(self, parts: tuple[Part, ...], ms: float) -> None:
        """These parts took so long together; each is thought to have had its share."""
        expected = sum(map(self.of, parts))
        for part in parts:
            table, size = (self.eager, part.lanes) if part.size is None else (self.compiled, part.size)
            taken = self.of(part) * ms / expected
            table[size] = taken if size not in table else (1 - LEARNED) * table[size] + LEARNED * taken

    def _eager(self, lanes: int) -> float:
        if lanes in self.eager:
            return self.eager[lanes]
        if self.eager:
            nearest = min(self.eager, key=lambda known: abs(known - lanes))
            return self.eager[nearest] * lanes / nearest
        if self.compiled:
            nearest = min(self.compiled, key=lambda known: abs(known - lanes))
            return self.compiled[nearest] * lanes / nearest / COMPILED_SHARE
        return float(lanes)


def fitted(lanes: int, sizes: frozenset[int], costs: Costs, how: str) -> tuple[Part, ...]:
    """The parts that so many lanes are run in: `pad`, `split`, or whichever is thought to be quickest (`auto`)."""
    if not sizes:
        return (Part(lanes, None),)
    if how == "pad":
        return _padded(lanes, sizes)
    if how == "split":
        return _split(lanes, sizes)
    best: dict[int, tuple[float, tuple[Part, ...]]] = {0: (0.0, ())}
    for count in range(1, lanes + 1):
        ways: list[tuple[float, tuple[Part, ...]]] = [(costs.of(Part(count, None)), (Part(count, None),))]
        for size in sizes:
            spent, before = best[max(0, count - size)]
            part = Part(min(size, count), size)
            ways.append((spent + costs.of(part), (*before, part)))
        best[count] = min(ways, key=lambda way: (way[0], len(way[1])))
    return best[lanes][1]


def _padded(lanes: int, sizes: frozenset[int]) -> tuple[Part, ...]:
    largest = max(sizes)
    whole, rest = divmod(lanes, largest)
    parts = (Part(largest, largest),) * whole
    return (*parts, Part(rest, min(size for size in sizes if size >= rest))) if rest else parts


def _split(lanes: int, sizes: frozenset[int]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for size in sorted(sizes, reverse=True):
        while lanes >= size:
            parts.append(Part(size, size))
            lanes -= size
    return (*parts, Part(lanes, None)) if lanes else tuple(parts)
