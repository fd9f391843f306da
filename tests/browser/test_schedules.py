"""A schedule fires, and is made, paused, changed and deleted by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.stack import Stack, until

MINUTE = 60_000
SELDOM = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}


def new_schedule(page: Page, theme: str) -> None:
    page.keyboard.press("s")
    page.get_by_role("link", name=re.compile("New schedule|Create schedule")).click()
    page.get_by_role("textbox", name="Theme").fill(theme)


def seldom(stack: Stack, name: str, theme: str) -> dict[str, Any]:
    """A schedule that does not fire while a test looks at it."""
    return dict(stack.api("POST", "schedules", {"name": name, "theme": theme, "timing": SELDOM}))


@pytest.fixture(scope="module")
def soon(stack: Stack) -> dict[str, Any]:
    """A schedule that fires once, at the next full minute: the other tests need not wait for it."""
    until(lambda: datetime.now(UTC).second < 55, limit_s=10)  # or the minute could begin before the schedule exists
    body = {"name": "Space cats", "theme": "a cat in space", "timing": {"kind": "every", "minutes": 1}}
    ends = datetime.now(UTC).replace(second=30) + timedelta(minutes=1)
    return dict(stack.api("POST", "schedules", body | {"ends_at": ends.isoformat()}))


@pytest.mark.usefixtures("soon")
def test_schedule_is_planned_in_the_form(page: Page, stack: Stack) -> None:
    """A schedule runs as its form states: it waits for its first run and can be deleted."""
    theme = "a cat in the garden"
    new_schedule(page, theme)
    page.get_by_role("radio", name="At a fixed interval").check()
    page.get_by_role("spinbutton", name="Interval in minutes").fill("50000")
    expect(page.get_by_text("Every 50000 minutes", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name=theme, level=1)).to_be_visible()
    expect(page.get_by_text("No runs yet.")).to_be_visible()
    page.get_by_role("button", name="Delete schedule").click()
    page.get_by_role("button", name="Delete schedule", exact=True).click()

    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()
    assert theme not in {one["theme"] for one in stack.api("GET", "schedules")["items"]}


def test_preview_says_what_the_times_mean(page: Page) -> None:
    """Picker and cron keep in step; the sentence and the next five runs follow, and a wrong cron is explained."""
    new_schedule(page, "postcards")
    cron = page.get_by_role("textbox", name="Cron")
    expect(cron).to_have_value("0 9 * * *")
    page.get_by_label("Time of day", exact=True).fill("18:30")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Saturday").click()
    page.get_by_role("button", name="Sunday").click()

    expect(cron).to_have_value("30 18 * * 1-5")
    runs = page.get_by_role("region", name="Timing").get_by_role("listitem")
    expect(runs.first).to_contain_text("18:30")
    expect(runs).to_have_count(5)
    cron.fill("30 25 * * *")
    expect(cron).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text="30 25")).to_be_visible()
    cron.fill("0 8 1 1 *")
    expect(page.get_by_text("The picker can’t show this schedule.")).to_be_visible()
    expect(runs.first).to_contain_text("1 Jan 08:00")
    cron.fill("15 8 1,15 * *")
    expect(page.get_by_role("radio", name="Monthly")).to_be_checked()
    page.get_by_role("button", name="15", exact=True).click()
    page.get_by_role("button", name="Add a time").click()

    expect(cron).to_have_value("15 8,18 1 * *")
    expect(runs.first).to_contain_text(re.compile(r"\b1 \w{3} 08:15"))


def test_schedule_is_edited_paused_resumed_and_run(page: Page, stack: Stack) -> None:
    """Each change shows at once: the new name, the pause with its reason, and the manual run."""
    seldom(stack, "Once a year", "a dragon in the snow")
    page.keyboard.press("s")
    page.get_by_role("link", name="Once a year", exact=True).click()

    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Name").fill("Every New Year")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Every New Year", level=1)).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    dialog = page.get_by_role("dialog", name=re.compile("Pause"))
    dialog.get_by_role("textbox").fill("Nothing to celebrate")
    dialog.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: Nothing to celebrate")).to_be_visible()
    expect(page.get_by_role("button", name="Run now")).to_be_focused()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Paused: Nothing to celebrate")).to_be_hidden()

    page.get_by_role("button", name="Run now").click()
    strip = page.get_by_role("list", name="Latest images of Every New Year")
    expect(strip.locator("img")).to_have_count(1, timeout=2 * MINUTE)


def test_deleted_schedule_comes_back_by_undo(page: Page, stack: Stack) -> None:
    """Deletion requires confirmation and can be undone for a while."""
    seldom(stack, "Seldom", "a snail")
    page.keyboard.press("s")
    page.get_by_role("button", name="Delete schedule “Seldom”").click()
    dialog = page.get_by_role("dialog", name="Delete “Seldom”?")
    dialog.get_by_role("button", name="Delete schedule").click()
    expect(page.get_by_role("link", name="Seldom", exact=True)).to_be_hidden()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("link", name="Seldom", exact=True)).to_be_visible()
    assert [one["theme"] for one in stack.api("GET", "schedules")["items"] if one["name"] == "Seldom"] == ["a snail"]


def test_forecast_is_shown_before_saving(page: Page) -> None:
    """Words that the model doesn't know, and images and cost of thirty days with what any limit leaves out."""
    new_schedule(page, "a lighthouse on a postcard")
    expect(page.get_by_text(re.compile("^The starter model doesn't know .*lighthouse.*Try "))).to_be_visible()
    timing = page.get_by_role("region", name="Timing")
    expect(timing.get_by_text(re.compile(r"^30 runs with 30 images in total\..*\.$"))).to_be_visible()

    page.get_by_role("spinbutton", name="Images").fill("2")
    expect(timing.get_by_text(re.compile(r"^30 runs with 60 images\b"))).to_be_visible()
    page.get_by_role("radio", name="At a fixed interval").check()
    page.get_by_role("spinbutton", name="Interval in minutes").fill("1")

    expect(timing.get_by_text(re.compile(r"^43,200 runs with 86,400 images\b"))).to_be_visible()
    expect(timing.get_by_text("Run the schedule less often, or raise the monthly limit in Settings.")).to_be_visible()
    page.get_by_label("Images per month").fill("500")
    skipped = "4[23],.* runs are skipped because of this schedule’s limits"
    expect(timing.get_by_text(re.compile(skipped))).to_be_visible()
    expect(timing.get_by_text("Run the schedule less often, or raise the monthly limit in Settings.")).to_be_hidden()


