"""The viewer: look at one image, rate, delete and restore it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

SNAIL = "a snail on a mushroom"


@pytest.fixture(scope="module")
def snails(stack: Stack) -> list[dict[str, Any]]:
    """Three images of one theme, newest first."""
    return sorted(stack.generated(SNAIL, count=3), key=lambda image: image["id"], reverse=True)


@pytest.fixture
def viewer(new_page: NewPage, stack: Stack, snails: list[dict[str, Any]]) -> Page:
    """The middle one of them, open above a search for the three."""
    page = new_page(f"{stack.url}&/images?q=job%3A{snails[0]['job_id']}")
    page.locator(f"a[data-id='{snails[1]['id']}']").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def scale(page: Page) -> float:
    """The zoom of the image in the viewer."""
    matrix: str = page.locator("figure img").evaluate("image => getComputedStyle(image).transform")
    return 1.0 if matrix == "none" else float(matrix.removeprefix("matrix(").split(",")[0])


def is_zoomed(page: Page, turns: int) -> bool:
    return scale(page) >= 1.2**turns


def x_of(image: Locator) -> float:
    box = image.bounding_box()
    assert box is not None
    return box["x"]


def tagged(image: Any) -> Any:
    return image if "fit to print" in image["tags"] else None


def test_arrows_follow_the_list_and_escape_returns_to_the_tile(viewer: Page, snails: list[dict[str, Any]]) -> None:
    """Arrow keys follow the list with both neighbors preloaded, and Esc returns to the tile of the image seen last."""
    loaded = "performance.getEntriesByType('resource').map((one) => one.name).join(' ')"
    until(lambda: all(f"{snails[n]['id']}.png" in viewer.evaluate(loaded) for n in (0, 2)), limit_s=60)
    viewer.keyboard.press("ArrowRight")
    expect(viewer).to_have_url(re.compile(snails[2]["id"]))
    viewer.keyboard.press("ArrowLeft")
    viewer.keyboard.press("ArrowLeft")
    expect(viewer).to_have_url(re.compile(snails[0]["id"]))
    viewer.keyboard.press("Escape")

    expect(viewer.get_by_role("dialog")).to_be_hidden()
    expect(viewer.locator(f"a[data-id='{snails[0]['id']}']")).to_be_focused()
    assert "q=job" in viewer.url


def test_link_to_an_image_opens_it(new_page: NewPage, stack: Stack, snails: list[dict[str, Any]]) -> None:
    """A link opens the image, and closing the viewer shows the gallery."""
    page = new_page(f"{stack.url}&/images/{snails[1]['id']}")

    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()
    page.get_by_role("button", name="Close").click()

    expect(page.locator("a[data-id]").first).to_be_visible()


def test_every_detail_of_an_image_can_be_copied(viewer: Page, snails: list[dict[str, Any]]) -> None:
    """The panel shows every field and the origin, and a button copies each to the clipboard."""
    viewer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer.keyboard.press("i")
    panel = viewer.get_by_role("complementary", name="Image details")

    for name in ("Theme", "Prompt", "Alt text", "Model", "Size", "Steps", "Guidance scale", "Sampler", "Seed"):
        expect(panel.get_by_text(name, exact=True)).to_be_visible()
    origin = panel.locator("section").filter(has=viewer.get_by_role("heading", name="Origin"))
    for name in ("Created by", "Job", "Created", "Duration", "Cost"):
        expect(origin.get_by_text(name, exact=True)).to_be_visible()
    expect(origin.get_by_role("link", name=snails[1]["job_id"])).to_have_attribute("href", re.compile("q=job%3A"))
    panel.get_by_role("button", name="Copy Seed").click()

    assert viewer.evaluate("navigator.clipboard.readText()") == str(snails[1]["seed"])


def test_one_key_judges(viewer: Page, stack: Stack, snails: list[dict[str, Any]]) -> None:
    """F adds to favorites, a digit rates, T starts a tag, and the API has all of it."""
    viewer.keyboard.press("f")
    expect(viewer.get_by_role("button", name="Favorite")).to_have_attribute("aria-pressed", "true")
    viewer.keyboard.press("4")
    expect(viewer.get_by_role("button", name="Rated 4 of 5. Select to clear.")).to_be_visible()
    viewer.keyboard.press("t")
    expect(viewer.get_by_role("combobox", name="Add tag")).to_be_focused()
    viewer.keyboard.type("fit to print")
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_role("link", name="fit to print")).to_be_visible()

    image = until(lambda: tagged(stack.api("GET", f"images/{snails[1]['id']}")), limit_s=60)
    assert (image["favourite"], image["rating"]) == (True, 4)


def test_image_is_downloaded_with_and_without_its_prompt(
    viewer: Page, snails: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The original has its prompt, and the copy without metadata does not."""
    for name, has_prompt in (("Original", True), ("Without metadata", False)):
        viewer.get_by_role("button", name="Download").click()
        with viewer.expect_download() as saved:
            viewer.get_by_role("button", name=name).click()
        saved.value.save_as(tmp_path / name)
        data = (tmp_path / name).read_bytes()

        assert data.startswith(b"\x89PNG")
        assert (snails[1]["prompt"].encode() in data) is has_prompt
        assert saved.value.suggested_filename.endswith(".png")


