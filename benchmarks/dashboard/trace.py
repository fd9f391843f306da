"""What the page's own thread did, from a trace of Chromium.

Wall-clock times of tasks on shared cores are noise, so tasks are measured by thread time (`tdur`), without the major
garbage collections that Chromium itself chooses to run in them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, CDPSession

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"]
Event = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Longest task by thread time and wall clock in milliseconds, and frames per second."""

    longest: float
    longest_wall: float
    over_50: int
    frames_per_s: float


class Trace:
    """Records the browser between `start` and `stop`."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._session: CDPSession | None = None
        self._events: list[Event] = []
        self._complete = asyncio.Event()

    async def start(self) -> None:
        self._session = await self._browser.new_browser_cdp_session()
        self._session.on("Tracing.dataCollected", lambda message: self._events.extend(message["value"]))
        self._session.on("Tracing.tracingComplete", lambda _: self._complete.set())
        config = {"includedCategories": [*CATEGORIES, "__metadata"], "excludedCategories": ["*"]}
        await self._session.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})

    async def stop(self, seconds: float) -> Tasks:
        assert self._session is not None
        await self._session.send("Tracing.end")
        await self._complete.wait()
        await self._session.detach()
        return tasks_of(self._events, seconds)


def tasks_of(events: Sequence[Event], seconds: float) -> Tasks:
    """Return the tasks of the busiest renderer's main thread."""
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks: dict[tuple[int, int], list[Event]] = defaultdict(list)
    collections: dict[tuple[int, int], list[Event]] = defaultdict(list)
    for event in events:
        thread = (event["pid"], event["tid"])
        if thread not in main or event.get("ph") != "X":
            continue
        if event["name"] == "RunTask":
            tasks[thread].append(event)
        elif event["name"] == "MajorGC":
            collections[thread].append(event)
    busiest = max(tasks, key=lambda thread: sum(task.get("tdur", 0) for task in tasks[thread]))
    took = [thread_ms(task, collections[busiest]) for task in tasks[busiest]]
    frames = sum(event["name"] == "AnimationFrame::Presentation" and event["pid"] == busiest[0] for event in events)
    return Tasks(
        longest=max(took),
        longest_wall=max(task["dur"] for task in tasks[busiest]) / 1000,
        over_50=sum(ms > 50 for ms in took),
        frames_per_s=frames / seconds,
    )


def thread_ms(task: Event, collections: Sequence[Event]) -> float:
    """Return the task's thread time without major garbage collections."""
    inside = [
        one.get("tdur", 0)
        for one in collections
        if one["ts"] >= task["ts"] and one["ts"] + one["dur"] <= task["ts"] + task["dur"]
    ]
    return float(task.get("tdur", 0) - sum(inside)) / 1000