def test_rules_are_explained_and_saved(page: Page, stack: Stack) -> None:
    """Each option has an explanation; dates, policies, limits, and retention are saved as set."""
    new_schedule(page, "a ladybug in the rain")
    page.get_by_role("button", name="{weekday}").click()
    expect(page.get_by_role("textbox", name="Prompt instructions")).to_have_value("{weekday}")
    page.get_by_role("combobox", name="Missed runs").select_option("Skip all")
    expect(page.get_by_text("Missed runs are skipped. The schedule continues with the next run.")).to_be_visible()
    page.get_by_role("combobox", name="Overlapping runs").select_option("Run both")
    page.get_by_label("Pause after consecutive failures").fill("")
    expect(page.get_by_text("Leave empty to never pause automatically.")).to_be_visible()
    page.get_by_label("Images per month").fill("40")
    expect(
        page.get_by_text("When this limit is reached, runs are recorded as skipped until next month (UTC)")
    ).to_be_visible()
    page.get_by_label("Cost per day (US$)").fill("0.5")
    expect(
        page.get_by_text("When this limit is reached, runs are recorded as skipped until midnight (UTC)")
    ).to_be_visible()
    page.get_by_label("Days to keep images").fill("0")
    page.get_by_role("button", name="Create schedule").click()
    days = page.get_by_label("Days to keep images")
    expect(days).to_have_attribute("aria-invalid", "true")
    days.fill("30")
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name="a ladybug in the rain", level=1)).to_be_visible()
    (saved,) = [one for one in stack.api("GET", "schedules")["items"] if one["theme"] == "a ladybug in the rain"]
    assert (saved["missed"], saved["overlap"]) == ("skip", "allow")
    assert (saved["pause_after_failures"], saved["keep_days"], saved["images_per_month"]) == (None, 30, 40)
    assert saved["usd_per_day"] == 0.5
    expect(page.get_by_text("40 images", exact=True)).to_be_visible()
    expect(page.get_by_text("Daily cost limit")).to_be_visible()
    expect(page.get_by_text("$0.50", exact=True)).to_be_visible()
    stack.api("DELETE", f"schedules/{saved['id']}")


def test_runs_a_year_ahead_have_their_year(page: Page, stack: Stack) -> None:
    """The next run of a yearly schedule is shown with its day, and later runs also with their year."""
    month = datetime.now(UTC) + timedelta(days=40)
    yearly = {"kind": "cron", "cron": f"0 4 1 {month.month} *", "timezone": "UTC"}
    made = stack.api("POST", "schedules", {"name": "Seasons", "theme": "a garden", "timing": yearly})
    page.goto(f"{stack.origin}/#/schedules/{made['id']}")
    runs = page.get_by_role("region", name="Next runs").get_by_role("listitem")

    expect(runs.first).to_have_text(re.compile(r"^\w+ 1 \w+ 04:00"))
    expect(runs.nth(1)).to_have_text(re.compile(rf"^\w+ 1 \w+ {month.year + 1} 04:00"))
    stack.api("DELETE", f"schedules/{made['id']}")


