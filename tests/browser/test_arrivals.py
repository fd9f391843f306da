"""The first image appears; images in progress are shown, and arrive without a reload."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.recording import OpenRequests, record_requests
from tests.browser.stack import MANY_STEPS, Stack, until

MINUTES = 60_000
FIRST_IMAGES = 12


def tiles(page: Page) -> Any:
    return page.locator("a[data-id]")


def shown(page: Page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('a[data-id]')].map((tile) => tile.dataset.id)"))


def test_first_images_appear_without_any_action(page: Page, stack: Stack) -> None:
    """A first start generates twelve images, and the open page shows each on arrival."""
    expect(tiles(page).first).to_be_visible(timeout=3 * MINUTES)
    first = tiles(page).last.locator("img")

    # Tests that came before may have had some generated as well.
    expect(tiles(page).nth(FIRST_IMAGES - 1)).to_be_attached(timeout=4 * MINUTES)
    until(lambda: shown(page) == [image["id"] for image in stack.images()], limit_s=60)

    assert first.evaluate("image => image.complete && image.naturalWidth === 256")
    count = len(stack.images())
    expect(page.get_by_role("status").filter(has_text=re.compile(rf"^{count}$"))).to_be_visible()


def test_key_leaves_the_url_before_anything_is_shown(new_page: NewPage, stack: Stack) -> None:
    """The URL's key signs in, is stored in the browser, and is in no URL afterwards."""
    page = new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(stack.url)
    expect(tiles(page).first).to_be_visible(timeout=3 * MINUTES)
    page.reload()
    expect(tiles(page).first).to_be_visible()

    assert "key=" not in page.url
    # The fragment of the first address never leaves the browser.
    assert not [url for url in requests if stack.key in url.partition("#")[0]]


def test_job_shows_its_stage_and_seconds_and_its_image_fades_in(page: Page, stack: Stack) -> None:
    """A job started elsewhere is shown with its progress, and its image arrives at the top."""
    stack.wait_for_images(FIRST_IMAGES)
    known = {image["id"] for image in stack.images()}
    expect(tiles(page).first).to_be_visible()

    job = stack.api("POST", "jobs", {"theme": "a fox in a forest", "options": {"count": 3, "steps": MANY_STEPS}})
    in_progress = page.get_by_role("region", name="In progress")
    # It is called by its theme, and by the title of its prompt once that is written.
    running = in_progress.get_by_role("listitem").filter(has_text=re.compile("fox", re.IGNORECASE))

    # A page that looks only every half minute takes no notice at once; coming back to it does.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(running).to_be_visible()
    expect(running).to_contain_text(re.compile(r"Generating \d of 3"), timeout=MINUTES)
    expect(running).to_contain_text(re.compile(r"\d+ s left"), timeout=MINUTES)
    expect(running).to_have_count(0, timeout=2 * MINUTES)
    newest = tiles(page).first.get_attribute("data-id")

    assert newest not in known
    assert newest in {image["id"] for image in stack.api("GET", f"jobs/{job['id']}")["pictures"]}


def test_arrivals_wait_above_while_scrolled_down(new_page: NewPage, stack: Stack) -> None:
    """Scrolled down, the images stay in place, and a button has the number of new images."""
    stack.wait_for_images(FIRST_IMAGES)
    page = new_page(stack.url, viewport={"width": 390, "height": 500})
    expect(tiles(page).first).to_be_visible()
    page.mouse.wheel(0, 500)
    until(lambda: page.evaluate("window.scrollY > 300"), limit_s=60)
    looked_at = tiles(page).nth(6)
    before = looked_at.get_attribute("data-id"), looked_at.bounding_box()

    (arrived,) = stack.generated("a lemon at sunset")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    new = page.get_by_role("button", name="1 new image")
    expect(new).to_be_visible()
    after = page.locator(f"[data-id='{before[0]}']").bounding_box()
    new.click()

    assert after == before[1]
    expect(page.locator(f"[data-id='{arrived['id']}']")).to_be_in_viewport()


