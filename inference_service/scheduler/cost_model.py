"""Measured cost model of this device: seconds of a step by its batch rows, and seconds of a decode."""

from __future__ import annotations

import statistics
from collections import deque
from typing import NamedTuple

from inference_service.engine import Bucket

MAX_SAMPLES = 15  # Measurements per kind. Their median ignores outliers.
DEFAULT_ROW_S = 1.0  # For a row of one megapixel before any measurement. Only proportions matter.


class LinearCost(NamedTuple):
    """Seconds of a step as a linear function of its batch rows."""

    base_s: float
    row_s: float

    def seconds(self, batch_rows: int) -> float:
        return self.base_s + self.row_s * batch_rows


class Samples:
    """The last measurements of one quantity."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=MAX_SAMPLES)
        self.count = 0  # Total number of measurements.
        self.seconds = 0.0  # Median.

    def add(self, seconds: float) -> None:
        if self.count == 1:
            # The first run of a shape also includes creating kernels and allocating memory.
            self._seconds.clear()
        self.count += 1
        self._seconds.append(seconds)
        self.seconds = statistics.median(self._seconds)

    @property
    def is_reliable(self) -> bool:
        return self.count > 1


class BatchTimings:
    """Step durations of one bucket."""

    def __init__(self) -> None:
        self._by_batch_rows: dict[int, Samples] = {}
        self._cost: LinearCost | None = None

    def add(self, batch_rows: int, seconds: float) -> None:
        self._by_batch_rows.setdefault(batch_rows, Samples()).add(seconds)
        self._cost = None

    @property
    def max_batch_rows(self) -> int:
        """Largest number of rows measured in one batch."""
        return max(self._by_batch_rows, default=0)

    def count(self, batch_rows: int) -> int:
        """Return how many steps with exactly this number of rows were measured."""
        return self._by_batch_rows[batch_rows].count if batch_rows in self._by_batch_rows else 0

    @property
    def knows_marginal_cost(self) -> bool:
        """Whether the cost of an additional row is known."""
        return sum(samples.is_reliable for samples in self._by_batch_rows.values()) > 1

    @property
    def step_cost(self) -> LinearCost:
        """Line fitted to the medians by relative error; through the origin if there is one point."""
        if self._cost is None:
            points = self._by_batch_rows.items()
            self._cost = _fit([(batch_rows, each.seconds, min(each.count, MAX_SAMPLES)) for batch_rows, each in points])
        return self._cost


class CostModel:
    """All measurements, used by the engine thread."""

    def __init__(self) -> None:
        self._timings: dict[Bucket, BatchTimings] = {}
        self._decodes: dict[Bucket, Samples] = {}
        # Over all buckets: seconds per row and megapixel, per decoded megapixel, and per change of weights.
        self._row_samples, self._decode_samples, self._switch_samples = Samples(), Samples(), Samples()

    def record_step(self, bucket: Bucket, batch_rows: int, seconds: float) -> None:
        """Record the duration of one denoiser forward."""
        self._timings.setdefault(bucket, BatchTimings()).add(batch_rows, seconds)
        self._row_samples.add(seconds / batch_rows / bucket.megapixels)

    def record_decode(self, bucket: Bucket, images: int, seconds: float) -> None:
        """Record the duration of decoding these images at once."""
        self._decodes.setdefault(bucket, Samples()).add(seconds / images)
        self._decode_samples.add(seconds / images / bucket.megapixels)

    def record_switch(self, seconds: float) -> None:
        """Record the duration of changing the weights on the device."""
        self._switch_samples.add(seconds)

    def forget(self, bucket: Bucket) -> None:
        """Remove all measurements of this bucket."""
        self._timings.pop(bucket, None)
        self._decodes.pop(bucket, None)

    def timings(self, bucket: Bucket) -> BatchTimings | None:
        """Return the step durations of this bucket, or None."""
        return self._timings.get(bucket)

    def step_cost(self, bucket: Bucket) -> LinearCost:
        """Return the cost of a step of this bucket, estimated from other buckets if it has no measurements."""
        timings = self._timings.get(bucket)
        if timings is not None:
            return timings.step_cost
        row_s = self._row_samples.seconds if self._row_samples.count else DEFAULT_ROW_S
        return LinearCost(0.0, bucket.megapixels * row_s)

    def decode_s(self, bucket: Bucket) -> float:
        """Return the seconds for decoding one image."""
        if bucket in self._decodes:
            return self._decodes[bucket].seconds
        return bucket.megapixels * (self._decode_samples.seconds if self._decode_samples.count else DEFAULT_ROW_S)

    @property
    def has_samples(self) -> bool:
        """Whether anything was measured."""
        return self._row_samples.count > 0

    @property
    def switch_s(self) -> float:
        """Seconds for changing the weights on the device."""
        return self._switch_samples.seconds


def _fit(points: list[tuple[int, float, int]]) -> LinearCost:
    """Fit by least squares of relative errors, weighted by measurement count; both parts are nonnegative."""
    weighted = [(batch_rows, seconds, count / seconds**2) for batch_rows, seconds, count in points]
    total = sum(weight for _, _, weight in weighted)
    rows_mean = sum(weight * batch_rows for batch_rows, _, weight in weighted) / total
    seconds_mean = sum(weight * seconds for _, seconds, weight in weighted) / total
    spread = sum(weight * (batch_rows - rows_mean) ** 2 for batch_rows, _, weight in weighted)
    if len(points) == 1:
        return LinearCost(0.0, seconds_mean / rows_mean)
    slope = sum(weight * (batch_rows - rows_mean) * seconds for batch_rows, seconds, weight in weighted) / spread
    if slope < 0:
        return LinearCost(seconds_mean, 0.0)
    if slope * rows_mean > seconds_mean:
        through_origin = sum(weight * batch_rows * seconds for batch_rows, seconds, weight in weighted)
        return LinearCost(0.0, through_origin / sum(weight * batch_rows**2 for batch_rows, _, weight in weighted))
    return LinearCost(seconds_mean - slope * rows_mean, slope)
