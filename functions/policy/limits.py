"""Check options and usage against the library's limits. All functions are pure."""

from __future__ import annotations

from datetime import date, datetime

from functions.errors import BadRequest, OverOwnLimit, TooMany
from functions.models.library import Amount, Limits, ScheduleUsage
from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions, ScheduleDraft

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


def check_library_limits(
    count: int, cost_usd: float | None, *, limits: Limits, today: Amount, month: Amount, waiting: Amount
) -> None:
    """Raise `TooMany`, with the numbers, if a job would exceed a daily or monthly limit.

    A prompt without a job has no images, and only the cost limits apply to it.

    `waiting` is what open jobs and reservations will still add. `cost_usd` is the estimate, None if it is unknown. A
    job of unknown cost is allowed until a limit is reached, one that costs nothing always.
    """
    for period, allowed, used, images, usd in (
        ("day", "today's limit", today, limits.images_per_day, limits.usd_per_day),
        ("month", "this month's limit", month, limits.images_per_month, limits.usd_per_month),
    ):
        if count and used.images + waiting.images + count > images:
            raise TooMany(
                f"{count} more would exceed {allowed} of {images:,} images ({used.images:,} used, "
                f"{waiting.images:,} queued). Raise the limit in the settings, or wait until it resets.",
                field="options.count",
                period=period,
                limit=images,
                used=used.images,
                waiting=waiting.images,
            )
        if usd is not None and over(usd, cost_usd, used=used, waiting=waiting):
            raise TooMany(
                f"{estimated(cost_usd, count)} would exceed {allowed} of {dollars(usd)} ({dollars(used.cost_usd)} "
                f"used, {dollars(waiting.cost_usd)} queued). Raise the limit in the settings, or wait until it resets.",
                period=period,
                unit="USD",
                limit=usd,
                used=round(used.cost_usd, 6),
                waiting=round(waiting.cost_usd, 6),
            )


def check_schedule_limits(
    count: int, cost_usd: float | None, *, draft: ScheduleDraft, used: ScheduleUsage, waiting: Amount
) -> None:
    """Raise `OverOwnLimit`, with the numbers, if a run would exceed one of the schedule's own limits.

    `waiting` is what the schedule's open jobs and reservations will still add. `cost_usd` is the estimate, None if
    it is unknown.
    """
    for period, allowed, spent, images, usd, resets in (
        ("day", "daily limit", used.today, None, draft.usd_per_day, "at midnight (UTC)"),
        (
            "month",
            "monthly limit",
            used.month,
            draft.images_per_month,
            draft.usd_per_month,
            "on the first of next month (UTC)",
        ),
    ):
        if images is not None and spent.images + waiting.images + count > images:
            raise OverOwnLimit(
                f"{count} more would exceed this schedule's {allowed} of {images:,} images ({spent.images:,} used, "
                f"{waiting.images:,} queued). Raise the limit, or wait until it resets {resets}.",
                period=period,
                limit=images,
                used=spent.images,
                waiting=waiting.images,
            )
        if usd is not None and over(usd, cost_usd, used=spent, waiting=waiting):
            raise OverOwnLimit(
                f"{estimated(cost_usd, count)} would exceed this schedule's {allowed} of {dollars(usd)} "
                f"({dollars(spent.cost_usd)} used, {dollars(waiting.cost_usd)} queued). Raise the limit, or wait until "
                f"it resets {resets}.",
                period=period,
                unit="USD",
                limit=usd,
                used=round(spent.cost_usd, 6),
                waiting=round(waiting.cost_usd, 6),
            )


def is_limited(draft: ScheduleDraft) -> bool:
    """Return whether the schedule has a limit of its own."""
    return any(limit is not None for limit in (draft.images_per_month, draft.usd_per_day, draft.usd_per_month))


def over(limit: float, cost_usd: float | None, *, used: Amount, waiting: Amount) -> bool:
    """Return whether this cost would exceed the limit. An unknown cost exceeds it once the limit is reached."""
    spent = round(used.cost_usd + waiting.cost_usd, 6)
    if cost_usd is None:
        return spent >= limit
    return cost_usd > 0 and round(spent + cost_usd, 6) > limit


def estimated(cost_usd: float | None, count: int) -> str:
    """Return the cost of a job, or of a prompt without images, as the beginning of a sentence."""
    if cost_usd is None:
        return "One more job" if count else "One more prompt"
    return f"An estimated {dollars(cost_usd)} more"


def dollars(amount: float) -> str:
    """Return an amount in US dollars, with four decimals below one cent."""
    return f"${amount:,.4f}" if 0 < amount < 0.01 else f"${amount:,.2f}"


def usage_days(now: datetime) -> tuple[str, ...]:
    """Return the IDs of the usage documents of this UTC month, up to today."""
    today = now.date()
    return tuple(date(today.year, today.month, day).isoformat() for day in range(1, today.day + 1))
