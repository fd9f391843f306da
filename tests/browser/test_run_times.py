"""The times of runs in the time zones of the schedule and of the user, and the choice of days and time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

TOKYO = {"kind": "cron", "cron": "30 7 * * *", "timezone": "Asia/Tokyo"}


@pytest.fixture
def far(stack: Stack) -> Iterator[dict[str, Any]]:
    """A schedule that runs at 7:30 in Tokyo, which is 23:30 or 00:30 in the time zone of the library and the user."""
    schedule = stack.api("POST", "schedules", {"name": "From afar", "theme": "a snail", "timing": TOKYO})
    yield schedule
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_each_place_shows_a_run_on_the_clock_of_its_schedule(page: Page, stack: Stack, far: dict[str, Any]) -> None:
    """The strip, the upcoming prompts, and the images page show 07:30 in Tokyo, with the user's own time beside it."""
    own = re.compile(r"(23|00):30 \(your time\)$")
    page.goto(f"{stack.origin}/#/schedules")
    strip = page.get_by_role("list", name="Latest images of From afar")
    expect(strip.get_by_text("07:30", exact=True)).to_be_visible()
    expect(strip.get_by_text(own)).to_be_visible()

    page.goto(f"{stack.origin}/#/schedules/{far['id']}")
    upcoming = page.get_by_role("region", name="Upcoming prompts")
    upcoming.get_by_role("button", name="Write the next 3 prompts").click()
    last = upcoming.get_by_role("listitem").nth(2)
    expect(last).to_contain_text(re.compile(r"\w+ 07:30"))
    expect(last.get_by_text(own)).to_be_visible()

    page.goto(f"{stack.origin}/#/images")
    next_runs = page.get_by_role("region", name="In progress").get_by_role("listitem").filter(has_text="From afar")
    expect(next_runs).to_contain_text(re.compile(r"Next run \w+ at 07:30|Next run in \d+ min"))


def test_own_time_is_left_out_where_the_clock_is_the_same(new_page: NewPage, stack: Stack, far: dict[str, Any]) -> None:
    """A user in the schedule's time zone sees one time."""
    page = new_page(f"{stack.url}&/schedules", timezone_id="Asia/Tokyo")
    strip = page.get_by_role("list", name=f"Latest images of {far['name']}")

    expect(strip.get_by_text("07:30", exact=True)).to_be_visible()
    expect(strip.get_by_text("your time")).to_have_count(0)


def test_weekday_mornings_in_tokyo_take_four_clicks(page: Page) -> None:
    """The clicks choose the preset, the time, and the time zone, which is found by its city."""
    page.goto(f"{page.url.split('#')[0]}#/schedules/new")
    page.get_by_role("textbox", name="Theme").fill("postcards")
    clicks = 0

    def click(target: Locator, **options: Any) -> None:
        nonlocal clicks
        target.click(**options)
        clicks += 1

    days = page.get_by_role("group", name="Groups of days")
    expect(days.get_by_role("button", name="Daily")).to_have_attribute("aria-pressed", "true")
    click(days.get_by_role("button", name="Weekdays"))
    click(page.get_by_label("Time of day", exact=True), position={"x": 20, "y": 15})
    page.keyboard.type("0730")
    click(page.get_by_role("combobox", name="Time zone"))
    page.keyboard.type("Tokyo")
    click(page.get_by_role("option", name="Asia/Tokyo"))

    expect(page.get_by_role("textbox", name="Cron")).to_have_value("30 7 * * 1-5")
    expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_role("region", name="Timing").get_by_role("listitem").first).to_contain_text("07:30")
    assert clicks == 4


def test_time_zone_is_found_by_an_abbreviation_or_another_city(page: Page) -> None:
    """The list shows the name that a zone was found by."""
    page.goto(f"{page.url.split('#')[0]}#/schedules/new")
    zone = page.get_by_role("combobox", name="Time zone")
    zone.fill("CET")
    expect(page.get_by_role("option", name="Europe/Berlin CET")).to_be_visible()
    zone.fill("munich")
    expect(page.get_by_role("listbox", name="Time zones").get_by_role("option")).to_have_text(
        [re.compile(r"Europe/Berlin\s+Munich")]
    )
    zone.press("Enter")

    expect(zone).to_have_value("Europe/Berlin")


