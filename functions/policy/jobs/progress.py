"""Compute the progress of a job. Pure."""

from __future__ import annotations

import base64

from functions.models.inference import InferenceProgress
from functions.models.job import Job, Progress

WRITTEN_PERCENT = 5  # share of the written prompt
PAINTED_SHARE = 0.95  # share of generation in the work for one image; the rest is storing it
SAVED_EVERY_S = 2.0


def worth_saving(saved: InferenceProgress | None, told: InferenceProgress, *, since_s: float) -> bool:
    """Return whether to save this progress: on each change of stage, else every `SAVED_EVERY_S` seconds."""
    return saved is None or since_s >= SAVED_EVERY_S or (saved.position > 0) != (told.position > 0)


def while_painting(job: Job, painting: InferenceProgress) -> Progress:
    """Return the progress of a job whose next image is at this denoising step."""
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
    """Return the seconds per image: the mean of this job's images, else an estimate from the running image."""
    if job.stored:
        return job.timings.painting_ms / 1000 / len(job.stored)
    remaining = max(painting.steps - painting.step, 1)
    return (painting.seconds_left or 0.0) * max(painting.steps, 1) / remaining


def between(job: Job, note: str = "") -> Progress:
    """Return the progress of a job that isn't generating an image at the moment."""
    total, done = max(len(job.pictures), 1), len(job.pictures) - len(job.pending)
    written = bool(job.pictures)
    return Progress(percent=percent(done, total) if written else 0, picture=done + 1 if written else 0, note=note)


def percent(done: float, total: int) -> int:
    return min(99, WRITTEN_PERCENT + int((100 - WRITTEN_PERCENT) * done / total))
