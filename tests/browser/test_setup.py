"""Setup: which parts run, what would replace them, and whether each works."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.stack import Stack


def test_starter_parts_are_told_once_and_lead_to_setup(page: Page, stack: Stack):
    """
    A first visit says what it runs on; dismissed, it stays away, and Setup is in the settings.
    """
    stack.wait_for_pictures(1)
    note = page.get_by_role("link", name="Running on starter parts")
    expect(note).to_be_visible()
    expect(page.get_by_text("prompts come from word lists, pictures are painted at 256 px.")).to_be_visible()
    note.click()
    expect(page.get_by_role("heading", name="Setup", level=1)).to_be_visible()

    page.get_by_role("link", name="Pictures", exact=True).click()
    page.get_by_role("button", name="Dismiss “Running on starter parts”").click()
    page.reload()
    expect(page.locator("a[data-id]").first).to_be_visible()
    expect(note).to_be_hidden()
    page.get_by_role("link", name="Settings", exact=True).click()

    expect(page.get_by_role("link", name="Setup", exact=True)).to_be_visible()


def test_each_part_says_what_runs_and_what_would_replace_it(page: Page, stack: Stack):
    """
    Four rows with the lines to copy, in the service's own words; no field takes a key.
    """
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.origin}/#/setup")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(4)
    for row, name in zip(rows.all(), ("Prompts", "Painter", "Pictures", "Catalog"), strict=True):
        expect(row.get_by_role("heading", name=name)).to_be_visible()
        expect(row.get_by_text("starter", exact=True)).to_be_visible()
    expect(page.get_by_text("Prompts are generated from built-in word lists.")).to_be_visible()
    expect(page.get_by_text("Add an OpenAI API key to have ChatGPT write prompts.")).to_be_visible()
    expect(page.get_by_text("Painted on this computer by the starter model, at 256 px.")).to_be_visible()
    expect(page.get_by_text("With a GPU, SDXL generates 1024-pixel images.")).to_be_visible()

    page.get_by_role("button", name="Copy the line OPENAI_API_KEY").click()

    assert page.evaluate("navigator.clipboard.readText()").startswith("OPENAI_API_KEY=")
    expect(page.get_by_role("main").locator("input, textarea")).to_have_count(0)


def test_check_tells_its_cost_first_and_its_result_after(page: Page, stack: Stack):
    """
    Beside each button stands what it does and costs; a check that fails says why.
    """
    page.goto(f"{stack.origin}/#/setup")
    rows = page.get_by_role("main").get_by_role("listitem")
    prompts, pictures = rows.filter(has_text="OPENAI_API_KEY"), rows.filter(has_text="Azurite")
    expect(prompts.get_by_text("Writes one prompt. No cost.")).to_be_visible()
    prompts.get_by_role("button", name="Check: Prompts").click()
    expect(prompts.get_by_role("status").last).to_contain_text(re.compile("✓ It wrote: “.+”"))
    pictures.get_by_role("button", name="Check: Pictures").click()
    expect(pictures.get_by_role("status").last).to_contain_text("✓ A file was written, read, and deleted.")

    failed = {"ok": False, "message": "The storage does not answer.", "took_ms": 2400, "cost_usd": 0}
    page.route("**/api/setup/catalog/check", lambda route: route.fulfill(json=failed))
    rows.last.get_by_role("button", name="Check: Catalog").click()

    expect(rows.last.get_by_role("status").last).to_contain_text("× The storage does not answer.")
