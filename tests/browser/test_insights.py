"""Insights: the numbers of the library in charts with tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.recording import record_requests
from tests.browser.stack import Stack

MINUTE = 60_000


def two_schedules(route: Route) -> None:
    """Half a year of images in the form of the API: more than a test could generate."""
    today = datetime.now(UTC)
    days = {f"{today - timedelta(days=back):%Y-%m-%d}": 1 + back % 4 for back in range(0, 80, 2)}
    common = {
        "removed": 0,
        "approved": 4,
        "runs": 40,
        "failed": 0,
        "skipped": 0,
        "cost_usd": 1.2,
        "cost_per_picture_usd": 0.012,
        "painting_s": 6.2,
        "writing_s": 1.1,
        "waiting_median_s": 2.4,
        "waiting_p95_s": 118.0,
    }
    foxes = {"schedule_id": "s1", "name": "Foxes", "painted": 100, "kept": 60, "trashed": 40, "favourites": 10}
    single: dict[str, Any] = {"schedule_id": None, "name": None, "painted": 4, "kept": 4, "trashed": 0, "favourites": 0}
    schedules = [common | foxes | {"days": days}, common | single | {"failed": 2, "days": {f"{today:%Y-%m-%d}": 4}}]
    answer = {"as_of": today.isoformat(), "since": f"{today:%Y-%m}", "timezone": "Europe/Berlin"}
    models = [{"model": "starter", "pictures": 104}]
    since = f"{today - timedelta(days=80):%Y-%m}"
    route.fulfill(json=answer | {"since": since, "schedules": schedules, "models": models})


def test_insights_count_generated_images(page: Page, stack: Stack) -> None:
    """The sweep counts; the page shows each day and each schedule, and a day leads to its images."""
    stack.wait_for_images(1)
    stack.sweep()
    counted = next(one for one in stack.api("GET", "insights")["schedules"] if one["painted"])
    page.get_by_role("link", name="Insights", exact=True).click()

    expect(page.get_by_role("row").filter(has_text=counted["name"] or "Not scheduled").first).to_be_visible()
    page.get_by_role("group", name="Images per day").get_by_role("link").last.click()

    expect(page).to_have_url(re.compile(r"q=date%3A\d{4}-\d\d-\d\d"))
    expect(page.locator("a[data-id]").first).to_be_visible()


def test_shares_times_and_costs_stand_per_schedule(page: Page, stack: Stack) -> None:
    """Kept, trashed, and favorite images are shares of all; time, cost, and waiting are per image."""
    page.route("**/api/insights?*", two_schedules)
    page.goto(f"{stack.origin}/#/insights")
    row = page.get_by_role("row").filter(has_text="Foxes")

    for text in ("60% · 40% · 0%", "10%", "6.2 s", "$0.01", "2.4 s", "2 min"):
        expect(row.get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Not scheduled").get_by_text("40 total, 2 failed")).to_be_visible()
    expect(page.get_by_text("104 images, total cost $2.40.")).to_be_visible()


def test_charts_have_their_numbers_as_a_table(page: Page, stack: Stack) -> None:
    """Each strip has a text alternative, and a table contains the numbers of every day."""
    page.route("**/api/insights?*", two_schedules)
    page.goto(f"{stack.origin}/#/insights")
    expect(page.get_by_role("img", name=re.compile(r"^Foxes: 100 images in \d+ days$"))).to_be_visible()
    page.get_by_text("Show as table").click()
    table = page.get_by_role("table", name="Images per day")

    expect(table.get_by_role("columnheader", name="Foxes")).to_be_visible()
    expect(table.get_by_role("row")).to_have_count(41, timeout=MINUTE)


def test_months_are_chosen(page: Page, stack: Stack) -> None:
    """Another period is requested from the service, without sums in the browser."""
    requests: list[str] = []
    record_requests(page, requests, lambda url: "/api/insights" in url)
    page.goto(f"{stack.origin}/#/insights")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.get_by_role("combobox", name="Period").select_option("12 months")

    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    assert [url.rpartition("?")[2] for url in requests] == ["months=3", "months=12"]
