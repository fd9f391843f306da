"""Accessibility: axe-core finds no violation on any view, and other checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from local.setup.node import DASHBOARD
from tests.browser.conftest import NewPage, watched_pages
from tests.browser.large import Large
from tests.browser.stack import Stack
from tests.requirements_met import require

AXE = DASHBOARD / "node_modules" / "axe-core" / "axe.min.js"
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """async (runOnly) => {
  const found = await axe.run(document, { runOnly });
  const shown = (nodes) => nodes.slice(0, 3).map(({ html }) => html.slice(0, 200));
  return found.violations.map(({ id, help, nodes }) => [id, help, shown(nodes)]);
}"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

Open = Callable[[Page, Stack], object]


def tile(page: Page, number: int = 0) -> Any:
    return page.locator("a[data-id]").nth(number)


def at(place: str, heading: str | None = None) -> Open:
    """Open a URL and wait until its page is shown."""

    def go(page: Page, stack: Stack) -> None:
        page.goto(f"{stack.origin}/#/{place}")
        expect(page.get_by_role("heading", level=1, name=heading).first).to_be_attached()
        page.wait_for_load_state("networkidle")

    return go


def selected(page: Page, stack: Stack) -> None:
    for number in range(2):
        tile(page, number).click(modifiers=["Control"])
    page.get_by_role("button", name="Tag", exact=True).click()


def completing(page: Page, stack: Stack) -> None:
    page.get_by_role("combobox").fill("a")
    expect(page.get_by_role("option").first).to_be_visible()


def nothing_found(page: Page, stack: Stack) -> None:
    page.get_by_role("combobox").fill("nowhere tag:nowhere")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No results")).to_be_visible()


def viewing(page: Page, stack: Stack) -> None:
    tile(page).click()
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()
    panel = page.get_by_role("complementary", name="Image details")
    if not panel.is_visible():
        page.keyboard.press("i")
    expect(panel).to_be_visible()


def review(page: Page, stack: Stack) -> None:
    page.keyboard.press("c")
    expect(page.get_by_role("toolbar", name="Review mode")).to_be_visible()


def comparing(page: Page, stack: Stack) -> None:
    ids = ",".join(image["id"] for image in stack.images()[:2])
    at(f"compare/{ids}", "Compare")(page, stack)
    expect(page.get_by_role("table")).to_be_visible()


def sliding(page: Page, stack: Stack) -> None:
    comparing(page, stack)
    page.keyboard.press("v")
    expect(page.get_by_role("slider")).to_be_visible()


def one_schedule(page: Page, stack: Stack) -> None:
    (schedule, *_) = stack.api("GET", "schedules")["items"]
    at(f"schedules/{schedule['id']}", schedule["name"])(page, stack)


def choosing_time_zone(page: Page, stack: Stack) -> None:
    at("schedules/new")(page, stack)
    page.get_by_role("combobox", name="Time zone").click()
    expect(page.get_by_role("option", name="Europe/Berlin", selected=True)).to_be_visible()


def trashed(page: Page, stack: Stack) -> None:
    (*_, oldest) = stack.images()
    stack.api("DELETE", f"images/{oldest['id']}")
    at("trash", "Trash")(page, stack)
    expect(tile(page)).to_be_visible()
    stack.api("POST", f"images/{oldest['id']}/restore")


def album(page: Page, stack: Stack) -> None:
    """An album with an image that is selected, and the menu of albums."""
    albums = stack.api("GET", "albums")["items"]
    made = next((one for one in albums if one["name"] == "For axe"), None)
    if made is None:
        made = stack.api("POST", "albums", {"name": "For axe", "note": "Two images."})
        ids = [image["id"] for image in stack.images()[:2]]
        stack.api("POST", "images/bulk", {"action": "add_to_album", "album": made["id"], "ids": ids})
    at(f"albums/{made['id']}", "For axe")(page, stack)
    tile(page).click(modifiers=["Control"])
    page.get_by_role("button", name="Add to album").click()
    expect(page.get_by_role("button", name="For axe")).to_be_visible()


def new_album(page: Page, stack: Stack) -> None:
    at("albums", "Albums")(page, stack)
    page.get_by_role("button", name="New album").click()
    page.get_by_label("Results of a search").check()


def slideshow(page: Page, stack: Stack) -> None:
    at("slideshow")(page, stack)
    expect(page.locator("figure img")).to_be_visible()
    page.mouse.move(90, 90)
    page.mouse.move(95, 95)


def keys(page: Page, stack: Stack) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def dating(page: Page, stack: Stack) -> None:
    page.keyboard.press("g")
    expect(page.get_by_role("dialog", name="Go to date")).to_be_visible()


