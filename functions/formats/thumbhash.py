"""Compute ThumbHash, a blurred image preview of about 25 bytes.

Follows the published algorithm and reference implementation of Evan Wallace (github.com/evanw/thumbhash, MIT).
Implemented here because the Python packages are unmaintained or need a compiler.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MAX_SIDE = 100  # limit of the algorithm; much smaller images give the same result


def thumbhash(width: int, height: int, rgba: bytes) -> bytes:
    """Return the ThumbHash of unpremultiplied RGBA pixels in row order. Neither side may exceed 100 pixels."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and len(rgba) == width * height * 4):
        raise ValueError(f"ThumbHash requires RGBA pixels with sides of 1 to {MAX_SIDE}, not {width}x{height}.")
    planes = _planes(rgba)
    alpha = planes.alpha
    opaque = 0.0
    for value in alpha:
        opaque += value
    transparent = opaque < width * height
    limit = 5 if transparent else 7  # fewer bits for luminance because alpha needs some
    longest = max(width, height)
    nx, ny = max(1, _round(limit * width / longest)), max(1, _round(limit * height / longest))

    luminance = _encode(planes.luminance, width, height, max(3, nx), max(3, ny))
    yellow_blue = _encode(planes.yellow_blue, width, height, 3, 3)
    red_green = _encode(planes.red_green, width, height, 3, 3)
    bands = [luminance, yellow_blue, red_green]

    landscape = width > height
    head = (
        _round(63 * luminance.mean)
        | _round(31.5 + 31.5 * yellow_blue.mean) << 6
        | _round(31.5 + 31.5 * red_green.mean) << 12
        | _round(31 * luminance.scale) << 18
        | transparent << 23
    )
    tail = (
        (ny if landscape else nx) | _round(63 * yellow_blue.scale) << 3 | _round(63 * red_green.scale) << 9
    ) | landscape << 15
    out = bytearray(head.to_bytes(3, "little") + tail.to_bytes(2, "little"))
    if transparent:
        opacity = _encode(alpha, width, height, 5, 5)
        out.append(_round(15 * opacity.mean) | _round(15 * opacity.scale) << 4)
        bands.append(opacity)

    nibbles = [_round(15 * wave) for band in bands for wave in band.waves]
    nibbles += [0] * (len(nibbles) % 2)
    out += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(out)


@dataclass(frozen=True)
class _Planes:
    luminance: list[float]
    yellow_blue: list[float]
    red_green: list[float]
    alpha: list[float]


@dataclass(frozen=True)
class _Band:
    mean: float
    waves: list[float]  # 0 to 1
    scale: float


def _planes(rgba: bytes) -> _Planes:
    pixels = [rgba[i : i + 4] for i in range(0, len(rgba), 4)]
    mean = [0.0, 0.0, 0.0]
    weight = 0.0
    for red, green, blue, opacity in pixels:
        a = opacity / 255
        for channel, value in enumerate((red, green, blue)):
            mean[channel] += a / 255 * value
        weight += a
    if weight:
        mean = [total / weight for total in mean]
    planes = _Planes([], [], [], [])
    for red, green, blue, opacity in pixels:
        a = opacity / 255
        # Composite over the average color, so that transparent pixels add nothing.
        r = mean[0] * (1 - a) + a / 255 * red
        g = mean[1] * (1 - a) + a / 255 * green
        b = mean[2] * (1 - a) + a / 255 * blue
        planes.luminance.append((r + g + b) / 3)
        planes.yellow_blue.append((r + g) / 2 - b)
        planes.red_green.append(r - g)
        planes.alpha.append(a)
    return planes


def _encode(plane: Sequence[float], width: int, height: int, nx: int, ny: int) -> _Band:
    """Return the discrete cosine transform of one plane (its upper left triangle)."""
    across = [[math.cos(math.pi / width * cx * (x + 0.5)) for x in range(width)] for cx in range(nx)]
    down = [[math.cos(math.pi / height * cy * (y + 0.5)) for y in range(height)] for cy in range(ny)]
    rows = [plane[y * width : (y + 1) * width] for y in range(height)]
    waves: list[float] = []
    mean = 0.0
    for cy in range(ny):
        for cx in range(nx):
            if cx * ny >= nx * (ny - cy):
                break
            value = 0.0
            # Added one by one in the order of the reference (sum() compensates since Python 3.12), so that rounding
            # gives
            # the same result as the reference.
            for row, fy in zip(rows, down[cy], strict=True):
                for point, fx in zip(row, across[cx], strict=True):
                    value += point * fx * fy
            value /= width * height
            if cx or cy:
                waves.append(value)
            else:
                mean = value
    scale = max(map(abs, waves), default=0.0)
    return _Band(mean, [0.5 + 0.5 / scale * wave for wave in waves] if scale else waves, scale)


def _round(value: float) -> int:
    """Round as JavaScript does: halves are rounded up."""
    return math.floor(value + 0.5)
