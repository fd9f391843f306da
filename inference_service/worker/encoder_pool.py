"""Encoder threads: images are checked, encoded, and added to their requests, off the engine thread."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PIL.Image import Image

from inference_service.engine import DecodedImage, ImageSpec, SafetyVerdict
from inference_service.errors import GenerationFailed
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.queued_request import FinishedImage, Preview, QueuedRequest
from inference_service.requests.request_queue import RequestQueue
from inference_service.requests.validation import ValidatedRequest

Check = Callable[[ImageSpec, Image], SafetyVerdict | None]
"""Returns why an image must be blocked, or None."""

Encode = Callable[[ValidatedRequest, ImageSpec, DecodedImage], bytes]
"""Encodes a generated image as a file."""

EncodePreview = Callable[[Image], bytes]
"""Encodes a preview as a small file."""

ENCODERS = 2


class EncoderPool:
    """Encoder threads. One thread handles all images of a request, so they are added in order."""

    def __init__(
        self, check: Check, encode: Encode, encode_preview: EncodePreview, queue: RequestQueue, metrics: Metrics
    ) -> None:
        self._check, self._encode, self._encode_preview = check, encode, encode_preview
        self._queue, self._metrics = queue, metrics
        self._encoders = [ThreadPoolExecutor(1, thread_name_prefix="encoder") for _ in range(ENCODERS)]

    def submit_image(self, request: QueuedRequest, index: int, decoded: DecodedImage, *, bucket: str, ms: int) -> None:
        """Check and encode one image and add it to the request; `ms` is its share of the device's time."""
        self._submit(request, lambda: self._check_and_encode(request, index, decoded, bucket, ms))

    def submit_preview(self, request: QueuedRequest, index: int, number: int, image: Image) -> None:
        """Encode one preview of one image and add it to the request."""
        self._submit(request, lambda: self._encode_and_add_preview(request, index, number, image))

    def close(self, *, finish: bool) -> None:
        """Accept no more work, and encode what was submitted if `finish` is set."""
        for encoder in self._encoders:
            encoder.shutdown(wait=True, cancel_futures=not finish)

    def _submit(self, request: QueuedRequest, operation: Callable[[], None]) -> None:
        try:
            self._encoders[id(request) // 64 % ENCODERS].submit(self._run_guarded, request, operation)
        except RuntimeError:
            return  # The pool is closed, and the callers have received an error.

    def _run_guarded(self, request: QueuedRequest, operation: Callable[[], None]) -> None:
        try:
            operation()
        except Exception as exc:  # noqa: BLE001 - one request's failure ends no thread
            event("encoding.failed", error=type(exc).__name__, at=location(exc))
            self._queue.fail(request, GenerationFailed())

    def _check_and_encode(
        self, request: QueuedRequest, index: int, decoded: DecodedImage, bucket: str, ms: int
    ) -> None:
        data, spec = None, request.validated.images[index]
        verdict = self._check(spec, decoded.image)
        if verdict is None:
            began = time.monotonic()
            data = self._encode(request.validated, spec, decoded)
            self._metrics.observe_encode(request.validated.output_format, time.monotonic() - began)
        else:
            event("image.blocked", bucket=bucket, category=verdict.category, score=verdict.score)
            self._metrics.record_blocked(bucket, verdict.category)
        self._queue.add_image(
            request,
            FinishedImage(
                index=index,
                data=data,
                sampler=decoded.sampler,
                text_tokens=decoded.text_tokens,
                ms=ms,
                blocked=verdict,
            ),
        )

    def _encode_and_add_preview(self, request: QueuedRequest, index: int, number: int, image: Image) -> None:
        self._queue.add_preview(request, Preview(index=index, number=number, data=self._encode_preview(image)))


def location(exc: BaseException) -> str:
    """Return file and line of the innermost frame. Unlike the message, it can't contain a prompt."""
    frames = traceback.extract_tb(exc.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
