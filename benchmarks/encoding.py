"""Files from pixels, by the service's encoders and by Pillow's levels: `python -m benchmarks.encoding [--json FILE]`.

The image is noise whose amplitude falls with the frequency, as that of photographs does (D. J. Field, 1987)
but somewhat faster, mostly gray: its files then are as large as those of real images of its size.  Nothing
has to be downloaded, and every run measures the same bytes.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.table import Row, arguments, report
from inference_service.files.encoding import WEBP_METHOD, preview_file
from inference_service.files.png import png

SIDES = (512, 1024)
ROUNDS = 7
QUALITY = 90
FALL = 1.3  # photographs: 1
RLE = 3  # zlib's strategy, which Pillow passes through


def main() -> None:
    options = arguments("Milliseconds and kilobytes of one image in each format.")
    report(list(_rows()), options.json)


def _rows() -> Iterator[Row]:
    for side in SIDES:
        image = _natural(side)
        encoders: dict[str, Callable[[], bytes]] = {
            "PNG, ours": partial(png, image),
            **{
                f"PNG, Pillow level {level}": partial(_saved, image, "PNG", compress_level=level) for level in (1, 4, 6)
            },
            "PNG, Pillow level 1, run lengths": partial(_saved, image, "PNG", compress_level=1, compress_type=RLE),
            **{
                f"WebP {QUALITY}, effort {effort}": partial(_saved, image, "WEBP", quality=QUALITY, method=effort)
                for effort in sorted({0, WEBP_METHOD, 4})
            },
            f"JPEG {QUALITY}": partial(_saved, image, "JPEG", quality=QUALITY),
            "preview": partial(preview_file, image.resize((side // 8, side // 8))),
        }
        for name, encoder in encoders.items():
            took, size = _measured(encoder)
            yield Row(f"{name}, {side} px", took * 1000, "ms")
            yield Row(f"{name}, {side} px, size", size / 1024, "KB")


def _natural(side: int) -> Image.Image:
    """Return a square image of this side in pixels, the same for every run."""
    noise = np.random.default_rng(7)
    frequencies = np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.rfftfreq(side), indexing="ij"))
    frequencies[0, 0] = 1 / side

    def field(contrast: float) -> Any:
        spectrum = np.fft.rfft2(noise.standard_normal((side, side))) / frequencies**FALL
        values = np.fft.irfft2(spectrum, s=(side, side))
        return contrast * values / values.std()

    light = 128 + field(48)
    channels = [light + field(8) for _ in range(3)]
    return Image.fromarray(np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8))


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _measured(encoder: Callable[[], bytes]) -> tuple[float, int]:
    """Return median seconds and bytes."""
    times = []
    data = encoder()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        encoder()
        times.append(time.perf_counter() - began)
    return statistics.median(times), len(data)


if __name__ == "__main__":
    main()