def test_strip_has_each_schedule_with_its_last_image_and_its_next_frame(page: Page, stack: Stack) -> None:
    """The page starts with each schedule's latest image and its next run."""
    stack.wait_for_images(FIRST_IMAGES)
    name = "Animals in unexpected places"
    entry = page.get_by_role("region", name="In progress").get_by_role("listitem").filter(has_text=name)
    expect(entry).to_contain_text(re.compile("Next run (today|tomorrow|in|any)"))
    last = entry.get_by_role("link", name=re.compile("Latest image"))
    expect(last.locator("img")).to_be_visible()

    last.click()

    (schedule,) = [one for one in stack.api("GET", "schedules")["items"] if one["name"] == name]
    (newest, *_) = stack.images(f'schedule:"{schedule["id"]}"')
    expect(page).to_have_url(re.compile(newest["id"]))
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()


def test_frame_shows_the_preview_of_the_image(new_page: NewPage, stack: Stack) -> None:
    """A running job's frame shows its preview."""
    stack.wait_for_images(1)
    (job, *_) = [one for one in stack.api("GET", "jobs")["items"] if one["kind"] == "generation"]
    tiny = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"  # a WebP of one pixel
    progress = job["progress"] | {"percent": 40, "picture": 1, "step": 8, "steps": 20, "preview": tiny}
    running = job | {
        "status": "painting",
        "finished_at": None,
        "schedule_id": None,
        "progress": progress,
        "percent": 40,
    }
    changes = {"token": "any", "images": [], "jobs": [running], "schedules": [], "open_jobs": 1}
    page = new_page()
    page.route("**/api/changes*", lambda route: route.fulfill(json=changes))
    page.goto(stack.url)

    frame = page.get_by_role("region", name="In progress").locator(".frame.live")
    expect(frame).to_contain_text("40%")

    assert frame.locator("img").get_attribute("src") == f"data:image/webp;base64,{tiny}"
    assert frame.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_failures_before_the_visit_are_shown(new_page: NewPage, stack: Stack) -> None:
    """A job that failed earlier is shown with its reason and a link to the next steps."""
    stack.wait_for_images(1)
    (job, *_) = [one for one in stack.api("GET", "jobs")["items"] if one["kind"] == "generation"]
    finished = f"{datetime.now(UTC) - timedelta(hours=5):%Y-%m-%dT%H:%M:%SZ}"
    reason: dict[str, Any] = {"code": "rejected", "message": "The GPU service refused the key.", "detail": {}}
    failed = job | {"id": "night", "status": "failed", "finished_at": finished, "schedule_id": None, "reason": reason}
    page = new_page()
    page.route("**/api/jobs?status=failed*", lambda route: route.fulfill(json={"items": [failed], "next_cursor": None}))
    page.goto(stack.url)

    entry = page.get_by_role("region", name="In progress").get_by_role("listitem").filter(has_text=reason["message"])
    expect(entry).to_be_visible()
    entry.get_by_role("link", name="View next steps").click()

    expect(page.get_by_role("heading", name="Activity", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("show=trouble"))


def test_changes_are_the_only_poll_and_follow_what_happens(new_page: NewPage, stack: Stack) -> None:
    """The change feed is polled every two seconds with open jobs, every thirty without, and never in a hidden page."""
    stack.wait_for_images(1)
    requests: list[str] = []
    at_work = [2]

    def changes(route: Route) -> None:
        requests.append("changes")
        route.fulfill(json={"token": "any", "images": [], "jobs": [], "schedules": [], "open_jobs": at_work[0]})

    page = new_page()
    page.clock.install()
    page.route("**/api/changes*", changes)
    page.goto(stack.url)
    expect(tiles(page).first).to_be_visible()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))
    page.wait_for_load_state("networkidle")  # requests that are sent once, at the beginning
    record_requests(page, requests, lambda url: "/api/" in url and "/changes" not in url)
    open_requests = OpenRequests(page)

    def polls(of_ms: int) -> int:
        before = len(requests)
        page.clock.run_for(of_ms)
        open_requests.wait_for_answers()
        return len(requests) - before

    assert polls(2_000) == 1
    at_work[0] = 0
    assert polls(2_000) == 1
    assert polls(29_000) == 0
    assert polls(1_500) == 1
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    polls(30_000)  # one that was due already
    assert polls(120_000) == 0
    page.evaluate("Object.defineProperty(document, 'hidden', { value: false })")
    with page.expect_request("**/api/changes*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert set(requests) == {"changes"}
