"""The audit log: what administrators see, filter, page through, and export."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

PHONE = {"width": 390, "height": 844}


def test_changes_are_listed_filtered_and_exported(new_page: NewPage, stack: Stack, tmp_path: Path) -> None:
    """On a phone: who did what, the values before and after, further pages, and a file of the filtered entries."""
    made = stack.api("POST", "keys", {"name": "auditor", "role": "editor"})
    for number in range(60):
        key = stack.api("POST", "keys", {"name": f"audited {number}", "role": "reader"})
        stack.api("DELETE", f"keys/{key['id']}")
    page = new_page(stack.url, viewport=PHONE)
    page.goto(f"{stack.origin}/#/settings")
    page.get_by_role("link", name="Audit log").click()
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_focused()

    expect(page.locator("ol > li").first).to_contain_text("Revoked API key")
    page.get_by_label("What").select_option(label="API keys")
    page.get_by_label("Who").fill("local")
    page.get_by_role("button", name="Filter").press("Enter")
    expect(page.locator("ol > li")).to_have_count(50)
    page.get_by_role("button", name="Load more").press("Enter")
    expect(page.locator("ol > li")).to_have_count(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_label("ID").fill(made["id"])
    page.get_by_label("ID").press("Enter")
    expect(page.locator("ol > li")).to_have_count(1)
    expect(page.locator("ol > li")).to_contain_text("Created API key")
    expect(page.locator("ol > li")).to_contain_text("“editor”")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    header, row = saved.read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("time,actor,name,action,target")
    assert f",key:local,local,key.create,{made['id']}," in row

    page.get_by_label("Who").fill("nobody")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_text("No entries match.")).to_be_visible()


def test_readers_are_told_who_may_read_the_log(new_page: NewPage, stack: Stack) -> None:
    """The page names the role that it requires, and sends no request that would be refused."""
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/audit")

    expect(page.get_by_text("Only administrators can read the audit log.")).to_be_visible()
    expect(page.get_by_role("button", name="Export CSV")).to_have_count(0)
