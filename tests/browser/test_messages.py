"""Everything that people read can be translated: a build in a pretended language leaves no English on a page."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from local.setup.node import DASHBOARD, require_node
from tests.browser.conftest import NewPage
from tests.browser.stack import Stack
from tests.requirements_met import require

# Setup is left out: most of its sentences are the service's own.
PLACES = ("pictures", "create", "schedules", "schedules/new", "activity", "insights", "settings", "trash")
# Of what stands there outside brackets, these are no words of the page: keys, names, variables, and dates, which the
# browser writes.
NO_WORDS = re.compile(
    r"Ctrl|Esc|Del|Shift|Enter|Auto-Image-Gen|UTC|Europe/Berlin|CPU|GPU|SDXL|Cron|Entra|[a-z]+:\S+|{\w+}"
    r"|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Oct|Nov|Dec)[a-z]*",
    re.IGNORECASE,
)
LATE_S = 60.0
READ = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) texts.push(walker.currentNode.data);
  for (const name of ['aria-label', 'title', 'placeholder']) {
    for (const one of document.querySelectorAll(`[${name}]`)) texts.push(one.getAttribute(name));
  }
  return texts;
}"""


@pytest.fixture(scope="module")
def pretended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard, built with every message in brackets."""
    require((DASHBOARD / "node_modules" / "vite").exists(), "The dashboard's packages", "run `make test`")
    require_node()
    out = tmp_path_factory.mktemp("pretended")
    env = {**os.environ, "DASHBOARD_LANGUAGE": "xx"}
    command = ["npx", "vite", "build", "--outDir", str(out), "--emptyOutDir", "--logLevel", "error"]
    subprocess.run(command, cwd=DASHBOARD, env=env, check=True, capture_output=True)
    return out


def serve(page: Page, folder: Path) -> None:
    """Let the page's own files come from there."""

    def answer(route: Route) -> None:
        path = route.request.url.partition("#")[0].partition("?")[0]
        name = "index.html" if path.endswith("/") else path.split("/", 3)[3]
        if (folder / name).is_file():
            route.fulfill(path=folder / name)
        else:
            route.continue_()

    page.route(re.compile(r"/(assets/.*)?$"), answer)


def test_no_english_is_left_in_another_language(new_page: NewPage, stack: Stack, pretended: Path):
    """
    On each page, whatever is not in brackets came from the library, or is no word.
    """
    stack.wait_for_pictures(1)
    page = new_page(bypass_csp=True)
    serve(page, pretended)
    data: list[str] = []

    def keep(response: Response) -> None:
        if "/api/" in response.url and response.status == 200:
            data.append(response.text())

    open_requests: set[Request] = set()
    page.on("request", lambda request: "/api/" in request.url and open_requests.add(request))
    page.on("requestfinished", open_requests.discard)
    page.on("requestfailed", open_requests.discard)
    page.on("response", keep)
    page.route("**/thumbnails/**", lambda route: route.abort())  # a page that is served like this may not load any
    page.goto(stack.url)
    expect(page.locator("a[data-id]").first).to_be_visible()
    left: dict[str, list[str]] = {}
    for place in PLACES:
        page.goto(f"{stack.origin}/#/{place}")
        expect(page.get_by_role("heading", level=1).first).to_contain_text("⟦")
        # What is on its way is waited for; and an answer may be shown before this process has read it.
        deadline = time.monotonic() + LATE_S
        while (open_requests or english(page, data)) and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        left[place] = english(page, data)

    page.remove_listener("response", keep)
    assert not {place: some for place, some in left.items() if some}


def english(page: Page, data: list[str]) -> list[str]:
    """What stands on the page that is no message, no word of the library's, and a word."""
    known = "".join(data).lower()
    said = [re.sub(r"⟦[^⟦⟧]*(⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", "", text).strip() for text in page.evaluate(READ)]
    words = [text for text in said if re.search(r"[A-Za-z]{3}", NO_WORDS.sub("", text)) and text.lower() not in known]
    return sorted(set(words))
