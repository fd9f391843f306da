"""A library that is larger than one page of results."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.large import Large
from tests.browser.stack import Stack, until

MAX_PAGE_PX = 8_000_000
THUMBHASH = re.compile("^url..data:image/png")

OpenLarge = Callable[..., tuple[Page, Large]]


@pytest.fixture
def open_large(new_page: NewPage, stack: Stack) -> OpenLarge:
    """Opens the gallery over a large library."""

    def make(count: int, a_day: int, **options: object) -> tuple[Page, Large]:
        stack.wait_for_images(1)
        library = Large(count, a_day, stack.images()[0])
        page = new_page(**options)
        library.serve(page)
        page.goto(stack.url)
        expect(tile(page, library, 0)).to_be_visible()
        expect(page.get_by_role("slider", name="Timeline")).to_be_visible()
        return page, library

    return make


def tile(page: Page, library: Large, n: int) -> Locator:
    return page.locator(f"a[data-id='{library.id(n)}']")


def nodes(page: Page) -> int:
    return page.locator("a[data-id]").count()


def y_of(page: Page, library: Large, n: int) -> float:
    box = tile(page, library, n).bounding_box()
    assert box is not None
    return box["y"]


IMAGE_BELOW_THE_TOP = (
    "[...document.querySelectorAll('a[data-id]')].find((a) => a.getBoundingClientRect().top > 300)?.dataset.id"
)
IMAGE_AT_THE_TOP = (
    "document.elementFromPoint(200, 120)?.closest('[role=gridcell]')?.querySelector('a[data-id]')?.dataset.id"
)


def turn_wheel(page: Page, by: int) -> bool:
    """Turn the wheel and wait until the page has moved; return False at its end."""
    before, end = page.evaluate("[scrollY, document.documentElement.scrollHeight - innerHeight]")
    if before >= end - 1:
        return False
    page.mouse.wheel(0, by)
    until(lambda: page.evaluate("scrollY") > before, limit_s=60)
    return True


def wait_until_still(page: Page) -> None:
    """Wait until the page has scrolled and has the same position twice in a row."""
    positions: list[float] = [0]

    def still() -> bool:
        positions.append(page.evaluate("scrollY"))
        return positions[-1] > 0 and positions[-1] == positions[-2]

    until(still, limit_s=60)


def test_scrolling_reaches_the_last_image_with_few_nodes(open_large: OpenLarge) -> None:
    """All of five thousand images can be reached by scrolling, and only those near the window have elements."""
    page, library = open_large(5_000, 37)
    most = nodes(page)

    page.mouse.move(700, 500)
    while turn_wheel(page, 4_000):
        most = max(most, nodes(page))

    expect(tile(page, library, 4_999)).to_be_in_viewport()
    expect(page.get_by_text("5,000 images in total")).to_be_visible()
    assert most < 200


def test_position_stays_while_another_page_is_open(open_large: OpenLarge) -> None:
    """Returning from another page, the gallery has its scroll position."""
    page, _ = open_large(5_000, 37)
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 1_500)
    until(lambda: page.evaluate("window.scrollY >= 1400"), limit_s=60)
    wait_until_still(page)
    before = page.evaluate("window.scrollY")

    page.get_by_role("link", name="Schedules").click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()
    page.get_by_role("link", name="Images").click()

    until(lambda: page.evaluate(f"Math.abs(window.scrollY - {before}) < 5"), limit_s=60)


def test_timeline_says_the_date_under_the_pointer_and_goes_there(open_large: OpenLarge) -> None:
    """Hovering shows the day, a click goes there, and only that day is loaded."""
    page, library = open_large(20_000, 20)
    timeline = page.get_by_role("slider", name="Timeline")
    box = timeline.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = len(library.requests)

    page.mouse.move(*middle)
    hint = page.locator(".hint")
    expect(hint).to_have_text(re.compile(r"^\d{1,2} Jul 2025$"))
    page.mouse.down()
    page.mouse.up()

    expect(tile(page, library, 10_000)).to_be_attached()
    day = hint.inner_text()
    page.mouse.move(400, 400)
    expect(timeline).to_have_attribute("aria-valuetext", re.compile(r"Jul(y)? 2025, 20 images$"))
    assert day.split()[0] in (timeline.get_attribute("aria-valuetext") or "")
    assert len(library.requests) - before <= 4


def test_timeline_works_by_keys(open_large: OpenLarge) -> None:
    """The timeline steps by days, by months, and to both ends."""
    page, library = open_large(5_000, 20)
    timeline = page.get_by_role("slider", name="Timeline")
    timeline.focus()
    expect(timeline).to_have_attribute("aria-valuetext", re.compile("^Tuesday,? 24 November 2026"))

    page.keyboard.press("ArrowDown")
    expect(timeline).to_have_attribute("aria-valuetext", re.compile("^Monday,? 23 November 2026, 20 images$"))
    page.keyboard.press("PageDown")
    expect(timeline).to_have_attribute("aria-valuetext", re.compile("31 October 2026"))
    page.keyboard.press("End")
    expect(tile(page, library, 4_999)).to_be_in_viewport()
    page.keyboard.press("Home")

    expect(tile(page, library, 0)).to_be_in_viewport()


def test_last_of_a_million_can_be_seen_and_scrolling_stays_exact(open_large: OpenLarge) -> None:
    """The page never exceeds browser limits, the last image is reachable, and the wheel moves by its exact amount."""
    page, library = open_large(1_000_000, 700)
    tile(page, library, 0).focus()

    page.keyboard.press("End")
    last = tile(page, library, 999_999)
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollHeight") <= MAX_PAGE_PX + 2_000

    page.get_by_role("slider", name="Timeline").focus()
    for _ in range(3):
        page.keyboard.press("PageUp")
    expect(last).not_to_be_in_viewport()
    wait_until_still(page)
    shown = until(lambda: page.evaluate(IMAGE_BELOW_THE_TOP), limit_s=60)
    somewhere = page.locator(f"a[data-id='{shown}']")
    before = somewhere.bounding_box()
    assert before is not None
    page.mouse.move(600, 500)
    for _ in range(5):
        page.mouse.wheel(0, -40)
    until(lambda: abs((somewhere.bounding_box() or before)["y"] - before["y"] - 200) < 2, limit_s=60)


def test_images_can_be_larger_or_smaller_and_the_place_stays(open_large: OpenLarge) -> None:
    """Buttons and keys change the image size; the position stays, and a reload keeps the size."""
    page, _ = open_large(5_000, 500)
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 9_000)
    wait_until_still(page)
    first = until(lambda: page.evaluate(IMAGE_AT_THE_TOP), limit_s=60)
    looked_at = page.locator(f"a[data-id='{first}']")
    before = looked_at.bounding_box()
    assert before is not None

    page.get_by_role("button", name="Larger images").click()
    until(lambda: (looked_at.bounding_box() or before)["width"] > 250, limit_s=60)
    after = looked_at.bounding_box()
    assert after is not None
    assert abs(after["y"] - before["y"]) < after["height"]
    page.keyboard.press("-")
    page.keyboard.press("-")
    until(lambda: (looked_at.bounding_box() or before)["width"] < 140, limit_s=60)
    page.reload()

    expect(page.locator("a[data-id]").first).to_be_visible()
    width = page.locator("a[data-id]").first.bounding_box()
    assert width is not None
    assert width["width"] < 140


def test_grid_has_its_true_size_and_keeps_the_focus_of_a_scrolled_image(open_large: OpenLarge) -> None:
    """The grid counts all rows and columns, and arrow keys go on from an image that is scrolled away."""
    page, library = open_large(5_000, 50)
    grid = page.get_by_role("grid", name="Images")
    columns = int(grid.get_attribute("aria-colcount") or 0)
    rows = int(grid.get_attribute("aria-rowcount") or 0)
    tile(page, library, 3).focus()
    page.keyboard.press("ArrowDown")
    below = page.evaluate("document.activeElement.dataset.id")

    page.mouse.move(700, 500)
    page.mouse.wheel(0, 20_000)
    wait_until_still(page)
    focused = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("ArrowRight")
    expect(page.locator("a[data-id]:focus")).to_be_in_viewport()
    then = page.evaluate("document.activeElement.dataset.id")

    assert columns == 6
    assert rows == 99 * 9 + 4 + 5  # on the first day are 24, on the last the other 26
    assert below == focused
    assert then < focused
    row = page.locator("[role=row]:has(a:focus)")
    assert row.get_attribute("aria-rowindex") == row.evaluate("row => row.ariaRowIndex")
    assert page.locator("[role=grid] [tabindex='0']").count() == 1


def test_days_of_one_image_share_the_rows_of_their_month(open_large: OpenLarge) -> None:
    """With one image a day, the gallery groups by month and shows dates in the margin."""
    page, library = open_large(400, 1)

    expect(page.get_by_role("heading", name="November 2026")).to_be_attached()
    first, second = tile(page, library, 0).bounding_box(), tile(page, library, 1).bounding_box()

    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    expect(page.locator(".number").first).to_have_text("24 Nov")


def test_search_has_a_plain_scroll_bar_and_no_timeline(open_large: OpenLarge, stack: Stack) -> None:
    """A search has no counts per day, so the browser's scroll bar replaces the timeline."""
    page, library = open_large(5_000, 50)
    search = page.get_by_role("combobox", name="Search images")
    search.fill("fox")
    search.press("Enter")

    expect(page.get_by_role("slider", name="Timeline")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).scrollbarWidth") == "auto"
    # The number of rows is announced once it is known.
    expect(page.get_by_role("grid", name="Images")).to_have_attribute("aria-rowcount", "-1")
    page.mouse.move(700, 500)
    for _ in range(8):
        until(lambda: turn_wheel(page, 5_000), limit_s=60)  # more may be loaded first
    assert max(int(query["limit"]) for query in library.requests) <= 200
    assert nodes(page) < 200


