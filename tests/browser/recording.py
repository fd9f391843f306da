"""Requests of a page: recorded as they are sent, and waited for."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request

from tests.browser.stack import until

# A file of the dashboard that no page loads by itself.
LAST = "async () => { await (await fetch('./redirect.html', { cache: 'no-store' })).text(); }"


def record_requests(page: Page, into: list[str], when: Callable[[str], bool]) -> None:
    """Add the URL of each further request to the list if `when` is true for it."""

    def record(request: Request) -> None:
        if when(request.url):
            into.append(request.url)

    page.on("request", record)


class OpenRequests:
    """The requests of a page that have no answer yet, counted from here on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", self._begun)
        # Not when it is finished: that isn't reported of a body which the page turns into a blob.
        page.on("response", lambda response: self._ended(response.request))
        page.on("requestfailed", self._ended)

    def wait_for_answers(self) -> None:
        """Wait until the page has the answers to all that it has requested, also to requests not yet reported here.

        Requests are reported in the order in which they are sent, so that one sent now and its answer come last.
        """
        until(lambda: self._page.evaluate(LAST) is None and not self._open, limit_s=60)

    def _begun(self, request: Request) -> None:
        self._open.add(request)

    def _ended(self, request: Request) -> None:
        self._open.discard(request)
