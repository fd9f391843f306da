"""Peak signal-to-noise ratio of two images."""

from __future__ import annotations

import math
from typing import Any


def psnr(one: Any, other: Any) -> float:
    """Return the PSNR in dB of two equally shaped arrays of values from 0 to 255; infinite where they are equal.

    The formula is 10 · log10(255² / mean squared error), as in ITU-T J.340.
    """
    error = float(((one.astype(float) - other.astype(float)) ** 2).mean())
    return 10 * math.log10(255**2 / error) if error else math.inf
