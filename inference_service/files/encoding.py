"""Pixels to files: PNG, WebP or JPEG, with the picture's story inside.  Runs off the engine thread."""

from __future__ import annotations

import io

from PIL import Image

from inference_service.engine import Painting, Picture
from inference_service.files.metadata import Story, exif, png_chunks, xmp
from inference_service.files.png import png
from inference_service.requests.validation import Order

WEBP_EFFORT = 2  # half the time of 4, for files 1 % larger (benchmarks/encoding.py)
PREVIEW_BYTES = 8 * 1024
PREVIEW_SIDE = 256  # pixels; a preview is a blurred latent, and larger it would only be smoother
PREVIEW_QUALITIES = (95, 80, 60, 40, 20)  # the best that fits; small latents leave room for much


def encode(order: Order, picture: Picture, painting: Painting) -> bytes:
    """The painting as a file of the order's format."""
    story = Story(picture=picture, sampler=painting.sampler, model=order.model, revision=order.revision)
    if order.output_format == "png":
        return png(painting.image, png_chunks(story))
    image = painting.image.convert("RGB")
    file = io.BytesIO()
    if order.output_format == "webp":
        image.save(file, "WEBP", quality=order.quality, method=WEBP_EFFORT, exif=exif(story), xmp=xmp(story).encode())
    else:
        image.save(file, "JPEG", quality=order.quality, exif=exif(story), xmp=xmp(story).encode())
    return file.getvalue()


def preview_file(image: Image.Image) -> bytes:
    """A WebP of at most 8 KB, as good as fits; it carries no story, since it is of no finished picture."""
    small = image.convert("RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    while True:
        for quality in PREVIEW_QUALITIES:
            file = io.BytesIO()
            small.save(file, "WEBP", quality=quality, method=2)
            if file.tell() <= PREVIEW_BYTES:
                return file.getvalue()
        small = small.resize((max(1, small.width // 2), max(1, small.height // 2)))
