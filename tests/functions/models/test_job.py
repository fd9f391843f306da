"""Jobs: legal moves, leases, and what becomes of one that cannot go on."""

from __future__ import annotations

import heapq
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.errors import Busy, Conflict, ContentBlocked, Permanent, QuotaExhausted, RateLimited, Unavailable
from functions.models.job import FINISHED, MAX_INTERRUPTIONS, MOVES, GenerationRequest, Job, JobImage, Lease, Status
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import canceled, finished
from functions.policy.jobs.recovery import recovery
from tests.present import present

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def job(**changes: Any) -> Job:
    return Job(
        id="j",
        created_by="t",
        created_at=NOW,
        updated_at=NOW,
        request=GenerationRequest(theme="owls"),
        not_before=NOW,
        sent_at=NOW,
    ).evolve(**changes)


@pytest.mark.parametrize("state", list(Status))
@pytest.mark.parametrize("wanted", list(Status))
def test_only_moves_of_the_table_are_legal(state: Any, wanted: Any) -> None:
    """A finished job never moves again; every other move is in the table or refused."""
    legal = wanted == state or wanted in MOVES.get(state, ())

    if legal:
        assert job(status=state).with_status(wanted, now=NOW).status == wanted
    else:
        with pytest.raises(Conflict):
            job(status=state).with_status(wanted, now=NOW)


def test_finished_states_have_no_way_out() -> None:
    """The table and the set of ends agree."""
    assert not FINISHED & MOVES.keys()


def test_a_live_lease_keeps_others_out() -> None:
    """Its holder may renew; another must wait until it runs out."""
    stored = job().claimed("mine", now=NOW)

    renewed = stored.claimed("mine", now=NOW + timedelta(seconds=30))
    assert present(renewed.lease).expires_at == NOW + timedelta(seconds=120)
    with pytest.raises(Conflict):
        stored.claimed("theirs", now=NOW + timedelta(seconds=89))
    assert stored.claimed("theirs", now=NOW + timedelta(seconds=90)).is_leased_by("theirs")


def test_an_end_gives_the_lease_back() -> None:
    """A job that ended has no lease."""
    ended = job(lease=Lease(token="t", expires_at=NOW)).with_status(Status.FAILED, now=NOW)

    assert ended.lease is None
    assert ended.finished_at == NOW


@pytest.mark.parametrize(
    ("failures", "jitter", "seconds"),
    [
        (1, 0.0, 2.5),  # 5 / 2
        (1, 1.0, 5.0),
        (3, 1.0, 20.0),  # 5 * 2 * 2
        (20, 1.0, 900.0),  # the cap
    ],
)
def test_backoff_doubles_up_to_a_cap(failures: int, jitter: float, seconds: float) -> None:
    """Jitter spreads the upper half."""
    assert retry.backoff_s(failures, jitter=jitter) == seconds


def test_retry_after_is_the_least_delay() -> None:
    """Retry-After is obeyed, and the jitter is added, so that jobs that were told the same don't return together."""
    assert retry.backoff_s(1, jitter=0.0, retry_after_s=42) == 42
    assert retry.backoff_s(1, jitter=0.5, retry_after_s=42) == 43.25


def test_a_short_retry_after_does_not_replace_the_backoff() -> None:
    """A service that says one second each time is asked less and less often."""
    assert retry.backoff_s(4, jitter=0.0, retry_after_s=1) == 20


def test_a_transient_error_queues_the_next_attempt() -> None:
    """The fence moves on, the lease is given back, the failure is counted and its reason kept."""
    outcome = retry.after_error(
        job(status=Status.PAINTING, lease=Lease(token="t", expires_at=NOW)), Unavailable("gone"), now=NOW, jitter=0.0
    )

    assert (outcome.job.status, outcome.job.attempt, outcome.job.failures) == (Status.QUEUED, 2, 1)
    assert outcome.job.lease is None
    assert present(outcome.job.reason).message == "gone"
    assert outcome.delay_s == 2.5
    assert outcome.job.not_before == NOW + timedelta(seconds=2.5)


