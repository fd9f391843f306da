"""A job keeps what was tried: when, at which stage, with which error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from functions.errors import Busy, Permanent, Unavailable
from functions.models.failed_attempt import DETAIL_CHARS, KEPT_ATTEMPTS
from functions.models.job import MAX_FAILURES, GenerationRequest, Job, Status
from functions.policy.jobs import retry

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
THEME = "a very secret garden"


def job(**changes: Any) -> Job:
    return Job(
        id="j",
        created_by="t",
        created_at=NOW,
        updated_at=NOW,
        request=GenerationRequest(theme=THEME),
        not_before=NOW,
        sent_at=NOW,
        status=Status.PAINTING,
    ).evolve(**changes)


def test_each_failed_attempt_is_kept_with_its_time_and_stage() -> None:
    """Five failures of one job are five entries, and the last one ends the job."""
    tried = job()
    for minute in range(MAX_FAILURES):
        now = NOW + timedelta(minutes=minute)
        tried = retry.after_error(tried.evolve(status=Status.PAINTING), Unavailable("gone"), now=now, jitter=0.0).job

    assert tried.status == Status.FAILED
    assert [(one.attempt, one.at.minute, one.stage, one.code, one.message) for one in tried.failed_attempts] == [
        (number + 1, number, "painting", "unavailable", "gone") for number in range(MAX_FAILURES)
    ]


def test_only_the_latest_attempts_are_kept() -> None:
    """A job that waits for a busy service for long doesn't grow with each wait."""
    tried = job()
    for _ in range(KEPT_ATTEMPTS + 5):
        tried = retry.after_error(tried.evolve(waited_s=0.0), Busy("full"), now=NOW, jitter=0.0).job

    assert [one.attempt for one in tried.failed_attempts] == list(range(6, KEPT_ATTEMPTS + 6))


def test_deciding_again_does_not_list_an_attempt_twice() -> None:
    """A save that is repeated on a newer version of the job replaces the entry of the same attempt."""
    tried = retry.after_error(job(), Permanent("no"), now=NOW, jitter=0.0).job
    again = retry.after_error(job(failed_attempts=tried.failed_attempts), Permanent("no"), now=NOW, jitter=0.0).job

    assert len(again.failed_attempts) == 1


def test_a_stopped_worker_is_an_attempt() -> None:
    """An interruption is listed although it has no error."""
    tried = retry.after_interruption(job(), now=NOW).job

    assert [(one.stage, one.message) for one in tried.failed_attempts] == [
        ("painting", "The worker running this job stopped unexpectedly.")
    ]


def test_a_delivery_lists_its_attempts() -> None:
    """Each attempt to deliver an event is kept, too."""
    tried = retry.after_delivery(job(kind="webhook"), Unavailable("no answer"), now=NOW, jitter=0.0).job

    assert [one.message for one in tried.failed_attempts] == ["no answer"]


def failed_with(cause: Exception) -> str:
    error = Unavailable("The inference service closed the connection.")
    error.__cause__ = cause
    return retry.after_error(job(), error, now=NOW, jitter=0.0).job.failed_attempts[0].detail


def test_the_details_name_the_cause_without_secrets_and_texts() -> None:
    """Types and texts of the exceptions are kept; the theme and the signature aren't."""
    detail = failed_with(ConnectionError(f"POST https://h.example/v1?sig=SIGNATURE for {THEME!r}: reset by peer"))

    assert detail.splitlines() == [
        "Unavailable: The inference service closed the connection.",
        "ConnectionError: POST https://h.example/… for '[text]': reset by peer",
    ]


def test_the_details_have_a_length_limit() -> None:
    """A long text of an exception is cut off."""
    assert len(failed_with(ValueError("wrong " * 1000))) == DETAIL_CHARS


def test_the_details_of_invalid_data_name_fields_only() -> None:
    """The text of a validation error contains the data, which may be a prompt that isn't in the job yet."""

    class Answer(BaseModel):
        prompt: int

    with pytest.raises(ValidationError) as raised:
        Answer.model_validate({"prompt": "an unknown prompt"})

    detail = failed_with(raised.value)
    assert "prompt: int_parsing" in detail
    assert "unknown" not in detail


def test_a_job_of_an_earlier_version_has_no_attempts() -> None:
    """A document without the field is read with an empty list."""
    body = {name: value for name, value in job().body().items() if name != "failed_attempts"}

    assert Job.model_validate(body).failed_attempts == ()
