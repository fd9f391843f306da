"""Every visible text is a complete message, checked with a build in a pseudo-locale."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, Route, expect

from local.setup.node import DASHBOARD, require_node
from tests.browser.conftest import NewPage
from tests.browser.pseudo_locale import fragments, outside
from tests.browser.recording import OpenRequests
from tests.browser.stack import Stack
from tests.requirements_met import require

# Setup is left out: most of its sentences are the service's own.
PLACES = ("images", "create", "schedules", "schedules/new", "activity", "insights", "settings", "trash")
LATE_S = 60.0
# The text of each attribute that is shown or read out, and of each run of inline text: what a reader sees in one
# line, though it may be several nodes.
READ = """() => {
  const INLINE = new Set(['inline', 'contents']);
  const runs = [];
  let run = '';
  const end = () => { if (run.trim() !== '') runs.push(run); run = ''; };
  const read = (node, spaced) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) { run += child.data; if (spaced) end(); continue; }
      if (child.nodeType !== Node.ELEMENT_NODE || child.namespaceURI?.includes('svg')) continue;
      const { display, position } = getComputedStyle(child);
      const inline = INLINE.has(display) && position !== 'absolute' && !spaced;
      if (!inline) end();
      read(child, /flex|grid/.test(display));
      if (!inline) end();
    }
  };
  read(document.getElementById('app'), false);
  end();
  for (const name of ['aria-label', 'title', 'placeholder']) {
    for (const one of document.querySelectorAll(`[${name}]`)) runs.push(one.getAttribute(name));
  }
  return runs;
}"""


# The names of languages, which the browser writes.
LANGUAGES = """() => {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return [...document.querySelectorAll('option')].map(({ value }) => {
    try { return names.of(value); } catch { return ''; }
  });
}"""


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard, built with every message in brackets."""
    require((DASHBOARD / "node_modules" / "vite").exists(), "The dashboard's packages", "run `make test`")
    require_node()
    out = tmp_path_factory.mktemp("pseudo")
    env = {**os.environ, "DASHBOARD_LANGUAGE": "xx"}
    command = ["npx", "vite", "build", "--outDir", str(out), "--emptyOutDir", "--logLevel", "error"]
    subprocess.run(command, cwd=DASHBOARD, env=env, check=True, capture_output=True)
    return out


def serve(page: Page, folder: Path) -> None:
    """Serve the files of the page from this folder."""

    def answer(route: Route) -> None:
        path = route.request.url.partition("#")[0].partition("?")[0]
        name = "index.html" if path.endswith("/") else path.split("/", 3)[3]
        if (folder / name).is_file():
            route.fulfill(path=folder / name)
        else:
            route.continue_()

    page.route(re.compile(r"/(assets/.*)?$"), answer)


def test_all_visible_texts_are_whole_messages(new_page: NewPage, stack: Stack, pseudo: Path) -> None:
    """On each page, words are in messages or came from the library, and no two messages make one sentence."""
    stack.wait_for_images(1)
    page = new_page(bypass_csp=True)
    serve(page, pseudo)
    data: list[str] = []

    def keep(response: Response) -> None:
        if "/api/" in response.url and response.status == 200:
            data.append(response.text())

    open_requests = OpenRequests(page)
    page.on("response", keep)
    page.route("**/thumbnails/**", lambda route: route.abort())  # a page that is served like this may not load any
    page.goto(stack.url)
    expect(page.locator("a[data-id]").first).to_be_visible()
    left: dict[str, list[str]] = {}
    glued: dict[str, list[str]] = {}
    for place in PLACES:
        page.goto(f"{stack.origin}/#/{place}")
        expect(page.get_by_role("heading", level=1).first).to_contain_text("⟦")
        open_requests.wait_for_answers()
        data += page.evaluate(LANGUAGES)
        runs = page.evaluate(READ)
        deadline = time.monotonic() + LATE_S
        while (
            outside(runs, data) and time.monotonic() < deadline
        ):  # an answer may be shown before this process reads it
            runs = page.evaluate(READ)
        left[place] = outside(runs, data)
        glued[place] = fragments(runs)

    page.remove_listener("response", keep)
    assert not {place: some for place, some in left.items() if some}
    assert not {place: some for place, some in glued.items() if some}
