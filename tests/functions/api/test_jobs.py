"""Jobs and prompts over HTTP."""

from __future__ import annotations

import pytest

from functions.errors import ContentBlocked, QuotaExhausted, Transient, Unavailable
from functions.models.job import Message, Status
from functions.services.generation.run import run_job
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api

FOX = {"theme": "a fox in the snow"}


async def run_everything(deps: FakeDependencies) -> None:
    while message := deps.generation_queue.take():
        await run_job(deps, message)


class TestCreate:
    async def test_queues_a_job(self, api: Api, deps: FakeDependencies) -> None:
        """A theme alone creates a job and queues its message."""
        answer = await api.post("jobs", FOX)

        job = answer.json
        assert answer.status == 202
        assert (job["status"], job["position"], job["percent"], job["created_by"]) == ("queued", 0, 0, "key:editor")
        assert deps.generation_queue.messages == [Message(job_id=job["id"], attempt=1)]

    async def test_generates_what_it_was_given(self, api: Api, deps: FakeDependencies) -> None:
        """A given prompt is generated unchanged, with the given options."""
        prompt = {"prompt": "a red fox", "negative_prompt": "blur", "title": "Fox", "tags": ["Red"]}
        options = {"steps": 3, "seed": 42, "count": 2, "sampler": "euler"}

        created = (await api.post("jobs", FOX | {"prompt": prompt, "options": options})).json
        await run_everything(deps)

        job = (await api.get(f"jobs/{created['id']}")).json
        images = (await api.get(f"images?q=job:{job['id']}")).json["items"]
        assert (job["status"], job["percent"], job["position"]) == ("succeeded", 100, None)
        assert [image["seed"] for image in images] == [43, 42]
        assert {image["prompt"] for image in images} == {"a red fox"}
        assert [call.steps for call in deps.image_generator.calls] == [3, 3]
        assert deps.prompt_writer.calls == []

    async def test_a_prompt_is_written_in_the_requested_languages(self, api: Api, deps: FakeDependencies) -> None:
        """A job has a language for its prompt and one for title and alt text, which a retry repeats."""
        deps.prompt_writer.fail(ContentBlocked())
        job = (await api.post("jobs", FOX | {"prompt_language": "ja", "text_language": "de"})).json
        await run_everything(deps)
        await api.post(f"jobs/{job['id']}/retry")
        await api.post("jobs", FOX)
        await run_everything(deps)
        unknown = await api.post("jobs", FOX | {"text_language": "xx"})

        asked = [(call.prompt_language, call.text_language) for call in deps.prompt_writer.calls]
        assert asked == [("ja", "de"), ("ja", "de"), (None, "en")]
        assert (unknown.status, unknown.field) == (400, "text_language")

    async def test_the_same_key_makes_one_job(self, api: Api, deps: FakeDependencies) -> None:
        """A repeated Idempotency-Key returns the caller's existing job, and each caller's keys are their own."""
        key = {"Idempotency-Key": "once"}

        first = (await api.post("jobs", FOX, headers=key)).json
        second = (await api.post("jobs", FOX, headers=key)).json
        others = (await api.post("jobs", FOX, headers=key, key="other")).json

        assert first["id"] == second["id"] != others["id"]
        assert len(deps.generation_queue.messages) == 2

    async def test_the_same_key_with_another_body_is_a_conflict(self, api: Api) -> None:
        """An Idempotency-Key with another body is a conflict."""
        key = {"Idempotency-Key": "once"}
        await api.post("jobs", FOX, headers=key)

        answer = await api.post("jobs", {"theme": "a castle"}, headers=key)

        assert (answer.status, answer.field) == (409, "Idempotency-Key")

    @pytest.mark.parametrize(
        ("options", "status", "field"),
        [
            ({"width": 2048, "height": 2048}, 400, "options.width"),
            ({"steps": 51}, 400, "options.steps"),
            ({"sampler": "magic"}, 400, "options.sampler"),
            ({"model": "other/model"}, 400, "options.model"),
            ({"count": 17}, 429, "options.count"),
        ],
    )
    async def test_limits_are_enforced(
        self, api: Api, deps: FakeDependencies, options: dict[str, object], status: int, field: str
    ) -> None:
        """A request beyond the limits of the library or the model is rejected before a job is queued."""
        answer = await api.post("jobs", FOX | {"options": options})

        assert (answer.status, answer.field) == (status, field)
        assert deps.generation_queue.messages == []

    async def test_the_daily_limit_is_enforced_with_its_numbers(self, api: Api) -> None:
        """Beyond the daily limit, the response is 429 with the used and pending numbers."""
        settings = (await api.get("settings")).json
        await api.patch("settings", {"etag": settings["etag"], "limits": {"images_per_day": 3}})
        await api.post("jobs", FOX | {"options": {"count": 2}})

        answer = await api.post("jobs", FOX | {"options": {"count": 2}})

        assert (answer.status, answer.error["code"]) == (429, "over_limit")
        details = answer.error["details"]
        assert (details["limit"], details["used"], details["waiting"], details["period"]) == (3, 0, 2, "day")

    async def test_an_unavailable_queue_loses_nothing(self, api: Api, deps: FakeDependencies) -> None:
        """A job whose message could not be sent is stored, and the sweep sends its message."""
        deps.generation_queue.fail(Unavailable())

        answer = await api.post("jobs", FOX)

        assert answer.status == 202
        assert (await api.get(f"jobs/{answer.json['id']}")).json["status"] == "queued"


