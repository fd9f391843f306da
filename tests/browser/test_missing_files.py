"""Images whose file is missing: shown as such, found, and generated again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

REGENERATE = "Generate again with the same seed"


@pytest.fixture(scope="module")
def toads(stack: Stack) -> list[dict[str, Any]]:
    """Three images of one job, newest first."""
    return sorted(
        stack.generated("a toad on a stone", count=3, limit_s=600), key=lambda image: image["id"], reverse=True
    )


def test_a_missing_file_is_shown_and_generated_again(
    new_page: NewPage, stack: Stack, toads: list[dict[str, Any]]
) -> None:
    """Insights links to the image, its tile and the viewer say that its file is missing, and a button generates it."""
    lost = toads[0]
    stack.lose_originals(lost["id"])
    stack.sweep()
    page = new_page(f"{stack.url}&/insights")
    expect(page.get_by_text("The file of 1 image is missing.")).to_be_visible()
    page.get_by_role("link", name="Show missing images").click()
    expect(page.locator("a[data-id]")).to_have_count(1)
    expect(page.locator(f"a[data-id='{lost['id']}']").get_by_text("File missing")).to_be_visible()
    page.locator(f"a[data-id='{lost['id']}']").click()
    notice = page.get_by_role("dialog").get_by_text("The file of this image is missing.")
    expect(notice).to_be_visible()

    page.get_by_role("button", name=REGENERATE).click()

    expect(notice).to_be_hidden(timeout=60_000)
    after = stack.api("GET", f"images/{lost['id']}")
    assert after["original_missing_at"] is None
    assert {name: after[name] for name in ("seed", "thumbhash", "created_at", "job_id")} == {
        name: lost[name] for name in ("seed", "thumbhash", "created_at", "job_id")
    }


def test_selected_images_are_generated_again(new_page: NewPage, stack: Stack, toads: list[dict[str, Any]]) -> None:
    """Of a selection, the images without a file are generated again, and so are all results of a search for them."""
    stack.lose_originals(toads[1]["id"], toads[2]["id"])
    stack.sweep()
    page = new_page(f"{stack.url}&/images?q=is%3Amissing")
    expect(page.locator("a[data-id]")).to_have_count(2)
    page.locator(f"a[data-id='{toads[1]['id']}']").click(modifiers=["Control"])
    bar = page.get_by_role("toolbar", name="Selected images")

    bar.get_by_role("button", name=REGENERATE).click()
    expect(page.get_by_text("Generating 1 image again.").last).to_be_visible()
    until(lambda: len(stack.images("is:missing")) == 1, limit_s=60)
    page.keyboard.press("Escape")
    page.locator(f"a[data-id='{toads[2]['id']}']").click(modifiers=["Control"])
    bar.get_by_role("button", name="Select all results").click()
    bar.get_by_role("button", name=REGENERATE).click()

    until(lambda: stack.images("is:missing") == [], limit_s=60)
