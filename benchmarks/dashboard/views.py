"""How to open each view of the dashboard, and with which library sizes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from playwright.async_api import Page, expect

TILE = "a[data-id]"
EMPTY, ONE, SOME, MANY = 0, 1, 30, 10_000
COUNTS = (EMPTY, ONE, SOME, MANY)
WIDTHS = {"390": (390, 844), "820": (820, 1180), "1440": (1440, 900)}
LARGE = {"3840": (3840, 2160)}


@dataclass(frozen=True, kw_only=True)
class Library:
    """What a view may show: the newest images and the schedules, by id."""

    images: Sequence[str]
    schedules: Sequence[str]


Show = Callable[[Page, Library], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class View:
    """`whole`: capture the entire page. `counts`: library sizes for this view."""

    show: Show
    counts: Sequence[int] = (SOME,)
    whole: bool = False
    signed_in: bool = True


async def go(page: Page, address: str) -> None:
    await page.evaluate("address => { location.hash = address }", address)


def at(address: str) -> Show:
    async def show(page: Page, library: Library) -> None:
        await go(page, address)

    return show


async def here(page: Page, library: Library) -> None:
    """The gallery after opening."""


async def further(page: Page, library: Library) -> None:
    """The gallery while scrolling, with the timeline's date."""
    await page.mouse.move(600, 500)
    await page.mouse.wheel(0, 20_000)
    await expect(page.locator(f"{TILE} img").first).to_be_attached()


async def viewer(page: Page, library: Library) -> None:
    if library.images:
        await go(page, f"#/images/{library.images[0]}")
        await page.locator("figure img").first.wait_for()


async def panel(page: Page, library: Library) -> None:
    await viewer(page, library)
    await page.keyboard.press("i")


async def reviewing(page: Page, library: Library) -> None:
    await viewer(page, library)
    await page.keyboard.press("c")


async def selected(page: Page, library: Library) -> None:
    for number in range(min(3, len(library.images))):
        await page.locator(TILE).nth(number).click(modifiers=["Control"])


async def searching(page: Page, library: Library) -> None:
    await page.get_by_role("combobox", name="Search images").press_sequentially("rating:>2 ha")


async def found(page: Page, library: Library) -> None:
    await go(page, "#/images?q=hills%20rating%3A%3E2")


async def found_nothing(page: Page, library: Library) -> None:
    await go(page, "#/images?q=lighthouse%20tag%3Anowhere")


async def compare(page: Page, library: Library) -> None:
    await go(page, f"#/compare/{','.join(library.images[:2])}")


async def compare_four(page: Page, library: Library) -> None:
    await go(page, f"#/compare/{','.join(library.images[:4])}")


async def create(page: Page, library: Library) -> None:
    await go(page, "#/create?theme=A%20fox%20in%20the%20snow")


async def schedule(page: Page, library: Library) -> None:
    await go(page, f"#/schedules/{library.schedules[0]}")


async def editor(page: Page, library: Library) -> None:
    await go(page, f"#/schedules/{library.schedules[0]}/edit")


async def publish(page: Page, library: Library) -> None:
    await schedule(page, library)
    await page.get_by_role("button", name="Publishing settings…").click()


async def webhook(page: Page, library: Library) -> None:
    await schedule(page, library)
    await page.get_by_role("button", name="Add webhook…").click()


async def keys(page: Page, library: Library) -> None:
    await page.keyboard.press("?")


async def frame(page: Page, library: Library) -> None:
    await page.get_by_role("img").first.wait_for()


VIEWS: dict[str, View] = {
    "home": View(show=here, counts=COUNTS),
    "gallery-further": View(show=further, counts=(MANY,)),
    "viewer": View(show=viewer, counts=(ONE, SOME)),
    "viewer-panel": View(show=panel),
    "compare": View(show=compare),
    "compare-four": View(show=compare_four),
    "review": View(show=reviewing),
    "search": View(show=searching, counts=(SOME, MANY)),
    "found": View(show=found, counts=(MANY,)),
    "nothing-found": View(show=found_nothing),
    "selection": View(show=selected, counts=(ONE, SOME)),
    "trash": View(show=at("#/trash"), counts=(EMPTY, SOME, MANY)),
    "create": View(show=create, counts=(EMPTY, SOME), whole=True),
    "schedules": View(show=at("#/schedules"), counts=(EMPTY, SOME), whole=True),
    "schedule": View(show=schedule, whole=True),
    "schedule-new": View(show=at("#/schedules/new"), counts=(EMPTY,), whole=True),
    "schedule-editor": View(show=editor, whole=True),
    "publish": View(show=publish),
    "webhook": View(show=webhook),
    "activity": View(show=at("#/activity"), counts=(EMPTY, SOME), whole=True),
    "insights": View(show=at("#/insights"), counts=(EMPTY, SOME, MANY), whole=True),
    "setup": View(show=at("#/setup"), counts=(EMPTY,), whole=True),
    "settings": View(show=at("#/settings"), whole=True),
    "keys": View(show=keys),
    "unknown": View(show=at("#/nowhere"), counts=(EMPTY,)),
    "frame": View(show=frame, signed_in=False),
    "sign-in": View(show=here, counts=(EMPTY,), signed_in=False),
}
