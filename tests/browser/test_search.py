"""Search finds an image, offers other searches where it finds none, and keeps its state in the URL."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stack import Stack


@pytest.fixture(scope="module")
def owl(stack: Stack) -> Any:
    """An image that nothing else in the library looks like."""
    (image,) = stack.generated("an owl with a violin")
    changes = {"etag": image["etag"], "title": "The owl of Zanzibar", "tags": ["owl", "night music"], "rating": 4}
    return stack.api("PATCH", f"images/{image['id']}", changes)


def tiles(page: Page) -> Any:
    return page.locator("a[data-id]")


def test_search_finds_it(page: Page, owl: dict[str, Any]) -> None:
    """Words and fields become chips, only results are shown, and the URL has the query."""
    expect(tiles(page).first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type('zanzibar tag:"night music" rating:>3')
    page.keyboard.press("Enter")

    expect(tiles(page)).to_have_count(1)
    expect(tiles(page)).to_have_attribute("data-id", owl["id"])
    expect(page.get_by_role("button", name="Remove zanzibar")).to_be_visible()
    expect(page.get_by_role("button", name='Remove tag:"night music"')).to_be_visible()

    page.reload()
    expect(tiles(page)).to_have_count(1)
    assert "zanzibar" in page.url


def test_search_follows_what_is_typed(page: Page, owl: dict[str, Any]) -> None:
    """Results appear during typing, without Enter."""
    page.get_by_role("combobox", name="Search images").fill("zanzib")
    expect(page.get_by_text("No results")).to_be_visible()

    page.get_by_role("combobox", name="Search images").fill("zanzibar")

    expect(tiles(page)).to_have_count(1)


def test_nothing_found_says_what_to_drop(page: Page, owl: dict[str, Any]) -> None:
    """A search without results offers shorter or corrected searches with their number of results."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("zanzibar tag:nowhere")
    search.press("Enter")

    expect(page.get_by_text("No results")).to_be_visible()
    expect(page.get_by_role("button", name="Search without “zanzibar”")).to_be_hidden()
    page.get_by_role("button", name="Search without “tag:nowhere” 1").click()
    expect(tiles(page)).to_have_count(1)
    search.fill("zanzibra")
    page.get_by_role("button", name="Search for “zanzibar” instead of “zanzibra”").click()

    expect(page.get_by_role("button", name="Remove zanzibar", exact=True)).to_have_count(1)
    expect(tiles(page)).to_have_count(1)


def test_unfinished_word_is_completed(page: Page, owl: dict[str, Any]) -> None:
    """Words, tags and fields are suggested, and arrow keys with Enter or a click accept one."""
    search = page.get_by_role("combobox", name="Search images")
    search.press_sequentially("zanz")
    word = page.get_by_role("option", name="zanzibar")
    expect(word).to_be_visible()
    search.press("ArrowDown")
    expect(word).to_have_attribute("aria-selected", "true")
    assert search.get_attribute("aria-activedescendant") == word.get_attribute("id")
    search.press("Enter")
    expect(page.get_by_role("button", name="Remove zanzibar")).to_be_visible()

    search.press_sequentially("tag:nig")
    page.get_by_role("option", name='tag:"night music"').click()
    expect(page.get_by_role("button", name='Remove tag:"night music"')).to_be_visible()
    search.press_sequentially("model:")  # which is no search yet
    expect(page.get_by_role("option", name="model:starter")).to_be_visible()
    search.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(tiles(page)).to_have_count(1)


def test_search_is_saved_found_again_and_deleted(page: Page, owl: dict[str, Any]) -> None:
    """A saved search is offered by its name after a reload, and can be deleted with an undo."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("zanzibar rating:>3")
    search.press("Enter")
    page.get_by_role("button", name="Save search").click()
    page.get_by_label("Name of the saved search").fill("Best owls")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Delete saved search “Best owls”")).to_have_attribute("aria-pressed", "true")

    page.goto(page.url.partition("#")[0] + "#/images")
    page.reload()
    expect(tiles(page).first).to_be_visible()
    page.keyboard.press("/")
    page.get_by_role("option", name="Best owls").click()
    expect(tiles(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Remove rating:>3")).to_be_visible()
    page.get_by_role("button", name="Delete saved search “Best owls”").click()

    expect(page.get_by_role("button", name="Save search")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def test_matched_words_are_marked(page: Page, owl: dict[str, Any]) -> None:
    """The words of the search are highlighted in the caption and in the details, in any form."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("owls zanzibar")
    search.press("Enter")
    tiles(page).first.click()
    viewer = page.get_by_role("dialog")
    expect(viewer.locator("figcaption mark")).to_have_text(["owl", "Zanzibar", "owl"])

    page.keyboard.press("i")

    expect(viewer.locator("aside mark").first).to_be_visible()


def test_chip_goes_back_into_the_line_and_away(page: Page, owl: dict[str, Any]) -> None:
    """Backspace or a click moves a chip back to the input, and clearing shows the whole library."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("zanzibar")
    search.press("Enter")
    expect(tiles(page)).to_have_count(1)

    search.press("Backspace")
    expect(search).to_have_value("zanzibar")
    search.press("Enter")
    page.get_by_role("button", name="zanzibar", exact=True).click()
    expect(search).to_have_value("zanzibar")
    page.get_by_role("button", name="Clear search").click()

    expect(tiles(page).nth(5)).to_be_visible()


def test_search_that_cannot_be_read_says_why(page: Page) -> None:
    """The API's message names the invalid part of the query."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("rating:many")
    search.press("Enter")

    expect(page.get_by_text("This search isn’t valid.")).to_be_visible()
    expect(page.get_by_text("“rating:many” isn't a valid number or range")).to_be_visible()


def test_new_image_joins_the_search_that_it_matches(page: Page, stack: Stack, owl: dict[str, Any]) -> None:
    """A new image that matches appears in the results, and another does not."""
    search = page.get_by_role("combobox", name="Search images")
    search.fill("accordion")
    search.press("Enter")
    expect(page.get_by_text("No results")).to_be_visible()

    stack.generated("a lemon on a beach")
    stack.generated("an accordion on a beach")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(tiles(page)).to_have_count(1)


def test_results_in_another_order(page: Page, stack: Stack, owl: dict[str, Any]) -> None:
    """A search by rating is shown without dates, the best first, and the viewer follows its order."""
    (later,) = stack.generated("a later lighthouse")
    search = page.get_by_role("combobox", name="Search images")
    search.fill("sort:rat")
    page.get_by_role("option", name="sort:rating").click()

    expect(tiles(page).first).to_have_attribute("data-id", owl["id"])
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    second = tiles(page).nth(1).get_attribute("data-id") or ""  # others may have a rating, too
    tiles(page).first.click()
    expect(page.get_by_role("button", name="Next image")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(second))
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Remove sort:rating").click()
    search.fill("sort:oldest")
    search.press("Enter")
    expect(tiles(page).last).to_have_attribute("data-id", later["id"])
