"""Settings: the user, the limits of the library, and the preferences of this browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import MANY_STEPS, Stack, until

# Counts the tones that a page would let sound: a machine for tests has no loudspeaker.
COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...args) { window.tones += 1; return start.apply(this, args); };
"""


@pytest.fixture
def settings(page: Page) -> Page:
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    return page


def test_settings_show_the_user_and_sign_out(settings: Page) -> None:
    """Name and role are shown, and signing out opens the sign-in form."""
    expect(settings.get_by_text("Signed in as local with an API key.")).to_be_visible()
    expect(
        settings.get_by_text(
            "Administrator: you can view and change this library, manage API keys, and read the audit log."
        )
    ).to_be_visible()

    settings.get_by_role("region", name="Account").get_by_role("button", name="Sign out").click()

    expect(settings.get_by_label("API key")).to_be_visible()


def test_limits_are_changed_and_hold(settings: Page, stack: Stack) -> None:
    """Usage is next to the limits; a valid change is saved, and an invalid one is rejected."""
    before = stack.api("GET", "settings")
    expect(settings.get_by_text(f"of {before['limits']['images_per_day']} images today")).to_be_visible()
    save = settings.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_disabled()

    steps = settings.get_by_role("textbox", name="Steps")
    steps.fill("many")
    save.click()
    expect(steps).to_have_attribute("aria-invalid", "true")
    steps.fill("100000")
    save.click()
    expect(settings.get_by_role("alert").filter(has_text="1000")).to_be_visible()
    wanted = before["limits"]["max_steps"] - 10
    steps.fill(str(wanted))
    save.click()

    expect(settings.get_by_text("Saved.").last).to_be_visible()
    after = stack.api("GET", "settings")
    assert after["limits"] == before["limits"] | {"max_steps": wanted}
    stack.api("PATCH", "settings", {"etag": after["etag"], "limits": {"max_steps": before["limits"]["max_steps"]}})


def test_reader_sees_the_limits_and_cannot_change_them(new_page: NewPage, stack: Stack) -> None:
    """A key that may only look shows everything, disabled, with the reason."""
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/settings")

    expect(page.get_by_text("Signed in as visitor with an API key.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Steps")).to_be_disabled()
    expect(page.get_by_text("Your API key is read-only.")).to_be_visible()


def test_shortcuts_of_a_single_key_can_be_switched_off(settings: Page) -> None:
    """Switched off, a letter does nothing, now and after a reload; named keys work on."""
    settings.get_by_role("checkbox", name="Single-key shortcuts").uncheck()
    settings.get_by_role("heading", name="Settings", level=1).focus()
    settings.keyboard.press("n")
    settings.reload()
    expect(settings.get_by_role("checkbox", name="Single-key shortcuts")).not_to_be_checked()
    settings.keyboard.press("n")
    expect(settings.get_by_role("heading", name="Settings", level=1)).to_be_visible()

    settings.get_by_role("checkbox", name="Single-key shortcuts").check()
    settings.get_by_role("heading", name="Settings", level=1).focus()
    settings.keyboard.press("n")

    expect(settings.get_by_role("heading", name="Create", level=1)).to_be_visible()


def test_colors_and_sizes_are_chosen_for_this_browser(settings: Page) -> None:
    """The theme changes at once, and the gallery has the chosen size of images."""
    background = "getComputedStyle(document.documentElement).backgroundColor"
    settings.get_by_role("combobox", name="Appearance").select_option("Dark")
    assert settings.evaluate(background) == "rgb(15, 17, 18)"

    settings.get_by_role("combobox", name="Image size in the gallery").select_option("Largest")
    settings.get_by_role("link", name="Images", exact=True).click()

    expect(settings.get_by_role("button", name="Larger images")).to_be_disabled()


def test_sound_is_off_until_it_is_turned_on(new_page: NewPage, stack: Stack) -> None:
    """No tone unless it was switched on; then one for images that came while the page was open."""
    page = new_page()
    page.add_init_script(COUNT_TONES)
    page.goto(f"{stack.url}&/settings")
    stack.generated("a snail in the rain", limit_s=300)
    until(lambda: stack.api("GET", "changes")["open_jobs"] == 0, limit_s=300)  # a first start's images sound, too
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    sound = page.get_by_role("checkbox", name="Play a sound when images are ready")
    expect(sound).not_to_be_checked()
    assert page.evaluate("window.tones") == 0

    sound.check()
    until(lambda: page.evaluate("window.tones") == 2, limit_s=60)  # so that one knows what it is
    job = stack.api("POST", "jobs", {"theme": "a snail in the snow", "options": {"count": 2, "steps": MANY_STEPS}})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("link", name="Activity")).to_contain_text("in progress")
    until(lambda: stack.api("GET", f"jobs/{job['id']}")["finished_at"], limit_s=300)

    until(lambda: page.evaluate("window.tones") == 4, limit_s=60)
