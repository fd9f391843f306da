"""Limits, progress, and the variables of prompt instructions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.errors import BadRequest, OverOwnLimit, TooMany
from functions.models.inference import InferenceProgress
from functions.models.job import GenerationRequest, Job, JobImage, Status
from functions.models.library import Amount, Limits, ScheduleUsage
from functions.models.open_jobs import totals_of
from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions, IntervalTiming, ScheduleDraft
from functions.policy.jobs.progress import generation_progress, should_save, stage_progress
from functions.policy.limits import (
    check_library_limits,
    check_options,
    check_schedule_limits,
    usage_days,
    with_defaults,
)
from functions.policy.schedules.variables import variables

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
PROFILE = ModelProfile(model="m", width=256, height=256, steps=20, max_steps=30, guidance=4.0, samplers=("ddim",))


def job(count: int, *stored_images: JobImage) -> Job:
    return Job(
        id="j",
        created_by="t",
        created_at=NOW,
        updated_at=NOW,
        request=GenerationRequest(theme="owls", options=GenerationOptions(count=count)),
        pictures=stored_images,
        not_before=NOW,
        sent_at=NOW,
    )


def test_gaps_are_filled_from_the_profile() -> None:
    """Missing options are set from the model profile, and a guidance scale of 0 is kept."""
    full = with_defaults(GenerationOptions(guidance=0.0, steps=8), PROFILE)

    assert (full.model, full.width, full.steps, full.guidance) == ("m", 256, 8, 0.0)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (GenerationOptions(width=100), "options.width"),
        (GenerationOptions(height=32), "options.height"),
        (GenerationOptions(width=2048, height=2048), "options.width"),
        (GenerationOptions(steps=31), "options.steps"),
        (GenerationOptions(sampler="magic"), "options.sampler"),
        (GenerationOptions(model="other"), "options.model"),
        (GenerationOptions(count=17), "options.count"),
    ],
)
def test_an_option_over_a_limit_names_its_field(options: Any, field: str) -> None:
    """The error names the field and the allowed values."""
    with pytest.raises(BadRequest) as caught:
        check_options(options, Limits(), PROFILE)

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("count", "period"),
    [(3, None), (4, "day")],
)
def test_the_day_counts_what_is_generated_and_what_waits(count: int, period: str | None) -> None:
    """Generated and pending images count against the daily limit."""
    limits = Limits(images_per_day=10)
    requested: dict[str, Any] = {
        "limits": limits,
        "today": Amount(images=5),
        "month": Amount(images=5),
        "waiting": Amount(images=2),
    }

    if period is None:
        check_library_limits(count, None, **requested)
    else:
        with pytest.raises(TooMany) as caught:
            check_library_limits(count, None, **requested)
        assert caught.value.details | {"field": ""} == {
            "field": "",
            "period": period,
            "limit": 10,
            "used": 5,
            "waiting": 2,
        }


def test_the_month_counts_all_its_days() -> None:
    """Images of earlier days count only against the monthly limit."""
    limits = Limits(images_per_day=100, images_per_month=100)

    with pytest.raises(TooMany, match="this month's limit of 100"):
        check_library_limits(
            1, None, limits=limits, today=Amount(), month=Amount(images=60) + Amount(images=40), waiting=Amount()
        )


def test_a_job_counts_only_images_not_stored() -> None:
    """A job counts its images that are not stored yet, also before its prompt is written."""
    half = job(2, JobImage(id="a", seed=1, state="stored"), JobImage(id="b", seed=2))

    assert (totals_of(job(3)).images_left, totals_of(half).images_left) == (3, 1)


@pytest.mark.parametrize(
    ("cost", "used", "waiting", "refused"),
    [
        (0.5, 3.0, 1.5, False),
        (0.500001, 3.0, 1.5, True),
        (0.1, 5.0, 0.0, True),
        (0.0, 6.0, 0.0, False),
        (None, 3.0, 1.99, False),
        (None, 3.0, 2.0, True),
    ],
)
@pytest.mark.parametrize("period", ["day", "month"])
def test_the_cost_is_limited_per_day_and_month(
    period: str, cost: float | None, used: float, waiting: float, refused: bool
) -> None:
    """Used and queued cost and the estimate stay within the limit; without an estimate, a reached limit refuses."""
    spent, free = Amount(cost_usd=used), Amount()
    amounts: dict[str, Any] = {
        "limits": Limits.model_validate({f"usd_per_{period}": 5.0}),
        "today": spent if period == "day" else free,
        "month": spent,
        "waiting": Amount(cost_usd=waiting),
    }

    if refused:
        with pytest.raises(TooMany) as caught:
            check_library_limits(1, cost, **amounts)
        assert caught.value.details == {
            "period": period, "unit": "USD", "limit": 5.0, "used": used, "waiting": waiting,
        }  # fmt: skip
    else:
        check_library_limits(1, cost, **amounts)


def test_a_refusal_because_of_the_cost_says_the_numbers() -> None:
    """The sentences name estimate, limit, and what is used and queued."""
    amounts: dict[str, Any] = {
        "used": ScheduleUsage(month=Amount(cost_usd=4.6)),
        "waiting": Amount(cost_usd=0.2),
    }
    draft = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1), usd_per_month=5.0)

    with pytest.raises(OverOwnLimit) as own:
        check_schedule_limits(1, 0.3, draft=draft, **amounts)
    with pytest.raises(TooMany) as library:
        check_library_limits(
            1,
            None,
            limits=Limits(usd_per_month=0.005),
            today=Amount(),
            month=Amount(cost_usd=0.004),
            waiting=Amount(cost_usd=0.001),
        )

    assert own.value.message.startswith(
        "An estimated $0.30 more would exceed this schedule's monthly limit of $5.00 ($4.60 used, $0.20 queued)."
    )
    assert library.value.message.startswith(
        "One more job would exceed this month's limit of $0.0050 ($0.0040 used, $0.0010 queued)."
    )


@pytest.mark.parametrize(
    ("cost", "used", "waiting", "refused"),
    [
        (0.5, 3.0, 1.5, False),
        (0.500001, 3.0, 1.5, True),
        (0.1, 5.0, 0.0, True),
        (0.0, 6.0, 0.0, False),
        (None, 3.0, 1.99, False),
        (None, 3.0, 2.0, True),
    ],
)
@pytest.mark.parametrize(
    ("period", "sentence", "resets"),
    [
        ("day", "daily limit of $5.00", "at midnight (UTC)."),
        ("month", "monthly limit of $5.00", "on the first of next month (UTC)."),
    ],
)
def test_the_cost_of_a_schedule_is_limited_per_day_and_month(
    *, period: str, sentence: str, resets: str, cost: float | None, used: float, waiting: float, refused: bool
) -> None:
    """A schedule's own limits follow the library's rules, and the error has the numbers and the time of the reset."""
    draft = ScheduleDraft.model_validate(
        {"name": "Owls", "theme": "owls", "timing": IntervalTiming(minutes=1), f"usd_per_{period}": 5.0}
    )
    spent, earlier = Amount(cost_usd=used), Amount(cost_usd=100.0)
    amounts: dict[str, Any] = {
        "used": ScheduleUsage(today=spent, month=earlier) if period == "day" else ScheduleUsage(month=spent),
        "waiting": Amount(cost_usd=waiting),
    }

    if refused:
        with pytest.raises(OverOwnLimit) as caught:
            check_schedule_limits(1, cost, draft=draft, **amounts)
        assert caught.value.details == {
            "period": period, "unit": "USD", "limit": 5.0, "used": used, "waiting": waiting,
        }  # fmt: skip
        assert sentence in caught.value.message
        assert f"(${used:.2f} used, ${waiting:.2f} queued)" in caught.value.message
        assert caught.value.message.endswith(resets)
    else:
        check_schedule_limits(1, cost, draft=draft, **amounts)


def test_the_month_ends_today() -> None:
    """Only days up to today are read."""
    days = usage_days(NOW)

    assert (days[0], days[-1], len(days)) == ("2026-11-01", "2026-11-24", 24)


def test_progress_spans_the_whole_job() -> None:
    """Second of two images, half way: 5 % for the prompt, then (1 + 0.95 / 2) of 2 shares of the rest."""
    two = job(2, JobImage(id="a", seed=1, state="stored"), JobImage(id="b", seed=2)).evolve(status=Status.PAINTING)

    progress = generation_progress(two, InferenceProgress(step=10, steps=20, seconds_left=1.0))

    assert (progress.percent, progress.picture, progress.seconds_left) == (75, 2, 1.0)


def test_seconds_left_include_the_images_to_come() -> None:
    """The time left of the current image and the time of the following images are added."""
    three = job(3, *(JobImage(id=name, seed=1) for name in "abc"))

    assert generation_progress(three, InferenceProgress(step=10, steps=20, seconds_left=1.0)).seconds_left == 5.0


@pytest.mark.parametrize(
    ("saved", "reported", "since_s", "worth"),
    [
        (None, InferenceProgress(step=0, steps=4), 0.0, True),
        (InferenceProgress(step=1, steps=4), InferenceProgress(step=3, steps=4), 1.9, False),
        (InferenceProgress(step=1, steps=4), InferenceProgress(step=1, steps=4, preview=b"new"), 1.9, False),
        (InferenceProgress(step=1, steps=4), InferenceProgress(step=1, steps=4), 2.0, True),
        (InferenceProgress(step=0, steps=4, position=2), InferenceProgress(step=0, steps=4, position=1), 0.1, False),
        (InferenceProgress(step=0, steps=4, position=1), InferenceProgress(step=0, steps=4), 0.1, True),
    ],
)
def test_progress_is_saved_at_a_pace(saved: Any, reported: Any, since_s: float, worth: bool) -> None:
    """Progress is saved when an image leaves the queue, and otherwise every two seconds."""
    assert should_save(saved, reported, since_s=since_s) is worth


def test_a_job_without_a_prompt_is_at_nothing() -> None:
    """A job without a prompt is at 0 %, and one with all images stored is below 100 %."""
    done = job(1, JobImage(id="a", seed=1, state="stored"))

    assert (stage_progress(job(1)).percent, stage_progress(done).percent) == (0, 99)


@pytest.mark.parametrize(
    ("zone", "season", "weekday"),
    [
        ("Europe/Berlin", "autumn", "Wednesday"),
        ("Australia/Sydney", "spring", "Wednesday"),
        ("UTC", "autumn", "Tuesday"),
    ],
)
def test_variables_are_those_of_the_zone(zone: str, season: str, weekday: str) -> None:
    """The variables use the date of the time zone, not of UTC."""
    found = variables(NOW, zone, n=3)

    assert (found["season"], found["weekday"], found["n"]) == (season, weekday, "3")
