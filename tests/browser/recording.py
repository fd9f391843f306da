"""Requests of a page, recorded as they are sent."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request


def record_requests(page: Page, into: list[str], when: Callable[[str], bool]) -> None:
    """Add the URL of each further request to the list if `when` is true for it."""

    def record(request: Request) -> None:
        if when(request.url):
            into.append(request.url)

    page.on("request", record)
