"""Whether two servers paint the same pictures: else their speed says nothing."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Between two sets of pictures, over all their values."""

    levels: int  # at most, of 255
    share: float  # of the values that differ at all

    @property
    def same(self) -> bool:
        """The service's own promise for a picture alone and in company."""
        return self.levels <= 2 and self.share <= 0.001


def difference(ours: Sequence[str], theirs: Sequence[str]) -> Difference:
    """Of base64 pictures, pair by pair."""
    import numpy as np
    from PIL import Image

    def values(encoded: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"), dtype=np.int16)

    gaps = np.concatenate(
        [np.abs(values(one) - values(other)).ravel() for one, other in zip(ours, theirs, strict=True)]
    )
    return Difference(levels=int(gaps.max()), share=float((gaps > 0).mean()))