def test_colors_appear_at_once_and_thumbhashes_at_rest(new_page: NewPage, stack: Stack) -> None:
    """A loading image has its average color, and its thumbhash only while nothing scrolls."""
    stack.wait_for_images(1)
    (image, *_) = stack.images()
    page = new_page()
    Large(2_000, 100, image).serve(page)
    page.route("**/thumbnails/**", lambda route: None)
    page.clock.install()
    page.goto(stack.url, wait_until="domcontentloaded")  # without an answer to thumbnails, there may be no load event
    cells = page.locator("a[data-id] > :is(img, .color)")
    expect(cells.first).to_have_css("background-image", THUMBHASH)

    def seen() -> set[str]:
        style = "(one) => getComputedStyle(one).backgroundColor + ' ' + getComputedStyle(one).backgroundImage"
        return set(cells.evaluate_all(f"cells => cells.map({style})"))

    # From here on, the clock of the page is paused.
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))
    # The page's own listener ran first and requested an animation frame.
    page.evaluate("new Promise((done) => { addEventListener('scroll', done, { once: true }); scrollBy(0, 3_000); })")
    page.clock.run_for(100)
    until(lambda: seen() == {f"{rgb(image['average_colour'])} none"}, limit_s=60)
    page.clock.run_for(400)

    expect(cells.first).to_have_css("background-image", THUMBHASH)


def rgb(color: str) -> str:
    """Convert a color to the form of computed styles: `#0a0b0c` to `rgb(10, 11, 12)`."""
    return f"rgb({', '.join(str(part) for part in bytes.fromhex(color[1:]))})"
