"""The Setup page: the components in use, how to replace them, and whether each works."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.stack import Stack


def test_built_in_components_notice_leads_to_setup(page: Page, stack: Stack):
    """A first visit names the built-in components, and the notice stays away once it is dismissed."""
    stack.wait_for_pictures(1)
    note = page.get_by_role("link", name="Using built-in components")
    expect(note).to_be_visible()
    expect(page.get_by_text("prompts come from word lists, and images are 256 pixels wide.")).to_be_visible()
    note.click()
    expect(page.get_by_role("heading", name="Setup", level=1)).to_be_visible()

    page.get_by_role("link", name="Images", exact=True).click()
    page.get_by_role("button", name="Dismiss the built-in components notice").click()
    page.reload()
    expect(page.locator("a[data-id]").first).to_be_visible()
    expect(note).to_be_hidden()
    page.get_by_role("link", name="Settings", exact=True).click()

    expect(page.get_by_role("link", name="Setup", exact=True)).to_be_visible()


def test_each_component_says_what_it_uses_and_how_to_replace_it(page: Page, stack: Stack):
    """Four rows have the server's text and the lines to copy, and no field accepts a key."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{stack.origin}/#/setup")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(4)
    for row, name in zip(rows.all(), ("Prompts", "Inference service", "Images", "Database"), strict=True):
        expect(row.get_by_role("heading", name=name)).to_be_visible()
        expect(row.get_by_text("Built-in", exact=True)).to_be_visible()
    expect(page.get_by_text("Prompts come from word lists on this computer.")).to_be_visible()
    expect(page.get_by_text("Add an OpenAI key for ones that surprise you.")).to_be_visible()
    expect(page.get_by_text("Painted on this computer by the starter model, at 256 px.")).to_be_visible()
    expect(page.get_by_text("A GPU and SDXL give 1024.")).to_be_visible()

    page.get_by_role("button", name="Copy the OPENAI_API_KEY line").click()

    assert page.evaluate("navigator.clipboard.readText()").startswith("OPENAI_API_KEY=")
    expect(page.get_by_role("main").locator("input, textarea")).to_have_count(0)


def test_component_test_shows_its_cost_first_and_its_result_after(page: Page, stack: Stack):
    """Each button is next to what it does and costs, and a failed test says why."""
    page.goto(f"{stack.origin}/#/setup")
    rows = page.get_by_role("main").get_by_role("listitem")
    prompts, pictures = rows.filter(has_text="OPENAI_API_KEY"), rows.filter(has_text="Azurite")
    expect(prompts.get_by_text("Writes one prompt; it costs nothing.")).to_be_visible()
    prompts.get_by_role("button", name="Test Prompts").click()
    expect(prompts.get_by_role("status").last).to_contain_text(re.compile("✓ It wrote: “.+”"))
    pictures.get_by_role("button", name="Test Images").click()
    expect(pictures.get_by_role("status").last).to_contain_text("✓ A file was written, read and removed.")

    failed = {"ok": False, "message": "The storage does not answer.", "took_ms": 2400, "cost_usd": 0}
    page.route("**/api/setup/catalog/check", lambda route: route.fulfill(json=failed))
    rows.last.get_by_role("button", name="Test Database").click()

    expect(rows.last.get_by_role("status").last).to_contain_text("× The storage does not answer.")
