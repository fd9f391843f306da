"""The fields with suggestions: time zones and tags, by keyboard, pointer and screen reader."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.stack import Stack, until

SUGGESTED = ["lamp", "lamp oil", "lantern"]


@pytest.fixture
def time_zone(page: Page) -> Locator:
    """The time zone of a new schedule."""
    page.keyboard.press("s")
    page.get_by_role("link", name="New schedule").or_(page.get_by_role("link", name="Create schedule")).first.click()
    page.get_by_role("textbox", name="Theme").fill("postcards")
    return page.get_by_role("combobox", name="Time zone")


@pytest.fixture(scope="module")
def tagged(stack: Stack) -> Any:
    """An image with the tags that are suggested for others."""
    (image,) = stack.generated("a lamp post")
    return stack.api("PATCH", f"images/{image['id']}", {"etag": image["etag"], "tags": SUGGESTED})


@pytest.fixture
def new_tag(page: Page, stack: Stack, tagged: Any) -> Locator:
    """The field for a new tag of another image."""
    image = next(one for one in stack.images() if one["id"] != tagged["id"])
    page.goto(f"{stack.origin}/#/images/{image['id']}")
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()
    page.keyboard.press("t")
    field = page.get_by_role("combobox", name="Add tag")
    expect(field).to_be_focused()
    return field


def announces(page: Page, field: Locator, name: str) -> None:
    """Whether the field points to this option, and the option is marked as selected."""
    option = page.get_by_role("option", name=name, exact=True)
    expect(option).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "no id")


def test_time_zone_is_found_by_the_words_of_its_city(page: Page, time_zone: Locator) -> None:
    """The first match is announced, Enter selects it without a submit, and Esc closes only the list."""
    time_zone.fill("new york")
    announces(page, time_zone, "America/New_York")
    time_zone.press("Enter")
    expect(time_zone).to_have_value("America/New_York")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("textbox", name="Theme")).to_have_value("postcards")

    time_zone.fill("nowhere")
    expect(page.get_by_text("No matching time zones").first).to_be_visible()
    expect(time_zone).to_have_attribute("aria-expanded", "false")
    time_zone.press("Escape")

    expect(page.get_by_text("No matching time zones")).to_have_count(0)
    expect(time_zone).to_have_value("nowhere")


def test_time_zone_list_is_browsed_with_the_keyboard(page: Page, time_zone: Locator) -> None:
    """The list opens at the chosen zone, arrows move and wrap around, and Home and End stay in the text."""
    time_zone.fill("Europe/Berlin")
    time_zone.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    time_zone.press("ArrowDown")
    expect(page.get_by_role("listbox", name="Time zones")).to_be_visible()
    announces(page, time_zone, "Europe/Berlin")
    expect(page.get_by_role("option", name="Europe/Berlin")).to_be_in_viewport()
    time_zone.press("ArrowDown")
    expect(page.get_by_role("option", name="Europe/Berlin")).to_have_attribute("aria-selected", "false")
    time_zone.press("Home")
    assert time_zone.evaluate("field => field.selectionStart") == 0
    time_zone.press("End")
    assert time_zone.evaluate("field => field.selectionStart") == len("Europe/Berlin")

    time_zone.fill("zurich")
    announces(page, time_zone, "Europe/Zurich")
    time_zone.press("ArrowUp")
    announces(page, time_zone, "Europe/Zurich")
    time_zone.press("Tab")

    expect(page.get_by_role("listbox")).to_be_hidden()


def test_typed_tag_is_taken_as_it_is(page: Page, new_tag: Locator) -> None:
    """Enter adds the typed text though longer tags are suggested, and only an arrow key takes a suggestion."""
    new_tag.press_sequentially("lam")
    expect(page.get_by_role("option")).to_have_text(SUGGESTED[:2])
    assert new_tag.get_attribute("aria-activedescendant") is None
    new_tag.press("Enter")
    expect(page.get_by_role("link", name="lam", exact=True)).to_be_visible()

    new_tag.press_sequentially("lam")
    expect(page.get_by_role("option")).to_have_text(SUGGESTED[:2])
    new_tag.press("ArrowDown")
    new_tag.press("ArrowDown")
    announces(page, new_tag, "lamp oil")
    new_tag.press("Enter")
    expect(page.get_by_role("link", name="lamp oil", exact=True)).to_be_visible()
    new_tag.press_sequentially("lan")
    page.get_by_role("option", name="lantern").click()
    expect(page.get_by_role("link", name="lantern", exact=True)).to_be_visible()
    expect(new_tag).to_be_focused()
    new_tag.press_sequentially("lantern")

    expect(page.get_by_text("No matching tags. Press Enter to add a new tag.").first).to_be_visible()
    new_tag.press("Escape")
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()


def test_suggestion_completes_the_last_tag_of_several(page: Page, stack: Stack, tagged: Any) -> None:
    """With several images selected, the tags before the last comma stay."""
    page.goto(f"{stack.origin}/#/images")
    page.locator("a[data-id]").first.click(modifiers=["Control"])
    page.get_by_role("button", name="Tag", exact=True).click()
    field = page.get_by_role("combobox", name="Tags, separated by commas")
    field.press_sequentially("street, lan")
    page.get_by_role("option", name="lantern").click()
    expect(field).to_have_value("street, lantern")

    field.press_sequentially(", lantern")

    expect(page.get_by_role("option")).to_have_count(0)


def test_tags_can_be_typed_without_suggestions(page: Page, stack: Stack, tagged: Any) -> None:
    """While tags load the field shows it, and any text can be added without suggestions."""
    waiting: list[Route] = []
    page.route("**/api/tags*", lambda route: waiting.append(route))
    page.goto(f"{stack.origin}/#/images/{tagged['id']}")
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()
    page.keyboard.press("t")
    field = page.get_by_role("combobox", name="Add tag")
    field.press_sequentially("glow")
    expect(page.get_by_text("Loading tags…").first).to_be_visible()
    for route in waiting:
        route.abort()
    expect(page.get_by_text("Loading tags…")).to_have_count(0)
    field.press("Enter")

    expect(page.get_by_role("link", name="glow", exact=True)).to_be_visible()
    until(lambda: "glow" in stack.api("GET", f"images/{tagged['id']}")["tags"] or None, limit_s=60)


def test_library_of_the_list_is_loaded_with_the_first_focus(page: Page) -> None:
    """Visitors who never search don't load the list's script."""
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.reload()
    expect(page.locator("a[data-id]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "ComboboxList" in url]

    page.keyboard.press("/")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()

    assert [url for url in loaded if "ComboboxList" in url]
