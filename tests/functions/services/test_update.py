"""Concurrent updates of one document, with the real catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from functions.errors import NotFound, Transient
from functions.models.library import MonthSummary
from functions.ports import Store
from functions.services.update import ATTEMPTS, LONGEST_PAUSE_S, update
from tests.fakes import START, FakeDependencies

MONTH = "2026-11"


@dataclass
class Pauses:
    """Records the requested delays without waiting."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Contended:
    """A store in which another writer saves first, `times` times."""

    def __init__(self, store: Store[MonthSummary], *, times: int) -> None:
        self._store, self.left, self.gets = store, times, 0

    async def get(self, id: str) -> MonthSummary:
        self.gets += 1
        return await self._store.get(id)

    async def create(self, document: MonthSummary) -> MonthSummary:
        if self.left:
            self.left -= 1
            await self._store.create(document.evolve(tags={}, days={"other": 1}))
        return await self._store.create(document)

    async def delete(self, id: str) -> None:
        await self._store.delete(id)

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[MonthSummary], str]:
        return await self._store.changed(since, limit=limit)

    async def replace(self, document: MonthSummary) -> MonthSummary:
        if self.left:
            self.left -= 1
            stored = await self._store.get(document.id)
            await self._store.replace(stored.evolve(days=stored.days | {"other": stored.days.get("other", 0) + 1}))
        return await self._store.replace(document)


def fresh() -> MonthSummary:
    return MonthSummary(id=MONTH, created_by="test", created_at=START, updated_at=START)


def tagged(summary: MonthSummary) -> MonthSummary:
    return summary.evolve(tags=summary.tags | {"fox": summary.tags.get("fox", 0) + 1})


@pytest.fixture
async def summaries(deps: FakeDependencies) -> Store[MonthSummary]:
    await deps.catalog.summaries.create(fresh())
    return deps.catalog.summaries


async def test_a_change_is_made_again_on_what_another_saved_first(summaries: Store[MonthSummary]) -> None:
    """Neither change is lost, and the delays between the attempts grow with the given jitter."""
    pauses = Pauses()
    contended = Contended(summaries, times=3)

    saved = await update(contended, MONTH, tagged, jitter=lambda: 0.5, pause=pauses)

    assert saved == await summaries.get(MONTH)
    assert (saved.tags, saved.days) == ({"fox": 1}, {"other": 3})
    assert pauses.seconds == [0.005, 0.01, 0.02]


async def test_it_gives_up_with_a_clear_error_after_a_bound(summaries: Store[MonthSummary]) -> None:
    """After the last attempt the error is retryable, and the document is unchanged."""
    pauses = Pauses()

    with pytest.raises(Transient, match=f"changed {ATTEMPTS} times") as raised:
        await update(Contended(summaries, times=10_000), MONTH, tagged, jitter=lambda: 1.0, pause=pauses)

    assert raised.value.retryable
    assert (await summaries.get(MONTH)).days == {"other": ATTEMPTS}
    assert (await summaries.get(MONTH)).tags == {}
    assert len(pauses.seconds) == ATTEMPTS - 1
    assert max(pauses.seconds) == LONGEST_PAUSE_S


async def test_nothing_is_saved_when_there_is_nothing_to_do(summaries: Store[MonthSummary]) -> None:
    """A change that returns None or an equal document saves nothing."""
    before = await summaries.get(MONTH)

    assert await update(summaries, MONTH, lambda summary: None) is None
    assert await update(summaries, MONTH, lambda summary: summary.evolve(dirty=False)) == before

    assert await summaries.get(MONTH) == before


async def test_a_version_in_hand_saves_a_read(summaries: Store[MonthSummary]) -> None:
    """The document is read only if the given version is outdated."""
    stored = await summaries.get(MONTH)
    quiet, contended = Contended(summaries, times=0), Contended(summaries, times=1)

    newer = await update(quiet, MONTH, tagged, loaded=stored)
    assert quiet.gets == 0

    saved = await update(contended, MONTH, tagged, loaded=newer, pause=Pauses())
    assert contended.gets == 1
    assert (saved.tags, saved.days) == ({"fox": 2}, {"other": 1})


async def test_a_document_that_is_missing_is_made_once(deps: FakeDependencies) -> None:
    """A document created at the same time is not overwritten: the change is applied to it."""
    contended = Contended(deps.catalog.summaries, times=1)

    saved = await update(contended, MONTH, tagged, missing=lambda: tagged(fresh()), pause=Pauses())

    assert saved is not None
    assert (saved.tags, saved.days) == ({"fox": 1}, {"other": 1})


async def test_a_document_that_is_missing_stays_so_where_nothing_makes_it(deps: FakeDependencies) -> None:
    """A missing document is an error without a factory, and none if the factory returns nothing."""
    with pytest.raises(NotFound):
        await update(deps.catalog.summaries, MONTH, tagged)

    assert await update(deps.catalog.summaries, MONTH, tagged, missing=lambda: None) is None


async def test_an_error_of_the_change_itself_is_not_tried_again(summaries: Store[MonthSummary]) -> None:
    """An error of the change is raised without a retry."""
    calls: list[MonthSummary] = []

    def refusing(summary: MonthSummary) -> MonthSummary:
        calls.append(summary)
        raise NotFound

    with pytest.raises(NotFound):
        await update(summaries, MONTH, refusing)

    assert len(calls) == 1


async def test_what_must_come_first_comes_before_each_try_to_save(summaries: Store[MonthSummary]) -> None:
    """The callback gets the stored and the new document before each attempt."""
    reported: list[tuple[dict[str, int], dict[str, int]]] = []

    async def before(stored: MonthSummary, changed: MonthSummary) -> None:
        reported.append((stored.days, changed.tags))

    await update(Contended(summaries, times=1), MONTH, tagged, before_save=before, pause=Pauses())

    assert reported == [({}, {"fox": 1}), ({"other": 1}, {"fox": 1})]


async def test_many_at_once_all_get_through(summaries: Store[MonthSummary]) -> None:
    """Sixteen concurrent writers of one document lose no change."""
    await asyncio.gather(*(update(summaries, MONTH, tagged) for _ in range(16)))

    assert (await summaries.get(MONTH)).tags == {"fox": 16}
