"""A catalog of an earlier version, brought up to date when it is opened."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.schema import MIGRATIONS
from functions.search.grammar import parse
from tests.catalogs import an_image, minutes_later
from tests.fakes import Clock

VERSION_2 = Path(__file__).parents[1] / "compatibility" / "library_0_0" / "catalog.sqlite"
TRASHED = "01M83T4CM08FNT4VJTY5PKFXS3"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(VERSION_2, tmp_path))


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def test_opening_an_earlier_catalog_keeps_when_images_may_be_purged(path: Path) -> None:
    """The moments in the renamed column, and the counts in the renamed table, are those of before."""
    moments = rows(path, "SELECT id, doomed_at FROM images ORDER BY id")
    counts = rows(path, "SELECT * FROM tallies ORDER BY kind, month, name")
    assert rows(path, "PRAGMA user_version") == [(2,)]

    catalog = await open_sqlite(path, Clock())
    await catalog.close()

    assert rows(path, "SELECT id, purge_from FROM images ORDER BY id") == moments
    assert rows(path, "SELECT * FROM counts ORDER BY kind, month, name") == counts
    assert rows(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


async def test_images_in_trash_of_an_earlier_catalog_are_found_and_restored(path: Path) -> None:
    """Images in trash are read by the new column through its index, and written to it."""
    catalog = await open_sqlite(path, Clock())
    try:
        image = await catalog.images.get(TRASHED)
        assert image.deleted_at is not None
        assert [one.id for one in await catalog.images.trashed_before(image.deleted_at)] == []
        after = image.deleted_at + timedelta(seconds=1)
        assert [one.id for one in await catalog.images.trashed_before(after)] == [TRASHED]

        await catalog.images.replace(image.evolve(deleted_at=None))

        assert await catalog.images.trashed_before(after) == []
        assert sum((await catalog.images.day_counts(image.month)).values()) == 5
    finally:
        await catalog.close()
    plan = rows(path, "EXPLAIN QUERY PLAN SELECT body FROM images WHERE purge_from < 1 ORDER BY purge_from, key")
    assert "images_purge_from" in str(plan)


async def test_opening_an_up_to_date_catalog_changes_nothing(path: Path) -> None:
    """A second start leaves the schema unchanged."""
    for _ in range(2):
        await (await open_sqlite(path, Clock())).close()
    before = rows(path, "SELECT name, sql FROM sqlite_master ORDER BY name")

    await (await open_sqlite(path, Clock())).close()

    assert rows(path, "SELECT name, sql FROM sqlite_master ORDER BY name") == before


async def test_words_and_tags_of_an_earlier_catalog_are_found_by_the_rules_of_today(tmp_path: Path) -> None:
    """Soft hyphens and accents in texts and tags make no difference, and a damaged image stops nothing."""
    path = tmp_path / "catalog.sqlite"
    catalog = await open_sqlite(path, Clock())
    image = await catalog.images.create(an_image(prompt="a wa ter color", tags=("chqteau",)))
    for number in (1, 2):
        await catalog.images.create(an_image(at=minutes_later(number), prompt="a fox"))
    await catalog.close()
    # As version 3 stored these texts: split at the hyphen, and with one key for each tag.
    connection = sqlite3.connect(path)
    connection.execute("UPDATE images SET body = replace(replace(body, 'wa ter', 'wa\u00adter'), 'chqteau', 'château')")
    connection.execute("UPDATE images SET body = '{' WHERE key = (SELECT max(key) FROM images)")  # damaged
    for table in ("index_terms", "open_jobs", "open_totals", "audit", "album_places"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version = 3")
    connection.commit()
    connection.close()

    catalog = await open_sqlite(path, Clock())
    try:
        for q, found in (("water", True), ("tag:chateau", True), ("tag:château", True), ("wa", False), ("color", True)):
            ids = [one.id for one in await catalog.images.search(parse(q, schedules={}))]
            assert ids == ([image.id] if found else []), q
        assert await catalog.images.term_prefix("wa") == [("water", 1)]
        await catalog.images.delete(image.id)
        assert await catalog.images.term_prefix("wa") == []
        assert rows(path, "SELECT name FROM counts WHERE n < 0 AND name NOT LIKE 'ch%teau'") == []
    finally:
        await catalog.close()
