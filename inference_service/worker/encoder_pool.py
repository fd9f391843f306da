"""From pixels to callers, off the thread that owns the device: pictures are checked, encoded and handed to the desk."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PIL.Image import Image

from inference_service.engine import Painting, Picture, Verdict
from inference_service.errors import PaintingFailed
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.queued_request import Finished, Preview, Ticket
from inference_service.requests.request_queue import Desk
from inference_service.requests.validation import Order

Check = Callable[[Picture, Image], Verdict | None]
"""Says why what came of a picture must not be shown, or None."""

Encode = Callable[[Order, Picture, Painting], bytes]
"""Turns one painted picture of an order into the bytes of its file."""

EncodePreview = Callable[[Image], bytes]
"""Turns a preview into the bytes of a small file."""

ENCODERS = 2


class Delivery:
    """Encoder threads.  All of a request goes through the same one, so that its files come in order."""

    def __init__(
        self, check: Check, encode: Encode, encode_preview: EncodePreview, desk: Desk, metrics: Metrics
    ) -> None:
        self._check, self._encode, self._encode_preview = check, encode, encode_preview
        self._desk, self._metrics = desk, metrics
        self._encoders = [ThreadPoolExecutor(1, thread_name_prefix="encoder") for _ in range(ENCODERS)]

    def picture(self, ticket: Ticket, index: int, painting: Painting, *, bucket: str, ms: int) -> None:
        """Check and encode one picture, which took so long, and hand it over."""
        self._submit(ticket, lambda: self._deliver(ticket, index, painting, bucket, ms))

    def preview(self, ticket: Ticket, index: int, number: int, image: Image) -> None:
        """Encode one preview of one picture, and show it."""
        self._submit(ticket, lambda: self._show(ticket, index, number, image))

    def close(self, *, finish: bool) -> None:
        """Take nothing more; what was taken is encoded first if `finish`."""
        for encoder in self._encoders:
            encoder.shutdown(wait=True, cancel_futures=not finish)

    def _submit(self, ticket: Ticket, work: Callable[[], None]) -> None:
        try:
            self._encoders[id(ticket) // 64 % ENCODERS].submit(self._guarded, ticket, work)
        except RuntimeError:
            return  # closed meanwhile, and its callers were told

    def _guarded(self, ticket: Ticket, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as exc:
            event("encoding.failed", error=type(exc).__name__, at=place(exc))
            self._desk.fail(ticket, PaintingFailed())

    def _deliver(self, ticket: Ticket, index: int, painting: Painting, bucket: str, ms: int) -> None:
        data, picture = None, ticket.order.pictures[index]
        verdict = self._check(picture, painting.image)
        if verdict is None:
            began = time.monotonic()
            data = self._encode(ticket.order, picture, painting)
            self._metrics.observe_encode(ticket.order.output_format, time.monotonic() - began)
        else:
            event("picture.blocked", bucket=bucket, category=verdict.category, score=verdict.score)
            self._metrics.blocked(bucket, verdict.category)
        self._desk.deliver(
            ticket,
            Finished(
                index=index,
                data=data,
                sampler=painting.sampler,
                text_tokens=painting.text_tokens,
                ms=ms,
                blocked=verdict,
            ),
        )

    def _show(self, ticket: Ticket, index: int, number: int, image: Image) -> None:
        self._desk.show(ticket, Preview(index=index, number=number, data=self._encode_preview(image)))


def place(exc: BaseException) -> str:
    """File and line of the innermost frame: unlike the message it quotes no prompt."""
    frames = traceback.extract_tb(exc.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
