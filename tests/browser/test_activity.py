"""The Activity page: jobs by stage and by schedule, why a job failed, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.stack import MANY_STEPS, Stack, until

MINUTE = 60_000
SELDOM = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}


def rows(page: Page) -> Locator:
    return page.get_by_role("main").locator("li").filter(has=page.get_by_text("Details", exact=True))


def with_jobs(stack: Stack, *own: dict[str, Any]) -> Callable[[Route], None]:
    """Serve a list of these jobs, each based on a job of the library."""

    (like, *_) = until(lambda: stack.api("GET", "jobs", status="succeeded", limit=1)["items"], limit_s=180)

    def answer(route: Route) -> None:
        items = [like | {"id": f"job-{number}"} | one for number, one in enumerate(own)]
        route.fulfill(json={"items": items, "next_cursor": None})

    return answer


def test_job_shows_its_stages_until_it_is_done(page: Page, stack: Stack) -> None:
    """A job is shown live from stage to stage, and its details have the time of each stage afterwards."""
    theme = "a walrus in the desert"
    stack.api("POST", "jobs", {"theme": theme, "options": {"count": 3, "steps": MANY_STEPS}})
    page.goto(f"{stack.origin}/#/activity?show=open")
    row = rows(page).filter(has_text=theme)
    stages = row.get_by_role("list", name="Stages")
    expect(stages.locator("[aria-current=step]")).to_have_text(re.compile("Queued|Prompt|Generating|Saving"))
    expect(stages.locator("[aria-current=step]")).to_have_text(re.compile("Generating|Saving"), timeout=2 * MINUTE)
    expect(row).to_be_hidden(timeout=4 * MINUTE)

    page.get_by_role("link", name="Done", exact=True).click()
    done = rows(page).filter(has_text=theme).first
    expect(done.get_by_text("Done: 3 of 3 images")).to_be_visible()
    done.get_by_text("Details", exact=True).click()

    expect(done.get_by_text("Generating", exact=True)).to_be_visible()
    expect(done.get_by_text(theme, exact=True).last).to_be_visible()


def test_jobs_of_one_schedule_are_listed_alone(page: Page, stack: Stack) -> None:
    """The list can be limited to one schedule, and its URL can be bookmarked."""
    schedule = stack.api("POST", "schedules", {"name": "Only this", "theme": "a camel", "timing": SELDOM})
    job = stack.api("POST", f"schedules/{schedule['id']}/run", {})
    page.keyboard.press("a")
    expect(rows(page).nth(1)).to_be_visible()
    page.get_by_role("combobox", name="Schedule").select_option("Only this")

    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(f"schedule={schedule['id']}"))
    page.reload()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("combobox", name="Schedule").select_option("All schedules")
    expect(rows(page).nth(1)).to_be_visible()
    until(lambda: stack.api("GET", f"jobs/{job['id']}")["finished_at"], limit_s=240)
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_blocked_prompt_can_be_edited(page: Page, stack: Stack) -> None:
    """A blocked job names the reason, and its next step opens Create with the prompt."""
    blocked = {
        "status": "blocked",
        "schedule_id": None,
        "prompt": {"prompt": "something violent", "negative_prompt": "", "title": "", "alt_text": "", "tags": []},
        "reason": {"code": "content_blocked", "message": "The prompt was refused for violence (medium)."},
    }
    page.route("**/api/jobs?*", with_jobs(stack, blocked))
    page.goto(f"{stack.origin}/#/activity?show=trouble")
    row = rows(page).first
    expect(row.get_by_text("The prompt was refused for violence (medium).")).to_be_visible()
    row.get_by_role("link", name="Edit the prompt").click()

    expect(page.get_by_role("textbox", name="Prompt", exact=True)).to_have_value("something violent")


@pytest.mark.parametrize(
    ("code", "step", "place"),
    [
        ("over_limit", "View limits and usage", "#/settings"),
        ("deadline", "Check the inference service", "#/setup"),
        ("quota_exhausted", "Check the prompt service account", "#/setup"),
    ],
)
def test_failure_links_to_the_page_that_resolves_it(page: Page, stack: Stack, code: str, step: str, place: str) -> None:
    """A failure says what happened and links to the page that resolves it."""
    reason = {"code": code, "message": f"It ended by {code}."}
    page.route("**/api/jobs?*", with_jobs(stack, {"status": "failed", "schedule_id": None, "reason": reason}))
    page.goto(f"{stack.origin}/#/activity?show=trouble")
    row = rows(page).first

    expect(row.get_by_text(f"It ended by {code}.")).to_be_visible()
    expect(row.get_by_role("button", name="Retry")).to_be_visible()
    expect(row.get_by_role("link", name=step)).to_have_attribute("href", place)


def test_no_failures_is_shown(page: Page, stack: Stack) -> None:
    """An empty list of failures shows that nothing needs attention."""
    page.route("**/api/jobs?*", with_jobs(stack))
    page.goto(f"{stack.origin}/#/activity?show=trouble")

    expect(page.get_by_text("Nothing needs attention.")).to_be_visible()


ATTEMPTS = [
    {
        "attempt": number,
        "at": f"2026-11-24T09:0{number}:00Z",
        "stage": "painting",
        "code": "unavailable",
        "message": "The inference service closed the connection.",
        "detail": f"Unavailable: attempt {number} (inference_client.py:158)",
    }
    for number in (1, 2)
]


def test_failed_job_shows_what_was_tried(page: Page, stack: Stack) -> None:
    """Each attempt has its time, its stage, and its error, and the technical details can be copied."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reason = {"code": "unexpected", "message": "An unexpected error occurred."}
    failed = {"status": "failed", "schedule_id": None, "reason": reason, "failed_attempts": ATTEMPTS}
    page.route("**/api/jobs?*", with_jobs(stack, failed))
    page.goto(f"{stack.origin}/#/activity?show=trouble")
    row = rows(page).first
    attempts = row.get_by_role("listitem").filter(has_text="The inference service closed the connection.")
    expect(attempts).to_have_count(2)
    expect(attempts.first).to_contain_text("Generating")
    expect(attempts.first).to_contain_text("10:02")
    attempts.first.get_by_text("Technical details").click()
    attempts.first.get_by_role("button", name="Copy error").click()

    expect(attempts.first.get_by_text("Copied.")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == ATTEMPTS[1]["detail"]
    expect(row.get_by_role("link", name="View logs")).to_have_attribute("href", "#/setup?show=logs")
