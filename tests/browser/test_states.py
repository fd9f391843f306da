"""Loading, empty, failed, and outdated pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until

LISTS = "**/api/images?*"


def tiles(page: Page) -> Any:
    return page.locator("a[data-id]")


def test_frames_are_shown_only_when_loading_takes_a_while(new_page: NewPage, stack: Stack) -> None:
    """Placeholders appear after 150 ms and stay until the images are loaded."""
    stack.wait_for_images(1)
    page = new_page()
    routes: list[Route] = []
    page.route(LISTS, lambda route: routes.append(route))
    page.route("**/api/timeline", lambda route: route.abort())
    page.goto(stack.url)
    frames = page.get_by_role("status").filter(has_text="Loading images…")
    expect(frames).to_be_attached()
    animation = (
        "frames => { const one = frames.getAnimations()[0]; return one && one.effect.getComputedTiming().delay }"
    )

    assert frames.evaluate(animation) == 150
    until(lambda: frames.evaluate("frames => getComputedStyle(frames).opacity") == "1", limit_s=60)
    until(lambda: routes, limit_s=60)
    page.unroute(LISTS)
    routes[0].continue_()

    expect(tiles(page).first).to_be_visible()
    expect(frames).to_be_hidden()


def test_empty_library_says_what_to_do(new_page: NewPage, stack: Stack) -> None:
    """An empty frame is where the first image will, with two ways to it."""
    page = new_page()
    page.route(LISTS, lambda route: route.fulfill(json={"items": [], "next_cursor": None, "total": 0}))
    page.route("**/api/timeline", lambda route: route.fulfill(json={"days": [], "total": 0, "timezone": "UTC"}))
    page.goto(stack.url)

    expect(page.get_by_text(re.compile("No images yet|Your first image is being generated"))).to_be_visible()
    if page.get_by_text("No images yet").is_visible():
        page.get_by_role("link", name="Create your first image").click()
        expect(page.get_by_role("heading", name="Create", level=1)).to_be_attached()


def test_images_that_do_not_load_say_what_is_safe_and_load_again(new_page: NewPage, stack: Stack) -> None:
    """The error has the service's message and says that nothing is lost, and a retry works."""
    stack.wait_for_images(1)
    page = new_page()
    answer = {"error": {"code": "unavailable", "message": "The catalog does not answer.", "retryable": True}}
    page.route(LISTS, lambda route: route.fulfill(status=429, json=answer))
    page.route("**/api/changes*", lambda route: route.abort())  # or an image that changes meanwhile is shown
    page.goto(stack.url)
    expect(page.get_by_text("The catalog does not answer.")).to_be_visible()
    expect(page.get_by_text("Your images are safe.")).to_be_visible()
    page.unroute(LISTS)

    # By a key: the page may still be moving under a pointer.
    page.get_by_role("button", name="Retry").press("Enter")

    expect(tiles(page).first).to_be_visible()


