"""Check whether two servers generate the same images, which is required to compare their speed."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.psnr import psnr


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Between two sets of images, over all their values."""

    levels: int  # at most, of 255
    share: float  # of the values that differ at all
    decibels: float  # PSNR of the pair that is furthest apart; infinite where all are equal

    @property
    def same(self) -> bool:
        """Whether the images are within the bound that the service documents for images in batches."""
        return self.levels <= 2 and self.decibels >= 60


def difference(ours: Sequence[str], theirs: Sequence[str]) -> Difference:
    """Of base64 images, pair by pair."""
    import numpy as np
    from PIL import Image

    def values(encoded: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"), dtype=np.int16)

    pairs = [(values(one), values(other)) for one, other in zip(ours, theirs, strict=True)]
    gaps = np.concatenate([np.abs(one - other).ravel() for one, other in pairs])
    return Difference(
        levels=int(gaps.max()),
        share=float((gaps > 0).mean()),
        decibels=min(psnr(one, other) for one, other in pairs),
    )
