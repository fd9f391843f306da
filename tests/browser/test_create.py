"""The Create page: from a theme and a written prompt to the generated images."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import MANY_STEPS, Stack, until

MINUTE = 60_000


def theme_and_prompt(page: Page) -> tuple[Locator, Locator]:
    return page.get_by_role("textbox", name="Theme"), page.get_by_role("textbox", name="Prompt", exact=True)


def test_create_generates_images(page: Page, stack: Stack) -> None:
    """The edited prompt is the one that images are generated from and that is stored."""
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a penguin on holiday")
    page.keyboard.press("Enter")
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    expect(prompt).to_have_value(re.compile("penguin"))
    expect(page.get_by_text("Generated from word lists. You can edit it.")).to_be_visible()

    prompt.fill("a watercolor painting of a penguin at the beach")
    page.get_by_role("spinbutton", name="Images").fill("2")
    page.get_by_role("textbox", name="Steps").fill(str(MANY_STEPS))
    expect(page.get_by_text(re.compile(r"\d+ of 500 images used today"))).to_be_visible()
    page.get_by_role("button", name="Generate 2 images").click()

    results = page.get_by_role("region", name="Images in progress")
    # On a first start, twelve other images are generated before.
    expect(results.get_by_text(re.compile("Generating [12] of 2"))).to_be_visible(timeout=4 * MINUTE)
    expect(results.locator("img")).to_have_count(2, timeout=2 * MINUTE)
    expect(results.get_by_text("Done")).to_be_visible()
    results.locator("a").first.click()

    viewer = page.get_by_role("dialog")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    expect(viewer.get_by_text("a watercolor painting of a penguin at the beach", exact=True)).to_be_visible()
    expect(viewer.get_by_text("User", exact=True)).to_be_visible()


def test_preview_is_shown_while_an_image_is_generated(page: Page, stack: Stack) -> None:
    """Until an image is ready, its frame shows a preview and the progress."""
    page.keyboard.press("n")
    theme_and_prompt(page)[0].fill("a fox in a forest")
    # The maximum of the built-in model: long enough for a poll every two seconds.
    page.get_by_role("textbox", name="Steps").fill("50")
    page.get_by_role("spinbutton", name="Images").fill("4")
    page.get_by_role("button", name="Generate 4 images").click()

    preview = page.get_by_role("region", name="Images in progress").locator("img[src^='data:image/webp']")
    expect(preview).to_be_visible(timeout=3 * MINUTE)

    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    page.get_by_role("button", name="Cancel").first.click()


def test_unknown_words_are_named_before_anything_is_generated(page: Page) -> None:
    """Words that the model does not know are named with alternatives while they are in the text, and no longer."""
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a lighthouse in the snow")
    warning = page.get_by_text(re.compile("The starter model doesn't know a lighthouse. Try "))
    expect(warning).to_be_visible()

    page.get_by_role("button", name="Write prompt").click()
    expect(prompt).not_to_have_value("")
    expect(warning).to_be_visible()  # the prompt writer left the word out, and the warning says why
    prompt.fill("a castle in the snow")
    expect(warning).to_be_hidden()

    prompt.fill("an astrolabe in the snow")
    expect(page.get_by_text("The starter model doesn't know an astrolabe.")).to_be_visible()


def test_prompt_length_is_compared_with_the_limit(page: Page) -> None:
    """The token count follows the typing, and a prompt that is too long gets a warning."""
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a fox")
    prompt.fill("a fox in a forest")
    expect(page.get_by_text(re.compile(r"^[4-7] of 75 tokens$"))).to_be_visible()

    prompt.fill("a fox in a forest " * 30)

    expect(page.get_by_text(re.compile(r"tokens. The model ignores everything after the limit."))).to_be_visible()


def test_one_of_several_prompt_options_is_chosen_and_none_is_lost(page: Page) -> None:
    """Three prompt options of one theme differ, and each keeps its edits while another is shown and after a reload."""
    page.keyboard.press("n")
    theme, prompt = theme_and_prompt(page)
    theme.fill("a fox on holiday")
    page.get_by_role("button", name="Write 3 options").click()
    options = page.get_by_role("group", name="Prompts for “a fox on holiday”").get_by_role("radio")
    expect(options).to_have_count(3)
    expect(options.nth(2)).to_be_checked()
    texts = set()
    for number in range(3):
        options.nth(number).check()
        texts.add(prompt.input_value())
    assert len(texts) == 3

    prompt.fill("a fox that nobody else wrote")
    options.nth(0).check()
    page.reload()
    expect(options).to_have_count(3)
    options.nth(2).check()

    expect(prompt).to_have_value("a fox that nobody else wrote")
    expect(page.get_by_text("Edited", exact=True)).to_be_visible()


def test_cost_and_time_are_shown_before_the_job_is_sent(page: Page) -> None:
    """The estimate follows the options, and a limit is named before it is exceeded."""
    page.keyboard.press("n")
    theme_and_prompt(page)[0].fill("a fox")
    price = page.get_by_text(re.compile(r"Takes about .+ No cost\..*\d+ of 500 images used today\."))
    expect(price).to_be_visible()
    before = price.inner_text()

    page.get_by_role("spinbutton", name="Images").fill("16")
    expect(page.get_by_text(before, exact=True)).to_be_hidden()
    expect(price).to_be_visible()
    page.get_by_role("spinbutton", name="Images").fill("17")

    expect(
        page.get_by_role("alert").filter(has_text="17 images exceed the limit of 16 images per job.")
    ).to_be_visible()


def test_startup_time_is_the_measured_one(new_page: NewPage, stack: Stack) -> None:
    """The startup time is the one measured before, and no figure is shown where nothing was measured."""

    def asleep(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json=answer | {"painter": answer["painter"] | {"status": "asleep"}})

    def estimate(wake_s: float | None) -> Any:
        def answer(route: Route) -> None:
            route.fulfill(json=route.fetch().json() | {"wake_s": wake_s, "jobs_ahead": 0})

        return answer

    page = new_page()
    page.route("**/api/config", asleep)
    page.route("**/api/jobs/estimate", estimate(118.0))
    page.goto(f"{stack.url}&/create")
    expect(page.get_by_text("The inference service has to start first, which takes about 2 min.")).to_be_visible()

    page.unroute("**/api/jobs/estimate")
    page.route("**/api/jobs/estimate", estimate(None))
    page.get_by_role("spinbutton", name="Images").fill("2")

    expect(page.get_by_text("The inference service has to start first.")).to_be_visible()


def test_prompt_history_outlives_the_images(page: Page, stack: Stack) -> None:
    """A prompt can be used again from the history after its images are permanently deleted."""
    text = "a watercolor painting of a walrus in the garden"
    options = {"count": 1, "seed": 4711, "steps": 9}
    job = stack.api("POST", "jobs", {"theme": "a walrus", "prompt": {"prompt": text}, "options": options})
    until(lambda: stack.api("GET", f"jobs/{job['id']}")["finished_at"], limit_s=300)
    for image in stack.api("GET", f"jobs/{job['id']}")["pictures"]:
        stack.api("DELETE", f"images/{image['id']}", permanent="true")
    page.keyboard.press("n")
    page.get_by_role("button", name="Prompt history").click()
    history = page.get_by_role("dialog", name="Prompt history")
    entry = history.get_by_role("listitem").filter(has_text=text)
    entry.get_by_role("button", name="Use prompt").click()

    expect(history).to_be_hidden()
    theme, prompt = theme_and_prompt(page)
    expect(theme).to_have_value("a walrus")
    expect(prompt).to_have_value(text)
    expect(page.get_by_role("textbox", name="Seed")).to_have_value("4711")
    page.get_by_role("button", name="Prompt history").click()
    entry.get_by_role("button", name="Delete “").click()

    expect(entry).to_have_count(0)
    assert text not in {one["prompt"]["prompt"] for one in stack.api("GET", "prompts")["items"]}


def test_options_are_saved_as_a_preset(page: Page, stack: Stack) -> None:
    """A preset restores its options, can be updated, and can be deleted."""
    page.keyboard.press("n")
    steps = page.get_by_role("textbox", name="Steps")
    steps.fill("8")
    page.get_by_role("button", name="Save as preset").click()
    page.get_by_role("textbox", name="Preset name").fill("Quick sketches")
    page.keyboard.press("Enter")
    preset = page.get_by_role("combobox", name="Preset")
    expect(preset).to_have_value(re.compile("."))

    preset.select_option("None")
    steps.fill("")
    preset.select_option("Quick sketches")
    expect(steps).to_have_value("8")
    steps.fill("9")
    page.get_by_role("button", name="Update preset").click()
    expect(page.get_by_role("button", name="Delete preset")).to_be_visible()
    (stored,) = stack.api("GET", "presets")["items"]
    assert (stored["name"], stored["options"]["steps"]) == ("Quick sketches", 9)

    page.get_by_role("button", name="Delete preset").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete preset").click()

    expect(preset).to_be_hidden()
    expect(page.get_by_role("button", name="Save as preset")).to_be_focused()
    assert stack.api("GET", "presets")["items"] == []


def test_invalid_option_is_reported_at_its_field(page: Page) -> None:
    """The server's error is shown at the field that it is about, and no job starts."""
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a fox")
    page.get_by_role("textbox", name="Steps").fill("5000")
    page.get_by_role("button", name="Generate 1 image").click()

    steps = page.get_by_role("textbox", name="Steps")
    expect(steps).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").filter(has_text=re.compile("1,?000|100"))).to_be_visible()


