"""Many pictures at once: ids in the call itself, a search by a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.job import MAX_FAILURES, Message
from functions.services import bulk, library_jobs
from functions.services.library_jobs import run_library_job
from functions.services.sweep import empty_trash
from functions.services.world import World
from tests.api.conftest import Api, Gallery
from tests.fakes import Clock

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)


class Outage:
    """Fails so many calls, then lets them through."""

    def __init__(self, call: Callable[..., Awaitable[Any]], *, times: int) -> None:
        self._call, self._left = call, times

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._left:
            self._left -= 1
            raise Unavailable("The catalog did not answer.")
        return await self._call(*args, **kwargs)


async def start(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.post("images/bulk", body)
    assert answer.status == 202, answer.body
    return answer.json


async def work(world: World, clock: Clock | None = None) -> int:
    """Deliver messages until none is left; how many there were."""
    delivered = 0
    while world.library_queue.sent:
        if clock is not None:
            clock.now = max(clock.now, min(sent.visible_at for sent in world.library_queue.sent))
        message = world.library_queue.take()
        assert message is not None
        await run_library_job(world, message)
        delivered += 1
    return delivered


class TestIds:
    @pytest.mark.parametrize(
        ("body", "before", "after"),
        [
            ({"action": "favourite"}, {}, {"favourite": True}),
            ({"action": "unfavourite"}, {"favourite": True}, {"favourite": False}),
            ({"action": "rate", "rating": 3}, {}, {"rating": 3}),
            ({"action": "rate", "rating": 0}, {"rating": 3}, {"rating": 0}),
            ({"action": "tag", "tags": ["Night", "red"]}, {"tags": ("red",)}, {"tags": ["red", "night"]}),
            ({"action": "untag", "tags": ["red"]}, {"tags": ("red", "night")}, {"tags": ["night"]}),
        ],
        ids=lambda value: str(value.get("action", "")) if isinstance(value, dict) else None,
    )
    async def test_every_action(
        self, api: Api, gallery: Gallery, body: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """
        Each action changes the named pictures and no other.
        """
        named = await gallery.several(3, **before)
        other = await gallery.add(**before)

        answer = await api.post("images/bulk", body | {"ids": [image.id for image in named]})

        assert answer.json == {"done": [image.id for image in named], "failed": []}
        for image in named:
            sent = (await api.get(f"images/{image.id}")).json
            assert {name: sent[name] for name in after} == after
        assert (await api.get(f"images/{other.id}")).json["etag"] == other.etag

    async def test_trash_restore_and_purge(self, api: Api, gallery: Gallery, world: World) -> None:
        """
        Pictures go to the trash together, come back together, and are removed together.
        """
        ids = [image.id for image in await gallery.several(3)]

        await api.post("images/bulk", {"action": "trash", "ids": ids})
        trashed = (await api.get("images?trash=only")).json["total"]
        await api.post("images/bulk", {"action": "restore", "ids": ids})
        restored = (await api.get("images")).json["total"]
        await api.post("images/bulk", {"action": "purge", "ids": ids})

        assert (trashed, restored) == (3, 3)
        assert (await api.get("images")).json["total"] == 0
        assert world.blobs.stored == {}

    async def test_one_failure_does_not_stop_the_others(self, api: Api, gallery: Gallery) -> None:
        """
        What could not be changed is told with its reason; an id that was sent twice counts once.
        """
        full = await gallery.add(tags=tuple(f"t{number}" for number in range(20)))
        fine = await gallery.add()

        answer = await api.post(
            "images/bulk", {"action": "tag", "tags": ["one-more"], "ids": [full.id, MISSING, fine.id, fine.id]}
        )

        assert answer.json["done"] == [fine.id]
        assert {failure["id"] for failure in answer.json["failed"]} == {full.id, MISSING}
        assert all(failure["error"].endswith(".") for failure in answer.json["failed"])

    async def test_at_most_500(self, api: Api) -> None:
        """
        More than 500 ids need a search.
        """
        answer = await api.post("images/bulk", {"action": "trash", "ids": [MISSING] * 501})

        assert (answer.status, answer.field) == (400, "ids")


class TestSearch:
    async def test_a_job_changes_all_that_match(self, api: Api, gallery: Gallery, world: World) -> None:
        """
        Chunk by chunk every match is changed, and the job says how many.
        """
        foxes = [await gallery.add("a fox") for _ in range(5)]
        castle = await gallery.add("a castle")

        job = await start(api, {"action": "favourite", "q": "fox"})
        await work(world)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (job["kind"], job["status"], job["work"]["total"]) == ("bulk", "queued", 5)
        assert (done["status"], done["percent"], done["work"]["done"], done["reason"]) == ("succeeded", 100, 5, None)
        assert (await api.get("images?q=is:favourite")).json["total"] == len(foxes)
        assert (await api.get(f"images/{castle.id}")).json["favourite"] is False

    @pytest.mark.parametrize("action", ["trash", "unfavourite", "purge"])
    async def test_also_when_they_stop_matching(self, api: Api, gallery: Gallery, world: World, action: str) -> None:
        """
        An action that takes pictures out of its own search misses none.
        """
        await gallery.several(5, favourite=True)

        job = await start(api, {"action": action, "q": "is:favourite"})
        await work(world)

        assert (await api.get(f"jobs/{job['id']}")).json["work"]["done"] == 5
        assert (await api.get("images?q=is:favourite")).json["total"] == 0

    async def test_restore_looks_into_the_trash(self, api: Api, gallery: Gallery, world: World) -> None:
        """
        Restoring by search needs no is:trash, and restores all of the trash for an empty search.
        """
        await gallery.several(3)
        await start(api, {"action": "trash", "q": ""})
        await work(world)

        await start(api, {"action": "restore", "q": ""})
        await work(world)

        assert (await api.get("images")).json["total"] == 3

    async def test_what_appears_later_is_left_alone(
        self, api: Api, gallery: Gallery, world: World, clock: Clock
    ) -> None:
        """
        The job changes what was there when it was asked for.
        """
        await gallery.add("a fox")
        await start(api, {"action": "favourite", "q": "fox"})
        clock.advance(1)
        late = await gallery.add("a fox")

        await work(world)

        assert (await api.get(f"images/{late.id}")).json["favourite"] is False

    async def test_a_bad_search_makes_no_job(self, api: Api, world: World) -> None:
        """
        A search that means nothing is refused before anything is queued.
        """
        answer = await api.post("images/bulk", {"action": "trash", "q": "colour:red"})

        assert (answer.status, answer.field) == (400, "q")
        assert world.library_queue.messages == []

    async def test_failures_are_counted(self, api: Api, gallery: Gallery, world: World) -> None:
        """
        A job that could not change some pictures succeeds and says so.
        """
        await gallery.add(tags=tuple(f"t{number}" for number in range(20)))
        await gallery.add()

        job = await start(api, {"action": "tag", "tags": ["one-more"], "q": ""})
        await work(world)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 1, 1)
        assert done["reason"]["message"] == "1 pictures could not be changed."


class TestRunning:
    async def test_a_message_twice_does_nothing_twice(self, api: Api, gallery: Gallery, world: World) -> None:
        """
        A finished job, a stale attempt and an unknown job are normal returns.
        """
        await gallery.add()
        job = await start(api, {"action": "favourite", "q": ""})
        await work(world)
        before = (await api.get("images")).json["items"]

        for message in (
            Message(job_id=job["id"], attempt=1),
            Message(job_id=job["id"], attempt=7),
            Message(job_id="nothing", attempt=1),
        ):
            await run_library_job(world, message)

        assert (await api.get("images")).json["items"] == before
        assert world.library_queue.messages == []

    async def test_cancel_is_obeyed_between_chunks(
        self, api: Api, gallery: Gallery, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Cancelled while it runs, a job stops at the next chunk; what is done stays done.
        """
        await gallery.several(6)
        job = await start(api, {"action": "favourite", "q": ""})
        step = library_jobs.STEPS["bulk"]

        async def step_then_cancel(world: World, job_work: dict[str, Any]) -> tuple[dict[str, Any], bool]:
            result = await step(world, job_work)
            await api.post(f"jobs/{job['id']}/cancel")
            return result

        monkeypatch.setitem(library_jobs.STEPS, "bulk", step_then_cancel)
        await work(world)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["work"]["done"]) == ("cancelled", 2)
        assert (await api.get("images?q=is:favourite")).json["total"] == 2

    async def test_an_outage_is_waited_out(
        self, api: Api, gallery: Gallery, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        While a part is away the job waits and takes the same chunk again; no picture is given up.
        """
        await gallery.several(5)
        job = await start(api, {"action": "favourite", "q": ""})
        outage = Outage(bulk.images.save, times=3)
        monkeypatch.setattr(bulk.images, "save", outage)

        delivered = await work(world, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered > 1
        assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 5, 0)
        assert (await api.get("images?q=is:favourite")).json["total"] == 5

    async def test_an_outage_that_stays_fails_the_job(
        self, api: Api, gallery: Gallery, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        After five failures in a row the job ends with the reason.
        """
        await gallery.several(2)
        job = await start(api, {"action": "favourite", "q": ""})
        monkeypatch.setattr(bulk.images, "save", Outage(bulk.images.save, times=1000))

        await work(world, clock)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert (ended["status"], ended["failures"]) == ("failed", MAX_FAILURES)
        assert ended["reason"]["message"] == "The catalog did not answer."

    async def test_a_purge_that_broke_is_finished_by_the_sweep(
        self, api: Api, gallery: Gallery, world: World, clock: Clock
    ) -> None:
        """
        Pictures that were marked before the storage went away leave the list at once and their blobs later.
        """
        await gallery.several(5)
        await start(api, {"action": "purge", "q": ""})
        world.blobs.fail(Unavailable("The storage did not answer."), times=2)
        await work(world, clock)
        left = (await api.get("images")).json["total"]

        await empty_trash(world)

        assert left == 0
        assert world.blobs.stored == {}

    async def test_a_killed_worker_is_followed_by_another(
        self, api: Api, gallery: Gallery, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Killed in the middle of any chunk, the job goes on from its saved place and each picture is changed once.
        """

        class Killed(BaseException):
            pass

        await gallery.several(6)
        job = await start(api, {"action": "tag", "tags": ["seen"], "q": ""})
        message = world.library_queue.take()
        attempt, kills = bulk.attempt, iter(range(1, 100))

        async def die_halfway(*args: Any) -> Any:
            result = await attempt(*args)
            if next(kills) == 2:
                raise Killed
            return result

        async def no_give_back(self: Any) -> None:
            pass

        monkeypatch.setattr(bulk, "attempt", die_halfway)
        monkeypatch.setattr("functions.services.lease.LeasedJob.give_back", no_give_back)
        with pytest.raises(Killed):
            await run_library_job(world, message)
        during = (await api.get(f"jobs/{job['id']}")).json
        await run_library_job(world, message)  # the host delivers it again while the lease lives
        clock.advance(world.lease_s + 1)
        await run_library_job(world, message)  # and once more when it has run out
        await work(world, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (during["status"], during["work"]["done"]) == ("running", 2)
        assert (done["status"], done["work"]["done"]) == ("succeeded", 6)
        assert (await api.get("tags")).json["items"] == [{"tag": "seen", "count": 6}]

    async def test_a_long_job_goes_on_in_another_message(
        self, api: Api, gallery: Gallery, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        A job that outlasts the time for one message continues in the next, with nothing counted as a failure.
        """
        await gallery.several(6)
        job = await start(api, {"action": "favourite", "q": ""})
        attempt = bulk.attempt

        async def slow(*args: Any) -> Any:
            clock.advance(world.paint_timeout_s)
            return await attempt(*args)

        monkeypatch.setattr(bulk, "attempt", slow)

        delivered = await work(world, clock)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert delivered == 2
        assert (done["status"], done["failures"], done["attempt"], done["work"]["done"]) == ("succeeded", 0, 2, 6)

    async def test_a_bug_is_a_failure_with_a_reason(
        self, api: Api, gallery: Gallery, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        What nobody foresaw ends the job after its tries rather than the queue's.
        """

        async def broken(*args: Any) -> Any:
            raise RuntimeError("secret text")

        job = await start(api, {"action": "favourite", "q": ""})
        monkeypatch.setitem(library_jobs.STEPS, "bulk", broken)

        await work(world, clock)

        ended = (await api.get(f"jobs/{job['id']}")).json
        assert ended["status"] == "failed"
        assert "secret" not in ended["reason"]["message"]