class TestFollow:
    async def test_lists_by_status_and_page(self, api: Api, clock: Clock) -> None:
        """Jobs are listed newest first, by page and by status."""
        ids = []
        for _ in range(5):
            ids.append((await api.post("jobs", FOX)).json["id"])
            clock.advance(1)
        await api.post(f"jobs/{ids[0]}/cancel")

        first = (await api.get("jobs?limit=3")).json
        second = (await api.get(f"jobs?limit=3&cursor={first['next_cursor']}")).json
        canceled = (await api.get("jobs?status=cancelled,failed")).json

        assert [job["id"] for job in first["items"] + second["items"]] == ids[::-1]
        assert second["next_cursor"] is None
        assert [job["position"] for job in first["items"]] == [3, 2, 1]
        assert [job["id"] for job in canceled["items"]] == ids[:1]

    @pytest.mark.parametrize("cursor", ["abc", "%00", "MjAyNi0xMS0yMyBhYmM", "x" * 400])
    async def test_a_bad_cursor_is_named(self, api: Api, cursor: str) -> None:
        """An invalid cursor is rejected."""
        answer = await api.get(f"jobs?cursor={cursor}")

        assert (answer.status, answer.field) == (400, "cursor")

    @pytest.mark.parametrize("id", ["nothing", "a/b", "x" * 200])
    async def test_unknown_ids_are_not_found(self, api: Api, id: str) -> None:
        """Every route of one job returns 404 for an unknown id."""
        answers = [
            await api.get(f"jobs/{id}"),
            await api.post(f"jobs/{id}/cancel"),
            await api.post(f"jobs/{id}/retry"),
        ]

        assert [answer.status for answer in answers] == [404] * 3


class TestCancelAndRetry:
    async def test_a_waiting_job_ends_at_once(self, api: Api) -> None:
        """A queued job is canceled at once, and a second cancel is a conflict."""
        job = (await api.post("jobs", FOX)).json

        first = await api.post(f"jobs/{job['id']}/cancel")
        second = await api.post(f"jobs/{job['id']}/cancel")

        assert (first.status, first.json["status"]) == (200, "cancelled")
        assert second.status == 409

    async def test_a_failed_job_is_started_again(self, api: Api, deps: FakeDependencies) -> None:
        """A retry is a new job that names the failed one, and a repeated retry returns the same job."""
        deps.prompt_writer.fail(ContentBlocked())
        job = (await api.post("jobs", FOX)).json
        await run_everything(deps)

        blocked = (await api.get(f"jobs/{job['id']}")).json
        again = [await api.post(f"jobs/{job['id']}/retry") for _ in range(2)]

        assert (blocked["status"], blocked["reason"]["code"]) == (Status.BLOCKED, "content_blocked")
        assert [answer.status for answer in again] == [202, 202]
        assert again[0].json["id"] == again[1].json["id"] != job["id"]
        assert again[0].json["retry_of"] == job["id"]

    async def test_a_job_that_succeeded_is_not(self, api: Api, deps: FakeDependencies) -> None:
        """A succeeded job can't be retried."""
        job = (await api.post("jobs", FOX)).json
        await run_everything(deps)

        answer = await api.post(f"jobs/{job['id']}/retry")

        assert answer.status == 409


class TestPrompts:
    async def test_writes_and_keeps_nothing(self, api: Api, deps: FakeDependencies) -> None:
        """A written prompt is returned complete, without a job or an image."""
        sent = (await api.post("prompts", {"theme": "foxes", "instructions": "On {weekday}."})).json

        assert (sent["prompt"], sent["source"], sent["token_budget"]) == ("foxes, number 1", "offline", 75)
        assert sent["tokens"] > 0
        assert deps.prompt_writer.calls[0].variables["weekday"] == "Monday"
        assert (await api.get("jobs")).json["items"] == []

    async def test_names_unknown_words_and_what_to_try(self, api: Api, deps: FakeDependencies) -> None:
        """Words that the model doesn't know are returned with known subjects to try."""
        deps.prompt_writer.unknown_words = ("lighthouse",)

        sent = (await api.post("prompts", {"theme": "a lighthouse"})).json

        assert sent["unknown_words"] == ["lighthouse"]
        assert set(sent["suggestions"]) & {"castle", "sailboat", "fox"}

    async def test_for_a_schedule_it_avoids_its_last_prompts(self, api: Api, deps: FakeDependencies) -> None:
        """A prompt for a schedule avoids its last prompts, and an unknown schedule is a 404."""
        timing = {"kind": "every", "minutes": 60}
        created = (await api.post("schedules", {"name": "n", "theme": "t", "timing": timing})).json
        schedule = await deps.catalog.schedules.get(created["id"])
        await deps.catalog.schedules.replace(schedule.evolve(recent_prompts=("an old fox",)))

        answer = await api.post("prompts", {"theme": "foxes", "schedule_id": created["id"]})
        unknown = await api.post("prompts", {"theme": "foxes", "schedule_id": "nothing"})

        assert answer.status == 200
        assert deps.prompt_writer.calls[0].avoid == ("an old fox",)
        assert unknown.status == 404

    @pytest.mark.parametrize(
        ("error", "status", "code", "retryable"),
        [
            (ContentBlocked(), 422, "content_blocked", False),
            (QuotaExhausted(), 422, "quota_exhausted", False),
            (Transient(retry_after_s=3), 503, "unavailable", True),
        ],
    )
    async def test_a_failing_writer_returns_its_reason(
        self, api: Api, deps: FakeDependencies, error: Exception, status: int, code: str, retryable: bool
    ) -> None:
        """The error contains the reason of the prompt writer."""
        deps.prompt_writer.fail(error)

        answer = await api.post("prompts", {"theme": "foxes"})

        assert (answer.status, answer.error["code"], answer.error["retryable"]) == (status, code, retryable)
