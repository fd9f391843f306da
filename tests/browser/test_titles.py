"""The title of the browser's tab names what is open, and a page that is left does nothing more."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.stack import Stack

TIMING = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}


def test_title_names_the_image_the_search_and_the_schedule(page: Page, stack: Stack) -> None:
    """An open image, a search, and a schedule are in the title, and leave it when they are closed."""
    (image,) = stack.generated("a lantern in the fog")
    name = re.escape(image["title"] or image["theme"])
    schedule = stack.api("POST", "schedules", {"name": "Lanterns", "theme": "lanterns", "timing": TIMING})

    page.goto(f"{stack.origin}/#/images/{image['id']}?q=lantern")
    expect(page).to_have_title(re.compile(rf"{name} · Images · Auto-Image-Gen$"))
    page.keyboard.press("Escape")
    expect(page).to_have_title(re.compile(r"(^|· )lantern · Images · Auto-Image-Gen$"))
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    expect(page).to_have_title(re.compile(r"(^|· )Lanterns · Schedule · Auto-Image-Gen$"))
    page.goto(f"{stack.origin}/#/images?q=schedule:{schedule['id']}")
    expect(page).to_have_title(re.compile(r"(^|· )Lanterns · Images · Auto-Image-Gen$"))
    page.goto(f"{stack.origin}/#/activity")
    expect(page).to_have_title(re.compile(r"(^|· )Activity · Auto-Image-Gen$"))
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_page_is_left_while_its_images_load(page: Page, stack: Stack) -> None:
    """A gallery that was left doesn't move to the image seen last when its images arrive, which would warn."""
    (image,) = stack.generated("a lantern in the fog")
    held: list[Route] = []
    page.route(re.compile(r"/api/images\?.*lantern"), lambda route: held.append(route))

    page.goto(f"{stack.origin}/#/images/{image['id']}?q=lantern")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto(f"{stack.origin}/#/activity")
    expect(page.get_by_role("heading", level=1, name="Activity")).to_be_visible()

    assert held
    with page.expect_response(re.compile(r"/api/images\?.*lantern")):
        for route in held:
            route.continue_()
    page.goto(f"{stack.origin}/#/images?q=lantern")
    expect(page.locator(f"a[data-id='{image['id']}']")).to_be_visible()
