"""Set, test, and delete the webhook of a schedule, and list its deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import BadRequest, Conflict, NotFound, Permanent, Transient
from functions.models.history import Delivery, schedule_owner
from functions.models.identity import new_image_id
from functions.models.schedule import Schedule, Webhook, WebhookEvent
from functions.policy.security.webhook_signature import new_secret
from functions.ports import Page
from functions.services.dependencies import Dependencies
from functions.services.schedules import schedules
from functions.services.telemetry import event
from functions.services.update import update
from functions.services.webhooks import deliveries


@dataclass(frozen=True, kw_only=True)
class SetWebhookResult:
    """A webhook that was set, and its secret if it is new. The secret isn't shown again."""

    webhook: Webhook
    secret: str | None


async def set_webhook(
    deps: Dependencies,
    schedule_id: str,
    *,
    url: str | None,
    events: Sequence[WebhookEvent],
    include_prompts: bool,
    new_secret_wanted: bool,
    etag: str | None = None,
) -> SetWebhookResult:
    """Send events of the schedule's runs to this URL from now on. Without a URL, the current one is kept.

    Another URL gets its own secret. Raises `BadRequest` for a URL that isn't allowed or can't be resolved, and
    `Stale` if another user changed the schedule since the version of this ETag.
    """
    before = (await schedules.get(deps, schedule_id)).webhook
    if url is None and before is None:
        raise BadRequest("url is required.", field="url")
    if url is not None:
        try:
            await deps.webhook_client.validate_url(url)
        except (Permanent, Transient) as exc:
            raise BadRequest(exc.message, field="url") from exc
    secret = new_secret()

    def hooked(schedule: Schedule, now: datetime) -> Schedule:
        current = schedule.webhook
        new_url = url or (current.url if current else "")
        same_url = current is not None and current.url == new_url
        unchanged = current if same_url and not new_secret_wanted else None
        return schedule.evolve(
            webhook=Webhook(
                url=new_url,
                secret=unchanged.secret if unchanged else secret,
                events=tuple(dict.fromkeys(events)),
                include_prompts=include_prompts,
                since=current.since if current is not None and same_url and not current.disabled else now,
            )
        )

    saved = (await schedules.change(deps, schedule_id, hooked, etag=etag)).webhook
    assert saved is not None  # noqa: S101 - just set
    event("webhook.set", schedule_id=schedule_id, events=list(saved.events), new_secret=saved.secret == secret)
    return SetWebhookResult(webhook=saved, secret=secret if saved.secret == secret else None)


async def delete_webhook(deps: Dependencies, schedule_id: str) -> None:
    """Delete the webhook. Pending deliveries are given up."""
    if (await schedules.get(deps, schedule_id)).webhook is not None:
        await schedules.change(deps, schedule_id, lambda schedule, now: schedule.evolve(webhook=None))
        event("webhook.removed", schedule_id=schedule_id)


async def test_webhook(deps: Dependencies, schedule_id: str) -> Delivery:
    """Send a test event."""
    schedule = await schedules.get(deps, schedule_id)
    hook = deliveries.webhook_of(schedule)
    if hook is None:
        raise Conflict("This schedule has no active webhook. Set one first.")
    id = f"msg_{new_image_id(deps.clock())}"
    return await deliveries.create_delivery(deps, schedule, hook, "test", id=id)


async def history(deps: Dependencies, schedule_id: str, *, cursor: str | None, limit: int) -> Page[Delivery]:
    """Return the schedule's deliveries, newest first."""
    schedule = await schedules.get(deps, schedule_id)
    return await deps.catalog.deliveries.page(schedule_owner(schedule.id), cursor=cursor, limit=limit)


async def next_attempt_times(deps: Dependencies, items: Sequence[Delivery]) -> Sequence[datetime | None]:
    """Return the time of the next attempt of each delivery, or None for those that have ended."""

    async def next_try(delivery: Delivery) -> datetime | None:
        if delivery.state != "pending":
            return None
        try:
            job = await deps.catalog.jobs.get(deliveries.job_id(delivery))
        except NotFound:
            return None
        return None if job.finished else job.not_before

    return await asyncio.gather(*(next_try(delivery) for delivery in items))


async def resend(deps: Dependencies, schedule_id: str, id: str) -> Delivery:
    """Resend a delivery from the beginning with the same ID. A pending delivery isn't changed."""
    schedule = await schedules.get(deps, schedule_id)
    if deliveries.webhook_of(schedule) is None:
        raise Conflict("This schedule has no active webhook. Set one first.")
    delivery = await deps.catalog.deliveries.get(id)
    if delivery.owner != schedule_owner(schedule.id):
        raise NotFound

    under_way = await deliveries.is_under_way(deps, delivery)

    def pending(stored: Delivery) -> Delivery:
        if under_way or stored.tries_from != delivery.tries_from:  # another process resent it first
            return stored
        return stored.evolve(state="pending", tries_from=len(stored.attempts), updated_at=deps.clock())

    again = await update(deps.catalog.deliveries, delivery.id, pending, loaded=delivery)
    await deliveries.queue(deps, again, schedule.id)
    return again
