"""Links that sign in, and pages that show the dashboard in a frame."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, Route, expect

from local.host.sign_in import new_code
from tests.browser.conftest import NewPage
from tests.browser.stack import Stack

KEPT = "localStorage.getItem('auto-image-gen.key')"


def test_a_link_never_overwrites_a_working_key(new_page: NewPage, stack: Stack) -> None:
    """A link opened in the same tab is tried and used only after a confirmation, and the address loses the key."""
    page: Page = new_page(f"{stack.url}&/settings")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()

    page.evaluate("key => { location.hash = `#key=${key}&/settings` }", stack.reader_key)
    question = page.get_by_role("dialog", name="Switch to the key in this link?")
    expect(question).to_contain_text("visitor")
    hash_ = page.evaluate("location.hash")
    before = page.evaluate(KEPT)
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_be_hidden()
    canceled = page.evaluate(KEPT)
    page.evaluate("location.hash = '#key=wrong&/settings'")
    expect(page.get_by_text("The sign-in link isn’t valid").nth(1)).to_be_visible()
    after = page.evaluate(KEPT)
    page.evaluate("key => { location.hash = `#key=${key}&/settings` }", stack.reader_key)
    question.get_by_role("button", name="Switch").click()
    expect(question).to_be_hidden()
    page.wait_for_function(f"key => {KEPT} === key", arg=stack.reader_key)

    assert (hash_, before, canceled, after) == ("#/settings", stack.key, stack.key, stack.key)
    assert "key" not in page.url


def test_a_code_signs_in_once(new_page: NewPage, stack: Stack) -> None:
    """The link of the start signs in once; a second visit asks for a key and says why."""
    link = f"{stack.origin}/#sign-in={new_code(stack.folder / 'kept', now=time.time())}"

    first = new_page(link)
    expect(first.get_by_role("navigation").first).to_be_visible()
    second = new_page(link)
    expect(second.get_by_text("The sign-in link isn’t valid").first).to_be_visible()

    assert first.evaluate(KEPT) == stack.key
    assert second.evaluate(KEPT) is None
    assert not any("sign-in=" in page.url for page in (first, second))


def test_the_dashboard_refuses_frames(browser: Browser, stack: Stack) -> None:
    """In a frame of another page, the dashboard says so and sends no request."""
    context = browser.new_context()
    page = context.new_page()
    called: list[str] = []

    def without_header(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "x-frame-options"}
        route.fulfill(response=answer, headers=headers)

    page.on("request", lambda request: called.append(request.url))
    page.route(f"{stack.origin}/", without_header)
    page.route("http://other.test/", lambda route: route.fulfill(
        content_type="text/html", body=f"<iframe src='{stack.url}'></iframe>"
    ))  # fmt: skip
    page.goto("http://other.test/")

    inside = page.frame_locator("iframe")
    expect(inside.get_by_text("doesn’t run inside another page")).to_be_visible()

    assert not any("/api/" in url or "config.json" in url for url in called if url != f"{stack.origin}/config.json")
    context.close()


def test_a_reload_before_the_first_response_keeps_the_key(new_page: NewPage, stack: Stack) -> None:
    """A link that is opened and reloaded before the API has responded still signs in."""
    page = new_page()
    page.route("**/api/**", lambda route: None)
    page.goto(stack.url)
    expect(page.get_by_role("navigation").first).to_be_visible()
    assert page.evaluate(KEPT) is None

    page.unroute_all(behavior="ignoreErrors")
    page.reload()

    expect(page.locator("a[data-id]").first).to_be_visible()
    assert page.evaluate(KEPT) == stack.key
