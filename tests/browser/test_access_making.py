"""axe-core finds no violation in the dialogs and expanded parts of Create, Schedules, publishing and Setup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack
from tests.browser.test_access import EVERYTHING, violations

SELDOM = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}

Step = Callable[[Page], object]


def press(name: str) -> Step:
    def pressed(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_role("dialog").first).to_be_visible()

    return pressed


def prompt_options(page: Page) -> None:
    page.get_by_role("textbox", name="Theme").fill("a lighthouse on holiday")
    page.get_by_role("button", name="Write 3 options").click()
    expect(page.get_by_role("radio")).to_have_count(3)
    expect(page.get_by_role("radio").nth(2)).to_be_checked()


def unfolded(text: str) -> Step:
    return lambda page: page.get_by_text(text, exact=True).first.click()


def after_test(page: Page) -> None:
    page.get_by_role("button", name="Test Prompts").click()
    expect(page.get_by_text("Sample prompt:")).to_be_visible()


def days_of_the_month(page: Page) -> None:
    page.get_by_role("radio", name="Monthly", exact=True).check()


def test_axe_finds_nothing_in_dialogs_and_expanded_parts(new_page: NewPage, stack: Stack) -> None:
    """Every dialog and expandable part of these pages passes axe-core, on a desktop and on a phone."""
    stack.wait_for_images(1)
    schedule = stack.api("POST", "schedules", {"name": "Looked at", "theme": "a snail", "timing": SELDOM})
    one = f"schedules/{schedule['id']}"
    stack.api("PUT", f"{one}/publication", {"publish": "everything", "slug": "looked-at", "etag": schedule["etag"]})
    views: list[tuple[str, Step]] = [
        ("create", prompt_options),
        ("create", press("Prompt history")),
        ("create", press("Save as preset")),
        ("schedules", press("Pause all")),
        ("schedules/new", days_of_the_month),
        (one, press("Pause")),
        (one, press("Publishing settings…")),
        (one, press("Add webhook…")),
        ("activity", unfolded("Details")),
        ("setup", after_test),
    ]
    found: dict[str, Any] = {}
    sizes: list[dict[str, Any]] = [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}]
    for size in sizes:
        page = new_page(bypass_csp=True, reduced_motion="reduce", **size)
        page.goto(f"{stack.url}&/create")
        for number, (place, step) in enumerate(views):
            page.goto(f"{stack.origin}/#/{place}")
            step(page)
            found[f"{place}, {number}, {size}"] = violations(page, EVERYTHING)
            page.keyboard.press("Escape")
            expect(page.locator("dialog[open]")).to_have_count(0)

    stack.api("DELETE", f"schedules/{schedule['id']}")
    assert not {name: some for name, some in found.items() if some}


def test_axe_finds_nothing_on_a_slideshow(new_page: NewPage, stack: Stack) -> None:
    """The slideshow page without published images passes axe-core."""
    page = new_page(f"{stack.origin}/#/frame/nothing-here", bypass_csp=True, reduced_motion="reduce")
    expect(page.get_by_text("This slideshow isn’t published.")).to_be_visible()

    assert violations(page, EVERYTHING) == []
