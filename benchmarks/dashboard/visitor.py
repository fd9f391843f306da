"""Actions of a visitor in Chromium: open the page, scroll, jump in the timeline, and search."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence

from playwright.async_api import Browser, CDPSession, Page, Request, ViewportSize, async_playwright

from benchmarks.dashboard.trace import Tasks, Trace
from local.setup.browser import find_chromium

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions"]
SIZE = ViewportSize(width=1440, height=900)
SPEEDS = (1_000, 6_000, 30_000)  # px/s
JUMPS = 30
TILE = "a[data-id]"
SHOWN = "[...document.querySelectorAll('a[data-id] img')].filter((one) => one.complete && one.naturalWidth).length > 20"
LCP = """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
  .observe({ type: 'largest-contentful-paint', buffered: true }))"""
BLOCKER = """() => setInterval(() => { const end = performance.now() + 100; while (performance.now() < end); }, 3000)"""
# It changes with every frame, since a page that does nothing has none of its own.
EMPTY = """data:text/html,<body style='height:7900000px'><script>(function f(at) {
  document.body.style.opacity = 0.9 + (at % 100) / 1000; requestAnimationFrame(f) })(0)</script>"""


async def until(ask: Callable[[], Awaitable[bool]], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not await ask():
        if time.monotonic() > deadline:
            raise TimeoutError(f"It took longer than {limit_s:g} s.")
        await asyncio.sleep(0.02)


async def is_shown(page: Page) -> bool:
    return bool(await page.evaluate(SHOWN))


class Visitor:
    """A Chromium and its page."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url

    async def opens(self) -> tuple[float, float]:
        """Return ms to the largest paint, and KB of script transferred until 2 s after the gallery is usable."""
        context = await self.browser.new_context(viewport=SIZE)
        page = await context.new_page()
        scripts: list[Request] = []

        def note(request: Request) -> None:
            if request.resource_type == "script":
                scripts.append(request)

        page.on("requestfinished", note)
        await page.goto(self.url)
        await until(lambda: is_shown(page))
        await asyncio.sleep(2)
        largest = float(await page.evaluate(LCP))
        sent = [(await script.sizes())["responseBodySize"] for script in scripts]
        await context.close()
        return largest, sum(sent) / 1024

    async def page(self) -> tuple[Page, CDPSession]:
        """The gallery after it has settled."""
        context = await self.browser.new_context(viewport=SIZE)
        page = await context.new_page()
        await page.goto(self.url)
        await until(lambda: is_shown(page))
        await asyncio.sleep(1)
        return page, await context.new_cdp_session(page)

    async def scrolls(self, page: Page, session: CDPSession, seconds: float, seed: int) -> Tasks:
        """Scroll from the top at each speed for a quarter of the time, then jump in the timeline."""
        trace = Trace(self.browser)
        await page.mouse.move(700, 500)
        await page.keyboard.press("Home")
        await until(lambda: is_shown(page))
        await trace.start()
        began = time.monotonic()
        for speed in SPEEDS:
            await scroll(session, speed, seconds / 4)
        await jump(page, seconds / 4, seed)
        return await trace.stop(time.monotonic() - began)

    async def scrolls_nothing(self, seconds: float) -> Tasks:
        """Scroll an empty page, to measure the browser and the machine alone."""
        context = await self.browser.new_context(viewport=SIZE)
        page = await context.new_page()
        await page.goto(EMPTY)
        session = await context.new_cdp_session(page)
        trace = Trace(self.browser)
        await trace.start()
        began = time.monotonic()
        for speed in SPEEDS:
            await scroll(session, speed, seconds / 4)
        found = await trace.stop(time.monotonic() - began)
        await context.close()
        return found


async def scroll(session: CDPSession, speed: int, seconds: float) -> None:
    """Scroll like a steadily turned wheel, with the browser's own gesture."""
    gesture = {"x": 700, "y": 500, "yDistance": -int(speed * seconds), "speed": speed, "gestureSourceType": "mouse"}
    await session.send("Input.synthesizeScrollGesture", gesture)


async def jump(page: Page, seconds: float, seed: int) -> None:
    """Press on the timeline at random positions and regular intervals."""
    draw = random.Random(seed)
    box = await page.get_by_role("slider", name="Timeline").bounding_box()
    if box is None:
        raise RuntimeError("The timeline is not there.")
    for _ in range(JUMPS):
        next_at = time.monotonic() + seconds / JUMPS
        y = box["y"] + 25 + draw.random() * (box["height"] - 50)
        await page.mouse.click(box["x"] + box["width"] / 2, y)
        await asyncio.sleep(max(0.0, next_at - time.monotonic()))


async def heap_mb(session: CDPSession) -> float:
    """Return the page's heap size in megabytes."""
    await session.send("HeapProfiler.enable")
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    used = await session.send("Runtime.getHeapUsage")
    return float(used["usedSize"]) / 1e6


async def search_ms(page: Page, words: Sequence[str]) -> list[float]:
    """Return the time from the last key of a word to new images, including the debounce."""
    took: list[float] = []
    line = page.get_by_role("combobox", name="Search images")
    await page.evaluate("window.scrollTo(0, 0)")
    for word in words:
        await line.fill("")
        await line.press("Enter")
        await until(lambda: is_shown(page))
        await asyncio.sleep(0.3)
        before = await page.locator(TILE).first.get_attribute("data-id")
        await line.press_sequentially(word[:-1])
        began = time.perf_counter()
        await line.press_sequentially(word[-1])

        async def changed(before: str | None = before) -> bool:
            first = page.locator(TILE).first
            return await first.count() > 0 and await first.get_attribute("data-id") != before

        await until(changed)
        took.append((time.perf_counter() - began) * 1000)
    return took


async def with_chromium(url: str, visit: Callable[[Visitor], Awaitable[None]]) -> None:
    chromium = find_chromium()
    if not chromium:
        raise SystemExit("Chromium is missing: run `make test`, which installs it, or name one: CHROMIUM=/path.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGS)
        try:
            await visit(Visitor(browser, url))
        finally:
            await browser.close()
