"""The slideshow of a published schedule runs unattended and survives an outage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.recording import OpenRequests, record_requests
from tests.browser.stack import Stack

PNG = (  # one gray pixel
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc\xa8\x07\x00\x00\x81\x00\x80\xf5\x9d\xae\xc3\x00\x00\x00\x00IEND\xaeB`\x82"
)
MINUTES = 60_000
COUNT_LOCKS = """
  window.locks = [];
  const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = (kind) => (window.locks.push(kind), ask(kind));
"""


class Site:
    """The static site of a schedule; a test sets its files and whether it responds."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.status = 200
        self.requests: list[str] = []

    def serve(self, page: Page) -> None:
        page.route("**/p/animals/**", self._answer)

    def _answer(self, route: Route) -> None:
        path = route.request.url.rpartition("/p/animals/")[2]
        self.requests.append(path)
        if self.status == 0:
            route.abort()
        elif self.status != 200:
            route.fulfill(status=self.status, body="no")
        elif path == "feed.json":
            feed = {"title": "Animals", "items": [item(name) for name in self.names]}
            route.fulfill(body=json.dumps(feed), content_type="application/json")
        else:
            route.fulfill(body=PNG, content_type="image/png")


def item(name: str) -> dict[str, Any]:
    return {
        "image": f"https://elsewhere.example/p/animals/{name}.webp",
        "title": f"Image {name}",
        "summary": f"What {name} shows.",
        "date_published": "2026-11-24T09:00:00+00:00",
        "_auto_image_gen": {"average_colour": "#808080"},
    }


@pytest.fixture
def screen(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open the slideshow without an API key, with a clock that a test can move."""
    contexts = []

    def opened(site: Site, query: str = "") -> Page:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(COUNT_LOCKS)
        page.clock.install()
        site.serve(page)
        page.goto(f"{stack.origin}/#/frame/animals{query}")
        return page

    yield opened
    for context in contexts:
        context.close()


Screen = Callable[..., Page]


def shown(page: Page, name: str) -> None:
    expect(page.get_by_role("img", name=f"What {name} shows.")).to_be_visible()


def wait_for(page: Page, ask: Callable[[], bool], *, minutes: int) -> None:
    """Advance the page's clock until the condition is true; loading takes real time."""
    open_requests = OpenRequests(page)
    for _ in range(minutes * 6):
        if ask():
            return
        page.clock.run_for(10_000)
        open_requests.wait_for_answers()
    raise AssertionError(f"It took longer than {minutes} minutes of the page's time.")


def test_slideshow_needs_no_key_and_shows_one_image_after_the_other(screen: Screen) -> None:
    """Images follow in turn, newest first, with the screen on and without a call of the API."""
    site = Site(["C", "B", "A"])
    page = screen(site, "?seconds=30")
    api: list[str] = []
    record_requests(page, api, lambda url: "/api/" in url)

    shown(page, "C")
    expect(page.get_by_text("Image C", exact=True)).to_be_visible()
    for name in ("B", "A", "C"):
        page.clock.run_for(30_000)
        shown(page, name)

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("window.locks") == ["screen"]
    assert api == []


def test_new_image_is_shown_next(screen: Screen) -> None:
    """The feed is loaded every five minutes; new images come next, and removed ones disappear at once."""
    site = Site(["B", "A"])
    page = screen(site, "?seconds=3600")
    shown(page, "B")
    page.clock.run_for(4 * MINUTES)
    assert site.requests.count("feed.json") == 1

    site.names = ["D", "C"]
    wait_for(page, lambda: page.get_by_role("img", name="What D shows.").is_visible(), minutes=15)

    page.keyboard.press("ArrowRight")
    shown(page, "C")


def test_slideshow_continues_through_an_outage(screen: Screen) -> None:
    """Offline for ten minutes, all images stay in turn under a note with the time, then it recovers."""
    site = Site(["B", "A"])
    page = screen(site, "?seconds=60")
    shown(page, "B")
    wait_for(page, lambda: "A.webp" in site.requests, minutes=1)
    expect(page).to_have_title("Animals")
    site.status = 0
    seen = set()
    for _ in range(20):
        page.clock.run_for(MINUTES // 2)
        expect(page.get_by_role("img")).to_have_count(1)
        seen.add(page.get_by_role("img").get_attribute("alt"))
    assert seen == {"What A shows.", "What B shows."}
    expect(page.get_by_text("Offline since")).to_be_visible()

    site.status, site.names = 200, ["C", "B", "A"]
    wait_for(page, lambda: page.get_by_role("img", name="What C shows.").is_visible(), minutes=5)

    expect(page.get_by_text("Offline since")).to_be_hidden()


def test_unpublished_frame_is_empty(screen: Screen) -> None:
    """When nothing is published any more, nothing stays on the screen, and it waits for the next time."""
    site = Site(["A"])
    page = screen(site)
    shown(page, "A")
    site.status = 404
    wait_for(page, lambda: page.get_by_text("This slideshow isn’t published.").is_visible(), minutes=15)
    expect(page.get_by_role("img")).to_have_count(0)

    site.status = 200
    wait_for(page, lambda: page.get_by_role("img", name="What A shows.").is_visible(), minutes=5)


def test_captions_and_screen_are_a_matter_of_taste(screen: Screen) -> None:
    """The URL and a shortcut hide captions, and the controls appear while the pointer moves."""
    page = screen(Site(["A"]), "?captions=off")
    shown(page, "A")
    expect(page.get_by_text("Image A", exact=True)).to_be_hidden()

    page.mouse.move(300, 300)
    page.get_by_role("button", name="Show captions").click()
    expect(page.get_by_text("Image A", exact=True)).to_be_visible()
    page.keyboard.press("c")

    expect(page.get_by_text("Image A", exact=True)).to_be_hidden()
