"""Lines of histories in both catalogs: whose they are, and in which order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.errors import BadRequest
from functions.models.history import PromptRecord
from functions.models.prompt import WrittenPrompt
from functions.ports import Catalog
from tests.fakes import START


def a_line(id: str, *, at: datetime = START, owner: str = "person:ada", **changes: Any) -> PromptRecord:
    fields: dict[str, Any] = {
        "id": id,
        "owner": owner,
        "at": at,
        "created_by": "ada",
        "created_at": START,
        "updated_at": START,
        "theme": "foxes",
        "prompt": WrittenPrompt(prompt="a fox"),
        "job_id": "job",
    }
    return PromptRecord(**fields | changes)


async def walk(catalog: Any, *owners: str, limit: int) -> list[str]:
    seen: list[str] = []
    cursor = None
    while True:
        page = await catalog.prompts.page(*owners, cursor=cursor, limit=limit)
        seen += [line.id for line in page.items]
        if page.next_cursor is None:
            return seen
        assert len(page.items) == limit
        cursor = page.next_cursor


async def test_lines_are_listed_newest_first(catalog: Catalog) -> None:
    """By when they happened, to the microsecond, and the id where that is the same; page by page none is lost."""
    moments = {
        "b": START,
        "a": START,
        "half": START + timedelta(milliseconds=500),
        "whole": START + timedelta(seconds=1),
        "old": START - timedelta(days=3),
    }
    for id, moment in moments.items():
        await catalog.prompts.create(a_line(id, at=moment))

    for limit in (1, 2, 5, 50):
        assert await walk(catalog, "person:ada", limit=limit) == ["whole", "half", "b", "a", "old"]


async def test_each_owner_has_their_own(catalog: Catalog) -> None:
    """The history entries of users and schedules are separate, also with unusual names."""
    for owner in ("person:ada", "person:Ada", "schedule:ada", "person:o'neil/ü"):
        await catalog.prompts.create(a_line(f"of {owner}".replace("/", "-"), owner=owner))

    assert await walk(catalog, "person:ada", limit=5) == ["of person:ada"]
    assert await walk(catalog, "person:o'neil/ü", limit=5) == ["of person:o'neil-ü"]
    assert await walk(catalog, "person:nobody", limit=5) == []


async def test_the_lines_of_two_owners_are_listed_together(catalog: Catalog) -> None:
    """The entries of two owners form one list, as for a user with an earlier name, and are returned page by page."""
    for minute, owner in enumerate(("ada", "key:ada", "bob", "ada", "key:ada", "jwt:ada")):
        await catalog.prompts.create(a_line(f"{minute}", at=START + timedelta(minutes=minute), owner=f"person:{owner}"))

    for limit in (1, 2, 50):
        assert await walk(catalog, "person:key:ada", "person:ada", limit=limit) == ["4", "3", "1", "0"]


async def test_a_line_that_happens_again_moves_up(catalog: Catalog) -> None:
    """Its place is that of its latest moment."""
    first = await catalog.prompts.create(a_line("first"))
    await catalog.prompts.create(a_line("second", at=START + timedelta(minutes=1)))
    await catalog.prompts.replace(first.evolve(at=START + timedelta(minutes=2)))

    assert await walk(catalog, "person:ada", limit=5) == ["first", "second"]


async def test_a_cursor_that_no_list_gave_is_rejected(catalog: Catalog) -> None:
    """In one sentence, rather than an empty page."""
    with pytest.raises(BadRequest, match="cursor"):
        await catalog.prompts.page("person:ada", cursor="nonsense")
