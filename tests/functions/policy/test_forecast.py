"""Estimates of duration and cost from earlier runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.models.library import Amount, RunRecord, ScheduleUsage
from functions.models.schedule import CronTiming, GenerationOptions, IntervalTiming, ScheduleDraft
from functions.policy.schedules.forecast import (
    MONTH,
    Estimate,
    Throughput,
    estimate,
    forecast,
    measure_throughput,
    runs_ahead,
)
from functions.policy.schedules.recurrence import runs
from tests.fakes import START

OPTIONS = GenerationOptions(width=1000, height=1000, steps=20, count=3)  # 20 megapixel steps each


def a_run(**changes: object) -> RunRecord:
    return RunRecord(status="succeeded", model="m", images=2, megapixel_steps=40.0, painting_ms=8000).evolve(**changes)


class TestPace:
    def test_is_the_mean_over_all_images(self) -> None:
        """A run counts once for each of its images."""
        found = measure_throughput([a_run(), a_run(images=6, megapixel_steps=120.0, painting_ms=8000)], model="m")

        assert found.ms_per_megapixel_step == pytest.approx(100.0)
        assert found.pictures == 8

    def test_another_models_runs_don_t_count(self) -> None:
        """Only runs of the served model count."""
        found = measure_throughput([a_run(model="other"), a_run(images=0, megapixel_steps=0.0)], model="m")

        assert (found.ms_per_megapixel_step, found.pictures) == (None, 0)

    def test_prompts_and_startup_times(self) -> None:
        """Given prompts have no cost, and one long startup does not change all waiting times."""
        waits = [a_run(slept=True, waiting_ms=ms) for ms in (90_000, 110_000, 900_000)]
        prompts = [a_run(wrote=True, writing_usd=usd) for usd in (0.001, 0.003)]

        found = measure_throughput([*waits, *prompts, a_run(waiting_ms=1)], model="m")

        assert found.wake_s == 110.0
        assert found.usd_per_prompt == pytest.approx(0.002)


class TestEstimate:
    MEASURED = Throughput(ms_per_megapixel_step=100.0, usd_per_prompt=0.002, pictures=10)

    def test_adds_generation_and_writing(self) -> None:
        """Three images of 2 s each at $3.60 an hour and one prompt are added."""
        found = estimate(OPTIONS, self.MEASURED, writes=True, gpu_usd_per_hour=3.6)

        assert found.pictures == 3
        assert found.painting_s == pytest.approx(6.0)
        assert found.cost_usd == pytest.approx(0.006 + 0.002)

    @pytest.mark.parametrize(
        ("measured", "writes", "per_hour", "cost"),
        [
            (MEASURED, False, 0.0, 0.0),
            (MEASURED, True, 0.0, 0.002),
            (Throughput(), False, 0.0, 0.0),  # word lists and one's own computer cost nothing, measured or not
            (Throughput(), False, 1.0, None),
            (Throughput(), True, 0.0, None),
        ],
    )
    def test_what_is_not_known_is_not_reported(
        self, measured: Any, writes: bool, per_hour: float, cost: float | None
    ) -> None:
        """A sum with an unknown part is unknown, and a free part is known."""
        assert estimate(OPTIONS, measured, writes=writes, gpu_usd_per_hour=per_hour).cost_usd == cost


class TestForecast:
    def test_multiplies_runs(self) -> None:
        """A daily run is multiplied by thirty days."""
        draft = ScheduleDraft(name="x", theme="x", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))

        found = forecast(draft, Estimate(pictures=2, painting_s=4.0, cost_usd=0.01), now=START)

        assert (found.runs, found.pictures, found.painting_s) == (30, 60, 120.0)
        assert found.cost_usd == pytest.approx(0.3)

    def test_its_own_limit_of_a_month_leaves_runs_out(self) -> None:
        """Runs beyond the remaining limit of this month or the whole limit of the next are left out."""
        timing = CronTiming(cron="0 0,12 * * *", timezone="UTC")
        draft = ScheduleDraft(
            name="x", theme="x", timing=timing, options=GenerationOptions(count=2), images_per_month=25
        )
        now = datetime(2026, 11, 23, 18, tzinfo=UTC)  # 14 runs in November, 46 in December

        used = ScheduleUsage(month=Amount(images=18))
        found = forecast(draft, Estimate(pictures=2, painting_s=4.0, cost_usd=0.01), now=now, used=used)

        assert (found.runs, found.pictures, found.skipped) == (3 + 12, 30, 14 + 46 - 15)
        assert runs_ahead(draft.evolve(images_per_month=1000), now=now) == 60
        assert runs_ahead(draft, now=now, used=ScheduleUsage(month=Amount(images=30))) == 12
        assert runs_ahead(draft.evolve(ends_at=now + timedelta(days=3)), now=now, used=used) == 3

    @pytest.mark.parametrize(
        ("limits", "used", "fitting"),
        [
            ({}, Amount(), 6 + 29 * 24 + 18),
            ({"usd_per_day": 1.0}, Amount(), 31 * 3),
            ({"usd_per_day": 1.0}, Amount(cost_usd=0.35), 2 + 30 * 3),
            ({"usd_per_day": 1.0}, Amount(cost_usd=9.0), 30 * 3),
            ({"usd_per_day": 1.0, "usd_per_month": 6.0}, Amount(), 20 + 20),
            ({"usd_per_day": 1.0, "usd_per_month": 6.0}, Amount(cost_usd=0.6), 18 + 20),
            ({"usd_per_day": 1.0, "images_per_month": 50}, Amount(images=3), 3 * 8 + 50),
            ({"usd_per_day": 0.2}, Amount(), 0),
        ],
    )
    def test_its_own_limit_of_a_day_leaves_runs_out(self, limits: Any, used: Amount, fitting: int) -> None:
        """Runs are counted until the limit of each UTC day or month is reached."""
        hourly = ScheduleDraft(name="x", theme="x", timing=CronTiming(cron="30 * * * *", timezone="UTC"), **limits)
        now = datetime(2026, 11, 23, 18, tzinfo=UTC)  # 8 days in November, 23 in December
        one = Estimate(pictures=1, painting_s=4.0, cost_usd=0.3)

        found = forecast(hourly, one, now=now, used=ScheduleUsage(today=used, month=used))

        assert (found.runs, found.runs + found.skipped) == (fitting, 30 * 24)

    def test_without_a_known_cost_no_run_is_left_out(self) -> None:
        """A cost limit doesn't exclude runs that are free or whose cost is unknown."""
        draft = ScheduleDraft(name="x", theme="x", timing=IntervalTiming(minutes=60), usd_per_day=1.0)

        assert [runs_ahead(draft, now=START, run_usd=usd) for usd in (None, 0.0)] == [720, 720]

    def test_many_runs_are_limited_on_each_day(self) -> None:
        """The daily limit of a schedule that runs every minute applies to each day, also to extrapolated days."""
        timing = CronTiming(cron="* 6-23 * * 1-5", timezone="UTC")
        draft = ScheduleDraft(name="x", theme="x", timing=timing, usd_per_day=1.0)
        weekdays = sum((START + timedelta(days=day)).weekday() < 5 for day in range(31))

        assert runs_ahead(draft, now=START, run_usd=0.1) == 10 * weekdays

    @pytest.mark.parametrize(
        "timing",
        [
            IntervalTiming(minutes=1),
            IntervalTiming(minutes=7),
            CronTiming(cron="*/2 * * * *", timezone="Europe/Berlin"),
            CronTiming(cron="* 6-23 * * 1-5", timezone="Europe/Berlin"),
            CronTiming(cron="* * 1 * *", timezone="Europe/Berlin"),
            CronTiming(cron="0 * * * *", timezone="UTC"),
            CronTiming(cron="*/10 8-18 * * 1-5", timezone="America/New_York"),
        ],
        ids=str,
    )
    def test_many_runs_are_reckoned_closely(self, timing: Any) -> None:
        """The number of runs is exact, or extrapolated from a week within five percent."""
        draft = ScheduleDraft(name="x", theme="x", timing=timing)

        found = runs_ahead(draft, now=START)
        counted = sum(1 for _ in runs(timing, after=START, ends_at=START + MONTH))

        assert found == pytest.approx(counted, rel=0.05)

    def test_a_schedule_that_begins_late_or_ends_early(self) -> None:
        """Only days within the start and end of the schedule count."""
        daily = ScheduleDraft(name="x", theme="x", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))
        often = daily.evolve(timing=IntervalTiming(minutes=1))
        later, over = START + timedelta(days=25), START - timedelta(days=1)

        assert runs_ahead(daily.evolve(starts_at=later), now=START) == 5
        assert runs_ahead(daily.evolve(ends_at=over), now=START) == 0
        assert runs_ahead(daily.evolve(starts_at=START + MONTH * 2), now=START) == 0
        assert runs_ahead(often.evolve(starts_at=later), now=START) == pytest.approx(5 * 24 * 60, rel=0.01)
