"""Deliver events to webhooks.

The delivery is saved in the history first, then its job is queued, whose attempts are those of the delivery. An
attempt that wasn't recorded because the process stopped is repeated with the same ID.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from functions.errors import AlreadyExists, AppError, NotFound, Permanent, Transient
from functions.models.history import Attempt, Delivery, schedule_owner
from functions.models.job import Job, Status
from functions.models.library_work import WebhookWork
from functions.models.schedule import Schedule, Webhook, WebhookEvent
from functions.policy.jobs.retry import DELIVERY_WAITS_S
from functions.policy.security.webhook_signature import signed_headers
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.jobs.submit import create, library_job
from functions.services.telemetry import event
from functions.services.update import update
from functions.services.webhooks.messages import message_of

GONE = 410
MAX_ATTEMPTS = len(DELIVERY_WAITS_S) + 1
FAILED = frozenset({Status.FAILED, Status.BLOCKED})
MILLISECOND = timedelta(milliseconds=1)


# --- creating deliveries --------------------------------------------------------------------------------------------


async def run_ended(deps: Dependencies, job: Job) -> None:
    """Queue the events of this run's end. Calling it again sends nothing twice."""
    if job.schedule_id is None or job.finished_at is None:
        return
    try:
        schedule = await deps.catalog.schedules.get(job.schedule_id)
    except NotFound:
        return
    hook = webhook_of(schedule)
    if hook is None or job.finished_at < hook.since:
        return
    for name in events_of(job, schedule):
        if name in hook.events:
            facts = f"{schedule.id}\0{name}\0{job.id}\0{hook.since}"
            id = f"msg_{hashlib.sha256(facts.encode()).hexdigest()[:32]}"
            await create_delivery(deps, schedule, hook, name, id=id, run_id=job.id)


def events_of(job: Job, schedule: Schedule) -> list[WebhookEvent]:
    """Return the types of events for the end of this run."""
    found: list[WebhookEvent] = []
    if job.status in FAILED:
        found.append("run.failed")
    elif job.stored:
        found.append("pictures.painted")
    if schedule.paused_by == job.id:
        found.append("schedule.paused")
    return found


def webhook_of(schedule: Schedule) -> Webhook | None:
    """Return the schedule's active webhook, or None."""
    hook = schedule.webhook
    return None if hook is None or hook.disabled or schedule.deleted_at is not None else hook


async def create_delivery(
    deps: Dependencies,
    schedule: Schedule,
    hook: Webhook,
    name: WebhookEvent | Literal["test"],
    *,
    id: str,
    run_id: str | None = None,
) -> Delivery:
    """Save an event as a delivery and queue it. An existing delivery isn't changed."""
    now = deps.clock()
    fresh = Delivery(
        id=id,
        **PRODUCT.creator,
        created_at=now,
        updated_at=now,
        owner=schedule_owner(schedule.id),
        at=now,
        event=name,
        host=urlsplit(hook.url).hostname or "",
        run_id=run_id,
    )
    try:
        delivery = await deps.catalog.deliveries.create(fresh)
    except AlreadyExists:
        delivery = await deps.catalog.deliveries.get(id)
    await queue(deps, delivery, schedule.id)
    return delivery


async def queue(deps: Dependencies, delivery: Delivery, schedule_id: str) -> None:
    """Queue the job of a delivery, unless it is queued or has ended."""
    work = WebhookWork(delivery=delivery.id, schedule=schedule_id)
    with suppress(AlreadyExists):
        await create(deps, library_job(deps, work, caller=PRODUCT, id=job_id(delivery)))


async def is_under_way(deps: Dependencies, delivery: Delivery) -> bool:
    """Return whether the delivery is still pending. A delivery whose job was canceled isn't."""
    if delivery.state != "pending":
        return False
    try:
        return not (await deps.catalog.jobs.get(job_id(delivery))).finished
    except NotFound:
        return True  # the next caller creates its job


def job_id(delivery: Delivery) -> str:
    """Return the ID of the job for the current sending of this delivery."""
    return f"{delivery.id}-{delivery.tries_from}"


