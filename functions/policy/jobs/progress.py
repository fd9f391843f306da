"""How far a job is, in numbers a person understands.  Pure."""

from __future__ import annotations

import base64

from functions.models.inference import InferenceProgress
from functions.models.job import Job, Progress

WRITTEN_PERCENT = 5  # what the written prompt counts for
PAINTED_SHARE = 0.95  # of one picture; the rest is storing it
SAVED_EVERY_S = 2.0


def worth_saving(saved: InferenceProgress | None, told: InferenceProgress, *, since_s: float) -> bool:
    """Whether to save what the painter tells, so long after what was saved last: each change of stage, else a pace."""
    return saved is None or since_s >= SAVED_EVERY_S or (saved.position > 0) != (told.position > 0)


def while_painting(job: Job, painting: InferenceProgress) -> Progress:
    """The progress of a job whose next picture is at this step."""
    total, done = max(len(job.pictures), 1), len(job.pictures) - len(job.pending)
    fraction = PAINTED_SHARE * painting.step / max(painting.steps, 1)
    left = painting.seconds_left
    if left is not None and len(job.pending) > 1:
        left += (len(job.pending) - 1) * seconds_each(job, painting)
    return Progress(
        percent=percent(done + fraction, total),
        picture=done + 1,
        step=painting.step,
        steps=painting.steps,
        seconds_left=left,
        position=painting.position or None,
        preview=None if painting.preview is None else base64.b64encode(painting.preview).decode(),
    )


def seconds_each(job: Job, painting: InferenceProgress) -> float:
    """Seconds for one picture: this job's own mean, else what the running one lets expect."""
    if job.stored:
        return job.timings.painting_ms / 1000 / len(job.stored)
    remaining = max(painting.steps - painting.step, 1)
    return (painting.seconds_left or 0.0) * max(painting.steps, 1) / remaining


def between(job: Job, note: str = "") -> Progress:
    """The progress of a job that is not at a painting step."""
    total, done = max(len(job.pictures), 1), len(job.pictures) - len(job.pending)
    written = bool(job.pictures)
    return Progress(percent=percent(done, total) if written else 0, picture=done + 1 if written else 0, note=note)


def percent(done: float, total: int) -> int:
    return min(99, WRITTEN_PERCENT + int((100 - WRITTEN_PERCENT) * done / total))
