"""An image whose file can't be loaded looks the same wherever it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stack import FEW_STEPS, Stack, until

TIMING = {"kind": "cron", "cron": "0 4 1 1 *", "timezone": "Europe/Berlin"}


@pytest.fixture(scope="module")
def broken(stack: Stack) -> Iterator[dict[str, Any]]:
    """The image of a schedule, whose files no page of these tests can load."""
    options = {"steps": FEW_STEPS}
    schedule = stack.api(
        "POST", "schedules", {"name": "Broken files", "theme": "a teapot", "timing": TIMING, "options": options}
    )
    job = stack.api("POST", f"schedules/{schedule['id']}/run", {})
    ended = until(lambda: (one := stack.api("GET", f"jobs/{job['id']}"))["finished_at"] and one, limit_s=240)
    yield stack.api("GET", f"images/{ended['pictures'][0]['id']}")
    stack.api("DELETE", f"schedules/{schedule['id']}")


@pytest.fixture
def without_file(page: Page, broken: dict[str, Any]) -> Page:
    """A page to which the storage answers that this image's files don't exist."""
    page.route(re.compile(f"/(thumbnails|originals)/.*{broken['id']}"), lambda route: route.fulfill(status=404))
    page.reload()  # the page has loaded the file
    return page


def test_tile_is_a_frame_with_a_button_that_generates_the_image_again(
    without_file: Page, stack: Stack, broken: dict[str, Any]
) -> None:
    """The tile says that its file is missing, and the answer of the API is shown if it isn't."""
    page = without_file
    page.goto(f"{stack.origin}/#/images?q=schedule:{broken['schedule_id']}")
    tile = page.locator(f"a[data-id='{broken['id']}']")
    expect(tile.get_by_text("File missing", exact=True)).to_be_visible()

    page.get_by_role("gridcell").filter(has=tile).get_by_role("button", name="Generate again").click()

    expect(page.get_by_text("The file of this image exists, so the image isn't generated again.").last).to_be_visible()


@pytest.mark.parametrize("place", ["schedules/{schedule_id}", "activity?schedule={schedule_id}", "images"])
def test_small_frames_name_the_image_and_lead_to_it(
    without_file: Page, stack: Stack, broken: dict[str, Any], place: str
) -> None:
    """A strip, the frames of a job, and the latest image of a schedule have no space for a button."""
    page = without_file
    page.goto(f"{stack.origin}/#/{place.format(**broken)}")
    frame = page.locator("a").filter(has=page.get_by_title(re.compile("^File missing: "))).first
    expect(frame).to_be_visible()
    expect(frame).to_have_attribute("href", re.compile(broken["id"]))


def test_viewer_and_comparison_offer_to_generate_it(without_file: Page, stack: Stack, broken: dict[str, Any]) -> None:
    """Where there is space, the frame says what is wrong, and a button is beside it."""
    page = without_file
    page.goto(f"{stack.origin}/#/images/{broken['id']}")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_title(re.compile("^File missing: ")).first).to_be_visible()
    expect(dialog.get_by_role("button", name="Generate again with the same seed")).to_be_enabled()

    page.goto(f"{stack.origin}/#/compare/{broken['id']}")
    expect(page.get_by_role("main").get_by_text("File missing", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="Generate again")).to_be_enabled()


def test_trash_shows_the_frame_without_a_button(without_file: Page, stack: Stack, broken: dict[str, Any]) -> None:
    """An image in trash isn't generated again."""
    page = without_file
    stack.api("DELETE", f"images/{broken['id']}")
    page.goto(f"{stack.origin}/#/trash")
    tile = page.locator(f"a[data-id='{broken['id']}']")
    expect(tile.get_by_text("File missing", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Generate again")).to_be_hidden()
    stack.api("POST", f"images/{broken['id']}/restore")


def test_files_are_tried_again_after_the_connection_is_back(page: Page, stack: Stack, broken: dict[str, Any]) -> None:
    """A file that couldn't be loaded while the API didn't respond isn't missing afterwards."""
    files = re.compile(f"/thumbnails/.*{broken['id']}")
    page.route(files, lambda route: route.abort())
    page.goto(f"{stack.origin}/#/images?q=schedule:{broken['schedule_id']}")
    tile = page.locator(f"a[data-id='{broken['id']}']")
    expect(tile.get_by_text("File missing", exact=True)).to_be_visible()
    page.route("**/api/**", lambda route: route.abort())
    expect(page.get_by_text("isn’t responding")).to_be_visible(timeout=60_000)
    page.unroute(files)
    page.unroute("**/api/**")

    page.get_by_role("button", name="Retry").first.click()

    expect(tile.locator("img")).to_be_visible()
