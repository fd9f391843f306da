"""The title of the browser's tab names what is open."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

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
