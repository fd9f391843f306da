"""API keys on the Settings page: created by keyboard, shown once, revoked after a question."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

PHONE = {"width": 390, "height": 844}


def open_settings(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.origin}/#/settings")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()


def test_a_key_is_created_shown_once_and_revoked(new_page: NewPage, stack: Stack) -> None:
    """On a phone, without a mouse: the new key works until it is revoked, and after a reload nobody can read it."""
    page = new_page(stack.url, viewport=PHONE)
    open_settings(page, stack)
    keys = page.get_by_role("region", name="API keys")
    expect(keys.get_by_text("From the setting API_KEYS, where it can be revoked").first).to_be_visible()

    keys.get_by_role("button", name="Create key").press("Enter")
    page.keyboard.type("visitor")
    page.keyboard.press("Enter")
    expect(keys.get_by_role("alert")).to_contain_text("API_KEYS")
    keys.get_by_label("Name").fill("kiosk")
    keys.get_by_label("Name").press("Enter")
    made = keys.get_by_role("group", name="New key")
    expect(made).to_be_focused()
    key = made.locator("code").inner_text()
    config = stack.api("GET", "config", key=key)
    assert (config["caller_id"], config["role"]) == ("key:kiosk", "reader")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.reload()
    expect(keys.get_by_text(f"Ends with {key[-4:]}")).to_be_visible()
    expect(keys.get_by_text(key)).to_have_count(0)
    keys.get_by_role("button", name="Revoke the key of kiosk").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Revoke").press("Enter")

    expect(keys.get_by_text(f"Ends with {key[-4:]}")).to_have_count(0)
    assert "kiosk" not in [one["name"] for one in stack.api("GET", "keys")["items"]]
    assert "isn't valid" in refusal(stack, key)


def test_editors_and_readers_see_no_keys(new_page: NewPage, stack: Stack) -> None:
    """Only administrators see the section."""
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/settings")

    expect(page.get_by_text("Signed in as visitor with an API key.")).to_be_visible()
    expect(page.get_by_role("heading", name="API keys")).to_have_count(0)


def refusal(stack: Stack, key: str) -> str:
    """Return the error for a request with this key."""
    try:
        stack.api("GET", "config", key=key)
    except AssertionError as refused:
        return str(refused)
    return ""
