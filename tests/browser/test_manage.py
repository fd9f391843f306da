"""Several images at once: select, rate, tag, move to trash, undo, download."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.large import Large
from tests.browser.stack import Stack, until


@pytest.fixture(scope="module")
def generated(stack: Stack) -> Sequence[dict[str, Any]]:
    """Five images of one job, newest first."""
    images = stack.generated("a whale with a kite", count=5)
    return sorted(images, key=lambda image: image["id"], reverse=True)


@pytest.fixture
def whales(stack: Stack, generated: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    """Their ids; whatever a test does with them is undone after it."""
    ids = [image["id"] for image in generated]
    yield ids
    for action, more in (("restore", {}), ("unfavourite", {}), ("unapprove", {}), ("rate", {"rating": 0})):
        stack.api("POST", "images/bulk", {"action": action, "ids": ids, **more})
    if tags := [tag for image in now(stack, ids) for tag in image["tags"] if tag.startswith("test ")]:
        stack.api("POST", "images/bulk", {"action": "untag", "ids": ids, "tags": sorted(set(tags))})


@pytest.fixture
def search(generated: Sequence[dict[str, Any]]) -> str:
    """Return the URL of a search that matches only these five."""
    return f"/images?q=job%3A{generated[0]['job_id']}"


@pytest.fixture
def gallery(new_page: NewPage, stack: Stack, whales: list[str], search: str) -> Page:
    page = new_page(f"{stack.url}&{search}")
    expect(page.locator("a[data-id]")).to_have_count(5)
    return page


def now(stack: Stack, ids: Sequence[str]) -> list[dict[str, Any]]:
    return [stack.api("GET", f"images/{id}") for id in ids]


def tile(page: Page, id: str) -> Locator:
    return page.locator(f"a[data-id='{id}']")


def check(page: Page, id: str) -> Locator:
    return page.locator(f"[role=gridcell]:has(a[data-id='{id}']) button")


def bar(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Selected images")


def selected(page: Page) -> int:
    return page.locator("[role=gridcell][aria-selected=true]").count()


def test_images_are_selected_by_checkbox_range_keys_and_all(gallery: Page, whales: list[str]) -> None:
    """A checkbox, Shift, X, Shift with an arrow key and Ctrl+A select; Esc clears the selection."""
    tile(gallery, whales[0]).hover()
    check(gallery, whales[0]).click()
    expect(bar(gallery)).to_contain_text("1 selected")
    tile(gallery, whales[2]).click(modifiers=["Shift"])
    expect(bar(gallery)).to_contain_text("3 selected")
    tile(gallery, whales[1]).click()
    expect(bar(gallery)).to_contain_text("2 selected")
    gallery.keyboard.press("Escape")
    expect(bar(gallery)).to_be_hidden()

    tile(gallery, whales[3]).focus()
    gallery.keyboard.press("x")
    gallery.keyboard.press("Shift+ArrowRight")
    expect(bar(gallery)).to_contain_text("2 selected")
    gallery.keyboard.press("Control+a")

    expect(bar(gallery)).to_contain_text("5 selected")
    assert selected(gallery) == 5


def test_tags_and_favorites_of_many_change_at_once_and_are_undone(
    gallery: Page, stack: Stack, whales: list[str]
) -> None:
    """Ctrl+Z reverts only what changed, and an earlier favorite stays one."""
    stack.api("POST", "images/bulk", {"action": "favourite", "ids": whales[:1]})
    gallery.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(gallery.locator(".mark")).to_have_count(1)
    gallery.keyboard.press("Control+a")
    expect(bar(gallery)).to_contain_text("5 selected")

    gallery.keyboard.press("f")
    expect(gallery.locator(".mark")).to_have_count(5)
    expect(gallery.get_by_text("5 images added to favorites.").last).to_be_visible()
    gallery.keyboard.press("t")
    gallery.keyboard.type("test sea, test sky")
    gallery.keyboard.press("Enter")
    expect(gallery.get_by_text("Tagged 5 images with “test sea”, “test sky”.").last).to_be_visible()
    assert all({"test sea", "test sky"} <= set(one["tags"]) for one in now(stack, whales))
    gallery.get_by_role("button", name="Approve for publishing").click()
    expect(gallery.get_by_text("5 images approved.").last).to_be_visible()
    for _ in range(3):
        gallery.keyboard.press("Control+z")

    until(lambda: [one["favourite"] for one in now(stack, whales)] == [True, False, False, False, False], limit_s=60)
    until(lambda: not any(one["approved_at"] or "test sea" in one["tags"] for one in now(stack, whales)), limit_s=60)
    expect(gallery.locator(".mark")).to_have_count(1)


def test_trashed_images_leave_at_once_and_come_back_to_their_places(
    gallery: Page, stack: Stack, whales: list[str]
) -> None:
    """Undo returns trashed images to their places, and its toast stays while the pointer is on it."""
    gallery.clock.install()
    for id in whales[1:4]:
        tile(gallery, id).click(modifiers=["Control"])
    gallery.keyboard.press("Delete")
    expect(gallery.locator("a[data-id]")).to_have_count(2)
    message = gallery.get_by_role("listitem").filter(has_text="3 images moved to trash.")
    expect(message).to_be_visible()

    message.hover()
    gallery.clock.run_for(30_000)
    expect(message).to_be_visible()
    assert all(one["deleted_at"] for one in now(stack, whales[1:4]))
    message.get_by_role("button", name="Undo").press("Enter")

    expect(gallery.locator("a[data-id]")).to_have_count(5)
    # The message took the focus along; it goes back to where it was.
    expect(gallery.locator("a[data-id]:focus")).to_be_visible()
    shown = gallery.evaluate("[...document.querySelectorAll('a[data-id]')].map((tile) => tile.dataset.id)")
    assert shown == whales
    until(lambda: not any(one["deleted_at"] for one in now(stack, whales)), limit_s=60)


def test_focus_moves_to_the_next_image(gallery: Page, stack: Stack, whales: list[str]) -> None:
    """After the bar has moved images to trash, the focus is on the image in their place."""
    tile(gallery, whales[1]).focus()
    gallery.keyboard.press("x")
    bar(gallery).get_by_role("button", name="Move to trash").press("Enter")

    expect(gallery.locator("a[data-id]")).to_have_count(4)
    expect(tile(gallery, whales[2])).to_be_focused()
    until(lambda: now(stack, whales[1:2])[0]["deleted_at"], limit_s=60)


def test_message_disappears_without_focus_or_pointer(gallery: Page, whales: list[str]) -> None:
    """A toast and its undo disappear after ten seconds."""
    gallery.clock.install()
    tile(gallery, whales[0]).focus()
    gallery.keyboard.press("3")
    message = gallery.get_by_role("listitem").filter(has_text="1 image rated 3 of 5.")
    expect(message).to_be_visible()

    gallery.clock.run_for(9_000)
    expect(message).to_be_visible()
    gallery.clock.run_for(2_000)

    expect(message).to_be_hidden()


def test_all_that_match_are_one_job_with_one_undo(new_page: NewPage, stack: Stack, whales: list[str]) -> None:
    """All results of a query change as one job, and one undo reverts all of it."""
    page = new_page()
    Large(2_000, 200, stack.images()[0]).serve(page)
    page.goto(stack.url)
    expect(page.locator("a[data-id]").first).to_be_visible()
    page.keyboard.press("Control+a")
    expect(bar(page)).to_contain_text("2,000 selected")
    before = {image["id"] for image in stack.images("rating:5")}

    page.keyboard.press("5")
    message = page.get_by_role("listitem").filter(has_text="Rating 2,000 images.")
    expect(message).to_be_visible()
    total = stack.api("GET", "timeline")["total"]
    until(lambda: len(stack.images("rating:5")) == total, limit_s=60)
    message.get_by_role("button", name="Undo").click()

    until(lambda: {image["id"] for image in stack.images("rating:5")} == before, limit_s=60)


def test_zip_is_packed_and_offered(gallery: Page, whales: list[str]) -> None:
    """A toast offers the ZIP file once it is ready, with the selected images."""
    for id in whales[:2]:
        tile(gallery, id).click(modifiers=["Control"])
    bar(gallery).get_by_role("button", name="Download as ZIP").click()
    gallery.get_by_role("button", name=re.compile("^Originals")).click()
    message = gallery.get_by_role("listitem").filter(has_text="The ZIP file is ready")
    expect(message).to_be_visible(timeout=60_000)

    with gallery.expect_download() as saved:
        message.get_by_role("link", name="Download").click()

    with zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())) as packed:
        names = packed.namelist()
    assert len([name for name in names if name.endswith(".png")]) == 2
    assert saved.value.suggested_filename.endswith(".zip")


def test_reader_may_choose_but_sees_why_nothing_can_be_changed(
    new_page: NewPage, stack: Stack, whales: list[str], search: str
) -> None:
    """A reader can select images, and disabled tools say that the API key is read-only."""
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&{search}")
    tile(page, whales[0]).click(modifiers=["Control"])

    trash = bar(page).get_by_role("button", name="Move to trash")
    expect(trash).to_be_disabled()
    expect(trash).to_have_attribute("title", "Your API key is read-only.")
    expect(bar(page)).to_contain_text("Your API key is read-only.")
    page.keyboard.press("Delete")
    expect(page.locator("a[data-id]")).to_have_count(5)


def test_finger_that_rests_chooses(new_page: NewPage, stack: Stack, whales: list[str], search: str) -> None:
    """On a phone a long press starts a selection, and taps extend it."""
    page = new_page(f"{stack.url}&{search}", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    box = tile(page, whales[0]).bounding_box()
    assert box is not None
    point = {"x": box["x"] + 40, "y": box["y"] + 40}
    touch = page.context.new_cdp_session(page)

    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(bar(page)).to_contain_text("1 selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    tile(page, whales[1]).tap()

    expect(bar(page)).to_contain_text("2 selected")
    bounds = bar(page).bounding_box()
    assert bounds is not None
    assert bounds["x"] >= 0
    assert bounds["width"] <= 390
