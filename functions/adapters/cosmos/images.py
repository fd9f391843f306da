"""Images in Cosmos DB. A page is one query over all months, sorted by ID, newest first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from functions.adapters.cosmos.database import Item
from functions.adapters.cosmos.documents import CosmosStore
from functions.adapters.cosmos.query import SHOWN, conditions_of, order_by
from functions.adapters.cosmos.shuffle import Position, read_cursor, sections_from
from functions.adapters.cursors import check_image_cursor, fixed_width
from functions.errors import BadRequest
from functions.models.identity import is_image_id, month_of
from functions.models.image import Image
from functions.models.insights import DayCounts
from functions.ports import Page
from functions.search.query import ImageQuery
from functions.search.terms import model_keys, tag_key, tag_keys, words, words_of

WORDS_READ = 2000  # per completion, from as many images as needed
MONTHS_AT_ONCE = 16


class CosmosImages(CosmosStore[Image]):
    """The catalog of images."""

    async def search(
        self, query: ImageQuery, *, before: str | None = None, after: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        conditions, values = conditions_of(query)
        for name, sign, cursor in (("before", "<", before), ("after", ">", after)):
            if cursor is not None:
                check_image_cursor(cursor)
                conditions.append(f"c.id {sign} @{name}")
                values[name] = cursor
        order, beyond = ("DESC", "<") if after is None else ("ASC", ">")
        images: list[Image] = []
        while (wanted := limit - len(images)) > 0:  # once, unless a document can't be read
            items = await self._container.query(
                f"SELECT TOP {wanted} * FROM c WHERE {' AND '.join(conditions)} {order_by(query, order, 'id')}",  # noqa: S608
                values,
                page=wanted,
            )
            images += self._read_all(items)
            if len(items) < wanted:
                break
            conditions, values = [*conditions, f"c.id {beyond} @beyond"], {**values, "beyond": items[-1]["id"]}
        return images if after is None else images[::-1]

    async def shuffled(self, query: ImageQuery, *, shuffle: int, cursor: str | None, limit: int) -> Page[Image]:
        after = None if cursor is None else read_cursor(cursor)
        conditions, values = conditions_of(query)
        order = order_by(query, "ASC", "sha256", "id")
        items: list[Item] = []
        for section in sections_from(shuffle, after):
            within, bounds = section.conditions(after)
            after = None
            wanted = limit + 1 - len(items)
            items += await self._container.query(
                f"SELECT TOP {wanted} * FROM c WHERE {' AND '.join([*conditions, *within])} {order}",  # noqa: S608
                values | bounds,
                page=wanted,
            )
            if len(items) > limit:
                last = items[limit - 1]
                return Page(items=self._read_all(items[:limit]), next_cursor=str(Position(last["sha256"], last["id"])))
        return Page(items=self._read_all(items))

    async def in_album(
        self, query: ImageQuery, *, album: str, after: str | None = None, before: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        path = f"c.search.places.{property_of(album)}"
        conditions, values = conditions_of(replace(query, albums=tuple(dict.fromkeys((*query.albums, album)))))
        for name, sign, place in (("after", ">", after), ("before", "<", before)):
            if place is not None:
                conditions.append(f"{path} {sign} @{name}")
                values[name] = place
        order = "ASC" if before is None else "DESC"
        items = await self._container.query(
            f"SELECT TOP {limit} * FROM c WHERE {' AND '.join(conditions)} ORDER BY {path} {order}",  # noqa: S608
            values,
            page=limit,
        )
        found = self._read_all(items)
        return found if before is None else found[::-1]

    async def count(self, query: ImageQuery, *, cap: int = 1000) -> int:
        conditions, values = conditions_of(query)
        found = await self._container.query(
            f"SELECT TOP {cap + 1} VALUE c.id FROM c WHERE {' AND '.join(conditions)}",  # noqa: S608
            values,
            page=cap + 1,
        )
        return len(found)

    async def day_counts(self, month: str) -> Mapping[str, int]:
        return Counter(await self._of_month("day", month))

    async def tag_counts(self, month: str) -> Mapping[str, int]:
        # Not `search.tags`, which also contains tags without their accents.
        lists = await self._of_month("tags", month)
        return Counter(tag for tags in lists for tag in {tag_key(tag) for tag in tags})

    async def schedule_counts(self, month: str) -> Sequence[DayCounts]:
        fields = "c.schedule_id, c.schedule_name, c.day, c.model, c.deleted_at, c.favourite, c.approved_at"
        rows = await self._container.query(
            f"SELECT {fields} FROM c WHERE c.month = @month AND c.purging = false",  # noqa: S608
            {"month": month},
            partition=month,
        )
        return counted(rows)

    async def term_prefix(self, prefix: str, *, limit: int = 10) -> Sequence[tuple[str, int]]:
        """Return the most frequent words with this prefix, counted over the first WORDS_READ matches.

        The counts are exact for rare prefixes and a sample for frequent ones.
        """
        folded = words(prefix)
        if len(folded) != 1:
            return []
        found = await self._container.query(
            f"SELECT TOP {WORDS_READ} VALUE w FROM c JOIN w IN c.search.words "  # noqa: S608
            f"WHERE STARTSWITH(w, @prefix) AND {SHOWN}",
            {"prefix": folded[0]},
            page=WORDS_READ,
        )
        return sorted(Counter(found).items(), key=lambda item: (-item[1], item[0]))[:limit]

    async def months(self) -> Sequence[str]:
        ends = await asyncio.gather(self._month_at("DESC"), self._month_at("ASC"))
        newest, oldest = ends
        if newest is None or oldest is None:
            return []
        slots = asyncio.Semaphore(MONTHS_AT_ONCE)

        async def has_images(month: str) -> bool:
            async with slots:
                found = await self._container.query(
                    "SELECT TOP 1 c.id FROM c WHERE c.month = @month", {"month": month}, partition=month, page=1
                )
                return bool(found)

        between = months_between(newest, oldest)
        occupied = await asyncio.gather(*(has_images(month) for month in between))
        return [month for month, has in zip(between, occupied, strict=True) if has]

    async def trashed_before(self, moment: datetime, *, limit: int = 100) -> Sequence[Image]:
        items = await self._container.query(
            f"SELECT TOP {limit} * FROM c WHERE c.purging = true OR c.deleted_at < @moment "  # noqa: S608
            "ORDER BY c.deleted_at ASC",
            {"moment": fixed_width(moment)},
            page=limit,
        )
        return self._read_all(items)

    def _partition_of_id(self, id: str) -> str:
        return month_of(id)

    def _item(self, document: Image) -> Item:
        if not is_image_id(document.id):
            raise BadRequest("This isn't a valid image ID. Image IDs have 26 uppercase letters and digits.", field="id")
        return document.body() | {
            "deleted_at": fixed_width(document.deleted_at) if document.deleted_at is not None else None,
            "search": {
                "tags": sorted({key for tag in document.tags for key in tag_keys(tag)}),
                "words": words_of(document),
                "models": model_keys(document.model),
                "ratio": document.width / document.height,
                **albums_of(document),
            },
        }

    async def _of_month(self, field: str, month: str) -> Sequence[Any]:
        """Return one field of every image of the month that isn't in trash.

        It is counted here as the SDK lacks GROUP BY.
        """
        sql = f"SELECT VALUE c.{field} FROM c WHERE c.month = @month AND {SHOWN}"  # noqa: S608
        return await self._container.query(sql, {"month": month}, partition=month)

    async def _month_at(self, order: str) -> str | None:
        found = await self._container.query(f"SELECT TOP 1 c.month FROM c ORDER BY c.id {order}", {}, page=1)  # noqa: S608
        return str(found[0]["month"]) if found else None


def albums_of(image: Image) -> Item:
    """Return the properties by which the images of an album are found and sorted."""
    if not image.places:
        return {}
    return {
        "albums": [place.album for place in image.places],
        # An object, because results can be sorted by a property, but not by an element of a list.
        "places": {property_of(place.album): image.place_in(place.album) for place in image.places},
    }


def property_of(album: str) -> str:
    """Return the name of the property with the places in an album. In a query, it can't begin with a digit."""
    if not is_image_id(album):
        raise BadRequest("This isn't a valid album ID. Album IDs have 26 uppercase letters and digits.", field="album")
    return f"a{album}"


def counted(rows: Iterable[Mapping[str, Any]]) -> Sequence[DayCounts]:
    """Count the rows by schedule, day, and model, because the SDK lacks GROUP BY."""
    found: dict[tuple[Any, ...], DayCounts] = {}
    for row in rows:
        key = (row.get("schedule_id"), row["day"], row["model"])
        counts = found.get(key) or DayCounts(schedule_id=key[0], day=key[1], model=key[2])
        found[key] = counts.evolve(
            schedule_name=row.get("schedule_name") or counts.schedule_name,
            pictures=counts.pictures + 1,
            trashed=counts.trashed + (row.get("deleted_at") is not None),
            favourites=counts.favourites + bool(row.get("favourite")),
            approved=counts.approved + (row.get("approved_at") is not None),
        )
    return list(found.values())


def months_between(newest: str, oldest: str) -> list[str]:
    """Return all months from newest to oldest, both included."""
    first, last = date.fromisoformat(f"{oldest}-01"), date.fromisoformat(f"{newest}-01")
    numbers = range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
