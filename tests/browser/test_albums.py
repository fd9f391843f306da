"""Albums: images in an order of their own, and the results of a search."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until


@pytest.fixture(scope="module")
def batch(stack: Stack) -> list[dict[str, Any]]:
    """Three images of one job, newest first."""
    return sorted(stack.generated("a windmill in spring", count=3), key=lambda image: image["id"], reverse=True)


@pytest.fixture
def album(stack: Stack, batch: list[dict[str, Any]], request: pytest.FixtureRequest) -> dict[str, Any]:
    """An album of this test with the images, oldest first."""
    made = stack.api("POST", "albums", {"name": request.node.name.replace("_", " ")[:90]})
    ids = [image["id"] for image in batch]
    stack.api("POST", "images/bulk", {"action": "add_to_album", "album": made["id"], "ids": ids})
    return dict(made)


def order(stack: Stack, album: dict[str, Any]) -> list[str]:
    return [image["id"] for image in stack.images(f"album:{album['id']} sort:album")]


def shown(page: Page) -> list[str]:
    tiles = page.locator("a[data-id]").evaluate_all(
        "tiles => tiles.map(tile => [tile.getBoundingClientRect().left, tile.dataset.id]).sort((a, b) => a[0] - b[0])"
    )
    return [str(id) for _, id in tiles]


def expect_order(page: Page, stack: Stack, album: dict[str, Any], ids: list[str]) -> None:
    """The page shows this order, and the API has saved it."""
    until(lambda: shown(page) == ids, limit_s=30)
    until(lambda: order(stack, album) == ids, limit_s=30)


def test_selected_images_are_added_to_a_new_album(new_page: NewPage, stack: Stack, batch: list[dict[str, Any]]) -> None:
    """From the selection bar, an album is created and filled, and is then on the page of albums with its cover."""
    page = new_page(f"{stack.url}&/images?q=job%3A{batch[0]['job_id']}")
    expect(page.locator("a[data-id]")).to_have_count(3)
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Add to album").click()
    page.get_by_role("textbox", name="Name of a new album").fill("Windmills")
    page.get_by_role("button", name="Create album").click()
    expect(page.get_by_text("Added 3 images to the album.").last).to_be_visible()

    page.goto(f"{stack.origin}/#/albums")
    card = page.get_by_role("listitem").filter(has_text="Windmills")
    expect(card).to_contain_text("3 images")
    expect(card.locator("img")).to_be_visible()
    card.get_by_role("link").click()

    expect(page.get_by_role("heading", name="Windmills", level=1)).to_be_visible()
    expect(page.locator("a[data-id]")).to_have_count(3)
    expect(page).to_have_title(re.compile("Windmills"))


def test_images_are_dragged_to_another_place(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """A dragged image is shown and saved in its new place, and stays there after loading the page again."""
    first, second, third = [image["id"] for image in reversed(batch)]
    page = new_page(f"{stack.url}&/albums/{album['id']}")
    expect(page.locator("a[data-id]")).to_have_count(3)

    target = page.locator(f"a[data-id='{first}']")
    page.locator(f"a[data-id='{third}']").drag_to(target, target_position={"x": 10, "y": 60})

    expect_order(page, stack, album, [third, first, second])
    page.reload()
    expect(page.locator("a[data-id]")).to_have_count(3)
    assert shown(page) == [third, first, second]


def test_images_are_moved_by_keyboard_and_by_buttons(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """The keys [ and ] move the focused image, which keeps the focus; a selection has buttons for the same."""
    first, second, third = [image["id"] for image in reversed(batch)]
    page = new_page(f"{stack.url}&/albums/{album['id']}")
    tile = page.locator(f"a[data-id='{first}']")
    tile.focus()

    page.keyboard.press("]")
    expect(page.get_by_role("status").filter(has_text="Position 2")).to_be_attached()
    expect_order(page, stack, album, [second, first, third])
    expect(tile).to_be_focused()
    page.keyboard.press("[")
    expect_order(page, stack, album, [first, second, third])

    page.keyboard.press("x")
    page.get_by_role("button", name="Move to end").click()
    expect_order(page, stack, album, [second, third, first])


def test_an_image_becomes_the_cover_and_leaves_the_album(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """A selected image is set as cover, and is removed from the album without being deleted."""
    third = batch[0]["id"]
    page = new_page(f"{stack.url}&/albums/{album['id']}")
    page.locator(f"a[data-id='{third}']").focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Use as cover").click()
    expect(page.get_by_text("Cover changed.").last).to_be_visible()
    assert stack.api("GET", f"albums/{album['id']}")["cover_image"]["id"] == third

    page.locator(f"a[data-id='{third}']").focus()
    page.keyboard.press("x")
    page.get_by_role("button", name="Remove from album").click()

    expect(page.get_by_text("2 images", exact=True).first).to_be_visible()
    expect(page.locator("a[data-id]")).to_have_count(2)
    assert stack.api("GET", f"images/{third}")["deleted_at"] is None


def test_a_saved_search_becomes_a_smart_album(new_page: NewPage, stack: Stack, batch: list[dict[str, Any]]) -> None:
    """The dialog offers saved searches, and the album shows the results; a wrong search is named in its field."""
    q = f"job:{batch[0]['job_id']}"
    name = f"All of one job {secrets.token_hex(3)}"
    stack.api("POST", "saved-searches", {"name": name, "q": q})
    page = new_page(f"{stack.url}&/albums")
    page.get_by_role("button", name="New album").click()
    page.get_by_label("Results of a search").check()
    page.get_by_role("combobox", name="Saved search").select_option(name)
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    page.get_by_label("Search", exact=True).fill("model:")
    page.get_by_role("button", name="Create album").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("has no value")

    page.get_by_label("Search", exact=True).fill(q)
    page.get_by_role("button", name="Create album").click()

    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.locator("a[data-id]")).to_have_count(3)
    expect(page.get_by_text("Drag images")).to_have_count(0)


def test_an_album_is_a_slideshow_in_its_order(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """The slideshow of an album begins with its first image, and Esc returns to the album."""
    page = new_page(f"{stack.url}&/albums/{album['id']}", reduced_motion="reduce")
    page.get_by_role("button", name="Slideshow").click()
    expect(page.locator("figure img")).to_have_attribute("src", re.compile(batch[-1]["id"]))
    expect(page.get_by_role("combobox", name="Order")).to_have_value("album")

    page.keyboard.press("Escape")

    expect(page.get_by_role("heading", level=1, name=album["name"])).to_be_visible()


def test_the_viewer_adds_to_albums_and_removes_from_them(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """The details of an image list its albums, with a menu to add it to others."""
    image = batch[1]["id"]
    other = stack.api("POST", "albums", {"name": f"Other of {album['id']}"})
    page = new_page(f"{stack.url}&/images/{image}")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("i")
    mine = page.get_by_role("list", name="Albums")
    expect(mine.get_by_role("link", name=album["name"])).to_be_visible()

    page.get_by_role("complementary").get_by_role("button", name="Add to album").click()
    page.get_by_role("button", name=other["name"]).click()
    expect(mine.get_by_role("link", name=other["name"])).to_be_visible()
    mine.get_by_role("button", name=f"Remove from album {album['name']}").click()
    expect(mine.get_by_role("link", name=album["name"])).to_have_count(0)

    places = until(lambda: stack.api("GET", f"images/{image}")["places"] or None, limit_s=30)
    until(lambda: album["id"] not in json.dumps(stack.api("GET", f"images/{image}")["places"]), limit_s=30)
    assert other["id"] in json.dumps(places)


def test_a_schedule_is_told_its_albums(new_page: NewPage, stack: Stack, album: dict[str, Any]) -> None:
    """The form of a schedule has a box for each album made by hand, and saves the choice."""
    timing = {"kind": "every", "minutes": 600}
    body = {"name": f"Into {album['id']}", "theme": "a windmill", "timing": timing}
    schedule = stack.api("POST", "schedules", body)
    page = new_page(f"{stack.url}&/schedules/{schedule['id']}/edit")
    page.get_by_label(album["name"]).check()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(f"schedules/{schedule['id']}$"))

    assert stack.api("GET", f"schedules/{schedule['id']}")["albums"] == [album["id"]]
    stack.api("DELETE", f"schedules/{schedule['id']}")


def test_an_album_is_edited_and_deleted(
    new_page: NewPage, stack: Stack, album: dict[str, Any], batch: list[dict[str, Any]]
) -> None:
    """Its name and note are changed; deleting asks first, and keeps the images."""
    page = new_page(f"{stack.url}&/albums/{album['id']}")
    page.get_by_role("button", name="Edit album").click()
    page.get_by_label("Note").fill("For the kitchen.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("For the kitchen.")).to_be_visible()

    page.get_by_role("button", name="Delete album").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete album").click()

    expect(page.get_by_role("heading", name="Albums", level=1)).to_be_visible()
    assert album["id"] not in [one["id"] for one in stack.api("GET", "albums")["items"]]
    assert stack.api("GET", f"images/{batch[0]['id']}")["deleted_at"] is None
