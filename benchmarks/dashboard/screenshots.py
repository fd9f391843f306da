"""Contact sheets of every view: both themes, three widths, libraries of 0, 1, 30 and 10,000 images.

    python -m benchmarks.dashboard.screenshots [--out FOLDER] [--views NAME,...] [--counts N,...]

One sheet per view, for looking at: a row per number of images and theme, a column per width.  Says of each page what
can be told without looking: that it is wider than its window, or that a text is cut off without an ellipsis.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from PIL import Image, ImageDraw
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as BrowserError

from benchmarks.dashboard.demo_data import SLUG, DemoData
from benchmarks.dashboard.library import KEY, Running
from benchmarks.dashboard.views import COUNTS, LARGE, MANY, VIEWS, WIDTHS, Library
from benchmarks.image_records import FIRST
from local.setup.browser import find_chromium
from local.setup.node import build_dashboard

THEMES = ("light", "dark")
PAGES = "pages"
HOME = "a[data-id], .notice"  # what shows that the first page is there
GAP = 24
ACROSS = 2  # pages at a time
LONGEST = 3_200  # px of a whole page
DAYS_OF_FEW = timedelta(days=6)
START_LIMIT_S = 60.0
COMPLAINTS = """() => {
  const found = [];
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} px wider than the window`);
  for (const one of document.querySelectorAll('main *, dialog *, nav *')) {
    const style = getComputedStyle(one);
    const cuts = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && style.position !== 'absolute';
    const texts = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (cuts && texts && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
      found.push(`“${one.textContent.trim().slice(0, 40)}” is cut off`);
  }
  return found;
}"""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One screenshot of one view."""

    view: str
    count: int
    theme: str
    width: str

    def __str__(self) -> str:
        return f"{self.view}, {self.count:,} images, {self.theme}, {self.width} px"

    def path(self, folder: Path) -> Path:
        return folder / f"{self.view} {self.count} {self.theme} {self.width}.png"


async def main() -> None:
    given = argparse.ArgumentParser(description="Contact sheets of every view of the dashboard.")
    given.add_argument("--out", required=True, metavar="FOLDER", help="where the sheets go")
    given.add_argument("--views", default=",".join(VIEWS), help="which views, by commas")
    given.add_argument("--counts", default=",".join(map(str, COUNTS)), help="sizes of the libraries, by commas")
    options = given.parse_args()
    counts = [int(count) for count in options.counts.split(",")]
    shots = [shot for name in options.views.split(",") for shot in shots_of(name, counts)]
    await asyncio.to_thread(build_dashboard)
    out = Path(options.out)
    (out / PAGES).mkdir(parents=True, exist_ok=True)
    for count in counts:
        of_count = [shot for shot in shots if shot.count == count]
        if of_count:
            await photographed(of_count, count, out / PAGES)
    await asyncio.to_thread(sheets, shots, out)


def shots_of(name: str, counts: Sequence[int]) -> Sequence[Shot]:
    if name not in VIEWS:
        raise SystemExit(f"There is no view {name}: --views takes {', '.join(VIEWS)}.")
    return [
        Shot(view=name, count=count, theme=theme, width=width)
        for count in VIEWS[name].counts
        if count in counts
        for theme in THEMES
        for width in (*WIDTHS, *(LARGE if name == "home" and count == MANY else ()))
    ]


async def photographed(shots: Sequence[Shot], count: int, folder: Path) -> None:
    """Take these screenshots of a library of this size."""
    now = datetime.now(UTC)
    demo_data = DemoData(now) if count > 1 else None
    first = FIRST if count == MANY else now - DAYS_OF_FEW
    with tempfile.TemporaryDirectory() as library_folder:
        running = Running(Path(library_folder), count, first=first, last=now, demo_data=demo_data)
        await toured(running, demo_data, shots, folder)


async def toured(running: Running, demo_data: DemoData | None, shots: Sequence[Shot], folder: Path) -> None:
    async with running, async_playwright() as playwright:
        library = await known(running, demo_data)
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        free = asyncio.Semaphore(ACROSS)
        looks = dict.fromkeys((shot.theme, shot.width) for shot in shots)
        alike = [[shot for shot in shots if (shot.theme, shot.width) == look] for look in looks]
        await asyncio.gather(*(visit(browser, running, library, some, free, folder) for some in alike))
        await browser.close()


async def known(running: Running, demo_data: DemoData | None) -> Library:
    """Return the library's images and schedules, with one schedule published."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
        async with session.get(f"{running.api}/images", params={"limit": "4"}) as answer:
            images = [one["id"] for one in (await answer.json())["items"]]
        if demo_data is None:
            return Library(images=images, schedules=())
        # A published image that goes and comes has the site written.
        q = f"schedule:{demo_data.schedule_ids[0]}"
        async with session.get(f"{running.api}/images", params={"q": q, "limit": "1"}) as answer:
            path = f"{running.api}/images/{(await answer.json())['items'][0]['id']}"
        async with session.delete(path), session.post(f"{path}/restore"):
            pass
    await feed_is_there(running)
    return Library(images=images, schedules=demo_data.schedule_ids)


async def feed_is_there(running: Running) -> None:
    deadline = asyncio.get_running_loop().time() + START_LIMIT_S
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{running.site}/p/{SLUG}/feed.json") as answer:
                if answer.status == 200 and (await answer.json(content_type=None))["items"]:
                    return
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"The published schedule is not on the site after {START_LIMIT_S:g} s.")
            await asyncio.sleep(0.5)


async def visit(
    browser: Browser, running: Running, library: Library, shots: Sequence[Shot], free: asyncio.Semaphore, folder: Path
) -> None:
    """Visit the views with one screen size and theme."""
    async with free:
        wide, high = (WIDTHS | LARGE)[shots[0].width]
        context = await browser.new_context(
            viewport={"width": wide, "height": high},
            color_scheme="dark" if shots[0].theme == "dark" else "light",
            timezone_id="Europe/Berlin",
            locale="en-GB",
            has_touch=wide < 720,
            is_mobile=wide < 720,
        )
        for shot in shots:
            try:
                await taken(context, running, library, shot, folder)
            except BrowserError as exc:
                print(f"{shot}: not taken: {exc.message.splitlines()[0]}", flush=True)
        await context.close()


async def taken(context: BrowserContext, running: Running, library: Library, shot: Shot, folder: Path) -> None:
    """Take a screenshot of a view after it has settled."""
    view = VIEWS[shot.view]
    page = await context.new_page()
    try:
        if view.signed_in:
            await page.goto(running.url)
            await page.locator(HOME).first.wait_for()
        else:
            await page.goto(f"{running.site}/#/frame/{SLUG}" if shot.view == "frame" else running.site)
            await page.evaluate("localStorage.clear()")
            await page.reload()
        await view.show(page, library)
        await page.wait_for_load_state("networkidle")
        await asyncio.sleep(0.5)
        for complaint in await page.evaluate(COMPLAINTS):
            print(f"{shot}: {complaint}", flush=True)
        if view.whole:
            await grow(page)
        await page.screenshot(path=shot.path(folder), animations="disabled")
    finally:
        await page.close()


async def grow(page: Page) -> None:
    """Set the window's height to the page's, so that fixed elements are at its edges."""
    for _ in range(3):  # images that finish loading can make the page longer
        high = int(await page.evaluate("document.scrollingElement.scrollHeight"))
        size = page.viewport_size
        if size is not None and high > size["height"]:
            await page.set_viewport_size({"width": size["width"], "height": min(high, LONGEST)})
        await asyncio.sleep(0.3)


def sheets(shots: Sequence[Shot], out: Path) -> None:
    """Combine the screenshots of each view at half size."""
    for view in dict.fromkeys(shot.view for shot in shots):
        rows: dict[tuple[int, str], list[Image.Image]] = {}
        for shot in shots:
            if shot.view == view and shot.path(out / PAGES).exists():
                page = Image.open(shot.path(out / PAGES)).reduce(2)
                rows.setdefault((shot.count, shot.theme), []).append(page)
        if not rows:
            continue
        wide = max(sum(page.width + GAP for page in row) + GAP for row in rows.values())
        high = sum(max(page.height for page in row) + GAP for row in rows.values()) + GAP
        sheet = Image.new("RGB", (wide, high), "#8a8a86")
        y = GAP
        for (count, theme), row in rows.items():
            ImageDraw.Draw(sheet).text((GAP, y - 16), f"{view}, {count:,} images, {theme}", fill="#000")
            x = GAP
            for page in row:
                sheet.paste(page, (x, y))
                x += page.width + GAP
            y += max(page.height for page in row) + GAP
        sheet.save(out / f"{view}.png", optimize=True)
    print(f"The sheets are in {out}, their pages in {out / PAGES}.")


if __name__ == "__main__":
    asyncio.run(main())
