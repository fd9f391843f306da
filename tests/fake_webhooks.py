"""A fake of the webhook client."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from functions.models.history import WebhookResponse
from functions.policy.security.outbound_urls import check_url
from tests.faults import Faulty


@dataclass(frozen=True)
class Posted:
    url: str
    body: bytes
    headers: Mapping[str, str]


class FakeWebhookClient(Faulty):
    """Records every message; `answers` are the next statuses, each sent with `retry_after_s`."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[Posted] = []
        self.answers: deque[int] = deque()
        self.retry_after_s: float | None = None
        self.closed = False

    async def validate_url(self, url: str) -> None:
        check_url(url)
        self._fault()

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookResponse:
        self.posted.append(Posted(url, body, headers))
        self._fault()
        status = self.answers.popleft() if self.answers else 204
        return WebhookResponse(status=status, retry_after_s=self.retry_after_s)

    async def close(self) -> None:
        self.closed = True
