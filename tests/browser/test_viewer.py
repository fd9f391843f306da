"""One picture: looked at, judged, deleted and restored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

SNAIL = "a snail on a mushroom"


@pytest.fixture(scope="module")
def snails(stack: Stack):
    """Three pictures of one theme, newest first."""
    stack.painted(SNAIL, count=3)
    return [picture for picture in stack.pictures() if picture["theme"] == SNAIL]


@pytest.fixture
def viewer(new_page: NewPage, stack: Stack, snails):
    """The middle one of them, open above a search for the three."""
    page = new_page(f"{stack.url}&/pictures?q=snail")
    page.locator(f"a[data-id='{snails[1]['id']}']").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def tagged(picture):
    return picture if "fit to print" in picture["tags"] else None


def test_arrows_follow_the_list_and_escape_returns_to_the_tile(viewer: Page, snails):
    """
    Right goes to the older neighbour of the same search; Esc leads back to the tile of what was last seen.
    """
    viewer.keyboard.press("ArrowRight")
    expect(viewer).to_have_url(re.compile(snails[2]["id"]))
    viewer.keyboard.press("ArrowLeft")
    viewer.keyboard.press("ArrowLeft")
    expect(viewer).to_have_url(re.compile(snails[0]["id"]))
    viewer.keyboard.press("Escape")

    expect(viewer.get_by_role("dialog")).to_be_hidden()
    expect(viewer.locator(f"a[data-id='{snails[0]['id']}']")).to_be_focused()
    assert "q=snail" in viewer.url


def test_link_to_a_picture_opens_it(new_page: NewPage, stack: Stack, snails):
    """
    An address that somebody sent opens the picture, and closing it leaves the gallery.
    """
    page = new_page(f"{stack.url}&/pictures/{snails[1]['id']}")

    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()
    page.get_by_role("button", name="Close").click()

    expect(page.locator("a[data-id]").first).to_be_visible()


def test_everything_about_a_picture_can_be_copied(viewer: Page, snails):
    """
    The panel has every field, and a button takes each to the clipboard.
    """
    viewer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer.keyboard.press("i")
    panel = viewer.get_by_role("complementary", name="Everything about this picture")

    for name in ("Theme", "Prompt", "Model", "Size", "Steps", "Guidance", "Sampler", "Seed", "Job", "SHA-256"):
        expect(panel.get_by_text(name, exact=True)).to_be_visible()
    panel.get_by_role("button", name="Copy seed").click()

    assert viewer.evaluate("navigator.clipboard.readText()") == str(snails[1]["seed"])


def test_one_key_judges(viewer: Page, stack: Stack, snails):
    """
    F marks as favourite, a digit rates, T leads to the tags; all of it is kept.
    """
    viewer.keyboard.press("f")
    expect(viewer.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    viewer.keyboard.press("4")
    expect(viewer.get_by_role("button", name="Rated 4 of 5; press to clear")).to_be_visible()
    viewer.keyboard.press("t")
    expect(viewer.get_by_role("combobox", name="Add a tag")).to_be_focused()
    viewer.keyboard.type("fit to print")
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_role("link", name="fit to print")).to_be_visible()

    kept = until(lambda: tagged(stack.api("GET", f"images/{snails[1]['id']}")), limit_s=10)
    assert (kept["favourite"], kept["rating"]) == (True, 4)


def test_picture_is_saved_as_a_file_with_and_without_its_prompt(viewer: Page, snails, tmp_path: Path):
    """
    The original carries its prompt; the clean copy doesn't.
    """
    for name, has_prompt in (("Original", True), ("Clean", False)):
        viewer.get_by_role("button", name="Download").click()
        with viewer.expect_download() as saved:
            viewer.get_by_role("button", name=name).click()
        saved.value.save_as(tmp_path / name)
        data = (tmp_path / name).read_bytes()

        assert data.startswith(b"\x89PNG")
        assert (snails[1]["prompt"].encode() in data) is has_prompt
        assert saved.value.suggested_filename.endswith(".png")


def test_deleted_picture_comes_back_by_undo(viewer: Page, stack: Stack, snails):
    """
    Del moves to the trash and on to the next picture; undo brings the picture back into view.
    """
    viewer.keyboard.press("Delete")
    expect(viewer).to_have_url(re.compile(snails[2]["id"]))
    expect(viewer.get_by_text("Moved to the trash.").last).to_be_visible()
    assert stack.api("GET", f"images/{snails[1]['id']}")["deleted_at"]

    viewer.get_by_role("button", name="Undo").click()

    expect(viewer).to_have_url(re.compile(snails[1]["id"]))
    assert stack.api("GET", f"images/{snails[1]['id']}")["deleted_at"] is None


def test_delete_and_restore(viewer: Page, stack: Stack, snails):
    """
    A picture goes to the trash, hangs there with its days left, and is restored to its place.
    """
    gone = snails[1]["id"]
    viewer.keyboard.press("Delete")
    viewer.keyboard.press("Escape")
    expect(viewer.locator(f"a[data-id='{gone}']")).to_have_count(0)
    viewer.get_by_role("link", name="Trash").click()
    tile = viewer.locator(f"a[data-id='{gone}']")
    tile.hover()
    expect(tile.get_by_text("30 days left")).to_be_visible()
    tile.click()
    viewer.get_by_role("button", name="Restore").click()

    expect(viewer.locator(f"a[data-id='{gone}']")).to_have_count(0)
    viewer.go_back()
    viewer.get_by_role("link", name="Pictures").click()
    expect(viewer.locator(f"a[data-id='{gone}']")).to_be_visible()


def test_deleting_for_good_names_the_number(new_page: NewPage, stack: Stack):
    """
    Pictures in the trash are selected and purged together, after a question that says how many.
    """
    pictures = stack.painted("a crab and a lemon", count=2)
    for picture in pictures:
        stack.api("DELETE", f"images/{picture['id']}")
    page = new_page(f"{stack.url}&/trash")
    for picture in pictures:
        page.locator(f"a[data-id='{picture['id']}']").click(modifiers=["Control"])
    page.get_by_role("button", name="Delete for good").click()
    asked = page.get_by_role("dialog", name="Delete 2 pictures for good?")
    expect(asked.get_by_role("button", name="Keep")).to_be_focused()
    asked.get_by_role("button", name="Delete 2 pictures for good").click()

    expect(page.get_by_text("2 pictures deleted for good.").last).to_be_visible()
    left = {picture["id"] for picture in stack.pictures("is:trash")}
    assert not left & {picture["id"] for picture in pictures}


def test_trash_is_emptied_as_a_job(new_page: NewPage, stack: Stack):
    """
    Emptying asks with the number, runs as a job, and the page is empty when it is done.
    """
    (picture,) = stack.painted("a mushroom at night")
    stack.api("DELETE", f"images/{picture['id']}")
    count = len(stack.pictures("is:trash"))
    page = new_page(f"{stack.url}&/trash")
    page.get_by_role("button", name="Empty the trash").click()
    asked = page.get_by_role("dialog", name=f"Delete {count} picture")
    asked.get_by_role("button", name="for good").click()

    expect(page.get_by_text("The trash is empty.")).to_be_visible(timeout=30_000)
    assert stack.pictures("is:trash") == []
