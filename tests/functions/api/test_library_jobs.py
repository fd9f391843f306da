"""Library jobs that are repeated, canceled, interrupted, or fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.job import MAX_FAILURES, Message
from functions.models.library_work import LibraryWork
from functions.ports import ImageStore
from functions.services.dependencies import Dependencies, Sizes
from functions.services.library_jobs import bulk_change
from functions.services.library_jobs.worker import STEPS, run_library_job
from functions.services.maintenance.sweep import empty_trash
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver
from tests.functions.crash.dying import Death, Killed, mortal

MORE_THAN_ALL = 10_000  # calls


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Make chunks small enough that a few images need several."""
    return {"sizes": Sizes(job_chunk=2)}


class Outage:
    """A store that fails a number of saves, then works."""

    def __init__(self, store: ImageStore, *, times: int) -> None:
        self._store, self._left = store, times

    async def replace(self, document: Any) -> Any:
        if self._left:
            self._left -= 1
            raise Unavailable("The catalog did not answer.")
        return await self._store.replace(document)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def with_outage(deps: FakeDependencies, *, times: int) -> FakeDependencies:
    images: Any = Outage(deps.catalog.images, times=times)
    return replace(deps, catalog=replace(deps.catalog, images=images))


class TestRunning:
    async def test_a_message_twice_does_nothing_twice(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """A finished job, a stale attempt and an unknown job are normal returns."""
        await gallery.add()
        job = await start_bulk(api, {"action": "favourite", "q": ""})
        await deliver(deps)
        before = (await api.get("images")).json["items"]

        for message in (
            Message(job_id=job["id"], attempt=1),
            Message(job_id=job["id"], attempt=7),
            Message(job_id="nothing", attempt=1),
        ):
            await run_library_job(deps, message)

        assert (await api.get("images")).json["items"] == before
        assert deps.library_queue.messages == []

    async def test_cancel_is_obeyed_between_chunks(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """Cancelled while it runs, a job stops at the next chunk; what is done stays done."""
        await gallery.several(6)
        job = await start_bulk(api, {"action": "favourite", "q": ""})

        async def step_then_cancel(deps: Dependencies, job_work: Any) -> tuple[LibraryWork, bool]:
            result = await bulk_change.step(deps, job_work)
            await api.post(f"jobs/{job['id']}/cancel")
            return result

        await deliver(deps, steps=STEPS | {"bulk": step_then_cancel})

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["work"]["done"]) == ("cancelled", 2)
        assert (await api.get("images?q=is:favourite")).json["total"] == 2

    async def test_an_outage_is_waited_out(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """While a part is away the job waits and takes the same chunk again; no image is given up."""
        await gallery.several(5)
        job = await start_bulk(api, {"action": "favourite", "q": ""})

        delivered = await deliver(with_outage(deps, times=3), clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered > 1
        assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 5, 0)
        assert (await api.get("images?q=is:favourite")).json["total"] == 5

    async def test_an_outage_that_stays_fails_the_job(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """After five failures in a row the job ends with the reason."""
        await gallery.several(2)
        job = await start_bulk(api, {"action": "favourite", "q": ""})

        await deliver(with_outage(deps, times=1000), clock)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["failures"]) == ("failed", MAX_FAILURES)
        assert ended["reason"]["message"] == "The catalog did not answer."

    async def test_a_purge_that_broke_is_finished_by_the_sweep(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """Images marked before an outage leave the list at once, and their blobs are deleted later."""
        await gallery.several(5)
        await start_bulk(api, {"action": "purge", "q": ""})
        deps.blobs.fail(Unavailable("The storage did not answer."), times=2)
        await deliver(deps, clock)
        left = (await api.get("images")).json["total"]

        await empty_trash(deps)

        assert left == 0
        assert deps.blobs.stored == {}

    async def test_a_killed_worker_is_followed_by_another(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """Killed within any chunk, the job continues at its stored cursor and changes each image once."""
        await gallery.several(6)
        job = await start_bulk(api, {"action": "tag", "tags": ["seen"], "q": ""})
        message = deps.library_queue.take_one()
        steps_done = iter(range(1, 100))
        death = Death(MORE_THAN_ALL, before=True)

        async def die_before_the_save(deps: Dependencies, work: Any) -> tuple[LibraryWork, bool]:
            result = await bulk_change.step(deps, work)
            if next(steps_done) == 2:
                death.dead = True  # so it can't give its lease back either
                raise Killed
            return result

        with pytest.raises(Killed):
            await run_library_job(mortal(deps, death), message, steps=STEPS | {"bulk": die_before_the_save})
        during = (await api.get(f"jobs/{job['id']}")).json
        await run_library_job(deps, message)  # the host delivers it again while the lease lives
        clock.advance(deps.lease_s + 1)
        await run_library_job(deps, message)  # and once more when it has run out
        await deliver(deps, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (during["status"], during["work"]["done"]) == ("running", 2)
        assert (done["status"], done["work"]["done"]) == ("succeeded", 6)
        assert (await api.get("tags")).json["items"] == [{"tag": "seen", "count": 6}]

    async def test_a_long_job_continues_in_another_message(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """A job beyond the time for one message continues in the next without a failed attempt."""
        await gallery.several(6)
        job = await start_bulk(api, {"action": "favourite", "q": ""})

        async def slow(deps: Dependencies, work: Any) -> tuple[LibraryWork, bool]:
            work, done = await bulk_change.step(deps, work)
            if not done:
                clock.advance(deps.message_timeout_s)
            return work, done

        delivered = await deliver(deps, clock, steps=STEPS | {"bulk": slow})

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered == 2
        assert (done["status"], done["failures"], done["attempt"], done["work"]["done"]) == ("succeeded", 0, 2, 6)

    async def test_a_bug_is_a_failure_with_a_reason(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """An unexpected error fails the job after its attempts, before the message is poisoned."""

        async def broken(*args: Any) -> Any:
            raise RuntimeError("secret text")

        job = await start_bulk(api, {"action": "favourite", "q": ""})

        await deliver(deps, clock, steps=STEPS | {"bulk": broken})

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert ended["status"] == "failed"
        assert "secret" not in ended["reason"]["message"]
