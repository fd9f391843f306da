"""What the audit log keeps of schedules, publications, webhooks, and bulk updates: no secrets, no URLs of webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any
from urllib.parse import urlsplit

from functions.api.http_request import ApiRequest
from functions.models.identity import created_at_of
from functions.models.image import Image
from functions.models.library_work import BulkChange, BulkWork
from functions.models.schedule import Publication, Schedule, ScheduleDraft, Webhook
from functions.services import audit
from functions.services.dependencies import Dependencies

BULK_ACTIONS = ("approve", "unapprove", "trash", "restore", "purge")


def of_draft(draft: ScheduleDraft) -> dict[str, Any]:
    """Return the fields that users set, and not the defaults."""
    return draft.model_dump(mode="json", include=set(ScheduleDraft.model_fields), exclude_defaults=True)


def of_publication(publication: Publication | None) -> dict[str, Any]:
    return {} if publication is None else publication.model_dump(include={"publish", "slug", "include_prompts"})


def of_webhook(webhook: Webhook | None) -> dict[str, Any]:
    if webhook is None:
        return {}
    host = urlsplit(webhook.url).hostname or ""
    return {"host": host, "events": list(webhook.events), "include_prompts": webhook.include_prompts}


def schedule_change(
    deps: Dependencies,
    request: ApiRequest[Any, Any],
    action: str,
    schedule: Schedule,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> AbstractAsyncContextManager[None]:
    """Return the context in which a change of this schedule is made and recorded."""
    old, new = audit.changes(before, after)
    return audit.recorded(deps, request.caller, action, schedule.id, name=schedule.name, before=old, after=new)


async def stored_image(deps: Dependencies, image_id: str) -> Image:
    """Return the image before its change, also while it is being deleted permanently, or raise `NotFound`."""
    created_at_of(image_id)  # raises NotFound for an invalid ID
    return await deps.catalog.images.get(image_id)


def bulk_by_search(
    deps: Dependencies, request: ApiRequest[Any, Any], work: BulkWork
) -> AbstractAsyncContextManager[None]:
    """Return the context in which a bulk update by search is started. Its entry has the query and the number."""
    if work.change.action not in BULK_ACTIONS:
        return nullcontext()
    after = {"query": work.q, "images": work.total}
    return audit.recorded(deps, request.caller, f"images.{work.change.action}", work.id, after=after)


def bulk_by_ids(
    deps: Dependencies, request: ApiRequest[Any, Any], change: BulkChange, ids: Sequence[str]
) -> AbstractAsyncContextManager[None]:
    """Return the context in which chosen images are changed. Their entry has the number and the first IDs."""
    if change.action not in BULK_ACTIONS:
        return nullcontext()
    after = {"images": len(ids), "ids": list(ids)}
    return audit.recorded(deps, request.caller, f"images.{change.action}", "images", after=after)
