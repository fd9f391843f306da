"""Messages to webhooks. Unless prompts are included, neither texts nor files contain them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from functions.errors import ContentBlocked, NotFound, Permanent, Transient
from functions.models.history import Delivery
from functions.models.image import Image
from functions.models.job import Job
from functions.models.public_texts import public_tags, public_texts, repeats
from functions.models.schedule import Schedule, Webhook
from functions.services.dependencies import Dependencies
from functions.services.images import images
from functions.services.telemetry import failure

COPIES = "exports"  # the container whose blobs are removed one day after their job has ended
HIDDEN_REASON = "The reason can contain parts of a prompt. See the run history in the dashboard."
# Codes of errors that can quote what a language model or its server answered.
QUOTING = frozenset({Transient.code, Permanent.code, ContentBlocked.code})


async def message_of(
    deps: Dependencies, delivery: Delivery, schedule: Schedule, hook: Webhook, *, folder: str
) -> bytes:
    """Return the body, created for each attempt because the URLs of images in it expire.

    Copies of originals are saved in this folder of the exports, named by a job with whose end they expire.
    """
    data: dict[str, Any] = {"schedule": {"id": schedule.id, "name": schedule.name}}
    job: Job | None = None
    if delivery.run_id is not None:
        job = await deps.catalog.jobs.get(delivery.run_id)
        data["run"] = {
            "id": job.id,
            "status": job.status,
            "slot": job.slot,
            "reason": job.reason.model_dump() if job.reason else None,
        }
        data["pictures"] = await images_of(deps, job, schedule, folder, include_prompts=hook.include_prompts)
    if delivery.event == "schedule.paused":
        data["reason"] = schedule.paused_reason
    if not hook.include_prompts:
        hide_reasons(data, job, schedule)
    message = {"type": delivery.event, "timestamp": delivery.at.isoformat(timespec="seconds"), "data": data}
    return json.dumps(message, ensure_ascii=False).encode()


def hide_reasons(data: dict[str, Any], job: Job | None, schedule: Schedule) -> None:
    """Replace reasons that can contain a prompt or the theme."""
    prompts = [schedule.theme]
    hidden = False
    if job is not None:
        prompts += [job.prompt.prompt] if job.prompt else []
        prompts += [job.request.theme] if job.request else []
        reason = data["run"]["reason"]
        if reason and (hidden := quotes_answer(job) or repeats(reason["message"], prompts)):
            reason["message"] = HIDDEN_REASON
    # An automatic pause repeats the reason of the run that caused it.
    if "reason" in data and (hidden or repeats(data["reason"], prompts)):
        data["reason"] = HIDDEN_REASON


def quotes_answer(job: Job) -> bool:
    """Return whether the job failed while its prompt was written, with an error that can quote the answer."""
    return job.prompt is None and job.reason is not None and job.reason.code in QUOTING


async def images_of(
    deps: Dependencies, job: Job, schedule: Schedule, folder: str, *, include_prompts: bool
) -> list[dict[str, Any]]:
    """Return the data of the images that a run stored and that aren't in trash.

    Without prompts, the URL of the original is that of a copy without metadata, or None if the file can't be read.
    """
    loaded = []
    for job_image in job.stored:
        with suppress(NotFound):
            image = await images.get(deps, job_image.id)
            if image.deleted_at is None:
                loaded.append(image)
    found = []
    for one in await images.show(deps, loaded):
        title, alt_text = public_texts(one.image, name=schedule.name, include_prompts=include_prompts)
        facts: dict[str, Any] = {
            "id": one.image.id,
            "title": title,
            "alt_text": alt_text,
            "tags": public_tags(one.image, include_prompts=include_prompts),
            "width": one.image.width,
            "height": one.image.height,
            "created_at": one.image.created_at.isoformat(),
            "original_url": one.original_url,
            "thumbnail_url": one.thumbnail_url,
            "urls_expire_at": one.urls_expire_at.isoformat(),
        }
        if include_prompts:
            facts |= {"prompt": one.image.prompt, "theme": one.image.theme}
        else:
            facts["original_url"] = await clean_copy_url(deps, one.image, folder)
        found.append(facts)
    return found


async def clean_copy_url(deps: Dependencies, image: Image, folder: str) -> str | None:
    """Create a copy of the original without metadata and return its signed URL, or None if the file can't be read.

    The copy is removed with the exports, one day after the job of this folder has ended.
    """
    try:
        copy = await images.clean_copy(deps, image)
    except (NotFound, Permanent) as exc:
        failure("webhook.image_skipped", exc, image_id=image.id)
        return None
    name = f"{folder}/{image.id}.png"
    await deps.blobs.upload(COPIES, name, copy, content_type="image/png", overwrite=True)
    return await deps.blobs.signed_url(COPIES, name, now=deps.clock())
