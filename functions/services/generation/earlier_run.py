"""Find what an earlier run of a job has stored, in case the job's progress was lost."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from functions.formats.embedded_metadata import image_from_metadata
from functions.models.identity import blob_names, originals_of_moment
from functions.models.image import Image
from functions.models.job import Job
from functions.models.prompt import WrittenPrompt
from functions.services.dependencies import Dependencies
from functions.services.generation.store_image import stored_original
from functions.services.telemetry import event
from functions.services.usage import ledger


@dataclass(frozen=True, kw_only=True)
class EarlierRun:
    """The prompt of the earlier run, or None if no original is left, and the IDs of images that were deleted since."""

    prompt: WrittenPrompt | None
    deleted: Set[str]


async def find_earlier_run(deps: Dependencies, job: Job, ids: Sequence[str]) -> EarlierRun | None:
    """Return what is left of an earlier run of this job, or None on the first run, at the cost of two requests.

    Images are stored in the order of `ids`, and then recorded in the usage. So if fewer originals exist than images are
    recorded, the first missing ones were deleted.
    """
    recorded = await ledger.recorded_images(deps, job)
    first = await stored_original(deps, ids[0])
    if not recorded and first is None:
        return None
    existing = set(await deps.blobs.names("originals", originals_of_moment(ids[0])))
    missing = [id for id in ids if blob_names(id).original not in existing]
    deleted = missing[: max(0, recorded - (len(ids) - len(missing)))]
    original = first
    for id in ids[1:]:
        if original is None and id not in missing:
            original = await stored_original(deps, id)
    event("job.progress_lost", job_id=job.id, originals=len(ids) - len(missing), deleted=len(deleted))
    prompt = prompt_of(image_from_metadata(original), len(ids)) if original is not None else None
    return EarlierRun(prompt=prompt, deleted=frozenset(deleted))


def prompt_of(image: Image, count: int) -> WrittenPrompt:
    """Return the prompt of a job with `count` images from the document of one of them."""
    return image.written_prompt.evolve(cost_usd=round(image.cost_usd * count, 6))
