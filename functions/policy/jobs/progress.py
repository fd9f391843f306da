"""Compute the progress of a job. All functions are pure."""

from __future__ import annotations

import base64

from functions.models.inference import InferenceProgress
from functions.models.job import Job, Progress

WRITTEN_PERCENT = 5  # share of the written prompt
GENERATED_SHARE = 0.95  # share of generation in the work for one image; the rest is storing it
SAVE_INTERVAL_S = 2.0


def should_save(saved: InferenceProgress | None, latest: InferenceProgress, *, since_s: float) -> bool:
    """Return whether to save this progress: on each change of stage, else every `SAVE_INTERVAL_S` seconds."""
    return saved is None or since_s >= SAVE_INTERVAL_S or (saved.position > 0) != (latest.position > 0)


def generation_progress(job: Job, progress: InferenceProgress) -> Progress:
    """Return the progress of a job whose next image is at this denoising step."""
    total, done = max(len(job.pictures), 1), len(job.pictures) - len(job.pending)
    fraction = GENERATED_SHARE * progress.step / max(progress.steps, 1)
    left = progress.seconds_left
    if left is not None and len(job.pending) > 1:
        left += (len(job.pending) - 1) * seconds_each(job, progress)
    return Progress(
        percent=percent(done + fraction, total),
        picture=done + 1,
        step=progress.step,
        steps=progress.steps,
        seconds_left=left,
        position=progress.position or None,
        preview=None if progress.preview is None else base64.b64encode(progress.preview).decode(),
    )


def seconds_each(job: Job, progress: InferenceProgress) -> float:
    """Return the seconds per image: the mean of this job's images, else an estimate from the running image."""
    if job.stored:
        return job.timings.painting_ms / 1000 / len(job.stored)
    remaining = max(progress.steps - progress.step, 1)
    return (progress.seconds_left or 0.0) * max(progress.steps, 1) / remaining


def stage_progress(job: Job, note: str = "") -> Progress:
    """Return the progress of a job that isn't generating an image at the moment."""
    total, done = max(len(job.pictures), 1), len(job.pictures) - len(job.pending)
    written = bool(job.pictures)
    return Progress(percent=percent(done, total) if written else 0, picture=done + 1 if written else 0, note=note)


def starting_note(usual_s: float | None, longest_s: float | None) -> str:
    """Return the note while the inference service starts: its usual startup time, or its longest if none is known."""
    note = "Starting the inference service"
    if usual_s is not None:
        return f"{note}, usually {duration_text(usual_s)}"
    return note if longest_s is None else f"{note}, which can take up to {duration_text(longest_s)}"


def duration_text(seconds: float) -> str:
    """Return a duration in whole minutes, or in seconds below 90 seconds: "4 minutes"."""
    count, unit = (round(seconds / 60), "minute") if seconds >= 90 else (max(1, round(seconds)), "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def percent(done: float, total: int) -> int:
    """Return the progress of a generation job in percent, at most 99."""
    return min(99, WRITTEN_PERCENT + int((100 - WRITTEN_PERCENT) * done / total))
