"""Responses for a library larger than a test could generate: image lists and timeline."""

from __future__ import annotations

import json
import urllib.parse
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route

from benchmarks.image_records import ulid

NEWEST = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Large:
    """`count` images, one after the other at even distances, `a_day` of them on each day; all look like `like`."""

    def __init__(self, count: int, a_day: int, like: dict[str, Any]) -> None:
        self.count = count
        self._step = timedelta(days=1) / a_day
        self._like = like
        self.requests: list[dict[str, str]] = []

    def id(self, n: int) -> str:
        """Of the n-th image, the newest being number 0."""
        return ulid(int((NEWEST - n * self._step).timestamp() * 1000), 1)

    def day(self, n: int) -> str:
        return f"{NEWEST - n * self._step:%Y-%m-%d}"

    def serve(self, page: Page) -> None:
        """Serve the image lists and the timeline of a page from here."""
        page.route("**/api/images?*", self._list)
        page.route("**/api/timeline", self._timeline)

    def _list(self, route: Route) -> None:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(route.request.url).query))
        self.requests.append(query)
        start, limit = 0, int(query["limit"])
        if edge := query.get("cursor") or query.get("before"):
            start = self._first_older(edge)
        if newer := query.get("after"):
            start, limit = max(0, self._first_older(newer) - 1 - limit), min(limit, self._first_older(newer) - 1)
        numbers = range(start, min(self.count, start + limit))
        items = [self._like | {"id": self.id(n), "day": self.day(n), "title": f"No. {n}"} for n in numbers]
        more = start + limit < self.count
        route.fulfill(json={"items": items, "next_cursor": items[-1]["id"] if items and more else None})

    def _timeline(self, route: Route) -> None:
        counts = Counter(self.day(n) for n in range(self.count))
        days = [{"day": day, "count": counts[day]} for day in sorted(counts, reverse=True)]
        route.fulfill(body=json.dumps({"days": days, "total": self.count, "timezone": "UTC"}))

    def _first_older(self, id: str) -> int:
        ms = 0
        for digit in id[:10]:
            ms = ms * 32 + DIGITS.index(digit)
        near = int((NEWEST - datetime.fromtimestamp(ms / 1000, UTC)) / self._step)
        return next(n for n in range(max(0, near - 2), near + 4) if self.id(n) < id)