def test_image_is_zoomed_and_moved_by_wheel_pointer_keys_and_buttons(viewer: Page) -> None:
    """The wheel zooms at the pointer, dragging or Shift with arrows pans, and Z and Esc fit the image again."""
    image = viewer.locator("figure img")
    expect(image).to_be_visible()
    label = viewer.get_by_role("button", name="Zoom level 200%")
    expect(label).to_be_visible()
    box = image.bounding_box()
    assert box is not None
    viewer.mouse.move(box["x"] + 100, box["y"] + 100)

    # Whatever is zoomed or moved is drawn with the next frame, and quick turns of the wheel may become one.
    for turn in range(1, 5):
        viewer.mouse.wheel(0, -200)
        until(partial(is_zoomed, viewer, turn), limit_s=60)
    before = image.bounding_box()
    viewer.mouse.down()
    viewer.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    viewer.mouse.up()
    assert before is not None
    until(lambda: x_of(image) == pytest.approx(before["x"] - 40, abs=3), limit_s=60)
    viewer.keyboard.press("Shift+ArrowRight")
    until(lambda: x_of(image) < before["x"] - 100, limit_s=60)

    viewer.keyboard.press("Escape")
    until(lambda: scale(viewer) == 1, limit_s=60)
    expect(viewer.get_by_role("dialog")).to_be_visible()
    viewer.get_by_role("button", name="Larger", exact=True).click()
    until(lambda: scale(viewer) == pytest.approx(1.5), limit_s=60)
    viewer.keyboard.press("z")
    until(lambda: scale(viewer) == 1, limit_s=60)
    image.dblclick(position={"x": 30, "y": 30})
    until(lambda: scale(viewer) == 2, limit_s=60)
    viewer.keyboard.press("ArrowRight")

    expect(viewer.get_by_role("button", name="Zoom level 200%")).to_be_visible()
    until(lambda: scale(viewer) == 1, limit_s=60)


def test_seeds_of_one_prompt_are_stacked(viewer: Page, snails: list[dict[str, Any]]) -> None:
    """Images that differ by their seed only are listed below the image, for arrow keys and clicks."""
    stack = viewer.get_by_role("group", name="3 images of this prompt with different seeds")
    expect(stack.get_by_role("button")).to_have_count(3)
    expect(stack.get_by_role("button", name=f"Seed {snails[1]['seed']}")).to_have_attribute("aria-current", "true")

    viewer.keyboard.press("ArrowDown")
    expect(viewer).to_have_url(re.compile(snails[0]["id"]))
    stack.get_by_role("button", name=f"Seed {snails[2]['seed']}").click()

    expect(viewer).to_have_url(re.compile(snails[2]["id"]))