def test_draft_survives_another_page_and_a_reload(page: Page) -> None:
    """Typed text is kept after visiting another page and after a reload."""
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("a half-written thought")
    page.get_by_role("link", name="Schedules", exact=True).click()
    expect(page.get_by_role("heading", name="Schedules", level=1)).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Create").click()

    expect(page.get_by_role("textbox", name="Theme")).to_have_value("a half-written thought")


def test_job_is_canceled_and_retried_from_activity(page: Page, stack: Stack) -> None:
    """A running job can be canceled, and a canceled job can be retried."""
    theme = "a parrot at night"
    stack.api("POST", "jobs", {"theme": theme, "options": {"count": 12, "steps": MANY_STEPS}})
    page.keyboard.press("a")
    rows = page.get_by_role("main").get_by_role("listitem").filter(has_text=theme)
    row = rows.filter(has=page.get_by_role("button", name="Cancel"))
    expect(row).to_be_visible()

    row.get_by_role("button", name="Cancel").click()
    expect(rows.filter(has_text="Canceled")).to_be_visible(timeout=MINUTE)
    rows.get_by_role("button", name="Retry").click()
    again = rows.filter(has=page.get_by_role("button", name="Cancel"))
    expect(again).to_be_visible()
    again.get_by_role("button", name="Cancel").click()

    expect(rows.filter(has_text="Canceled")).to_have_count(2, timeout=MINUTE)


def test_reader_sees_why_nothing_can_be_generated(new_page: NewPage, stack: Stack) -> None:
    """A read-only API key disables the button with a reason."""
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/create")

    expect(page.get_by_role("button", name="Generate 1 image")).to_be_disabled()
    expect(page.get_by_text("Your API key is read-only. Ask for a key with the editor role.")).to_be_visible()