def test_upcoming_prompts_are_shown_changed_and_deleted(page: Page, stack: Stack) -> None:
    """Three prompts are written without generation; one is changed and is used by the next run, one is dropped."""
    schedule = seldom(stack, "Ahead", "a penguin in the snow")
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    upcoming = page.get_by_role("region", name="Upcoming prompts")
    upcoming.get_by_role("button", name="Write the next 3 prompts").click()
    rows = upcoming.get_by_role("listitem")
    expect(rows).to_have_count(3)
    assert stack.api("GET", f"schedules/{schedule['id']}/runs")["items"] == []

    rows.first.get_by_role("button", name="Edit").click()
    box = upcoming.get_by_role("textbox", name="Prompt")
    box.fill("a watercolor painting of a penguin with an umbrella")
    upcoming.get_by_role("button", name="Save").click()
    expect(rows.first.get_by_text("Edited.")).to_be_visible()
    expect(rows.first.get_by_role("button", name="Edit")).to_be_focused()
    rows.nth(2).get_by_role("button", name="Discard").click()
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_role("button", name="Edit")).to_be_focused()
    (first, _) = stack.api("GET", f"schedules/{schedule['id']}/prompts")["items"]
    assert first["prompt"] == "a watercolor painting of a penguin with an umbrella"
    job = stack.api("POST", f"schedules/{schedule['id']}/run", {})
    generated = until(lambda: stack.api("GET", f"jobs/{job['id']}")["prompt"], limit_s=120)
    assert generated["prompt"] == "a watercolor painting of a penguin with an umbrella"
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_copy_begins_with_everything_but_the_name(page: Page, stack: Stack) -> None:
    """A duplicate opens as a new form, and planning it leaves the first as it was."""
    schedule = seldom(stack, "Original", "a camel on the beach")
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    page.get_by_role("link", name="Duplicate schedule “Original”").click()
    expect(page.get_by_role("heading", name="Duplicate schedule", level=1)).to_be_visible()
    expect(page.get_by_role("textbox", name="Theme")).to_have_value("a camel on the beach")
    page.get_by_role("button", name="Create schedule").click()

    expect(page.get_by_role("heading", name="Original 2", level=1)).to_be_visible()
    ids = {one["name"]: one["id"] for one in stack.api("GET", "schedules")["items"]}
    for name in ("Original", "Original 2"):
        stack.api("DELETE", f"schedules/{ids[name]}")


def test_one_pause_stops_all_schedules(page: Page, stack: Stack) -> None:
    """The global pause has a reason, shows on every strip, and is taken back at one place."""
    schedule = seldom(stack, "Paused with all", "a snail")
    page.keyboard.press("s")
    page.get_by_role("button", name="Pause all").click()
    dialog = page.get_by_role("dialog", name="Pause all schedules?")
    dialog.get_by_role("textbox").fill("The bill came")
    dialog.get_by_role("button", name="Pause all").click()

    expect(page.get_by_text("All schedules are paused: The bill came")).to_be_visible()
    strip = page.get_by_role("list", name="Latest images of Paused with all")
    expect(strip.get_by_text("Paused")).to_be_visible()
    assert stack.api("GET", "settings")["paused"] is True
    page.get_by_role("button", name="Resume all").click()

    expect(page.get_by_text("All schedules are paused: The bill came")).to_be_hidden()
    assert stack.api("GET", "settings")["paused"] is False
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_history_keeps_what_was_skipped_and_why(page: Page, stack: Stack) -> None:
    """A skipped run is in the history with its scheduled time and its reason."""
    schedule = seldom(stack, "With gaps", "a snail")
    run = {"kind": "generation", "status": "skipped", "slot": "20261124T0800Z", "schedule_id": schedule["id"]}
    reason = {"code": "over_limit", "message": "500 images were generated today, which is the limit."}

    def with_gap(route: Route) -> None:
        (like, *_) = stack.api("GET", "jobs", limit=1)["items"]
        route.fulfill(json={"items": [like | run | {"id": "gap", "reason": reason}], "next_cursor": None})

    page.route(f"**/api/schedules/{schedule['id']}/runs?*", with_gap)
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    row = page.get_by_role("region", name="History").get_by_role("listitem").first

    expect(row.get_by_text("Skipped")).to_be_visible()
    expect(row.get_by_text("Scheduled for 24 Nov 2026, 09:00")).to_be_visible()
    expect(row.get_by_text("500 images were generated today, which is the limit.")).to_be_visible()
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_schedule_fires(page: Page, stack: Stack, soon: dict[str, Any]) -> None:
    """It runs at its time, with its run in the history and its image on the strip."""
    page.goto(f"{stack.origin}/#/schedules/{soon['id']}")
    strip = page.get_by_role("list", name="Latest images of Space cats")
    expect(strip.locator("img")).to_have_count(1, timeout=2.5 * MINUTE)
    expect(strip.get_by_text("Ended", exact=True)).to_be_visible()

    row = page.get_by_role("region", name="History").get_by_role("listitem").first
    expect(row.get_by_text("Done")).to_be_visible()
    time = r"\d+ \w+ \d{4}, \d\d:\d\d"
    expect(row.get_by_text(re.compile(rf"^Scheduled for {time} \({time} your time\)$"))).to_be_visible()
    stack.api("DELETE", f"schedules/{soon['id']}")