def test_image_is_generated_again_with_other_seeds(viewer: Page, snails: list[dict[str, Any]]) -> None:
    """R copies prompt and options to Create, S the seed, and undo restores the earlier draft."""
    viewer.keyboard.press("Shift+R")
    prompt = viewer.get_by_role("textbox", name="Prompt", exact=True)
    expect(prompt).to_have_value(snails[1]["prompt"])
    expect(viewer.get_by_role("textbox", name="Theme")).to_have_value(SNAIL)
    expect(viewer.get_by_role("textbox", name="Seed")).to_have_value("")

    viewer.go_back()
    expect(viewer.get_by_role("dialog").locator("figure img")).to_be_visible()
    viewer.keyboard.press("s")
    expect(viewer.get_by_role("textbox", name="Seed")).to_have_value(str(snails[1]["seed"]))
    viewer.get_by_role("button", name="Undo").last.click()
    viewer.get_by_role("button", name="Undo").last.click()

    expect(viewer.get_by_role("textbox", name="Theme")).to_have_value("")


def test_image_is_approved_by_one_key(viewer: Page, stack: Stack, snails: list[dict[str, Any]]) -> None:
    """A approves the image for publishing, and A again removes the approval."""
    viewer.keyboard.press("a")
    expect(viewer.get_by_role("button", name="Approve for publishing")).to_have_attribute("aria-pressed", "true")
    until(lambda: stack.api("GET", f"images/{snails[1]['id']}")["approved_at"], limit_s=60)

    viewer.keyboard.press("a")

    until(lambda: stack.api("GET", f"images/{snails[1]['id']}")["approved_at"] is None, limit_s=60)


def test_deleted_image_is_restored_by_undo(viewer: Page, stack: Stack, snails: list[dict[str, Any]]) -> None:
    """Del moves the image to trash and shows the next, and undo shows it again."""
    viewer.keyboard.press("Delete")
    expect(viewer).to_have_url(re.compile(snails[2]["id"]))
    expect(viewer.get_by_text("Moved to trash.").last).to_be_visible()
    assert stack.api("GET", f"images/{snails[1]['id']}")["deleted_at"]

    viewer.get_by_role("button", name="Undo").click()

    expect(viewer).to_have_url(re.compile(snails[1]["id"]))
    assert stack.api("GET", f"images/{snails[1]['id']}")["deleted_at"] is None


def test_delete_and_restore(viewer: Page, stack: Stack, snails: list[dict[str, Any]]) -> None:
    """An image in trash shows its days left and is restored to its place."""
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
    viewer.get_by_role("link", name="Images").click()
    expect(viewer.locator(f"a[data-id='{gone}']")).to_be_visible()


def test_deleting_for_good_names_the_number(new_page: NewPage, stack: Stack) -> None:
    """Selected images in trash are deleted together after a confirmation with their number."""
    images = stack.generated("a crab and a lemon", count=2)
    for image in images:
        stack.api("DELETE", f"images/{image['id']}")
    page = new_page(f"{stack.url}&/trash")
    for image in images:
        page.locator(f"a[data-id='{image['id']}']").click(modifiers=["Control"])
    page.get_by_role("button", name="Delete permanently").click()
    dialog = page.get_by_role("dialog", name="Delete 2 images permanently?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Delete 2 images permanently").click()

    expect(page.get_by_text("2 images permanently deleted.").last).to_be_visible()
    left = {image["id"] for image in stack.images("is:trash")}
    assert not left & {image["id"] for image in images}


def test_trash_is_emptied_as_a_job(new_page: NewPage, stack: Stack) -> None:
    """Emptying trash requires confirmation, runs as a job, and leaves the page empty."""
    (image,) = stack.generated("a mushroom at night")
    stack.api("DELETE", f"images/{image['id']}")
    count = len(stack.images("is:trash"))
    page = new_page(f"{stack.url}&/trash")
    page.get_by_role("button", name="Empty trash").click()
    number = "1 image" if count == 1 else f"all {count} images"
    asked = page.get_by_role("dialog", name=f"Delete {number} permanently?")
    asked.get_by_role("button", name="permanently").click()

    expect(page.get_by_text("Trash is empty")).to_be_visible(timeout=30_000)
    assert stack.images("is:trash") == []
