"""Publishing and webhooks: approved images become public, and unpublishing removes all of them."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stack import Stack, until

SELDOM = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}


def fetched(stack: Stack, path: str) -> tuple[int, bytes]:
    """Status and body of a public file, requested without a key."""
    try:
        with urllib.request.urlopen(f"{stack.origin}/p/{path}", timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.read()


def titles(stack: Stack, slug: str) -> list[str] | None:
    status, data = fetched(stack, f"{slug}/feed.json")
    return [item["id"] for item in json.loads(data)["items"]] if status == 200 else None


def run(stack: Stack, schedule_id: str) -> str:
    """Run the schedule once and return the ID of the generated image."""
    job = stack.api("POST", f"schedules/{schedule_id}/run", {})
    done: dict[str, Any] = until(lambda: ended(stack, job["id"]), limit_s=300)
    return str(done["pictures"][0]["id"])


def ended(stack: Stack, job_id: str) -> dict[str, Any] | None:
    job: dict[str, Any] = stack.api("GET", f"jobs/{job_id}")
    return job if job["finished_at"] else None


@pytest.mark.timeout(600)
def test_schedule_is_published_and_unpublished(page: Page, stack: Stack) -> None:
    """Only approved images are public, the A key approves, and unpublishing deletes all public files."""
    schedule = stack.api("POST", "schedules", {"name": "On the web", "theme": "a parrot", "timing": SELDOM})
    image = run(stack, schedule["id"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    expect(page.get_by_text("Not published. Only signed-in users can see these images.")).to_be_visible()
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish “On the web”")
    expect(dialog.get_by_role("radio", name="Approved images")).to_be_checked()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_text(f"{stack.origin}/p/on-the-web/latest.webp", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Copy Embed code").click()
    assert "latest.webp" in page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Publishing settings…")).to_be_focused()
    expect(page.get_by_text("Approved images are public.")).to_be_visible()
    assert until(lambda: titles(stack, "on-the-web") == [], limit_s=60)

    page.goto(f"{stack.origin}/#/images/{image}")
    expect(page.get_by_role("dialog").locator("figure img").first).to_be_visible()
    page.keyboard.press("a")
    until(lambda: titles(stack, "on-the-web"), limit_s=60)
    assert fetched(stack, "on-the-web/latest.webp")[1][:4] == b"RIFF"

    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    page.get_by_role("button", name="Publishing settings…").click()
    dialog.get_by_role("radio", name="Unpublish").check()
    dialog.get_by_role("button", name="Unpublish").click()

    expect(page.get_by_text("Not published. Only signed-in users can see these images.")).to_be_visible()
    names = ("feed.json", "feed.xml", "latest.webp", "latest.jpg", "latest.json", f"{image}.webp")
    assert {fetched(stack, f"on-the-web/{name}")[0] for name in names} == {404}
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_url_name_of_another_schedule_is_rejected_at_its_field(page: Page, stack: Stack) -> None:
    """The form reports a URL name that is taken, and a schedule that someone else has changed."""
    first = stack.api("POST", "schedules", {"name": "First", "theme": "a snail", "timing": SELDOM})
    second = stack.api("POST", "schedules", {"name": "Second", "theme": "a snail", "timing": SELDOM})
    stack.api("PUT", f"schedules/{first['id']}/publication", {"publish": "approved", "slug": "only-one", "etag": "1"})
    page.goto(f"{stack.origin}/#/schedules/{second['id']}")
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish “Second”")
    slug = dialog.get_by_role("textbox", name="URL name")
    slug.fill("only-one")
    dialog.get_by_role("button", name="Publish", exact=True).click()

    expect(slug).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert").filter(has_text="only-one")).to_be_visible()
    stack.api("POST", f"schedules/{second['id']}/pause", {})
    slug.fill("only-this")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="Someone else changed this schedule.")).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_text(f"{stack.origin}/p/second/latest.webp", exact=True)).to_be_visible()
    for schedule in (first, second):
        stack.api("DELETE", f"schedules/{schedule['id']}")


def test_webhook_shows_its_secret_once_and_rejects_private_addresses(page: Page, stack: Stack) -> None:
    """A private network address is rejected at its field, and deliveries are listed with their state."""
    schedule = stack.api("POST", "schedules", {"name": "Calls out", "theme": "a snail", "timing": SELDOM})
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    page.get_by_role("button", name="Add webhook…").click()
    dialog = page.get_by_role("dialog", name="Webhook for “Calls out”")
    address = dialog.get_by_role("textbox", name="Endpoint URL")
    address.fill("https://127.0.0.1/hook")
    dialog.get_by_role("button", name="Add webhook").click()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert").first).to_contain_text(re.compile("private|public|internet", re.IGNORECASE))

    hook = {
        "host": "hooks.example.org",
        "events": ["pictures.painted"],
        "prompts": False,
        "since": schedule["created_at"],
        "disabled": "",
    }
    # A test has no receiver on the public internet: canned responses replace it.
    page.route(
        f"**/api/schedules/{schedule['id']}/webhook",
        lambda route: route.fulfill(json=hook | {"secret": "whsec_shown-once"}),
    )
    page.route(
        f"**/api/schedules/{schedule['id']}",
        lambda route: route.fulfill(
            json=schedule | {"webhook": hook, "etag": "2", "updated_at": "2100-01-01T00:00:00Z"}
        ),
    )
    attempt = {"at": schedule["created_at"], "status": 500, "ms": 12, "problem": "It answered 500."}
    delivery = {
        "id": "msg_1",
        "at": schedule["created_at"],
        "event": "pictures.painted",
        "host": "hooks.example.org",
        "run_id": None,
        "state": "failed",
        "attempts": [attempt, attempt],
        "next_try_at": None,
    }
    page.route(
        f"**/api/schedules/{schedule['id']}/deliveries?*",
        lambda route: route.fulfill(json={"items": [delivery], "next_cursor": None}),
    )
    address.fill("https://hooks.example.org/pictures")
    dialog.get_by_role("button", name="Add webhook").click()
    expect(dialog.get_by_text("whsec_shown-once", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="I’ve saved it").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Sends events to hooks.example.org.")).to_be_visible()
    page.get_by_text("Recent deliveries").click()

    row = page.get_by_role("listitem").filter(has_text="Images generated")
    expect(row.get_by_text(re.compile("^Failed .* after 2 attempts$"))).to_be_visible()
    expect(row.get_by_text("It answered 500.")).to_be_visible()
    expect(row.get_by_role("button", name="Resend")).to_be_visible()
    stack.api("DELETE", f"schedules/{schedule['id']}")
