"""Contact sheets of every view: both themes, three widths, libraries of 0, 1, 30 and 10,000 pictures.

    python -m benchmarks.dashboard.screenshots [--out FOLDER] [--views NAME,...] [--counts N,...]

One sheet per view, for looking at: a row per number of pictures and theme, a column per width.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from benchmarks.dashboard.library import KEY, Running
from local.setup.browser import find_chromium
from local.setup.node import build_dashboard

WIDTHS = {"390": (390, 844), "1024": (1024, 768), "1440": (1440, 900)}
COUNTS = (0, 1, 30, 10_000)
THEMES = ("light", "dark")
GAP = 24
TILE = "a[data-id]"

Show = Callable[[Page, Sequence[str]], Awaitable[None]]


def at(address: str) -> Show:
    async def show(page: Page, ids: Sequence[str]) -> None:
        await page.evaluate("address => { location.hash = address }", address)

    return show


async def here(page: Page, ids: Sequence[str]) -> None:
    """The gallery, as it opens."""


async def picture(page: Page, ids: Sequence[str]) -> None:
    if ids:
        await page.evaluate("address => { location.hash = address }", f"#/pictures/{ids[0]}")
        await page.locator("figure img").wait_for()


async def panel(page: Page, ids: Sequence[str]) -> None:
    await picture(page, ids)
    if ids:
        await page.keyboard.press("i")


async def culling(page: Page, ids: Sequence[str]) -> None:
    await picture(page, ids)
    if ids:
        await page.keyboard.press("c")


async def selected(page: Page, ids: Sequence[str]) -> None:
    for number in range(min(3, len(ids))):
        await page.locator(TILE).nth(number).click(modifiers=["Control"])


async def searching(page: Page, ids: Sequence[str]) -> None:
    await page.get_by_role("combobox", name="Search pictures").press_sequentially("ha")


async def found_nothing(page: Page, ids: Sequence[str]) -> None:
    await page.get_by_role("combobox", name="Search pictures").fill("lighthouse tag:nowhere")
    await page.keyboard.press("Enter")


async def compare(page: Page, ids: Sequence[str]) -> None:
    await page.evaluate("address => { location.hash = address }", f"#/compare/{','.join(ids[:2])}")


async def keys(page: Page, ids: Sequence[str]) -> None:
    await page.keyboard.press("?")


async def signed_out(page: Page, ids: Sequence[str]) -> None:
    await page.evaluate("localStorage.clear()")
    await page.reload()


VIEWS: dict[str, Show] = {
    "pictures": here,
    "picture": picture,
    "picture-panel": panel,
    "cull": culling,
    "selection": selected,
    "search": searching,
    "nothing-found": found_nothing,
    "compare": compare,
    "trash": at("#/trash"),
    "create": at("#/create"),
    "schedules": at("#/schedules"),
    "schedule-form": at("#/schedules/new"),
    "activity": at("#/activity"),
    "insights": at("#/insights"),
    "settings": at("#/settings"),
    "setup": at("#/setup"),
    "keys": keys,
    "sign-in": signed_out,
}


async def main() -> None:
    given = argparse.ArgumentParser(description="Contact sheets of every view of the dashboard.")
    given.add_argument("--out", default="screenshots", metavar="FOLDER", help="where the sheets go (screenshots)")
    given.add_argument("--views", default=",".join(VIEWS), help="which views, by commas")
    given.add_argument("--counts", default=",".join(map(str, COUNTS)), help="sizes of the libraries, by commas")
    options = given.parse_args()
    views = [name for name in options.views.split(",") if name in VIEWS]
    counts = [int(count) for count in options.counts.split(",")]
    await asyncio.to_thread(build_dashboard)
    with tempfile.TemporaryDirectory() as temporary:
        for count in counts:
            async with Running(Path(temporary) / f"library-{count}", count) as running:
                await furnish(running, count)
                await photograph(running, count, views, Path(temporary))
        sheets(Path(temporary), views, counts, Path(options.out))


async def furnish(running: Running, count: int) -> None:
    """Two schedules for a library that is in use, one of them paused."""
    if count < 2:
        return
    headers = {"Authorization": f"Bearer {KEY}"}
    timing = {"kind": "cron", "cron": "0 9 * * *", "timezone": "Europe/Berlin"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for name, paused in (("Hills at all hours", False), ("Lighthouses, on Sundays", True)):
            draft = {"name": name, "theme": name, "timing": timing}
            async with session.post(f"{running.api}/schedules", json=draft) as answer:
                schedule = await answer.json()
            if paused:
                await session.post(f"{running.api}/schedules/{schedule['id']}/pause", json={"reason": "Off season"})


async def photograph(running: Running, count: int, views: Sequence[str], folder: Path) -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session,
        session.get(f"{running.api}/images", params={"limit": "4"}) as answer,
    ):
        ids = [one["id"] for one in (await answer.json())["items"]]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for view in views:
            for theme in THEMES:
                for width in WIDTHS:
                    await one(
                        browser, running.url, view, ids, theme, width, folder / f"{view} {count} {theme} {width}.png"
                    )
        await browser.close()
    print(f"{count:,} pictures: done", flush=True)


async def one(browser: Browser, url: str, view: str, ids: Sequence[str], theme: str, width: str, path: Path) -> None:
    """One view, photographed once it is at rest."""
    wide, high = WIDTHS[width]
    phone = wide < 720
    context = await browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="Europe/Berlin",
        has_touch=phone,
        is_mobile=phone,
    )
    page = await context.new_page()
    await page.goto(url)
    await (page.locator(TILE) if ids else page.locator(".notice")).first.wait_for()
    await VIEWS[view](page, ids)
    await page.wait_for_load_state("networkidle")
    await asyncio.sleep(0.5)
    await page.screenshot(path=path)
    await context.close()


def sheets(folder: Path, views: Sequence[str], counts: Sequence[int], out: Path) -> None:
    """Put the pictures of each view onto one sheet, at half their size."""
    out.mkdir(parents=True, exist_ok=True)
    for view in views:
        rows = [(count, theme) for count in counts for theme in THEMES]
        pages = {
            (row, width): Image.open(folder / f"{view} {row[0]} {row[1]} {width}.png").reduce(2)
            for row in rows
            for width in WIDTHS
        }
        heights = [max(pages[row, width].height for width in WIDTHS) for row in rows]
        widths = [pages[rows[0], width].width for width in WIDTHS]
        sheet = Image.new("RGB", (sum(widths) + GAP * 4, sum(heights) + 2 * GAP * len(rows)), "#8a8a86")
        draw = ImageDraw.Draw(sheet)
        y = 0
        for row, height in zip(rows, heights, strict=True):
            draw.text((GAP, y + 6), f"{view}, {row[0]:,} pictures, {row[1]}", fill="#000")
            x = GAP
            for width in WIDTHS:
                sheet.paste(pages[row, width], (x, y + GAP))
                x += pages[row, width].width + GAP
            y += height + 2 * GAP
        sheet.save(out / f"{view}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
