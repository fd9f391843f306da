"""What applies to every page: sign-in, phones, shortcuts, errors, and the content security policy."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

PLACES = ["/images", "/create", "/schedules", "/schedules/new", "/activity", "/albums", "/trash", "/nowhere"]


def test_without_a_key_the_page_asks_for_one(new_page: NewPage, stack: Stack) -> None:
    """A wrong key gets a sentence, the right one opens the library."""
    page = new_page(f"{stack.origin}/")
    key = page.get_by_label("API key")
    key.fill("not-a-key")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This API key isn’t valid.")

    key.fill(stack.key)
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator("a[data-id]").first).to_be_visible()


def test_key_that_stops_working_asks_again_and_loses_nothing(page: Page, stack: Stack) -> None:
    """Text that the user was typing stays behind the dialog."""
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Theme").fill("do not lose me")
    page.route("**/api/prompts", lambda route: route.fulfill(status=401, json={"error": {"code": "unauthorized"}}))
    page.get_by_role("button", name="Write prompt").click()
    expect(page.get_by_text("Your API key is no longer valid.")).to_be_visible()
    page.unroute("**/api/prompts")

    page.get_by_label("API key").fill(stack.key)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("textbox", name="Theme")).to_have_value("do not lose me")


def test_phone_shows_every_page_without_scrolling_sideways(new_page: NewPage, stack: Stack) -> None:
    """At 390 px everything fits, and the five pages are within a thumb's reach."""
    page = new_page(stack.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for place in PLACES:
        page.goto(f"{stack.origin}/#{place}")
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, place

    for name in ("Images", "Create", "Schedules", "Activity", "Trash"):
        box = page.get_by_role("navigation", name="Main").get_by_role("link", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] > 700


def test_a_time_of_day_is_whole_on_a_phone(new_page: NewPage, stack: Stack) -> None:
    """The time field is as wide as its text, also with AM or PM in the larger type of a phone."""
    phone = new_page(stack.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(phone.get_by_role("navigation").first).to_be_visible()
    phone.goto(f"{stack.origin}/#/schedules/new")
    time = phone.get_by_label("Time of day")
    expect(time).to_be_visible()

    shown = time.bounding_box()
    time.evaluate("field => { field.style.inlineSize = 'max-content'; }")
    needed = time.bounding_box()

    assert shown is not None
    assert needed is not None
    assert shown["width"] >= needed["width"]
    assert shown["x"] + shown["width"] <= 390


@pytest.mark.parametrize(("width", "height"), [(820, 1180), (3840, 2160)], ids=["tablet", "4K"])
def test_tablet_and_large_screen_use_their_room(new_page: NewPage, stack: Stack, width: int, height: int) -> None:
    """Images keep their size in as many columns as fit, and the viewer fits the window."""
    page = new_page(stack.url, viewport={"width": width, "height": height})
    box = page.locator("a[data-id]").first.bounding_box()
    assert box is not None
    assert 180 <= box["width"] <= 270
    columns = int(page.get_by_role("grid").get_attribute("aria-colcount") or 0)
    assert columns == (width - 128 + 4) // 184

    page.locator("a[data-id]").first.click()
    image = page.get_by_role("dialog").locator("figure img").bounding_box()

    assert image is not None
    assert image["width"] == 512
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keyboard_alone_gets_everywhere(page: Page) -> None:
    """The gallery is one tab stop; arrow keys move in it, Enter opens, and Esc returns."""
    first = page.locator("a[data-id]").first
    expect(first).to_be_visible()
    page.get_by_role("combobox", name="Search images").focus()
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-id')"):
            break
    expect(first).to_be_focused()

    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator(f"a[data-id='{second}']")).to_be_focused()


def test_single_keys_stay_letters_while_typing(page: Page) -> None:
    """No shortcut fires from a text field."""
    search = page.get_by_role("combobox", name="Search images")
    search.click()
    page.keyboard.type("snap?")

    expect(search).to_have_value("snap?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_question_mark_shows_the_keys(page: Page) -> None:
    """All shortcuts are listed by `?`, and Esc closes the list."""
    expect(page.locator("a[data-id]").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Move to trash")

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_offline_is_shown_and_recovers(page: Page) -> None:
    """Offline, loaded content stays under a banner with its time, which disappears by itself."""
    expect(page.locator("a[data-id]").first).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    banner = page.get_by_role("paragraph").filter(has_text="Auto-Image-Gen isn’t responding.")
    expect(banner).to_be_visible()
    expect(page.get_by_text(re.compile(r"Showing data from \d\d:\d\d"))).to_be_visible()
    expect(banner.get_by_role("button", name="Retry")).to_be_visible()
    expect(page.locator("a[data-id]").first).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_text(re.compile(r"Showing data from \d\d:\d\d"))).to_be_hidden()


def test_failing_service_shows_what_is_saved(page: Page) -> None:
    """An error states what happened, what is saved, and what to do, and a retry works."""
    answer = {"error": {"code": "unavailable", "message": "The catalog does not answer.", "retryable": True}}
    page.route("**/api/jobs?*", lambda route: route.fulfill(status=429, json=answer))
    page.keyboard.press("a")
    expect(page.get_by_text("The catalog does not answer.")).to_be_visible()
    expect(page.get_by_text("Jobs keep running. Try again in a moment.")).to_be_visible()
    page.unroute("**/api/jobs?*")

    page.get_by_role("button", name="Retry").click()

    expect(page.get_by_role("main").get_by_role("listitem").first).to_be_visible()


def test_page_has_a_policy_that_lets_nothing_foreign_in(page: Page) -> None:
    """The policy lists the origins, allows only own scripts and styles, and blocks markup in text."""
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content")

    assert policy is not None
    assert "%" not in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_page_can_be_installed(page: Page) -> None:
    """The browser finds nothing amiss in the manifest, and its icons are there in their sizes."""
    browser = page.context.new_cdp_session(page)
    manifest = json.loads(browser.send("Page.getAppManifest")["data"])
    errors = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]

    # A page that is not kept anywhere has none; a profile like this one cannot install any.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            load = "src => { const icon = new Image(); icon.src = src; return icon.decode().then(() => icon.width) }"
            width = page.evaluate(load, f"./{icon['src']}")
            assert f"{width}x{width}" == icon["sizes"]
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}


