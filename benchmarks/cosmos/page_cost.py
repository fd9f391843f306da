"""Compute the request units of a gallery page from the adapter's queries, for 10,000 and 1,000,000 images.

    python -m benchmarks.cosmos.page_cost [--markdown] [--json FILE]

Nothing is measured. The adapter sends its queries to a container that only records them. `indexes` decides which index
serves a query, and `charges` calculates its cost by the documentation, with the strong consistency of the deployed
account. The least value uses the documentation's example of loaded documents. The most uses its rule that a query
costs as much as reading the returned documents one by one. Every filter is assumed to find a full page.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import functions.adapters.cosmos
from benchmarks.cosmos import charges
from benchmarks.cosmos.indexes import Access, Policy, access, refusal
from benchmarks.cosmos.statements import Statement, parse
from benchmarks.image_records import FIRST, LAST, Library
from benchmarks.table import Row, parser, report
from functions.adapters.cosmos.change_feed import ChangeToken
from functions.adapters.cosmos.database import CosmosContainer, Item
from functions.adapters.cosmos.images import CosmosImages
from functions.models.image import Image
from functions.models.stored import LeftOut
from functions.search.query import ImageQuery, Span
from functions.services.images import sorting

COUNTS = (10_000, 1_000_000)
SAMPLE = 2_000
MONTHS = 36  # of `image_records`
SYSTEM_BYTES = 200  # the properties that Cosmos DB adds to an item


@dataclass
class NotingContainer:
    """Records the queries of an adapter, and answers with as many items as each query requests."""

    items: Sequence[Item]
    name: str = "images"
    left_out: LeftOut = field(default_factory=LeftOut)
    noted: list[tuple[Statement, str | None]] = field(default_factory=list)

    async def query(
        self, sql: str, values: Mapping[str, Any], *, partition: str | None = None, page: int | None = None
    ) -> Sequence[Any]:
        statement = parse(sql)
        self.noted.append((statement, partition))
        wanted = statement.top if statement.projection == "*" and "_ts" not in statement.filtered_paths else 0
        return list(itertools.islice(itertools.cycle(self.items), wanted or 0))


@dataclass(frozen=True)
class Cost:
    """The computed cost of one call of the catalog."""

    queries: int
    access: Access
    loaded: float
    least: float
    most: float


@dataclass(frozen=True)
class Sizes:
    """A library of this number of images, whose items have this many bytes on average."""

    images: int
    item: float

    def cost(self, noted: Sequence[tuple[Statement, str | None]], policy: Policy, *, found: int | None) -> Cost:
        """Return the cost of these queries, each of which finds `found` documents, or as many as it requests."""
        partitions = charges.partitions_of(int(self.images * self.item))
        loaded = least = most = 0.0
        hows: set[Access] = set()
        for statement, partition in noted:
            if (reason := refusal(statement, policy)) is not None:
                raise ValueError(reason)
            how = access(statement, policy)
            hows.add(how)
            asked = 1 if partition is not None else partitions
            reach = self.images / (MONTHS if partition is not None else 1)
            returned = min(reach, found if found is not None else statement.top or reach)
            documents = reach if how == "scan" else returned
            low = charges.query(partitions=asked, loaded=documents * self.item)
            high = returned * charges.read(self.item) if statement.projection == "*" else 0
            loaded += documents
            least += charges.STRONG * low
            most += charges.STRONG * max(low, high)
        worst: Access = "scan" if "scan" in hows else "range" if "range" in hows else "composite"
        return Cost(len(noted), worst, loaded, least, most)


def images_policy() -> Policy:
    """Return the indexes of the deployed container."""
    path = Path(functions.adapters.cosmos.__file__).with_name("containers.json")
    containers = {found["id"]: found for found in json.loads(path.read_text(encoding="utf-8"))}
    return Policy.of(containers["images"]["indexingPolicy"])


async def computed() -> list[tuple[str, list[Cost]]]:
    """Return the costs of each call, for each number of images."""
    adapter = CosmosImages(cast(CosmosContainer, NotingContainer([])), Image, lambda: LAST)
    sample = [adapter._item(image) | {"_etag": "1"} for image in Library().images(SAMPLE)]
    size = sum(len(json.dumps(item).encode()) for item in sample) / SAMPLE + SYSTEM_BYTES
    policy = images_policy()
    lines = []
    for name, call, found in calls(sample[SAMPLE // 2]["id"], sample[0]["month"]):
        container = NotingContainer(sample)
        await call(CosmosImages(cast(CosmosContainer, container), Image, lambda: LAST))
        lines.append((name, [Sizes(count, size).cost(container.noted, policy, found=found) for count in COUNTS]))
    return lines


Call = Callable[[CosmosImages], Awaitable[object]]


def calls(place: str, month: str) -> list[tuple[str, Call, int | None]]:
    """Return the name of each call, the call, and the number of documents it finds, None for as many as it requests."""

    def page(query: ImageQuery, **places: str) -> Call:
        return lambda images: images.search(query, limit=60, **places)

    def ordered(query: ImageQuery) -> Call:
        return partial(sorted_page, query)

    token = str(ChangeToken(int(FIRST.timestamp())))
    return [
        ("first page, 60 images", page(ImageQuery()), None),
        ("number of images, up to 1,000", lambda images: images.count(ImageQuery()), None),
        ("deep page", page(ImageQuery(), before=place), None),
        ("newer page", page(ImageQuery(), after=place), None),
        ("favorites", page(ImageQuery(favourite=True)), None),
        ("rating 5", page(ImageQuery(rating=Span(low=5, high=5))), None),
        ("schedule", page(ImageQuery(schedule_id="01SCHEDULE000")), None),
        ("two words", page(ImageQuery(terms=("red", "fox"))), None),
        ("two words and a range of ratings", page(ImageQuery(terms=("red", "fox"), rating=Span(low=2))), None),
        ("ratio 16:9", page(ImageQuery(ratio=(16, 9))), None),
        ("`sort:oldest`", ordered(ImageQuery(sort="oldest")), None),
        ("`sort:rating`", ordered(ImageQuery(sort="rating")), None),
        ("`sort:random`", ordered(ImageQuery(sort="random", shuffle=7)), None),
        ("trash", page(ImageQuery(trash="only")), None),
        ("poll for changed images, none", lambda images: images.changed(token), 0),
        ("days of a month (sweep, after changes)", lambda images: images.day_counts(month), None),
        ("tags of a month (sweep, after changes)", lambda images: images.tag_counts(month), None),
    ]


async def sorted_page(query: ImageQuery, images: CosmosImages) -> None:
    await sorting.page(images, query, cursor=None, limit=60)


def markdown(lines: Sequence[tuple[str, Sequence[Cost]]]) -> str:
    """Return the table of RESULTS.md."""
    head = [f"{count:,}: documents loaded | {count:,}: RU" for count in COUNTS]
    rows = [f"| call | queries | index | {' | '.join(head)} |", "|---" * (3 + 2 * len(COUNTS)) + "|"]
    for name, costs in lines:
        figures = [f"{cost.loaded:,.0f} | {span(cost)}" for cost in costs]
        rows.append(f"| {name} | {costs[0].queries} | {costs[0].access} | {' | '.join(figures)} |")
    return "\n".join(rows)


def span(cost: Cost) -> str:
    """Return the least and the most RU, or one number if they are equal."""
    least, most = f"{cost.least:,.0f}", f"{cost.most:,.0f}"
    return least if least == most else f"{least} to {most}"


def main() -> None:
    options = parser("Request units of a gallery page in Cosmos DB, computed and not measured.")
    options.add_argument("--markdown", action="store_true", help="print the table of RESULTS.md")
    given = options.parse_args()
    lines = asyncio.run(computed())
    if given.markdown:
        print(markdown(lines))
        return
    named = [
        (f"{name}, {count:,} images", cost) for name, costs in lines for count, cost in zip(COUNTS, costs, strict=True)
    ]
    rows = [(Row(f"{name}: least", cost.least, "RU"), Row(f"{name}: most", cost.most, "RU")) for name, cost in named]
    report([row for pair in rows for row in pair], given.json)


if __name__ == "__main__":
    main()
