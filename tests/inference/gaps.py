"""How far two pictures are apart, and how far the service promises that they are not.

The bound is for one picture on one CPU in float32: painted alone, in any company, and by diffusers' own pipeline.
No value differs by more than 2 of 255 levels, and the PSNR is at least 60 dB.  The reason for each part:

* Sums of float32 numbers are added up in another order for another batch, thread count or instruction set.  The
  last bits that differ move a finished value by far less than a level, so it changes by one level, and only if it
  lies at the edge between two.  A second level is allowed for what the last bits become over many steps.
* How many values lie at an edge depends on the picture and the processor; up to 0.14 % have been seen, which is
  76 dB.  60 dB are 6.5 % of the values by one level.  The smallest fault that is injected, cutting levels off
  instead of rounding them, moves half of all values by one level, which is 51 dB.

A fault must be far outside: its squared error at least four times as large as the bound allows, below 54 dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

MOST_LEVELS = 2  # of 255, by which any value may differ
LEAST_DB = 60.0  # PSNR that is promised
FAULT_DB = 54.0  # PSNR below which every injected fault must be


@dataclass(frozen=True)
class Gap:
    """Between two pictures of the same size, over all their values."""

    expected: str  # "same" or "far apart"
    levels: int  # the largest difference, of 255
    share: float  # of the values that differ at all, 0 to 1
    decibels: float  # PSNR; infinite where the pictures are equal

    @property
    def within_the_bound(self) -> bool:
        return self.levels <= MOST_LEVELS and self.decibels >= LEAST_DB


compared: list[Gap] = []  # by the test that runs, for its report


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures are equal within what is promised."""
    return _gap(one, other, "same").within_the_bound


def far_apart(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two pictures differ so much that no rounding explains it."""
    return _gap(one, other, "far apart").decibels < FAULT_DB


def _gap(one: np.ndarray, other: np.ndarray, expected: str) -> Gap:
    apart = np.abs(one.astype(int) - other.astype(int))
    error = float((apart**2).mean())
    decibels = 10 * math.log10(255**2 / error) if error else math.inf
    gap = Gap(expected, levels=int(apart.max()), share=float((apart > 0).mean()), decibels=decibels)
    compared.append(gap)
    return gap
