"""Publishing: pictures leave the library by themselves, approved first, and are gone when nobody wants them shown."""

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
    """What the site answers to anybody."""
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
    """One picture of the schedule, once it is painted: its id."""
    job = stack.api("POST", f"schedules/{schedule_id}/run", {})
    done: dict[str, Any] = until(lambda: ended(stack, job["id"]), limit_s=300)
    return str(done["pictures"][0]["id"])


def ended(stack: Stack, job_id: str) -> dict[str, Any] | None:
    job: dict[str, Any] = stack.api("GET", f"jobs/{job_id}")
    return job if job["finished_at"] else None


@pytest.mark.timeout(600)
def test_schedule_is_published_and_taken_back(page: Page, stack: Stack):
    """
    Switched on, only approved pictures show; one key approves; taken off, nothing is left.
    """
    schedule = stack.api("POST", "schedules", {"name": "On the web", "theme": "a parrot", "timing": SELDOM})
    picture = run(stack, schedule["id"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    expect(page.get_by_text("Only people with a key see its pictures.")).to_be_visible()
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Who sees “On the web”")
    expect(dialog.get_by_role("radio", name="Approved pictures")).to_be_checked()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_text(f"{stack.origin}/p/on-the-web/latest.webp", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Copy HTML for another page").click()
    assert "latest.webp" in page.evaluate("navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Addresses, and who sees it…")).to_be_focused()
    expect(page.get_by_text("Approved pictures are on the web.")).to_be_visible()
    assert until(lambda: titles(stack, "on-the-web") == [], limit_s=60)

    page.goto(f"{stack.origin}/#/pictures/{picture}")
    expect(page.get_by_role("dialog").locator("figure img").first).to_be_visible()
    page.keyboard.press("a")
    until(lambda: titles(stack, "on-the-web"), limit_s=60)
    assert fetched(stack, "on-the-web/latest.webp")[1][:4] == b"RIFF"

    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    page.get_by_role("button", name="Addresses, and who sees it…").click()
    dialog.get_by_role("radio", name="Nothing").check()
    dialog.get_by_role("button", name="Take it off the web").click()

    expect(page.get_by_text("Only people with a key see its pictures.")).to_be_visible()
    names = ("feed.json", "feed.xml", "latest.webp", "latest.jpg", "latest.json", f"{picture}.webp")
    assert {fetched(stack, f"on-the-web/{name}")[0] for name in names} == {404}
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_name_that_another_schedule_has_is_refused_at_its_field(page: Page, stack: Stack):
    """
    Two schedules can't be published under one name, and the form says so; so it does when another person was quicker.
    """
    first = stack.api("POST", "schedules", {"name": "First", "theme": "a snail", "timing": SELDOM})
    second = stack.api("POST", "schedules", {"name": "Second", "theme": "a snail", "timing": SELDOM})
    stack.api("PUT", f"schedules/{first['id']}/publication", {"publish": "approved", "slug": "only-one", "etag": "1"})
    page.goto(f"{stack.origin}/#/schedules/{second['id']}")
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Who sees “Second”")
    slug = dialog.get_by_role("textbox", name="Its name in addresses")
    slug.fill("only-one")
    dialog.get_by_role("button", name="Publish", exact=True).click()

    expect(slug).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert").filter(has_text="only-one")).to_be_visible()
    stack.api("POST", f"schedules/{second['id']}/pause", {})
    slug.fill("only-this")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="Somebody changed this schedule meanwhile.")).to_be_visible()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_text(f"{stack.origin}/p/second/latest.webp", exact=True)).to_be_visible()
    for schedule in (first, second):
        stack.api("DELETE", f"schedules/{schedule['id']}")


def test_webhook_shows_its_secret_once_and_refuses_private_addresses(page: Page, stack: Stack):
    """
    An address on a private network is refused at its field; what became of messages stands in their history.
    """
    schedule = stack.api("POST", "schedules", {"name": "Calls out", "theme": "a snail", "timing": SELDOM})
    page.goto(f"{stack.origin}/#/schedules/{schedule['id']}")
    page.get_by_role("button", name="Call a webhook…").click()
    dialog = page.get_by_role("dialog", name="Whom “Calls out” calls")
    address = dialog.get_by_role("textbox", name="Address")
    address.fill("https://127.0.0.1/hook")
    dialog.get_by_role("button", name="Call it").click()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert").first).to_contain_text(re.compile("private|public|internet", re.IGNORECASE))

    hook = {
        "host": "hooks.example.org",
        "events": ["pictures.painted"],
        "prompts": False,
        "since": schedule["created_at"],
        "disabled": "",
    }
    # No receiver of the public internet is within reach of a test: the service's answers stand in for it.
    page.route(
        f"**/api/schedules/{schedule['id']}/webhook",
        lambda route: route.fulfill(json=hook | {"secret": "whsec_shown-once"}),
    )
    page.route(
        f"**/api/schedules/{schedule['id']}",
        lambda route: route.fulfill(json=schedule | {"webhook": hook, "etag": "2"}),
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
    dialog.get_by_role("button", name="Call it").click()
    expect(dialog.get_by_text("whsec_shown-once", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="I have kept it").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Tells hooks.example.org.")).to_be_visible()
    page.get_by_text("Messages, and what became of them").click()

    row = page.get_by_role("listitem").filter(has_text="Pictures are there")
    expect(row.get_by_text(re.compile("^Given up .*, after 2 tries$"))).to_be_visible()
    expect(row.get_by_text("It answered 500.")).to_be_visible()
    expect(row.get_by_role("button", name="Send again")).to_be_visible()
    stack.api("DELETE", f"schedules/{schedule['id']}")
