"""Responses over HTTP: errors and documents."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions import errors
from functions.api import http_response
from functions.api.schemas import job_responses, responses
from functions.errors import AppError, TooMany, Unavailable
from functions.models.document import Document
from functions.models.image import Image
from functions.models.job import GenerationRequest, Job, JobImage, Lease, Progress, Status
from functions.models.schedule import GenerationOptions, Schedule
from tests.fakes import START

ULID = "01KASAR8M0ABCDEFGHJKMNPQRS"
CRON = {"kind": "cron", "cron": "0 9 * * *", "timezone": "Europe/Berlin"}


class TestErrors:
    def test_have_one_shape(self) -> None:
        """Every error has code, message, whether to retry, and details."""
        reply = http_response.error_response(TooMany("5 are over the limit of 4.", field="options.count", limit=4))

        assert reply.status == 429
        assert json.loads(reply.body) == {
            "error": {
                "code": "over_limit",
                "message": "5 are over the limit of 4.",
                "retryable": False,
                "details": {"field": "options.count", "limit": 4},
            }
        }

    def test_say_when_to_come_back(self) -> None:
        """A retryable error contains the time to wait in header and body."""
        reply = http_response.error_response(Unavailable(retry_after_s=2.5))

        error = json.loads(reply.body)["error"]
        assert reply.headers["Retry-After"] == "2"
        assert (error["retryable"], error["details"]) == (True, {"retry_after_s": 2.5})

    @pytest.mark.parametrize(
        "kind", [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, AppError)]
    )
    def test_every_kind_can_be_reported(self, kind: type[AppError]) -> None:
        """Each kind of error has a status and a complete sentence."""
        reply = http_response.error_response(kind())

        error = json.loads(reply.body)["error"]
        assert reply.status == kind.http_status >= 400
        assert error["message"].endswith(".")


def image(**more: Any) -> Image:
    return Image(
        id=ULID, created_by="x", created_at=START, updated_at=START, month="2026-11", day="2026-11-23", theme="t",
        prompt="p", prompt_source="user", model="m", width=64, height=64, steps=1, guidance=1.0, seed=1, sampler="s",
        job_id="j", original_blob="secret-name.png", thumbnail_blob="secret-name.webp", bytes=1, sha256="0",
        terms=("secret-term",), etag="7", **more,
    )  # fmt: skip


class TestViews:
    def test_an_image_hides_what_is_internal(self) -> None:
        """An image has an ETag and URLs, without blob names, search terms, and the purge mark."""
        view = responses.image_response(
            image(), thumbnail_url="https://t", original_url="https://o", urls_expire_at=START
        )

        sent = json.loads(view.model_dump_json())
        addresses = (sent["thumbnail_url"], sent["original_url"], sent["urls_expire_at"])
        assert {"terms", "original_blob", "thumbnail_blob", "purging"}.isdisjoint(sent)
        assert sent["etag"] == "7"
        assert addresses == ("https://t", "https://o", "2026-11-23T09:00:00Z")

    def test_a_job_hides_its_lease(self) -> None:
        """A job has percent and position, without lease, request hash, and prompts to avoid."""
        job = Job(
            id="j",
            created_by="x",
            created_at=START,
            updated_at=START,
            not_before=START,
            sent_at=START,
            request={"theme": "t", "avoid": ["old prompt"]},
            request_hash="hash",
            lease=Lease(token="secret", expires_at=START),
            etag="1",
        )

        sent = json.loads(job_responses.job_response(job, now=job.created_at, position=3).model_dump_json())

        assert {"lease", "request_hash"}.isdisjoint(sent)
        assert "avoid" not in sent["request"]
        assert (sent["position"], sent["percent"], sent["etag"]) == (3, 0, "1")

    def test_fields_of_a_newer_version_are_not_sent(self) -> None:
        """Unknown fields of a job and of its parts, which may be internal, are kept in storage but not returned."""
        image = JobImage(id="i", seed=1).evolve(later="secret")
        options = GenerationOptions(count=2).evolve(later="secret")
        request = GenerationRequest(theme="t", options=options).evolve(later="secret")
        job = Job(
            id="j", created_by="x", created_at=START, updated_at=START, not_before=START, sent_at=START,
            request=request, options=options, pictures=(image,), progress=Progress().evolve(later="secret"),
        ).evolve(later="secret")  # fmt: skip

        sent = job_responses.job_response(job, now=START).model_dump_json()

        assert "secret" in job.model_dump_json()
        assert "later" not in sent
        assert json.loads(sent)["options"]["count"] == 2

    def test_a_job_of_a_stopped_worker_is_interrupted(self) -> None:
        """Once the lease has expired, a job no longer claims that seconds are left."""
        lease = Lease(token="secret", expires_at=START + timedelta(seconds=90))
        job = Job(
            id="j", created_by="x", created_at=START, updated_at=START, not_before=START, sent_at=START,
            status=Status.PAINTING, lease=lease, progress=Progress(percent=40, seconds_left=24.0),
        )  # fmt: skip

        running = job_responses.job_response(job, now=START + timedelta(seconds=89))
        stopped = job_responses.job_response(job, now=START + timedelta(seconds=90))

        assert (running.interrupted, running.progress.seconds_left) == (False, 24.0)
        assert (stopped.interrupted, stopped.progress.seconds_left, stopped.percent) == (True, None, 40)

    def test_the_etag_of_a_schedule_counts_edits(self) -> None:
        """The ETag of a schedule changes with edits of users, not with planned runs."""
        schedule = Schedule(
            id="s", created_by="x", created_at=START, updated_at=START, name="n", theme="t", timing=CRON,
            planned_until=START, version=4, recent_prompts=("old prompt",), etag="store",
        )  # fmt: skip

        sent = json.loads(responses.schedule_response(schedule, "At 09:00").model_dump_json())

        assert {"recent_prompts", "planned_until", "version"}.isdisjoint(sent)
        assert (sent["etag"], sent["sentence"]) == ("4", "At 09:00")

    @pytest.mark.parametrize(
        "view",
        [
            responses.ImageResponse,
            job_responses.JobResponse,
            responses.ScheduleResponse,
            responses.PresetResponse,
            responses.SavedSearchResponse,
        ],
    )
    def test_every_document_carries_its_etag(self, view: type[Document]) -> None:
        """The body of every document contains the ETag."""
        schema = view.model_json_schema(mode="serialization")

        assert "etag" in schema["properties"]