VIEWS: dict[str, Open] = {
    "images": lambda page, stack: None,
    "images, some selected": selected,
    "images, a word half typed": completing,
    "images, nothing found": nothing_found,
    "images, going to a date": dating,
    "one image": viewing,
    "review": review,
    "compare side by side": comparing,
    "compare by slider": sliding,
    "trash": trashed,
    "slideshow": slideshow,
    "an album": album,
    "a new album": new_album,
    "create": at("create", "Create"),
    "schedules": at("schedules", "Schedules"),
    "one schedule": one_schedule,
    "a new schedule": at("schedules/new"),
    "a new schedule, choosing a time zone": choosing_time_zone,
    "activity": at("activity", "Activity"),
    "insights": at("insights"),
    "settings": at("settings"),
    "audit log": at("audit", "Audit log"),
    "setup": at("setup"),
    "no such page": at("nowhere"),
    "keys": keys,
}
VIEWS_OF_A_PHONE = (
    "images",
    "images, some selected",
    "one image",
    "compare side by side",
    "slideshow",
    "an album",
    "trash",
    "create",
    "activity",
)


def violations(page: Page, what: dict[str, Any]) -> list[object]:
    if not page.evaluate("'axe' in window"):
        require(AXE.exists(), "axe-core", "run `make test`, which installs it")
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(RUN, what))


def in_both_themes(page: Page) -> dict[str, list[object]]:
    """What axe-core finds: everything in light colors, and contrast in dark ones."""
    page.emulate_media(color_scheme="light")
    found = {"light": violations(page, EVERYTHING)}
    page.emulate_media(color_scheme="dark")
    return found | {"dark": violations(page, CONTRAST)}


# The page's own policy would keep axe's checks of styles out.
FOR_AXE: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}


@pytest.fixture(scope="module")
def desktop(browser: Browser, stack: Stack) -> Iterator[Page]:
    """One page for all views: to load it for each would take twice as long as to check it."""
    stack.wait_for_images(3)
    with watched_pages(browser) as make:
        yield make(stack.url, **FOR_AXE)


@pytest.fixture(scope="module")
def phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    stack.wait_for_images(3)
    with watched_pages(browser) as make:
        yield make(stack.url, **FOR_AXE, **PHONE)


def look_at(page: Page, stack: Stack, name: str) -> None:
    """Open the view from the gallery, where nothing of the view before is left."""
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto(f"{stack.origin}/#/images")
    expect(tile(page)).to_be_visible()
    expect(page.get_by_role("combobox", name="Search images")).to_have_value("")
    expect(page.get_by_role("toolbar", name="Selected images")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    VIEWS[name](page, stack)


@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing(desktop: Page, stack: Stack, name: str) -> None:
    """No view has a violation in light colors on a desktop, and contrast suffices in dark colors."""
    look_at(desktop, stack, name)

    assert in_both_themes(desktop) == {"light": [], "dark": []}


def test_axe_finds_nothing_before_the_sign_in(new_page: NewPage, stack: Stack) -> None:
    """The sign-in form has no violation in light colors, and contrast suffices in dark colors."""
    page = new_page(stack.origin, **FOR_AXE)
    expect(page.get_by_label("API key")).to_be_visible()

    assert in_both_themes(page) == {"light": [], "dark": []}


@pytest.mark.parametrize("name", VIEWS_OF_A_PHONE)
def test_axe_finds_nothing_on_a_phone(phone: Page, stack: Stack, name: str) -> None:
    """No view whose layout differs there has a violation."""
    look_at(phone, stack, name)

    assert violations(phone, EVERYTHING) == []


def test_bars_never_cover_what_has_the_focus(new_page: NewPage, stack: Stack) -> None:
    """Between the search and the selection bar, arrow keys keep the focused image in sight, and messages show above."""
    stack.wait_for_images(1)
    page = new_page(viewport={"width": 900, "height": 700})
    Large(600, 100, stack.images()[0]).serve(page)
    page.goto(stack.url)
    tile(page).focus()
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected images")).to_be_visible()
    uncovered = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const heights = [0.03, 0.5, 0.97].map((share) => box.y + share * box.height);
      const seen = heights.map((y) => document.elementFromPoint(box.x + box.width / 2, y));
      return seen.every((one) => document.activeElement.parentElement.contains(one));
    }"""

    for key in ["ArrowDown"] * 9 + ["ArrowUp"] * 7:
        before = page.evaluate("document.activeElement.dataset.id")
        page.keyboard.press(key)
        expect(page.locator(f"a[data-id='{before}']")).not_to_be_focused()
        assert page.evaluate("document.activeElement.dataset.id") != before
        assert page.evaluate(uncovered)

    # Nor does a message cover the bar: a press on each button would reach it.
    page.keyboard.press("f")
    expect(page.get_by_role("region", name="Notifications").get_by_role("listitem").first).to_be_visible()
    for button in page.get_by_role("toolbar", name="Selected images").get_by_role("button").all():
        button.click(trial=True)


def test_text_of_twice_the_size_fits(new_page: NewPage, stack: Stack) -> None:
    """At 200 % the window is half as wide, and no page has to be scrolled sideways; so it is at 320 px."""
    stack.wait_for_images(1)
    for width, height in ((720, 450), (320, 640)):
        page = new_page(stack.url, viewport={"width": width, "height": height})
        for place in ("images", "create", "schedules", "schedules/new", "activity", "trash", "settings", "audit"):
            at(place)(page, stack)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