def test_the_fifth_failure_is_the_last() -> None:
    """Five failures end a job with the last reason."""
    outcome = retry.after_error(job(failures=4), Unavailable("gone"), now=NOW, jitter=0.0)

    assert (outcome.job.status, present(outcome.job.reason).message, outcome.delay_s) == (Status.FAILED, "gone", None)


def test_a_waking_inference_service_costs_time_and_no_failure() -> None:
    """Only the deadline runs down, by what was waited and what will be."""
    outcome = retry.after_error(job(), Busy(retry_after_s=20), now=NOW, jitter=0.0, waited_s=60)

    assert (outcome.job.failures, outcome.job.waited_s) == (0, 80.0)


def test_an_inference_service_that_never_starts_ends_the_job() -> None:
    """After 30 minutes of startup the job fails with its reason."""
    outcome = retry.after_error(job(waited_s=1790), Busy(), now=NOW, jitter=0.0, waited_s=60)

    assert (outcome.job.status, present(outcome.job.reason).code) == (Status.FAILED, "deadline")


def test_a_rate_limit_costs_time_and_no_failure() -> None:
    """A job under a rate limit is queued again with growing delays, and only its deadline runs down."""
    limited = RateLimited(retry_after_s=1)

    first = retry.after_error(job(failures=4), limited, now=NOW, jitter=0.0)
    later = retry.after_error(job(waits=3, waited_s=17.5), limited, now=NOW, jitter=0.0)

    assert (first.job.status, first.job.failures, first.job.waits, first.delay_s) == (Status.QUEUED, 4, 1, 2.5)
    assert (later.job.waits, later.delay_s, later.job.waited_s) == (4, 20.0, 37.5)


@pytest.mark.parametrize(("waited_s", "retry_after_s"), [(1799, None), (0, 3600)])
def test_a_rate_limit_without_an_end_names_itself(waited_s: float, retry_after_s: float | None) -> None:
    """After 30 minutes of waiting, or if the service asks to wait longer, the job fails with the service's reason."""
    limited = RateLimited("ChatGPT is rate limiting requests.", retry_after_s=retry_after_s)

    outcome = retry.after_error(job(waited_s=waited_s), limited, now=NOW, jitter=0.0)

    reason = present(outcome.job.reason)
    assert (outcome.job.status, reason.code) == (Status.FAILED, "rate_limited")
    assert reason.message.startswith("ChatGPT is rate limiting requests. A job waits for at most 30 minutes.")


def test_twelve_jobs_pass_a_limit_of_three_a_minute() -> None:
    """Jobs that start together all get their turn, against three requests a minute with Retry-After of one second."""
    due = [(0.0, number, job()) for number in range(12)]
    spread = random.Random(1)
    answered: list[float] = []
    while due:
        at, number, waiting = heapq.heappop(due)
        if sum(one > at - 60 for one in answered) < 3:
            answered.append(at)
            continue
        outcome = retry.after_error(waiting, RateLimited(retry_after_s=1), now=NOW, jitter=spread.random())
        assert outcome.delay_s is not None, present(outcome.job.reason).message
        heapq.heappush(due, (at + outcome.delay_s, number, outcome.job))

    assert len(answered) == 12


def test_what_an_error_cost_is_added_to_the_job() -> None:
    """A paid response that can't be used is in the job's cost."""
    outcome = retry.after_error(job(cost_usd=0.01), Unavailable(cost_usd=0.002), now=NOW, jitter=0.0)

    assert outcome.job.cost_usd == pytest.approx(0.012)


def test_a_long_delay_is_left_to_the_sweep() -> None:
    """An invisible message prevents scaling to zero."""
    outcome = retry.after_error(job(), Unavailable(retry_after_s=301), now=NOW, jitter=0.0)

    assert outcome.delay_s is None
    assert outcome.job.sent_at is None


@pytest.mark.parametrize(
    ("error", "status"),
    [(ContentBlocked("no"), Status.BLOCKED), (QuotaExhausted(), Status.FAILED), (Permanent("bad"), Status.FAILED)],
)
def test_permanent_errors_end_the_job_at_once(error: Any, status: Any) -> None:
    """There is no point in trying again."""
    outcome = retry.after_error(job(), error, now=NOW, jitter=0.0)

    assert (outcome.job.status, outcome.delay_s) == (status, None)