def test_excluded_dates_and_extra_runs_are_chosen_and_saved(page: Page, stack: Stack) -> None:
    """The preview follows each date, and the schedule's page lists the dates."""
    tomorrow = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(days=1)
    page.goto(f"{page.url.split('#')[0]}#/schedules/new")
    page.get_by_role("textbox", name="Theme").fill("a clock tower")
    runs = page.get_by_role("region", name="Timing").locator(".preview").get_by_role("listitem")
    day = re.compile(rf"\b{tomorrow.day} {tomorrow:%b} 09:00")
    expect(runs.filter(has_text=day)).to_have_count(1)
    page.get_by_label("Excluded dates", exact=True).fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_role("button", name="Add to “Excluded dates”").click()
    expect(runs.filter(has_text=day)).to_have_count(0)
    extra = page.get_by_label("Extra runs", exact=True)
    extra.fill(f"{tomorrow:%Y-%m-%d}T18:15")
    extra.press("Enter")
    expect(runs.filter(has_text=re.compile(rf"\b{tomorrow.day} {tomorrow:%b} 18:15"))).to_have_count(1)
    # A date that is typed and not added is saved, and a part of one is refused.
    later = tomorrow + timedelta(days=2)
    excluded = page.get_by_role("textbox", name="Excluded dates")
    excluded.press_sequentially(f"{later:%m}")
    page.get_by_role("button", name="Create schedule").click()
    expect(page.get_by_text("Complete the date, or clear the field.")).to_be_visible()
    expect(excluded).to_be_focused()
    excluded.fill(f"{later:%Y-%m-%d}")
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name="a clock tower", level=1)).to_be_visible()
    expect(page.get_by_text(f"{tomorrow.day} {tomorrow:%b %Y}, 18:15")).to_be_visible()
    (saved,) = [one for one in stack.api("GET", "schedules")["items"] if one["name"] == "a clock tower"]
    assert saved["excluded_dates"] == [f"{tomorrow:%Y-%m-%d}", f"{later:%Y-%m-%d}"]
    assert saved["extra_runs"] == [f"{tomorrow:%Y-%m-%d}T18:15"]
    stack.api("DELETE", f"schedules/{saved['id']}")


def test_random_delay_is_described_and_saved(page: Page, stack: Stack) -> None:
    """The preview and the schedule's page say how much later runs start, and the next run is the delayed one."""
    page.goto(f"{page.url.split('#')[0]}#/schedules/new")
    page.get_by_role("textbox", name="Theme").fill("a sundial")
    page.get_by_label("Random delay (minutes)").fill("45")
    timing = page.get_by_role("region", name="Timing")
    expect(timing.get_by_text("At 09:00 every day (Europe/Berlin), up to 45 minutes later")).to_be_visible()
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name="a sundial", level=1)).to_be_visible()
    expect(page.get_by_text("At 09:00 every day (Europe/Berlin), up to 45 minutes later")).to_be_visible()
    (saved,) = [one for one in stack.api("GET", "schedules")["items"] if one["name"] == "a sundial"]
    start = datetime.fromisoformat(saved["next_run_at"].replace("Z", "+00:00")).astimezone(ZoneInfo("Europe/Berlin"))
    first = page.get_by_role("region", name="Next runs").get_by_role("listitem").first
    expect(first).to_contain_text(f"{start:%H:%M}")
    assert saved["random_delay_minutes"] == 45
    stack.api("DELETE", f"schedules/{saved['id']}")


def test_alternatives_offer_an_order_and_are_saved(page: Page, stack: Stack) -> None:
    """The order is offered only while theme or instructions have alternatives."""
    page.goto(f"{page.url.split('#')[0]}#/schedules/new")
    theme = page.get_by_role("textbox", name="Theme")
    order = page.get_by_role("combobox", name="Alternatives")
    theme.fill("a red fox on a pier")
    expect(page.get_by_text("Each run uses one of several alternatives: {red|blue|green}.")).to_be_visible()
    expect(order).to_have_count(0)
    theme.fill("a {red|blue} fox on a pier")
    order.select_option("At random without repeats")
    expect(page.get_by_text("Each combination is used once, in random order, before any is repeated.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Foxes on a pier")
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name="Foxes on a pier", level=1)).to_be_visible()
    (saved,) = [one for one in stack.api("GET", "schedules")["items"] if one["name"] == "Foxes on a pier"]
    assert (saved["theme"], saved["wildcards"]) == ("a {red|blue} fox on a pier", "random")
    stack.api("DELETE", f"schedules/{saved['id']}")


def test_list_of_alternatives_is_edited_in_the_settings(page: Page, stack: Stack) -> None:
    """A list is added, offers an order in a schedule's form, and is removed again."""
    origin = page.url.split("#")[0]
    page.goto(f"{origin}#/settings")
    lists = page.get_by_role("region", name="Lists of alternatives")
    lists.get_by_role("button", name="Add list").click()
    expect(lists.get_by_label("Name")).to_be_focused()
    lists.get_by_label("Name").fill("animals")
    lists.get_by_label("Entries, one per line").fill("fox\nowl\n")
    lists.get_by_role("button", name="Save lists").click()
    expect(lists.get_by_role("button", name="Save lists")).to_be_disabled()
    assert stack.api("GET", "settings")["lists"] == {"animals": ["fox", "owl"]}

    page.goto(f"{origin}#/schedules/new")
    page.get_by_role("textbox", name="Theme").fill("a quiet __animals__")
    expect(page.get_by_role("combobox", name="Alternatives")).to_be_visible()

    page.goto(f"{origin}#/settings")
    lists.get_by_role("button", name="Remove list “animals”").click()
    lists.get_by_role("button", name="Save lists").click()
    expect(lists.get_by_role("button", name="Save lists")).to_be_disabled()
    assert stack.api("GET", "settings")["lists"] == {}
