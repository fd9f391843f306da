"""Measures the difference of two images, and defines the bound that the service promises.

The bound applies to an image on a CPU in float32: generated alone, in any batch, and by diffusers' own pipeline. No
value differs by more than 2 of 255 levels, and the PSNR is at least 60 dB, because:

* Sums of float32 numbers are added in another order for another batch, thread count, or instruction set. The last
  bits that differ change a finished value by far less than a level, so it changes by one level, and only at the
  edge between two levels. A second level is allowed for differences that grow over many steps.
* The number of values at an edge depends on the image and the processor. At most 0.14% were measured, which is 76 dB.
  60 dB are 6.5% of the values by one level. The smallest injected fault, truncation instead of rounding, changes
  half of all values by one level, which is 51 dB.

A fault must be far outside: its squared error is at least four times the bound, so its PSNR is below 54 dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

MAX_LEVELS = 2  # Maximum difference of any value, of 255.
LEAST_DB = 60.0  # Minimum PSNR.
FAULT_DB = 54.0  # PSNR below which every injected fault must be.


@dataclass(frozen=True)
class Gap:
    """Difference of two images of the same size, over all their values."""

    expected: str  # "same" or "far apart".
    levels: int  # The largest difference, of 255.
    share: float  # Share of values that differ at all, 0 to 1.
    decibels: float  # PSNR; infinite for equal images.

    @property
    def within_the_bound(self) -> bool:
        return self.levels <= MAX_LEVELS and self.decibels >= LEAST_DB


compared: list[Gap] = []  # Compared by the current test, for its report.


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two images are equal within the bound."""
    return _gap(one, other, "same").within_the_bound


def far_apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether two images differ more than rounding can explain."""
    return _gap(one, other, "far apart").decibels < FAULT_DB


def _gap(one: np.ndarray, other: np.ndarray, expected: str) -> Gap:
    apart = np.abs(one.astype(int) - other.astype(int))
    error = float((apart**2).mean())
    decibels = 10 * math.log10(255**2 / error) if error else math.inf
    gap = Gap(expected, levels=int(apart.max()), share=float((apart > 0).mean()), decibels=decibels)
    compared.append(gap)
    return gap