def test_a_job_with_some_images_blocked_succeeds_and_says_so() -> None:
    """All of them blocked is another matter."""
    some = job(
        status=Status.PAINTING,
        pictures=(JobImage(id="a", seed=1, state="stored"), JobImage(id="b", seed=2, state="blocked")),
    )
    none = job(status=Status.PAINTING, pictures=(JobImage(id="b", seed=2, state="blocked", reason="nudity"),))

    assert finished(some, now=NOW).status == Status.SUCCEEDED
    assert present(finished(some, now=NOW).reason).message == "A content filter blocked 1 of 2 images."
    assert (finished(none, now=NOW).status, present(finished(none, now=NOW).reason).message) == (
        Status.BLOCKED,
        "nudity",
    )


def test_a_canceled_job_keeps_what_is_stored() -> None:
    """The rest is given up."""
    half = job(status=Status.PAINTING, pictures=(JobImage(id="a", seed=1, state="stored"), JobImage(id="b", seed=2)))

    ended = canceled(half, now=NOW)

    assert [image.state for image in ended.pictures] == ["stored", "cancelled"]


LATER = NOW + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("changes", "now", "oldest", "attempt"),
    [
        ({}, LATER, None, 2),  # nothing in the queue: the message is lost
        ({}, LATER - timedelta(seconds=1), None, None),  # too early to say
        ({}, LATER, NOW - timedelta(seconds=1), None),  # an older message still waits: ours may be behind it
        ({}, LATER, NOW + timedelta(seconds=1), 2),  # what waits is younger than ours
        ({"lease": Lease(token="t", expires_at=LATER + timedelta(seconds=1))}, LATER, None, None),  # at work
        ({"lease": Lease(token="t", expires_at=LATER)}, LATER, None, 2),  # its worker died
        ({"sent_at": None}, NOW, NOW, 2),  # left to the sweep, and due
        ({"sent_at": None, "not_before": LATER}, NOW, None, None),  # left to the sweep, not due
        ({"status": Status.SUCCEEDED}, LATER, None, None),
    ],
)
def test_the_sweep_sends_what_has_no_message(changes: Any, now: Any, oldest: Any, attempt: int | None) -> None:
    """And leaves alone what has one, or a worker."""
    decide = recovery(job(**changes), now=now, oldest_message=oldest)

    assert (decide(job(**changes)).job.attempt if decide else None) == attempt


def test_the_sweep_ends_a_job_that_stops_its_worker_each_time() -> None:
    """After 20 interruptions without progress, the sweep ends the job."""
    dead = job(interruptions=MAX_INTERRUPTIONS - 1, lease=Lease(token="t", expires_at=NOW))

    decide = recovery(dead, now=NOW, oldest_message=None)

    assert decide is not None
    assert decide(dead).job.status == Status.FAILED


def test_the_sweep_finishes_a_cancel_whose_worker_died() -> None:
    """The sweep cancels a job whose worker stopped."""
    requested = job(cancel_requested=True, status=Status.PAINTING, lease=Lease(token="t", expires_at=NOW))

    decide = recovery(requested, now=NOW, oldest_message=None)

    assert decide is not None
    assert decide(requested).job.status == Status.CANCELLED


def test_a_lease_from_before_the_clock_was_set_back_is_expired() -> None:
    """A lease that is further ahead than its length holds its job no longer; one of a slightly fast clock does."""
    stored = job().claimed("theirs", now=NOW + timedelta(hours=1))

    assert stored.leased(NOW + timedelta(minutes=59))
    assert not stored.leased(NOW)
    assert stored.claimed("mine", now=NOW).is_leased_by("mine")


def test_a_job_from_before_the_clock_was_set_back_is_recovered_at_once() -> None:
    """A job whose times are an hour ahead isn't left waiting for that hour."""
    ahead = NOW + timedelta(hours=1)
    stored = job(updated_at=ahead, not_before=ahead, sent_at=ahead)

    assert recovery(stored, now=NOW, oldest_message=None) is not None
    assert recovery(stored.evolve(updated_at=NOW), now=NOW, oldest_message=None) is None
