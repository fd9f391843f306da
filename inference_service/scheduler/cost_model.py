"""How long things take on this device, learnt from what was done: a turn, by its lanes, and a decode."""

from __future__ import annotations

import statistics
from collections import deque
from typing import NamedTuple

from inference_service.engine import Bucket

MEMORY = 15  # figures of each kind that count; their median does not mind one that was disturbed
GUESS_S = 1.0  # for a lane of a megapixel, before anything was ever measured: it only has to be in proportion


class Line(NamedTuple):
    """Seconds of a turn as a function of its lanes."""

    base_s: float
    lane_s: float

    def seconds(self, lanes: int) -> float:
        return self.base_s + self.lane_s * lanes


class Samples:
    """The last few measurements of one thing."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=MEMORY)
        self.count = 0  # since ever
        self.seconds = 0.0  # their median

    def add(self, seconds: float) -> None:
        if self.count == 1:
            # The first time of anything is also that of making kernels and finding memory.
            self._seconds.clear()
        self.count += 1
        self._seconds.append(seconds)
        self.seconds = statistics.median(self._seconds)

    @property
    def is_firm(self) -> bool:
        return self.count > 1


class Curve:
    """Turns of one bucket."""

    def __init__(self) -> None:
        self._by_lanes: dict[int, Samples] = {}
        self._line: Line | None = None

    def add(self, lanes: int, seconds: float) -> None:
        self._by_lanes.setdefault(lanes, Samples()).add(seconds)
        self._line = None

    @property
    def most_lanes(self) -> int:
        """That were ever tried at once."""
        return max(self._by_lanes, default=0)

    def count(self, lanes: int) -> int:
        """How often just so many lanes were measured."""
        return self._by_lanes[lanes].count if lanes in self._by_lanes else 0

    @property
    def tells_more_rows(self) -> bool:
        """Whether it is known what a further row costs."""
        return sum(samples.is_firm for samples in self._by_lanes.values()) > 1

    @property
    def line(self) -> Line:
        """The straight line nearest to the medians, by relative distance; with one point, through the origin."""
        if self._line is None:
            points = self._by_lanes.items()
            self._line = _fitted([(lanes, each.seconds, min(each.count, MEMORY)) for lanes, each in points])
        return self._line


class Pace:
    """All that was learnt.  Kept by the thread that owns the device."""

    def __init__(self) -> None:
        self._curves: dict[Bucket, Curve] = {}
        self._decodes: dict[Bucket, Samples] = {}
        self._lane, self._megapixel, self._switch = Samples(), Samples(), Samples()  # over all buckets

    def learn_turn(self, bucket: Bucket, lanes: int, seconds: float) -> None:
        """One denoiser forward of so many lanes took so long."""
        self._curves.setdefault(bucket, Curve()).add(lanes, seconds)
        self._lane.add(seconds / lanes / bucket.megapixels)

    def learn_decode(self, bucket: Bucket, pictures: int, seconds: float) -> None:
        """Decoding so many pictures at once took so long."""
        self._decodes.setdefault(bucket, Samples()).add(seconds / pictures)
        self._megapixel.add(seconds / pictures / bucket.megapixels)

    def learn_switch(self, seconds: float) -> None:
        """Changing the weights on the device took so long."""
        self._switch.add(seconds)

    def forget(self, bucket: Bucket) -> None:
        """Nothing is known of this bucket any more."""
        self._curves.pop(bucket, None)
        self._decodes.pop(bucket, None)

    def curve(self, bucket: Bucket) -> Curve | None:
        """What is known of this bucket's turns."""
        return self._curves.get(bucket)

    def line(self, bucket: Bucket) -> Line:
        """Seconds of a turn of this bucket, from others' turns where it had none yet."""
        curve = self._curves.get(bucket)
        if curve is not None:
            return curve.line
        return Line(0.0, bucket.megapixels * (self._lane.seconds if self._lane.count else GUESS_S))

    def decode_s(self, bucket: Bucket) -> float:
        """Seconds of decoding one picture."""
        if bucket in self._decodes:
            return self._decodes[bucket].seconds
        return bucket.megapixels * (self._megapixel.seconds if self._megapixel.count else GUESS_S)

    @property
    def is_known(self) -> bool:
        """Whether anything was measured yet."""
        return self._lane.count > 0

    @property
    def switch_s(self) -> float:
        """Seconds of changing the weights on the device."""
        return self._switch.seconds


def _fitted(points: list[tuple[int, float, int]]) -> Line:
    """Least squares of the relative errors, weighted by how often each point was measured; no part is negative."""
    weighted = [(lanes, seconds, count / seconds**2) for lanes, seconds, count in points]
    total = sum(weight for _, _, weight in weighted)
    lanes_mean = sum(weight * lanes for lanes, _, weight in weighted) / total
    seconds_mean = sum(weight * seconds for _, seconds, weight in weighted) / total
    spread = sum(weight * (lanes - lanes_mean) ** 2 for lanes, _, weight in weighted)
    if len(points) == 1:
        return Line(0.0, seconds_mean / lanes_mean)
    slope = sum(weight * (lanes - lanes_mean) * seconds for lanes, seconds, weight in weighted) / spread
    if slope < 0:
        return Line(seconds_mean, 0.0)
    if slope * lanes_mean > seconds_mean:
        through_origin = sum(weight * lanes * seconds for lanes, seconds, weight in weighted)
        return Line(0.0, through_origin / sum(weight * lanes**2 for lanes, _, weight in weighted))
    return Line(seconds_mean - slope * lanes_mean, slope)