# --- attempts -------------------------------------------------------------------------------------------------------


async def step(deps: Dependencies, work: WebhookWork) -> tuple[WebhookWork, bool]:
    """Try to deliver the event of a job once.

    Raises `Transient` to be retried later and `Permanent` to give up. Both are recorded before.
    """
    try:
        delivery = await deps.catalog.deliveries.get(work.delivery)
    except NotFound:
        return work, True
    if delivery.state != "pending":
        return work.evolve(done=1), True
    schedule = await schedule_of(deps, work.schedule)
    hook = webhook_of(schedule) if schedule else None
    if schedule is None or hook is None:
        await record_attempt(deps, delivery, None, state="failed")
        raise Permanent("The webhook was deleted or disabled before this event was delivered.")
    attempt, error = await attempt_delivery(deps, delivery, schedule, hook)
    if error is None:
        await record_attempt(deps, delivery, attempt, state="delivered")
        event("webhook.delivered", delivery=delivery.id, status=attempt.status, ms=attempt.ms)
        return work.evolve(done=1), True
    last = not error.retryable or len(delivery.attempts) + 1 - delivery.tries_from >= MAX_ATTEMPTS
    await record_attempt(deps, delivery, attempt, state="failed" if last else "pending")
    event("webhook.not_delivered", delivery=delivery.id, status=attempt.status, given_up=last)
    if attempt.status == GONE:
        await disable(deps, schedule.id, hook, attempt.problem)
    raise Permanent(error.message) if last else error


async def attempt_delivery(
    deps: Dependencies, delivery: Delivery, schedule: Schedule, hook: Webhook
) -> tuple[Attempt, AppError | None]:
    """Send the event once. Return the attempt and its error, or None if the event was delivered."""
    started = deps.clock()
    body = await message_of(deps, delivery, schedule, hook, folder=job_id(delivery))
    headers = signed_headers(hook.secret, delivery.id, body, now=started)
    status: int | None = None
    try:
        response = await deps.webhook_client.post(hook.url, body, headers=headers)
        status = response.status
        error = failure_reason(status, delivery.host, response.retry_after_s)
    except AppError as exc:
        error = exc
    ms = (deps.clock() - started) // MILLISECOND
    return Attempt(at=started, status=status, ms=ms, problem=error.message if error else ""), error


def failure_reason(status: int, host: str, retry_after_s: float | None) -> AppError | None:
    """Return the error that a response means, or None if the event was delivered."""
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Permanent(
            f"{host} returned status {status}. Redirects aren't followed. Set the webhook to the final URL."
        )
    if status == GONE:
        return Permanent(f"{host} returned status 410 (Gone), so the webhook was disabled.")
    return Transient(f"{host} returned status {status}.", retry_after_s=retry_after_s)


async def schedule_of(deps: Dependencies, id: str) -> Schedule | None:
    """Return the schedule, or None if it doesn't exist."""
    try:
        return await deps.catalog.schedules.get(id)
    except NotFound:
        return None


async def record_attempt(deps: Dependencies, delivery: Delivery, attempt: Attempt | None, *, state: str) -> None:
    """Save an attempt and the resulting state of the delivery."""

    def noted(stored: Delivery) -> Delivery:
        attempts = (*stored.attempts, attempt) if attempt else stored.attempts
        return stored.evolve(state=state, attempts=attempts, updated_at=deps.clock())

    await update(deps.catalog.deliveries, delivery.id, noted, loaded=delivery)


async def disable(deps: Dependencies, schedule_id: str, hook: Webhook, why: str) -> None:
    """Disable this webhook, unless a user has set another one in the meantime."""

    def disabled(schedule: Schedule) -> Schedule | None:
        return schedule.evolve(webhook=hook.evolve(disabled=why)) if schedule.webhook == hook else None

    with suppress(NotFound):
        if await update(deps.catalog.schedules, schedule_id, disabled) is not None:
            event("webhook.disabled", schedule_id=schedule_id)
