"""The Compare page: two or four images side by side, or two with a slider."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until


@pytest.fixture(scope="module")
def owls(stack: Stack) -> list[dict[str, Any]]:
    """Four images of one job, newest first."""
    return sorted(stack.generated("an owl on a bicycle", count=4), key=lambda image: image["id"], reverse=True)


@pytest.fixture
def compare(new_page: NewPage, stack: Stack, owls: Any) -> Page:
    """The Compare page with two of them, selected on the Images page."""
    page = new_page(f"{stack.url}&/images?q=job%3A{owls[0]['job_id']}")
    for image in owls[:2]:
        page.locator(f"a[data-id='{image['id']}']").click(modifiers=["Control"])
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    return page


def transforms(page: Page) -> list[str]:
    return page.locator(".frame img").evaluate_all("images => images.map((image) => image.style.transform)")


def test_differing_parameters_are_listed_and_the_rest_is_named(compare: Page, owls: Any) -> None:
    """The seeds are listed as different, model and steps as identical, and Esc goes back to the list."""
    table = compare.get_by_role("table")
    seeds = table.get_by_role("row", name=re.compile("^Seed"))
    for image in owls[:2]:
        expect(seeds).to_contain_text(str(image["seed"]))
    expect(table.get_by_role("row", name=re.compile("^Steps"))).to_have_count(0)
    expect(compare.get_by_text(re.compile("Identical: .*Model.*Steps"))).to_be_visible()

    compare.keyboard.press("Escape")

    expect(compare).to_have_url(re.compile("q=job"))


def both_are(compare: Page, transform: str) -> bool:
    return len(set(transforms(compare))) == 1 and transform in transforms(compare)[0]


def test_images_are_zoomed_and_panned_together(compare: Page) -> None:
    """The wheel over one image zooms both at the same point, and keys pan both."""
    second = compare.locator(".frame").nth(1).bounding_box()
    assert second is not None
    compare.mouse.move(second["x"] + 200, second["y"] + 200)
    for scale in ("scale(1.2)", "scale(1.44)"):
        compare.mouse.wheel(0, -200)
        until(partial(both_are, compare, scale), limit_s=60)
    before = transforms(compare)[0]

    compare.keyboard.press("Shift+ArrowLeft")

    until(lambda: transforms(compare)[0] != before and len(set(transforms(compare))) == 1, limit_s=60)


def test_slider_works_by_click_and_by_keyboard(compare: Page) -> None:
    """A click or the arrow keys set the visible part of the upper image, without dragging."""
    compare.keyboard.press("v")
    slider = compare.get_by_role("slider", name="Visible part of the first image")
    expect(slider).to_have_value("50")
    box = slider.bounding_box()
    assert box is not None

    compare.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert abs(int(slider.input_value()) - 25) <= 2
    slider.press("ArrowRight")
    slider.press("ArrowRight")

    clip = compare.locator(".upper").evaluate("image => getComputedStyle(image).clipPath")
    assert clip == f"inset(0px {100 - int(slider.input_value())}% 0px 0px)"


def test_one_image_is_selected_and_undo_restores_the_others(new_page: NewPage, stack: Stack, owls: Any) -> None:
    """Keeping one of four images moves three to trash, and one undo restores them."""
    page = new_page(f"{stack.url}&/compare/{','.join(image['id'] for image in owls)}")
    expect(page.locator(".frame img")).to_have_count(4)

    page.get_by_role("button", name="Keep this, move the others to trash").nth(1).click()
    expect(page.locator(".frame img")).to_have_count(1)
    until(lambda: stack.api("GET", f"images/{owls[0]['id']}")["deleted_at"], limit_s=60)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".frame img")).to_have_count(4)
    until(lambda: not any(stack.api("GET", f"images/{one['id']}")["deleted_at"] for one in owls), limit_s=60)
