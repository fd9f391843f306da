"""Two or four pictures side by side, or one above the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until


@pytest.fixture(scope="module")
def owls(stack: Stack):
    """Four pictures of one job, newest first."""
    return sorted(stack.painted("an owl on a bicycle", count=4), key=lambda picture: picture["id"], reverse=True)


@pytest.fixture
def compare(new_page: NewPage, stack: Stack, owls) -> Page:
    """Two of them, chosen in the gallery and compared."""
    page = new_page(f"{stack.url}&/pictures?q=job%3A{owls[0]['job_id']}")
    for picture in owls[:2]:
        page.locator(f"a[data-id='{picture['id']}']").click(modifiers=["Control"])
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
    return page


def transforms(page: Page) -> list[str]:
    return page.locator(".frame img").evaluate_all("images => images.map((image) => image.style.transform)")


def test_differing_parameters_are_listed_and_the_rest_is_named(compare: Page, owls):
    """
    The seeds differ; model and steps are alike; Esc leads back to where one came from.
    """
    table = compare.get_by_role("table")
    seeds = table.get_by_role("row", name=re.compile("^Seed"))
    for picture in owls[:2]:
        expect(seeds).to_contain_text(str(picture["seed"]))
    expect(table.get_by_role("row", name=re.compile("^Steps"))).to_have_count(0)
    expect(compare.get_by_text(re.compile("Alike: .*model.*steps"))).to_be_visible()

    compare.keyboard.press("Escape")

    expect(compare).to_have_url(re.compile("q=job"))


def test_pictures_are_zoomed_and_moved_as_one(compare: Page):
    """
    The wheel over either zooms both at the same place; dragging and keys move both.
    """
    second = compare.locator(".frame").nth(1).bounding_box()
    assert second is not None
    compare.mouse.move(second["x"] + 200, second["y"] + 200)
    for scale in ("scale(1.2)", "scale(1.44)"):
        compare.mouse.wheel(0, -200)
        until(lambda both=scale: len(set(transforms(compare))) == 1 and both in transforms(compare)[0], limit_s=60)
    before = transforms(compare)[0]

    compare.keyboard.press("Shift+ArrowLeft")

    until(lambda: transforms(compare)[0] != before and len(set(transforms(compare))) == 1, limit_s=60)


def test_slider_works_by_press_and_by_keys(compare: Page):
    """
    One picture lies over the other; the range is moved by a press on it or by the arrows, without dragging.
    """
    compare.keyboard.press("v")
    slider = compare.get_by_role("slider", name="How much of the first picture is seen")
    expect(slider).to_have_value("50")
    box = slider.bounding_box()
    assert box is not None

    compare.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert abs(int(slider.input_value()) - 25) <= 2
    slider.press("ArrowRight")
    slider.press("ArrowRight")

    clip = compare.locator(".upper").evaluate("image => getComputedStyle(image).clipPath")
    assert clip == f"inset(0px {100 - int(slider.input_value())}% 0px 0px)"


def test_one_is_kept_and_the_others_can_come_back(new_page: NewPage, stack: Stack, owls):
    """
    Of four, "Keep only this" trashes three at once, and one undo takes that back.
    """
    page = new_page(f"{stack.url}&/compare/{','.join(picture['id'] for picture in owls)}")
    expect(page.locator(".frame img")).to_have_count(4)

    page.get_by_role("button", name="Keep only this").nth(1).click()
    expect(page.locator(".frame img")).to_have_count(1)
    until(lambda: stack.api("GET", f"images/{owls[0]['id']}")["deleted_at"], limit_s=60)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".frame img")).to_have_count(4)
    until(lambda: not any(stack.api("GET", f"images/{one['id']}")["deleted_at"] for one in owls), limit_s=60)
