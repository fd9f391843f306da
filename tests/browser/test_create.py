"""Create paints: from a theme over a written prompt to the picture on the wall."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

MINUTE = 60_000


def test_create_paints(page: Page, stack: Stack):
    """
    The written prompt can be changed, and it is the changed one that is painted and kept.
    """
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a penguin on holiday")
    page.keyboard.press("Enter")
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    expect(prompt).to_have_value(re.compile("penguin"))
    expect(page.get_by_text("Composed from word lists. Change it as you like.")).to_be_visible()

    prompt.fill("a watercolor painting of a penguin at the beach")
    page.get_by_role("spinbutton", name="Pictures").fill("2")
    expect(page.get_by_text(re.compile(r"\d+ of 500 painted today"))).to_be_visible()
    page.get_by_role("button", name="Paint 2 pictures").click()

    wall = page.get_by_role("region", name="What is being painted")
    expect(wall.get_by_text(re.compile("Painting [12] of 2"))).to_be_visible(timeout=MINUTE)
    expect(wall.locator("img")).to_have_count(2, timeout=2 * MINUTE)
    expect(wall.get_by_text("Done")).to_be_visible()
    wall.locator("a").first.click()

    viewer = page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    expect(viewer.get_by_text("a watercolor painting of a penguin at the beach", exact=True)).to_be_visible()
    expect(viewer.get_by_text("A person")).to_be_visible()


def test_unknown_words_are_named_before_anything_is_painted(page: Page):
    """
    What the model has never seen is said, with what to try instead; taking it out ends the warning.
    """
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a lighthouse in the snow")
    page.get_by_role("button", name="Write the prompt").click()

    warning = page.get_by_text(re.compile("The starter model has never seen “lighthouse”. Try "))
    expect(warning).to_be_visible()
    page.get_by_role("textbox", name="Theme").fill("a castle in the snow")
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    prompt.fill(prompt.input_value().replace("lighthouse", "castle"))

    expect(warning).to_be_hidden()


def test_wrong_option_is_said_beside_its_field(page: Page):
    """
    The server's sentence stands at the field that it is about, and nothing is painted.
    """
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a fox")
    page.get_by_role("textbox", name="Steps").fill("5000")
    page.get_by_role("button", name="Paint 1 picture").click()

    steps = page.get_by_role("textbox", name="Steps")
    expect(steps).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text=re.compile("1,?000|100"))).to_be_visible()


def test_draft_survives_another_page_and_a_reload(page: Page):
    """
    Nothing that was typed is lost by looking elsewhere.
    """
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a half-written thought")
    page.get_by_role("link", name="Schedules").click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Create").click()

    expect(page.get_by_role("textbox", name="Theme")).to_have_value("a half-written thought")


def test_job_is_cancelled_and_tried_again_from_activity(page: Page, stack: Stack):
    """
    A running job can be stopped; what ended without its pictures can be tried again.
    """
    theme = "a parrot at night"
    stack.api("POST", "jobs", {"theme": theme, "options": {"count": 12}})
    page.keyboard.press("a")
    rows = page.get_by_role("main").get_by_role("listitem").filter(has_text=theme)
    row = rows.filter(has=page.get_by_role("button", name="Cancel"))
    expect(row).to_be_visible()

    row.get_by_role("button", name="Cancel").click()
    expect(rows.filter(has_text="Cancelled")).to_be_visible(timeout=MINUTE)
    rows.get_by_role("button", name="Try again").click()
    again = rows.filter(has=page.get_by_role("button", name="Cancel"))
    expect(again).to_be_visible()
    again.get_by_role("button", name="Cancel").click()

    expect(rows.filter(has_text="Cancelled")).to_have_count(2, timeout=MINUTE)


def test_reader_sees_why_nothing_can_be_painted(new_page: NewPage, stack: Stack):
    """
    A key that may only look disables what changes something, and says so.
    """
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/create")

    expect(page.get_by_role("button", name="Paint 1 picture")).to_be_disabled()
    expect(page.get_by_text("Your key may look, not paint. Ask for an editor’s key.")).to_be_visible()
