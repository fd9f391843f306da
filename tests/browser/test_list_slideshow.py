"""The slideshow of a list shows its images one after the other, signed in, in a chosen order."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.recording import record_requests
from tests.browser.stack import Stack

COUNT_LOCKS = """
  window.locks = [];
  const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = (kind) => (window.locks.push(kind), ask(kind));
"""
HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture(scope="module")
def batch(stack: Stack) -> list[dict[str, Any]]:
    """Three images of one job, newest first."""
    return sorted(stack.generated("a lighthouse at dusk", count=3), key=lambda image: image["id"], reverse=True)


@pytest.fixture
def results(new_page: NewPage, stack: Stack, batch: list[dict[str, Any]]) -> Page:
    """The search for these images, with a clock that a test can move."""
    page = new_page(reduced_motion="reduce")
    page.add_init_script(COUNT_LOCKS)
    page.clock.install()
    page.goto(f"{stack.url}&/images?q=job%3A{batch[0]['job_id']}")
    expect(page.locator("a[data-id]")).to_have_count(3)
    return page


def shows(page: Page, image: dict[str, Any]) -> None:
    expect(page.locator("figure img")).to_have_attribute("src", re.compile(image["id"]))


def test_one_click_shows_a_search_image_by_image(results: Page, batch: list[dict[str, Any]]) -> None:
    """One click starts the slideshow of a search; it goes on by itself, in a circle, with the screen kept on."""
    results.get_by_role("button", name="Slideshow").click()

    shows(results, batch[0])
    for image in (batch[1], batch[2], batch[0]):
        results.clock.run_for(10_000)
        shows(results, image)
    assert results.evaluate("window.locks") == ["screen"]
    expect(results.get_by_role("navigation")).to_have_count(0)
    results.keyboard.press("Escape")
    expect(results.locator("a[data-id]")).to_have_count(3)


def test_keys_move_pause_and_close_a_slideshow(results: Page, batch: list[dict[str, Any]]) -> None:
    """Shift+S starts at the focused image; arrow keys move, the space bar pauses, and Esc returns to the list."""
    results.locator(f"a[data-id='{batch[1]['id']}']").focus()
    results.keyboard.press("Shift+S")
    shows(results, batch[1])
    results.keyboard.press("ArrowRight")
    shows(results, batch[2])
    results.keyboard.press("ArrowLeft")
    shows(results, batch[1])

    results.keyboard.press("Space")
    expect(results.get_by_role("button", name="Play")).to_be_attached()
    results.clock.run_for(60_000)
    shows(results, batch[1])
    results.keyboard.press("Space")
    expect(results.get_by_role("button", name="Pause")).to_be_attached()
    results.clock.run_for(10_000)
    shows(results, batch[2])

    results.keyboard.press("Escape")
    expect(results).to_have_url(re.compile(r"#/images\?q=job"))


def test_order_and_seconds_of_a_slideshow_can_be_chosen(results: Page, batch: list[dict[str, Any]]) -> None:
    """The order is part of the URL, and the seconds per image are remembered by the browser."""
    results.keyboard.press("Shift+S")
    results.mouse.move(200, 200)
    results.get_by_role("combobox", name="Order").select_option("Oldest first")
    shows(results, batch[2])
    expect(results).to_have_url(re.compile("sort%3Aoldest"))

    results.get_by_role("combobox", name="Seconds per image").select_option("60 seconds")
    results.clock.run_for(30_000)
    shows(results, batch[2])
    results.clock.run_for(30_000)
    shows(results, batch[1])

    results.reload()
    shows(results, batch[2])
    expect(results.get_by_role("combobox", name="Seconds per image")).to_have_value("60")


def test_hidden_slideshow_waits(results: Page, batch: list[dict[str, Any]]) -> None:
    """While the page is hidden, no image passes and none is loaded; then the slideshow goes on."""
    results.keyboard.press("Shift+S")
    shows(results, batch[0])
    loaded: list[str] = []

    results.evaluate(HIDE, True)
    record_requests(results, loaded, lambda url: ".png" in url)
    results.clock.run_for(120_000)
    shows(results, batch[0])
    assert loaded == []

    results.evaluate(HIDE, False)
    results.clock.run_for(10_000)
    shows(results, batch[1])


def test_next_image_is_loaded_before_its_turn(results: Page, batch: list[dict[str, Any]]) -> None:
    """The file of the next image is requested while the one before is shown."""
    requested: list[str] = []
    record_requests(results, requested, lambda url: batch[1]["id"] in url and "originals" in url)

    with results.expect_response(re.compile(f"originals.*{batch[1]['id']}")):
        results.keyboard.press("Shift+S")

    shows(results, batch[0])
    results.clock.run_for(10_000)
    shows(results, batch[1])
    assert len(requested) == 1
