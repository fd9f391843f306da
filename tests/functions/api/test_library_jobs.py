"""Library jobs as they run: repeated, cancelled, interrupted, failing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.job import MAX_FAILURES, Message
from functions.models.library_work import LibraryWork
from functions.services.dependencies import Dependencies
from functions.services.library_jobs import bulk_change, worker
from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance.sweep import empty_trash
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_change, "CHUNK", 2)


class Outage:
    """Fails so many calls, then lets them through."""

    def __init__(self, call: Callable[..., Awaitable[Any]], *, times: int) -> None:
        self._call, self._left = call, times

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._left:
            self._left -= 1
            raise Unavailable("The catalog did not answer.")
        return await self._call(*args, **kwargs)


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

    async def test_cancel_is_obeyed_between_chunks(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Cancelled while it runs, a job stops at the next chunk; what is done stays done."""
        await gallery.several(6)
        job = await start_bulk(api, {"action": "favourite", "q": ""})
        step = worker.STEPS["bulk"]

        async def step_then_cancel(deps: Dependencies, job_work: Any) -> tuple[LibraryWork, bool]:
            result = await step(deps, job_work)
            await api.post(f"jobs/{job['id']}/cancel")
            return result

        monkeypatch.setitem(worker.STEPS, "bulk", step_then_cancel)
        await deliver(deps)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["work"]["done"]) == ("cancelled", 2)
        assert (await api.get("images?q=is:favourite")).json["total"] == 2

    async def test_an_outage_is_waited_out(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """While a part is away the job waits and takes the same chunk again; no picture is given up."""
        await gallery.several(5)
        job = await start_bulk(api, {"action": "favourite", "q": ""})
        outage = Outage(bulk_change.images.save, times=3)
        monkeypatch.setattr(bulk_change.images, "save", outage)

        delivered = await deliver(deps, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered > 1
        assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 5, 0)
        assert (await api.get("images?q=is:favourite")).json["total"] == 5

    async def test_an_outage_that_stays_fails_the_job(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After five failures in a row the job ends with the reason."""
        await gallery.several(2)
        job = await start_bulk(api, {"action": "favourite", "q": ""})
        monkeypatch.setattr(bulk_change.images, "save", Outage(bulk_change.images.save, times=1000))

        await deliver(deps, clock)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["failures"]) == ("failed", MAX_FAILURES)
        assert ended["reason"]["message"] == "The catalog did not answer."

    async def test_a_purge_that_broke_is_finished_by_the_sweep(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """Pictures that were marked before the storage went away leave the list at once and their blobs later."""
        await gallery.several(5)
        await start_bulk(api, {"action": "purge", "q": ""})
        deps.blobs.fail(Unavailable("The storage did not answer."), times=2)
        await deliver(deps, clock)
        left = (await api.get("images")).json["total"]

        await empty_trash(deps)

        assert left == 0
        assert deps.blobs.stored == {}

    async def test_a_killed_worker_is_followed_by_another(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Killed in the middle of any chunk, the job goes on from its saved place and each picture is changed once."""

        class Killed(BaseException):
            pass

        await gallery.several(6)
        job = await start_bulk(api, {"action": "tag", "tags": ["seen"], "q": ""})
        message = deps.library_queue.take_one()
        attempt, kills = bulk_change.attempt, iter(range(1, 100))

        async def die_halfway(*args: Any) -> Any:
            result = await attempt(*args)
            if next(kills) == 2:
                raise Killed
            return result

        async def no_release(self: Any) -> None:
            pass

        monkeypatch.setattr(bulk_change, "attempt", die_halfway)
        monkeypatch.setattr("functions.services.jobs.lease.LeasedJob.release", no_release)
        with pytest.raises(Killed):
            await run_library_job(deps, message)
        during = (await api.get(f"jobs/{job['id']}")).json
        await run_library_job(deps, message)  # the host delivers it again while the lease lives
        clock.advance(deps.lease_s + 1)
        await run_library_job(deps, message)  # and once more when it has run out
        await deliver(deps, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (during["status"], during["work"]["done"]) == ("running", 2)
        assert (done["status"], done["work"]["done"]) == ("succeeded", 6)
        assert (await api.get("tags")).json["items"] == [{"tag": "seen", "count": 6}]

    async def test_a_long_job_goes_on_in_another_message(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A job that outlasts the time for one message continues in the next, with nothing counted as a failure."""
        await gallery.several(6)
        job = await start_bulk(api, {"action": "favourite", "q": ""})
        attempt = bulk_change.attempt

        async def slow(*args: Any) -> Any:
            clock.advance(deps.message_timeout_s)
            return await attempt(*args)

        monkeypatch.setattr(bulk_change, "attempt", slow)

        delivered = await deliver(deps, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered == 2
        assert (done["status"], done["failures"], done["attempt"], done["work"]["done"]) == ("succeeded", 0, 2, 6)

    async def test_a_bug_is_a_failure_with_a_reason(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What nobody foresaw ends the job after its tries rather than the queue's."""

        async def broken(*args: Any) -> Any:
            raise RuntimeError("secret text")

        job = await start_bulk(api, {"action": "favourite", "q": ""})
        monkeypatch.setitem(worker.STEPS, "bulk", broken)

        await deliver(deps, clock)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert ended["status"] == "failed"
        assert "secret" not in ended["reason"]["message"]
