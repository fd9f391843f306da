"""Review mode: only the image, one key that adds it to favorites and one that moves it to trash."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until


@pytest.fixture
def batch(stack: Stack) -> list[dict[str, Any]]:
    """Four images of one job, newest first."""
    return sorted(stack.generated("a robot with a balloon", count=4), key=lambda image: image["id"], reverse=True)


@pytest.fixture
def review(new_page: NewPage, stack: Stack, batch: Any) -> Page:
    """Review mode on the newest of them."""
    page = new_page(f"{stack.url}&/images?q=job%3A{batch[0]['job_id']}")
    page.locator(f"a[data-id='{batch[0]['id']}']").focus()
    page.keyboard.press("c")
    expect(page.get_by_role("toolbar", name="Review mode")).to_be_visible()
    return page


def test_one_key_keeps_one_trashes_and_the_next_comes_by_itself(review: Page, stack: Stack, batch: Any) -> None:
    """K adds to favorites, X moves to trash, both go on and are counted, and Ctrl+Z undoes the last."""
    assert not review.get_by_role("button", name="Close").is_visible()
    review.keyboard.press("k")
    expect(review).to_have_url(re.compile(batch[1]["id"]))
    review.keyboard.press("x")
    expect(review).to_have_url(re.compile(batch[2]["id"]))
    expect(review.get_by_role("status").filter(has_text="1 favorite · 1 in trash")).to_be_visible()
    expect(review.get_by_role("button", name="Undo").last).to_be_visible()
    for button in review.get_by_role("toolbar", name="Review mode").get_by_role("button").all():
        button.click(trial=True)  # no message covers it

    review.keyboard.press("Control+z")

    expect(review).to_have_url(re.compile(batch[1]["id"]))
    until(lambda: stack.api("GET", f"images/{batch[1]['id']}")["deleted_at"] is None, limit_s=60)
    assert stack.api("GET", f"images/{batch[0]['id']}")["favourite"]

    review.set_viewport_size({"width": 390, "height": 844})
    image = review.get_by_role("dialog").locator("figure img")
    expect(image).to_be_in_viewport(ratio=1)
    assert (image.bounding_box() or {"width": 0})["width"] > 250


def test_new_images_stream_in(new_page: NewPage, stack: Stack) -> None:
    """At the end of the list a review waits, and shows a new image when it arrives."""
    stack.wait_for_images(1)
    page = new_page(stack.url)
    page.locator("a[data-id]").first.focus()
    page.keyboard.press("c")
    expect(page.get_by_role("toolbar", name="Review mode")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("No more images to review.")).to_be_visible()

    (generated,) = stack.generated("a lamp")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page).to_have_url(re.compile(generated["id"]))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Close")).to_be_visible()
