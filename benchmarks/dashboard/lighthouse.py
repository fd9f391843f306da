"""Lighthouse scores of the pages for desktop and phone, run with npx.

    python -m benchmarks.dashboard.lighthouse [--images N] [--pages NAME,...] [--runs 3] [--json FILE]

Uses the median of several runs, because other load delays painting. Fails if a score is under 95, with the reasons.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.dashboard.demo_data import DemoData
from benchmarks.dashboard.front import Front
from benchmarks.dashboard.library import KEY, Running
from benchmarks.table import Row, parser, report
from local.setup.browser import find_chromium
from local.setup.node import DASHBOARD, build_dashboard

PACKAGE = "lighthouse@12.8.2"  # the last one for Node 20
CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {
    "gallery": "",
    "create": "&/create",
    "schedules": "&/schedules",
    "activity": "&/activity",
    "insights": "&/insights",
    "settings": "&/settings",
}
SCREENS: Mapping[str, Sequence[str]] = {"desktop": ["--preset=desktop"], "phone": []}
LEAST = 95
LIMIT_S = 300.0

Report = Mapping[str, Any]


async def main() -> int:
    given = parser("Lighthouse's scores of the pages, for a desktop and for a phone.")
    given.add_argument("--images", type=int, default=1_000, metavar="N", help="how many images (1,000)")
    given.add_argument("--pages", default=",".join(PAGES), help=f"which, by commas ({','.join(PAGES)})")
    given.add_argument("--runs", type=int, default=3, help="of each page, of which the median counts (3)")
    options = given.parse_args()
    await asyncio.to_thread(build_dashboard)
    now = datetime.now(UTC)
    span = {"first": now - timedelta(days=90), "last": now}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Running(Path(folder), options.images, **span, demo_data=DemoData(now)) as running,
            Front(DASHBOARD / "dist", running.api, running.image_origin) as front,
        ):
            for page in options.pages.split(","):
                url = f"http://127.0.0.1:{front.port}/#key={KEY}{PAGES[page]}"
                rows += await scores(page, url, options.runs)
    rows.append(Row("machine load during the measurement", os.getloadavg()[0], ""))
    report([Row("images", options.images, ""), *rows], options.json)
    return 1 if any(row.value < LEAST for row in rows if row.unit == "of 100") else 0


async def scores(page: str, url: str, runs: int) -> Sequence[Row]:
    """Return a row per screen and category, and print the reasons for lost points."""
    rows: list[Row] = []
    for screen, arguments in SCREENS.items():
        reports = [await lighthouse(url, arguments) for _ in range(runs)]
        for category in CATEGORIES:
            found = [round(100 * one["categories"][category]["score"]) for one in reports]
            rows.append(Row(f"{page}, {screen}: {category}", statistics.median(found), "of 100"))
            for audit in dict.fromkeys(audit for one in reports for audit in lost(one, category)):
                print(f"{page}, {screen}: {category}: {audit}", flush=True)
    return rows


def lost(found: Report, category: str) -> Sequence[str]:
    """Return Lighthouse's reasons for lost points in this category."""
    reasons = []
    for reference in found["categories"][category]["auditRefs"]:
        audit = found["audits"][reference["id"]]
        if reference["weight"] > 0 and audit["score"] is not None and audit["score"] < 0.9:
            reasons.append(f"{audit['title']} {audit.get('displayValue', '')}".strip())
    return reasons


async def lighthouse(url: str, arguments: Sequence[str]) -> Report:
    """Run Lighthouse and return its report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = ["npx", "--yes", PACKAGE, url, "--quiet", "--output=json", f"--output-path={path}", *arguments]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
        env = {**os.environ, "CHROME_PATH": find_chromium() or ""}
        process = await asyncio.create_subprocess_exec(*command, env=env)
        try:
            await asyncio.wait_for(process.wait(), LIMIT_S)
        except TimeoutError:
            process.kill()
            raise
        found: Report = json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8"))
    return found


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
