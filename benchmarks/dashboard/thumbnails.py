"""Drawn images for benchmark libraries, about as large and detailed as generated ones."""

from __future__ import annotations

import colorsys
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image as Pixels
from PIL import ImageDraw, ImageFilter

from functions.formats.thumbnail import Thumbnail, thumbnail


@dataclass(frozen=True, kw_only=True)
class StoredImage:
    """A thumbnail that many images share, with its blob name."""

    name: str
    title: str
    thumbnail: Thumbnail


# A title, the hue, and how dark it is.
SKIES = (
    ("Ridges before breakfast", 0.07, 0.1),
    ("Noon above the passes", 0.55, 0.0),
    ("A day of haze", 0.58, 0.25),
    ("The sun behind the quarry", 0.03, 0.45),
    ("Moonrise, nobody out", 0.62, 0.8),
    ("Spring in the foothills", 0.3, 0.1),
    ("Under the pines at four", 0.5, 0.5),
    ("Last light on the heath", 0.95, 0.3),
)


def drawn(
    sizes: Sequence[tuple[int, int]], count: int, seed: int = 1
) -> Mapping[tuple[int, int], Sequence[StoredImage]]:
    """Return at least `count` thumbnails by image size."""
    each = -(-count // len(sizes))
    return {
        size: [
            StoredImage(name=f"benchmark/{size[0]}x{size[1]}-{number}.webp", title=title, thumbnail=thumbnail(png))
            for number, (title, png) in enumerate(scenes(size, each, seed))
        ]
        for size in sizes
    }


def scenes(size: tuple[int, int], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Draw skies, hills, and suns with grain, so that thumbnails have realistic sizes."""
    width, height = size
    for number in range(count):
        draw = random.Random(f"{seed} {size} {number}")
        title, hue, dusk = draw.choice(SKIES)
        image = sky(width, height, hue, 1 - 0.55 * dusk)
        canvas = ImageDraw.Draw(image)
        radius = draw.randint(height // 16, height // 7)
        x, y = draw.randint(width // 8, width * 7 // 8), draw.randint(height // 8, height // 2)
        canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tint(0.12, 0.35 - 0.2 * dusk, 0.98))
        for layer in range(5):
            ground = height * (0.5 + layer * 0.11)
            steps = draw.randint(5, 24)
            ridge = [(at * width / steps, ground + draw.uniform(-0.09, 0.04) * height) for at in range(steps + 1)]
            shade = tint(hue + draw.uniform(-0.03, 0.03), 0.18 + layer * 0.08, (0.78 - layer * 0.14) * (1 - 0.5 * dusk))
            canvas.polygon([(0, height), *ridge, (width, height)], fill=shade)
        grain = Pixels.effect_noise((width, height), 40).convert("RGB")
        image = Pixels.blend(image.filter(ImageFilter.GaussianBlur(1)), grain, 0.1)
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        yield title, file.getvalue()


def sky(width: int, height: int, hue: float, light: float) -> Pixels.Image:
    column = Pixels.new("RGB", (1, 64))
    for y in range(64):
        column.putpixel((0, y), tint(hue + y / 900, 0.42 - y / 220, light - 0.15 + y / 500))
    return column.resize((width, height), Pixels.Resampling.BICUBIC)


def tint(hue: float, saturation: float, light: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, max(0.05, min(1.0, light)))
    return round(red * 255), round(green * 255), round(blue * 255)
