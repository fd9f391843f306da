"""One running Auto-Image-Gen for all browser tests, and a Chromium page for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

from local.setup.browser import find_chromium
from local.setup.node import DASHBOARD, build_dashboard
from tests.azurite import azurite_met
from tests.browser.stack import Stack
from tests.requirements_met import require

# Containers run as root, where Chromium has no sandbox; nothing here looks at foreign pages.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1440, "height": 900}

expect.set_options(timeout=60_000)

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            # A second try, as Playwright's own runner has it in CI: a page on busy cores may be late. The summary
            # lists it as RERUN, and that is a fault to find.
            item.add_marker(pytest.mark.flaky(reruns=1))


# Both end with the last test here: an idle system polls its queues, and while Playwright's loop runs in this thread,
# no asynchronous test could.
@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything real, started once in each process: it generates twelve images while the tests begin."""
    azurite_met()
    built = (DASHBOARD / "node_modules" / "vite").exists()
    require(built, "The dashboard's packages", "run `make test`, which installs them")
    build_dashboard()
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    require(chromium, "Chromium", "run `make test`, which installs it, or name one: CHROMIUM=/path/to/chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open pages, each in a browser context of its own; an error in a page fails the test."""
    with watched_pages(browser) as make:
        yield make


@contextmanager
def watched_pages(browser: Browser) -> Iterator[NewPage]:
    """A function that opens pages, each in a context of its own; at the end, an error in a page raises."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(page: Page) -> None:
        def on_console(message: ConsoleMessage) -> None:
            # Chromium reports every refused request here, also those that a test is about.
            if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
                complaints.append(message.text)

        def on_response(response: Response) -> None:
            if response.status >= 500:
                complaints.append(response.url)

        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", on_response)

    def make(url: str = "", **options: Any) -> Page:
        settings: dict[str, Any] = {"viewport": DESKTOP, "timezone_id": "Europe/Berlin", "locale": "en-GB"} | options
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        listen(page)
        if url:
            page.goto(url)
            expect(page.locator("main, dialog").first).to_be_attached()
        return page

    try:
        yield make
    finally:
        for context in contexts:
            context.close()
    assert not complaints


@pytest.fixture
def page(new_page: NewPage, stack: Stack) -> Page:
    """The dashboard as the one URL opens it, signed in."""
    return new_page(stack.url)
