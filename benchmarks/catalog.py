"""Measure list, search, and filter of the SQLite catalog with 1,000,000 images, at every depth.

    python -m benchmarks.catalog [--images N] [--file PATH] [--json FILE]

Each measurement is a complete call of the port: thread, query, and 60 validated documents.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.image_records import FIRST, LAST, MODELS, SIZES, Library, ulid
from benchmarks.table import Row, parser, report
from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.images import insert
from functions.models.image import Image
from functions.ports import Catalog
from functions.search.query import ImageQuery, Span
from functions.search.terms import stem

BATCH = 5_000
DEPTHS = 60
COMBINATIONS = 400
REPEATS = 20

Timed = Callable[[], Awaitable[object]]


async def main() -> None:
    options = parser("How fast the embedded catalog lists, searches and filters, at every depth.")
    options.add_argument("--images", type=int, default=1_000_000, metavar="N", help="how many images (1,000,000)")
    options.add_argument("--file", metavar="PATH", help="keep the catalog there, and measure it again if it is there")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, library = Path(given.file or f"{folder}/catalog.sqlite"), Library()
        rows = [] if await asyncio.to_thread(path.exists) else await build(path, library, given.images)
        catalog = await open_sqlite(path, lambda: LAST)
        try:
            rows += await searches(catalog, library)
            rows += await everything_else(catalog, library)
        finally:
            await catalog.close()
    # Above the number of cores, figures tell how long the machine kept the benchmark waiting.
    rows.append(Row("machine load during the measurement", os.getloadavg()[0], ""))
    report(rows, given.json)


async def build(path: Path, library: Library, count: int) -> list[Row]:
    """Create and fill a new database."""
    await (await open_sqlite(path, lambda: LAST)).close()
    database = Database(path)
    begun, done = time.perf_counter(), 0
    for batch in batches(library.images(count)):
        await database.write(partial(insert, images=batch))
        done += len(batch)
        if done % 50_000 == 0:
            print(f"{done:,} images after {time.perf_counter() - begun:.0f} s", flush=True)
    await database.close()
    seconds = time.perf_counter() - begun
    return [
        Row("images", count, ""),
        Row("file", (await asyncio.to_thread(path.stat)).st_size / 1e6, "MB"),
        Row("built in bulk", count / seconds, "images/s"),
    ]


def batches(images: Iterator[Image]) -> Iterator[list[Image]]:
    while batch := list(itertools.islice(images, BATCH)):
        yield batch


async def searches(catalog: Catalog, library: Library) -> list[Row]:
    """Measure pages of 60 at every depth: the list, words, each filter, and the worst combinations."""
    singles = queries(library)
    rows: list[Row] = []
    for name, kinds in singles.items():
        rows += figures(name, await timed([page(catalog, query, place) for query in kinds for place in places()]))
    draw = random.Random(2)
    pool = [query for kinds in singles.values() for query in kinds]
    combined = [combination(draw, pool) for _ in range(COMBINATIONS)]
    took = await timed([page(catalog, query, draw.choice(places())) for query in combined])
    rows += figures(f"{COMBINATIONS} random combinations", took)
    rows.append(Row("  worst of them", max(took), "ms"))
    for name, query in hard_combinations(library).items():
        rows += figures(name, await timed([page(catalog, query, place) for place in places()]))
    counted = await timed([partial(catalog.images.count, query) for query in combined])
    rows += figures("count up to 1,000 of combinations", counted)
    rows.append(Row("  worst of them", max(counted), "ms"))
    return rows


def queries(library: Library) -> dict[str, list[ImageQuery]]:
    """Return each condition alone, with frequent and rare values."""
    ranks = {"common": (0, 5, 19), "middling": (100, 400, 900), "rare": (5_000, 12_000, 19_999)}
    words = {kind: [stem(library.words[rank]) for rank in values] for kind, values in ranks.items()}
    return {
        "list": [ImageQuery()],
        **{f"{kind} word": [ImageQuery(terms=(word,)) for word in found] for kind, found in words.items()},
        "without a word": [ImageQuery(without_terms=(word,)) for word in (*words["common"], words["rare"][0])],
        "tag": [ImageQuery(tags=(library.tags[rank],)) for rank in (0, 50, 2_999)],
        "without a tag": [ImageQuery(without_tags=(library.tags[0],))],
        "model": [ImageQuery(model=model.rsplit("/", 1)[-1]) for model in MODELS],
        "schedule": [ImageQuery(schedule_id=f"01SCHEDULE{n:03}") for n in (0, 39)],
        "seed": [ImageQuery(seed=7)],
        "size": [ImageQuery(size=size) for size in SIZES],
        "steps range": [ImageQuery(steps=Span(low=low, high=high)) for low, high in ((20, 30), (11, 99), (77, 78))],
        "rating": [ImageQuery(rating=Span(low=low, high=high)) for low, high in ((4, None), (1, 1), (0, 0))],
        "favourite": [ImageQuery(favourite=True), ImageQuery(favourite=False)],
        "approved": [ImageQuery(approved=True), ImageQuery(approved=False)],
        "date range": [
            ImageQuery(since=day(0.02), until=day(0.03)),
            ImageQuery(since=day(0.1), until=day(0.9)),
            ImageQuery(since=day(0.5)),
            ImageQuery(until=day(0.1)),
        ],
        "trash": [ImageQuery(trash="only")],
    }


def hard_combinations(library: Library) -> dict[str, ImageQuery]:
    """Return queries in which long lists are merged for few or no results."""
    frequent = [stem(word) for word in library.words[:30]]
    return {
        "six common words": ImageQuery(terms=tuple(frequent[10:16])),
        "twelve common words": ImageQuery(terms=tuple(frequent[8:20])),
        "everything but eight common words": ImageQuery(without_terms=tuple(frequent[:8])),
        "favorites, approved, rated, steps, size, model": ImageQuery(
            favourite=True,
            approved=True,
            rating=Span(low=3),
            steps=Span(low=11, high=77),
            size=SIZES[1],
            model="starter",
        ),
        "wide ranges of few images": ImageQuery(
            steps=Span(low=3, high=99),
            since=day(0.003),
            until=day(0.997),
            rating=Span(low=1, high=4),
            model="old",
            size=SIZES[5],
        ),
        "half against half: common word in no such model, size, rating": ImageQuery(
            terms=(frequent[0],), model="old", size=SIZES[4], rating=Span(low=1, high=1), favourite=True, approved=False
        ),
        "trash of a common word, tag and size": ImageQuery(
            trash="only", terms=(frequent[0],), tags=(library.tags[0],), size=SIZES[1]
        ),
    }


def combination(draw: random.Random, pool: Sequence[ImageQuery]) -> ImageQuery:
    """Return two to six random conditions."""
    empty = vars(ImageQuery())
    conditions: dict[str, Any] = {}
    for query in draw.sample(pool, draw.randint(2, 6)):
        conditions |= {name: value for name, value in vars(query).items() if value != empty[name]}
    return ImageQuery(**conditions)


async def everything_else(catalog: Catalog, library: Library) -> list[Row]:
    """Measure the dashboard's other queries, and single writes to the full catalog."""
    images = catalog.images
    months = await images.months()
    word = library.words[60]
    newest = (await images.search(ImageQuery(), limit=REPEATS * 5))[::5]
    calls_by_name: dict[str, list[Timed]] = {
        "newer page": [partial(images.search, ImageQuery(), after=place) for place in places()],
        "one image": [partial(images.get, image.id) for image in newest],
        "days of a month": [partial(images.day_counts, month) for month in months],
        "tags of a month": [partial(images.tag_counts, month) for month in months],
        "months": [images.months] * REPEATS,
        "completion, one letter": [partial(images.term_prefix, letter) for letter in "bdfgkmnprstvw"],
        "completion, two letters": [partial(images.term_prefix, word[:2])] * REPEATS,
        "changes, none": [partial(images.changed, (await images.changed(None))[1])] * REPEATS,
        "save a mark": [partial(images.replace, image.evolve(favourite=not image.favourite)) for image in newest],
        "add an image": [partial(images.create, image) for image in Library(time.time_ns()).images(REPEATS * 5)],
    }
    return [row for name, calls in calls_by_name.items() for row in figures(name, await timed(calls))]


def page(catalog: Catalog, query: ImageQuery, place: str) -> Timed:
    return partial(catalog.images.search, query, before=place)


def places() -> list[str]:
    """Return cursors from the newest image to the oldest."""
    begin, end = (int(moment.timestamp() * 1000) for moment in (FIRST, LAST))
    return [ulid(end - (end - begin) * depth // DEPTHS, 0) for depth in range(DEPTHS)]


def day(share: float) -> date:
    """The day at this share of the library's age."""
    return (FIRST + timedelta(seconds=(LAST - FIRST).total_seconds() * share)).date()


async def timed(calls: Sequence[Timed]) -> list[float]:
    """Return the milliseconds of consecutive calls."""
    took: list[float] = []
    for call in calls:
        begun = time.perf_counter()
        await call()
        took.append((time.perf_counter() - begun) * 1000)
    return took


def figures(name: str, took: list[float]) -> list[Row]:
    ordered = sorted(took)
    middle, late = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    return [Row(f"{name}: p50", middle, "ms"), Row(f"{name}: p95", late, "ms")]


if __name__ == "__main__":
    asyncio.run(main())
