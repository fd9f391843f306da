"""Changes by the time stamps of Cosmos DB, which have whole seconds and may be late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.adapters.cosmos.change_feed import MOST_MARKS, ChangeToken
from functions.errors import (
    BadRequest,
)
from tests.catalogs import a_job, minutes_later
from tests.cosmos_server import CosmosAccess
from tests.fakes import Clock


@pytest.mark.cosmos
async def test_changes_settle(cosmos: CosmosAccess) -> None:
    """A change is returned at once and only once, and later change tokens are short again."""
    clock = Clock(datetime.now(UTC))
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database, clock)
    _, token = await catalog.jobs.changed(None)
    jobs = [await catalog.jobs.create(a_job(f"job-{n:02}", at=minutes_later(n))) for n in range(30)]

    reported, young = await catalog.jobs.changed(token)
    again, _ = await catalog.jobs.changed(young)
    clock.advance(60)
    later, settled = await catalog.jobs.changed(young)
    changed = await catalog.jobs.replace(jobs[3].evolve(attempt=2))
    after_change, _ = await catalog.jobs.changed(young)

    assert sorted(job.id for job in reported) == [job.id for job in jobs]
    assert list(again) == []
    assert list(later) == []
    assert len(ChangeToken.read(young).returned) == 30
    assert ChangeToken.read(settled).returned == ()
    assert list(after_change) == [changed]
    await catalog.close()


@pytest.mark.cosmos
async def test_late_stamp_is_not_skipped(cosmos: CosmosAccess) -> None:
    """A save that becomes visible after one with a later time stamp is returned."""
    clock = Clock(datetime.now(UTC))
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database, clock)
    clock.advance(8)  # the last returned save has a stamp of eight seconds from now
    _, token = await catalog.jobs.changed(None)
    late = await catalog.jobs.create(a_job("late"))

    reported, _ = await catalog.jobs.changed(token)

    assert list(reported) == [late]
    await catalog.close()


@pytest.mark.cosmos
async def test_flood_of_changes_arrives_whole(cosmos: CosmosAccess) -> None:
    """More changes than a change token can mark are returned in portions, each at least once."""
    clock = Clock(datetime.now(UTC))
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database, clock)
    _, token = await catalog.jobs.changed(None)
    made = {(await catalog.jobs.create(a_job(f"job-{n:04}"))).id for n in range(MOST_MARKS + 150)}

    seen: set[str] = set()
    for round_ in range(30):
        reported, token = await catalog.jobs.changed(token, limit=100)
        seen |= {job.id for job in reported}
        assert len(token) < 2000
        if round_ == 8:
            clock.advance(60)
        if not reported:
            break

    assert seen == made
    await catalog.close()


@pytest.mark.parametrize("text", ["", "1", "1.abc", "x.abcde.id", "1.ab!de.id", "-1..id"])
def test_token_is_checked(text: str) -> None:
    """Only the text of a token is a token."""
    with pytest.raises(BadRequest):
        ChangeToken.read(text)


@pytest.mark.parametrize("token", [ChangeToken(5), ChangeToken(5, "a.b~c/ü"), ChangeToken(5, "id", ("abcde", "-_XYZ"))])
def test_token_survives_its_text(token: Any) -> None:
    """A token is read back as it was."""
    assert ChangeToken.read(str(token)) == token
