"""Create paints: from a theme over a written prompt to the picture on the wall."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

MINUTE = 60_000


def theme_and_prompt(page: Page) -> tuple[Locator, Locator]:
    return page.get_by_role("textbox", name="Theme"), page.get_by_role("textbox", name="Prompt", exact=True)


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
    # On a first start, twelve others are painted before.
    expect(wall.get_by_text(re.compile("Painting [12] of 2"))).to_be_visible(timeout=4 * MINUTE)
    expect(wall.locator("img")).to_have_count(2, timeout=2 * MINUTE)
    expect(wall.get_by_text("Done")).to_be_visible()
    wall.locator("a").first.click()

    viewer = page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    expect(viewer.get_by_text("a watercolor painting of a penguin at the beach", exact=True)).to_be_visible()
    expect(viewer.get_by_text("A person")).to_be_visible()


def test_picture_shows_what_it_becomes_while_it_is_painted(page: Page, stack: Stack):
    """
    Before a picture is there, its frame shows a likeness of it, and how far it is.
    """
    page.keyboard.press("n")
    theme_and_prompt(page)[0].fill("a fox in a forest")
    # The most that the starter model takes: long enough for what is polled every two seconds.
    page.get_by_role("textbox", name="Steps").fill("50")
    page.get_by_role("spinbutton", name="Pictures").fill("4")
    page.get_by_role("button", name="Paint 4 pictures").click()

    likeness = page.get_by_role("region", name="What is being painted").locator("img[src^='data:image/webp']")
    expect(likeness).to_be_visible(timeout=3 * MINUTE)

    assert likeness.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    page.get_by_role("button", name="Cancel").first.click()


def test_unknown_words_are_named_before_anything_is_painted(page: Page):
    """
    What the model has never seen is said with what to try instead, as soon as it is typed, and not a moment longer.
    """
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a lighthouse in the snow")
    warning = page.get_by_text(re.compile("The starter model doesn't know a lighthouse. Try "))
    expect(warning).to_be_visible()

    page.get_by_role("button", name="Write the prompt").click()
    expect(prompt).not_to_have_value("")
    expect(warning).to_be_visible()  # the writer left it out: this sentence says why
    prompt.fill("a castle in the snow")
    expect(warning).to_be_hidden()

    prompt.fill("an astrolabe in the snow")
    expect(page.get_by_text("The starter model doesn't know an astrolabe.")).to_be_visible()


def test_prompt_is_measured_against_what_the_model_reads(page: Page):
    """
    The count follows the typing; a prompt that is too long says that its end is lost.
    """
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a fox")
    prompt.fill("a fox in a forest")
    expect(page.get_by_text(re.compile(r"^[4-7] of 75 tokens$"))).to_be_visible()

    prompt.fill("a fox in a forest " * 30)

    expect(page.get_by_text(re.compile(r"tokens: the model won’t read the end of it"))).to_be_visible()


def test_one_of_several_writings_is_chosen_and_none_is_lost(page: Page):
    """
    Three writings of one theme differ; each keeps its changes while another is looked at, and over a reload.
    """
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a fox on holiday")
    page.get_by_role("button", name="Three to choose from").click()
    writings = page.get_by_role("group", name="Writings of “a fox on holiday”").get_by_role("radio")
    expect(writings).to_have_count(3)
    expect(writings.nth(2)).to_be_checked()
    texts = set()
    for number in range(3):
        writings.nth(number).check()
        texts.add(prompt.input_value())
    assert len(texts) == 3

    prompt.fill("a fox that nobody else wrote")
    writings.nth(0).check()
    page.reload()
    expect(writings).to_have_count(3)
    writings.nth(2).check()

    expect(prompt).to_have_value("a fox that nobody else wrote")
    expect(page.get_by_text("changed by you", exact=True)).to_be_visible()


def test_cost_and_time_are_told_before_the_button_is_pressed(page: Page):
    """
    What it takes follows the options, and a limit is named before it is run into.
    """
    page.keyboard.press("n")
    theme_and_prompt(page)[0].fill("a fox")
    price = page.get_by_text(re.compile(r"About .+ at no cost.*\d+ of 500 painted today\."))
    expect(price).to_be_visible()
    before = price.inner_text()

    page.get_by_role("spinbutton", name="Pictures").fill("16")
    expect(page.get_by_text(before, exact=True)).to_be_hidden()
    expect(price).to_be_visible()
    page.get_by_role("spinbutton", name="Pictures").fill("17")

    expect(
        page.get_by_role("alert").filter(has_text="17 images exceed the limit of 16 images per job.")
    ).to_be_visible()


def test_sleeping_painter_is_waited_for_honestly(page: Page):
    """
    The wait is what waking took before; where nothing was measured, no number is promised.
    """

    def asleep(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json=answer | {"painter": {"status": "asleep"}})

    def estimate(wake_s: float | None):
        def answer(route: Route) -> None:
            route.fulfill(json=route.fetch().json() | {"wake_s": wake_s, "jobs_ahead": 0})

        return answer

    page.route("**/api/config", asleep)
    page.route("**/api/jobs/estimate", estimate(118.0))
    page.wait_for_timeout(1_100)  # an answer of less than a second ago would do
    page.keyboard.press("n")
    expect(page.get_by_text("The painter sleeps: waking takes about 2 min.")).to_be_visible()

    page.unroute("**/api/jobs/estimate")
    page.route("**/api/jobs/estimate", estimate(None))
    page.get_by_role("spinbutton", name="Pictures").fill("2")

    expect(page.get_by_text("The painter sleeps and has to wake first.")).to_be_visible()


def test_prompt_outlives_its_picture(page: Page, stack: Stack):
    """
    What was painted once can be taken up again from the history, though its picture is deleted for good.
    """
    text = "a watercolor painting of a walrus in the garden"
    options = {"count": 1, "seed": 4711, "steps": 9}
    job = stack.api("POST", "jobs", {"theme": "a walrus", "prompt": {"prompt": text}, "options": options})
    until(lambda: stack.api("GET", f"jobs/{job['id']}")["finished_at"], limit_s=300)
    for picture in stack.api("GET", f"jobs/{job['id']}")["pictures"]:
        stack.api("DELETE", f"images/{picture['id']}", permanent="true")
    page.keyboard.press("n")
    page.get_by_role("button", name="Earlier prompts").click()
    sheet = page.get_by_role("dialog", name="Earlier prompts")
    entry = sheet.get_by_role("listitem").filter(has_text=text)
    entry.get_by_role("button", name="Use it").click()

    expect(sheet).to_be_hidden()
    theme, prompt = theme_and_prompt(page)
    expect(theme).to_have_value("a walrus")
    expect(prompt).to_have_value(text)
    expect(page.get_by_role("textbox", name="Seed")).to_have_value("4711")
    page.get_by_role("button", name="Earlier prompts").click()
    entry.get_by_role("button", name="Forget").click()

    expect(entry).to_have_count(0)
    assert text not in {one["prompt"]["prompt"] for one in stack.api("GET", "prompts")["items"]}


def test_options_are_kept_as_a_preset(page: Page, stack: Stack):
    """
    A preset brings its options back, takes changes in when told to, and goes when nobody wants it.
    """
    page.keyboard.press("n")
    steps = page.get_by_role("textbox", name="Steps")
    steps.fill("8")
    page.get_by_role("button", name="Keep these options as a preset").click()
    page.get_by_role("textbox", name="Name of the preset").fill("Quick sketches")
    page.keyboard.press("Enter")
    preset = page.get_by_role("combobox", name="Preset")
    expect(preset).to_have_value(re.compile("."))

    preset.select_option("None")
    steps.fill("")
    preset.select_option("Quick sketches")
    expect(steps).to_have_value("8")
    steps.fill("9")
    page.get_by_role("button", name="Save into it").click()
    expect(page.get_by_role("button", name="Delete this preset")).to_be_visible()
    (kept,) = stack.api("GET", "presets")["items"]
    assert (kept["name"], kept["options"]["steps"]) == ("Quick sketches", 9)

    page.get_by_role("button", name="Delete this preset").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the preset").click()

    expect(preset).to_be_hidden()
    expect(page.get_by_role("button", name="Keep these options as a preset")).to_be_focused()
    assert stack.api("GET", "presets")["items"] == []


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
    page.get_by_role("link", name="Schedules", exact=True).click()
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
