"""A library that is larger than a page can hold."""

from __future__ import annotations

import urllib.parse
from datetime import date, timedelta

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

PICTURES = 5_000
A_DAY = 37
PAGE = 120


def many(like: dict) -> list[dict]:
    """Pictures as the service tells them, newest first; all of them look like one that is there."""
    newest = date(2026, 11, 24)
    return [
        like | {"id": f"01M8{PICTURES - n:022d}", "day": str(newest - timedelta(days=n // A_DAY)), "title": f"No. {n}"}
        for n in range(PICTURES)
    ]


def serve(page: Page, library: list[dict]) -> None:
    """Answer lists of pictures from `library`, by cursor."""

    def answer(route: Route) -> None:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(route.request.url).query))
        start = 0 if "cursor" not in query else PICTURES - int(query["cursor"][4:]) + 1
        items = library[start : start + int(query["limit"])]
        more = start + len(items) < PICTURES
        total = None if start else PICTURES
        route.fulfill(json={"items": items, "next_cursor": items[-1]["id"] if more else None, "total": total})

    page.route("**/api/images?*", answer)


def nodes(page: Page) -> int:
    return page.locator("a[data-id]").count()


def test_endless_scroll_reaches_the_last_picture_with_few_nodes(new_page: NewPage, stack: Stack):
    """
    Every picture of five thousand can be scrolled to, and only those near the window have nodes.
    """
    stack.wait_for_pictures(1)
    page = new_page()
    serve(page, many(stack.pictures()[0]))
    page.goto(stack.url)
    expect(page.locator("a[data-id]").first).to_be_visible()
    most = nodes(page)

    for _ in range(PICTURES // PAGE + 40):
        page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(40)
        most = max(most, nodes(page))
    last = page.locator(f"a[data-id='01M8{1:022d}']")

    expect(last).to_be_in_viewport()
    expect(page.get_by_text("5,000 pictures, from the first on")).to_be_visible()
    assert most < 200


def test_place_is_kept_while_somebody_looks_elsewhere(new_page: NewPage, stack: Stack):
    """
    Coming back from another page, the gallery is where it was.
    """
    stack.wait_for_pictures(1)
    page = new_page()
    serve(page, many(stack.pictures()[0]))
    page.goto(stack.url)
    expect(page.locator("a[data-id]").first).to_be_visible()
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 1500)
    until(lambda: page.evaluate("window.scrollY >= 1400"), limit_s=10)
    page.wait_for_timeout(200)
    before = page.evaluate("window.scrollY")

    page.get_by_role("link", name="Schedules").click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()
    page.get_by_role("link", name="Pictures").click()

    until(lambda: page.evaluate(f"Math.abs(window.scrollY - {before}) < 5"), limit_s=10)