def test_reader_of_a_screen_hears_where_one_is(page: Page) -> None:
    """Landmarks, one heading of the first level, a title for each page; the focus moves to the new page."""
    for name in ("Schedules", "Activity", "Trash", "Create"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
        heading = page.get_by_role("main").get_by_role("heading", level=1)
        expect(heading).to_have_text(name)
        expect(page).to_have_title(re.compile(f"{name} · Auto-Image-Gen$"))


def test_colors_follow_the_system_or_the_choice(new_page: NewPage, stack: Stack) -> None:
    """Colors follow the system until the user chooses, and the choice is stored."""
    page = new_page(stack.url, color_scheme="dark")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    page.wait_for_load_state("networkidle")
    assert page.evaluate(background) == "rgb(15, 17, 18)"

    page.get_by_role("button", name=re.compile("^Appearance: system")).click()
    assert page.evaluate(background) == "rgb(247, 247, 244)"
    page.reload()

    assert page.evaluate(background) == "rgb(247, 247, 244)"


def test_nothing_moves_with_reduced_motion(new_page: NewPage, stack: Stack) -> None:
    """With reduced motion, every animation and transition takes no time."""
    page = new_page(stack.url, reduced_motion="reduce")
    expect(page.locator("a[data-id]").first).to_be_visible()

    # What follows the scroll bar, such as an edge that fades, moves only as far as the scroll position.
    moving = "document.getAnimations().filter(one => one.timeline instanceof DocumentTimeline)"
    durations = page.evaluate(f"{moving}.map(one => one.effect.getComputedTiming().duration)")
    assert all(duration == 0 for duration in durations)


def test_very_long_texts_break_nothing(new_page: NewPage, stack: Stack) -> None:
    """Long texts wrap or are truncated, and no page is wider than the window."""
    (image,) = stack.generated("wordwithoutend" * 35)
    tags = ["t" * 40, *(f"tag number {number}" for number in range(15))]
    long = {"title": "N" * 200, "alt_text": "alternative" * 45, "tags": tags}
    stack.api("PATCH", f"images/{image['id']}", {"etag": image["etag"], **long})
    timing = {"kind": "every", "minutes": 500_000, "timezone": "UTC"}
    draft = {"name": "N" * 100, "theme": "unendlich" * 55, "instructions": "so" * 1000, "timing": timing}
    schedule = stack.api("POST", "schedules", draft)

    for width in (390, 1440):
        page = new_page(stack.url, viewport={"width": width, "height": 844})
        long_texts = {
            "images": page.locator(f"a[data-id='{image['id']}']"),
            f"images/{image['id']}": page.get_by_role("dialog").locator("figure img"),
            "schedules": page.get_by_role("link", name="N" * 100, exact=True),
            f"schedules/{schedule['id']}": page.get_by_role("heading", name="N" * 100, level=1),
            "activity": page.get_by_text("wordwithoutend" * 35).first,
        }
        for place, text in long_texts.items():
            page.goto(f"{stack.origin}/#/{place}")
            expect(page.get_by_role("heading", level=1).first).to_be_attached()
            expect(text).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        page.goto(f"{stack.origin}/#/images/{image['id']}")
        page.get_by_role("button", name="Image details").click()
        panel = page.get_by_role("complementary", name="Image details")
        expect(panel).to_be_visible()
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
