"""Pictures to hang in a library of a benchmark: drawn, but as large and as detailed as painted ones."""

from __future__ import annotations

import colorsys
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image as Pixels
from PIL import ImageDraw, ImageFilter

from functions.policy.thumbnail import Thumbnail, thumbnail


@dataclass(frozen=True, kw_only=True)
class Hung:
    """A thumbnail under the name that many pictures share."""

    name: str
    thumbnail: Thumbnail


def drawn(sizes: Sequence[tuple[int, int]], count: int, seed: int = 1) -> Mapping[tuple[int, int], Sequence[Hung]]:
    """At least `count` thumbnails, by the size of the pictures they stand for."""
    each = -(-count // len(sizes))
    return {
        size: [
            Hung(name=f"benchmark/{size[0]}x{size[1]}-{number}.webp", thumbnail=thumbnail(png))
            for number, png in enumerate(scenes(size, each, seed))
        ]
        for size in sizes
    }


def scenes(size: tuple[int, int], count: int, seed: int) -> Iterator[bytes]:
    """Skies, hills and suns with grain, so that a thumbnail weighs what a painted one does."""
    width, height = size
    for number in range(count):
        draw = random.Random(f"{seed} {size} {number}")
        hue = draw.random()
        picture = sky(width, height, hue, draw.uniform(0.3, 0.95))
        canvas = ImageDraw.Draw(picture)
        radius = draw.randint(height // 12, height // 4)
        x, y = draw.randint(0, width), draw.randint(0, height // 2)
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tint(hue + 0.45, 0.5, 0.95))
        for layer in range(5):
            ground = height * (0.5 + layer * 0.11)
            ridge = [(at * width / 16, ground + draw.uniform(-0.08, 0.04) * height) for at in range(17)]
            canvas.polygon(
                [(0, height), *ridge, (width, height)], fill=tint(hue + layer * 0.07, 0.6, 0.6 - layer * 0.1)
            )
        grain = Pixels.effect_noise((width, height), 40).convert("RGB")
        picture = Pixels.blend(picture.filter(ImageFilter.GaussianBlur(1)), grain, 0.1)
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        yield file.getvalue()


def sky(width: int, height: int, hue: float, light: float) -> Pixels.Image:
    column = Pixels.new("RGB", (1, 64))
    for y in range(64):
        column.putpixel((0, y), tint(hue + y / 400, 0.55, light - y / 160))
    return column.resize((width, height), Pixels.Resampling.BICUBIC)


def tint(hue: float, saturation: float, light: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, max(0.05, min(1.0, light)))
    return round(red * 255), round(green * 255), round(blue * 255)
