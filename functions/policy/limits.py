"""Check options and usage against the library's limits. All functions are pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from functions.errors import BadRequest, TooMany
from functions.models.job import Job
from functions.models.library import Limits, Usage
from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions

MULTIPLE = 8  # the autoencoders' scale factor; other sizes can't be generated
MIN_SIDE = 64


def with_defaults(options: GenerationOptions, profile: ModelProfile) -> GenerationOptions:
    """Return the options completed from the model's profile. Seed and negative prompt can stay empty."""
    return GenerationOptions(
        model=options.model or profile.model,
        width=options.width or profile.width,
        height=options.height or profile.height,
        steps=options.steps or profile.steps,
        guidance=profile.guidance if options.guidance is None else options.guidance,
        sampler=options.sampler or profile.sampler,
        negative_prompt=options.negative_prompt,
        seed=options.seed,
        count=options.count,
    )


def check_options(options: GenerationOptions, limits: Limits, profile: ModelProfile) -> None:
    """Raise `BadRequest` or `TooMany`, naming the field, if a job with these options isn't allowed."""
    full = with_defaults(options, profile)
    width, height, steps = full.width or 0, full.height or 0, full.steps or 0
    for name, side in (("width", width), ("height", height)):
        if side < MIN_SIDE or side % MULTIPLE:
            raise BadRequest(
                f"{name} must be a multiple of {MULTIPLE} and at least {MIN_SIDE}, but is {side}.",
                field=f"options.{name}",
            )
    if width * height > limits.max_pixels:
        raise BadRequest(
            f"{width} x {height} exceeds the limit of {limits.max_pixels:,} pixels. Reduce the width or height.",
            field="options.width",
            limit=limits.max_pixels,
        )
    most_steps = min(limits.max_steps, profile.max_steps)
    if not 1 <= steps <= most_steps:
        raise BadRequest(
            f"steps must be between 1 and {most_steps}, but is {steps}.", field="options.steps", limit=most_steps
        )
    if full.sampler not in {"default", *profile.samplers}:
        known = ", ".join(profile.samplers)
        raise BadRequest(
            f"Sampler “{full.sampler}” isn't available. Available samplers: {known}.", field="options.sampler"
        )
    if options.model is not None and options.model != profile.model:
        raise BadRequest(
            f"Model “{options.model}” isn't available. Omit model to use {profile.model}.", field="options.model"
        )
    if options.count > limits.images_per_job:
        raise TooMany(
            f"{options.count} images exceed the limit of {limits.images_per_job} images per job. Reduce count.",
            field="options.count",
            limit=limits.images_per_job,
        )


def pending_images(jobs: Iterable[Job]) -> int:
    """Return the number of images that open jobs will still add."""
    return sum(
        len(job.pending) if job.pictures else job.request.options.count for job in jobs if job.request is not None
    )


def check_library_limits(
    count: int, *, limits: Limits, today: Usage | None, month: Iterable[Usage], open_jobs: Iterable[Job]
) -> None:
    """Raise `TooMany`, with the numbers, if `count` more images would exceed the daily or monthly limit."""
    waiting = pending_images(open_jobs)
    for period, allowed, used, limit in (
        ("day", "today's limit", today.images if today else 0, limits.images_per_day),
        ("month", "this month's limit", sum(usage.images for usage in month), limits.images_per_month),
    ):
        if used + waiting + count > limit:
            raise TooMany(
                f"{count} more would exceed {allowed} of {limit:,} images ({used:,} used, {waiting:,} queued). "
                "Raise the limit in the settings, or wait until it resets.",
                field="options.count",
                period=period,
                limit=limit,
                used=used,
                waiting=waiting,
            )


def check_schedule_limit(count: int, *, limit: int, generated: int, waiting: int) -> None:
    """Raise `TooMany`, with the numbers, if `count` more images would exceed the schedule's own monthly limit."""
    if generated + waiting + count > limit:
        raise TooMany(
            f"{count} more would exceed this schedule's monthly limit of {limit:,} images ({generated:,} used, "
            f"{waiting:,} queued). Raise the limit, or wait until it resets on the first of next month (UTC).",
            limit=limit,
            used=generated,
            waiting=waiting,
        )


def usage_days(now: datetime) -> tuple[str, ...]:
    """Return the IDs of the usage documents of this UTC month, up to today."""
    today = now.date()
    return tuple(date(today.year, today.month, day).isoformat() for day in range(1, today.day + 1))
