"""Encode images as PNG, WebP, or JPEG with embedded metadata, off the engine thread."""

from __future__ import annotations

import io

from PIL import Image

from inference_service.engine import DecodedImage, ImageSpec
from inference_service.files.metadata import ImageMetadata, exif, png_chunks, xmp
from inference_service.files.png import png
from inference_service.requests.validation import ValidatedRequest

WEBP_METHOD = 2  # Half the time of method 4, for files 1% larger (benchmarks/encoding.py).
PREVIEW_BYTES = 8 * 1024
PREVIEW_SIDE = 256  # Pixels. A preview is a blurred latent, so a larger one would only be smoother.
PREVIEW_QUALITIES = (95, 80, 60, 40, 20)  # The highest quality that fits is used.


def encode(validated: ValidatedRequest, spec: ImageSpec, decoded: DecodedImage) -> bytes:
    """Return the image as a file in the requested format."""
    metadata = ImageMetadata(spec=spec, sampler=decoded.sampler, model=validated.model, revision=validated.revision)
    if validated.output_format == "png":
        return png(decoded.image, png_chunks(metadata))
    image = decoded.image.convert("RGB")
    file = io.BytesIO()
    if validated.output_format == "webp":
        image.save(
            file, "WEBP", quality=validated.quality, method=WEBP_METHOD, exif=exif(metadata), xmp=xmp(metadata).encode()
        )
    else:
        image.save(file, "JPEG", quality=validated.quality, exif=exif(metadata), xmp=xmp(metadata).encode())
    return file.getvalue()


def preview_file(image: Image.Image) -> bytes:
    """Return a WebP of at most 8 KB at the highest quality that fits. A preview has no metadata."""
    small = image.convert("RGB")
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    while True:
        for quality in PREVIEW_QUALITIES:
            file = io.BytesIO()
            small.save(file, "WEBP", quality=quality, method=2)
            if file.tell() <= PREVIEW_BYTES:
                return file.getvalue()
        small = small.resize((max(1, small.width // 2), max(1, small.height // 2)))