def test_image_whose_url_expired_gets_a_new_one(new_page: NewPage, stack: Stack) -> None:
    """An expired URL is requested again, and the image appears without any action."""
    stack.wait_for_images(3)
    page = new_page()
    requests: list[str] = []

    def outdated(route: Route) -> None:
        requests.append(route.request.url)
        answer = route.fetch()
        body = answer.json()
        if len(requests) == 1:
            for image in body["items"]:
                image["thumbnail_url"] = re.sub(r"sig=[^&]*", "sig=ranout", image["thumbnail_url"])
                image["urls_expire_at"] = "2020-01-01T00:00:00Z"
        route.fulfill(response=answer, body=json.dumps(body))

    page.route(LISTS, outdated)
    page.goto(stack.url)

    def loaded() -> bool:
        images = tiles(page).locator("img")
        return bool(images.evaluate_all("all => all.length > 2 && all.every((one) => one.naturalWidth > 0)"))

    until(loaded, limit_s=60)
    assert len(requests) >= 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", "images changes config jobs schedules timeline"),
        ("&/create", "changes config presets schedules"),
        ("&/schedules", "changes config schedules settings"),
        ("&/activity", "changes config jobs schedules"),
        ("&/insights", "changes config insights schedules timeline"),
        ("&/settings", "changes config schedules settings"),
    ],
)
def test_first_responses_are_requested_while_the_script_loads(
    new_page: NewPage, stack: Stack, address: str, expected: str
) -> None:
    """The first responses are requested once each, before the main script has loaded."""
    stack.wait_for_images(1)
    page = new_page()
    routes: list[Route] = []
    requests: list[str] = []

    def ask(request: Request) -> None:
        if "/api/" in request.url:
            requests.append(request.url.partition("/api/")[2])

    page.on("request", ask)
    page.route(re.compile(r"/assets/index-[^/]*[.]js"), lambda route: routes.append(route))
    page.goto(f"{stack.url}{address}", wait_until="commit")
    until(lambda: page.evaluate("true") and len(requests) >= len(expected.split()), limit_s=60)

    early = list(requests)
    routes.pop().continue_()
    expect(page.get_by_role("heading", level=1)).to_be_attached()
    page.wait_for_load_state("networkidle")

    assert {name.partition("?")[0] for name in early} == set(expected.split())
    # Arriving images load the lists again, and the schedules page loads the schedules.
    fixed = [name for name in early if not name.startswith(("images", "jobs", "timeline", "schedules"))]
    assert [requests.count(name) for name in fixed] == [1] * len(fixed)


def test_missing_file_of_the_page_says_that_a_new_version_is_ready(new_page: NewPage, stack: Stack) -> None:
    """If files are missing after a deployment, the page offers to reload."""
    stack.wait_for_images(1)
    page = new_page()
    # From the start, because pages may be prefetched.
    page.route(re.compile(r"/assets/(Activity|Viewer)-"), lambda route: route.fulfill(status=404))
    page.goto(stack.url)
    expect(tiles(page).first).to_be_visible()

    page.keyboard.press("a")
    expect(page.get_by_text("A new version is ready.")).to_be_visible()
    page.get_by_role("link", name="Images").click()
    tiles(page).first.click()
    expect(page.get_by_text("A new version is ready.")).to_be_visible()
    page.unroute(re.compile(r"/assets/(Activity|Viewer)-"))
    page.get_by_role("button", name="Reload").click()

    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()


def test_reader_sees_an_image_but_cannot_change_it(new_page: NewPage, stack: Stack) -> None:
    """Controls that change an image are disabled with a reason; viewing and downloading work."""
    stack.wait_for_images(1)
    (image, *_) = stack.images()
    page = new_page(f"{stack.origin}/#key={stack.reader_key}&/images/{image['id']}")
    favorite = page.get_by_role("button", name="Favorite")
    expect(favorite).to_be_disabled()
    expect(favorite).to_have_attribute("title", "Your API key is read-only.")
    expect(page.get_by_role("button", name="Move to trash")).to_be_disabled()
    expect(page.get_by_role("button", name="Download")).to_be_enabled()

    page.keyboard.press("f")
    page.keyboard.press("Delete")
    page.keyboard.press("i")

    expect(page.get_by_text("Your API key is read-only. Ask for a key with the editor role.")).to_be_visible()
    after = stack.api("GET", f"images/{image['id']}")
    assert (after["favourite"], after["deleted_at"]) == (image["favourite"], None)


def test_page_says_that_it_is_loading_before_its_files_are_there(new_page: NewPage, stack: Stack) -> None:
    """On a slow connection, the first response shows a text, which the dashboard replaces when it is loaded."""
    page = new_page()
    held: list[Route] = []
    page.route(re.compile(r"/assets/index-.*\.(js|css)$"), lambda route: held.append(route))
    page.goto(stack.url, wait_until="commit")

    expect(page.get_by_text("Loading Auto-Image-Gen…")).to_be_visible()
    until(lambda: len(held) == 2, limit_s=60)
    for route in held:
        route.continue_()

    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.get_by_text("Loading Auto-Image-Gen…")).to_have_count(0)
