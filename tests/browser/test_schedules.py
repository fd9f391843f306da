"""A schedule fires, and is made, paused, changed and deleted by hand."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.stack import Stack

MINUTE = 60_000


def new_schedule(page: Page, theme: str) -> None:
    page.keyboard.press("s")
    page.get_by_role("link", name=re.compile("New schedule|Make the first one")).click()
    page.get_by_role("textbox", name="Theme").fill(theme)


def test_schedule_fires(page: Page, stack: Stack):
    """
    A schedule of every minute is made in the form and paints by itself, with its run in the history.
    """
    theme = "a cat in space"
    new_schedule(page, theme)
    page.get_by_role("radio", name="Every so often").check()
    page.get_by_role("spinbutton", name="Minutes between runs").fill("1")
    expect(page.get_by_text("Every minute", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Plan it").click()

    expect(page.get_by_role("heading", name=theme, level=1)).to_be_visible()
    expect(page.get_by_text("It has not run yet.")).to_be_visible()
    strip = page.get_by_role("list", name=f"Last pictures of {theme}")
    expect(strip.locator("img").first).to_be_visible(timeout=2.5 * MINUTE)
    expect(page.get_by_text("Done").first).to_be_visible()
    page.get_by_role("button", name="Delete the schedule").click()
    page.get_by_role("button", name="Delete the schedule", exact=True).click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()

    (schedule_id,) = {picture["schedule_id"] for picture in stack.pictures() if picture["theme"] == theme}
    slots = [job["slot"] for job in stack.api("GET", "jobs", schedule_id=schedule_id)["items"]]
    assert len(slots) == len(set(slots))


def test_preview_says_what_the_times_mean(page: Page):
    """
    Picker and cron keep in step; the sentence and the next five runs follow, and a wrong cron is explained.
    """
    new_schedule(page, "postcards")
    cron = page.get_by_role("textbox", name="Cron")
    expect(cron).to_have_value("0 9 * * *")
    page.get_by_label("Time of day").fill("18:30")
    page.get_by_role("button", name="Saturday").click()
    page.get_by_role("button", name="Sunday").click()

    expect(cron).to_have_value("30 18 * * 1-5")
    runs = page.get_by_role("region", name="When").get_by_role("listitem")
    expect(runs.first).to_contain_text("18:30")
    expect(runs).to_have_count(5)
    cron.fill("30 25 * * *")
    expect(cron).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text="30 25")).to_be_visible()
    cron.fill("0 8 1 * *")
    expect(page.get_by_text("More than the picker can show.")).to_be_visible()
    expect(runs.first).to_contain_text(re.compile(r"\b1 \w{3} 08:00"))


def test_schedule_is_edited_paused_resumed_and_run(page: Page, stack: Stack):
    """
    Each change shows at once: the new name, the pause with its reason, the run that somebody asked for.
    """
    timing = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}
    stack.api("POST", "schedules", {"name": "Once a year", "theme": "a dragon in the snow", "timing": timing})
    page.keyboard.press("s")
    page.get_by_role("link", name="Once a year").click()

    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Name").fill("Every New Year")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Every New Year", level=1)).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    asked = page.get_by_role("dialog", name=re.compile("Pause"))
    asked.get_by_role("textbox").fill("Nothing to celebrate")
    asked.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: Nothing to celebrate")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Paused: Nothing to celebrate")).to_be_hidden()

    page.get_by_role("button", name="Run now").click()
    strip = page.get_by_role("list", name="Last pictures of Every New Year")
    expect(strip.locator("img")).to_have_count(1, timeout=2 * MINUTE)


def test_deleted_schedule_comes_back_by_undo(page: Page, stack: Stack):
    """
    Deleting asks first and can be undone for a while.
    """
    timing = {"kind": "every", "minutes": 600_000 // 60, "timezone": "UTC"}
    stack.api("POST", "schedules", {"name": "Seldom", "theme": "a snail", "timing": timing})
    page.keyboard.press("s")
    page.get_by_role("button", name="Delete the schedule Seldom").click()
    asked = page.get_by_role("dialog", name="Delete “Seldom”?")
    asked.get_by_role("button", name="Delete the schedule").click()
    expect(page.get_by_role("link", name="Seldom")).to_be_hidden()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Seldom")).to_be_visible()
    again = [one for one in stack.api("GET", "schedules")["items"] if one["name"] == "Seldom"]
    assert [one["theme"] for one in again] == ["a snail"]
