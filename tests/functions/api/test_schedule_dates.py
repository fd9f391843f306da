"""Excluded dates and extra runs of schedules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api

CRON = {"kind": "cron", "cron": "30 9 * * *", "timezone": "Europe/Berlin"}
DRAFT: dict[str, Any] = {"name": "Foxes", "theme": "foxes in unexpected places", "timing": CRON}
DATES = {"excluded_dates": ["2026-11-24", "2026-11-23"], "extra_runs": ["2026-11-25T18:00", "2026-11-23T12:15:00"]}


async def test_dates_are_kept_sorted_and_can_be_sent_back(api: Api) -> None:
    """A response has the dates as a request has them, and they survive an edit."""
    made = (await api.post("schedules", DRAFT | DATES)).json
    same = {name: made[name] for name in DATES}
    again = (await api.put(f"schedules/{made['id']}", DRAFT | same | {"etag": made["etag"]})).json

    assert made["excluded_dates"] == ["2026-11-23", "2026-11-24"]
    assert made["extra_runs"] == ["2026-11-23T12:15", "2026-11-25T18:00"]
    assert (again["excluded_dates"], again["extra_runs"]) == (made["excluded_dates"], made["extra_runs"])
    assert made["next_run_at"] == "2026-11-23T11:15:00Z"


async def test_preview_lists_the_runs_without_excluded_dates_and_with_extra_runs(api: Api) -> None:
    """The forecast counts the same runs as the list."""
    body = {"timing": CRON, "after": "2026-11-23T00:00:00Z", "count": 3} | DATES

    answer = await api.post("schedules/preview", body)

    assert answer.json["runs"] == ["2026-11-23T11:15:00Z", "2026-11-25T08:30:00Z", "2026-11-25T17:00:00Z"]
    # From 9:00 UTC on: the run of the first excluded date would be over.
    assert answer.json["forecast"]["runs"] == 30 - 1 + 2


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("excluded_dates", ["24.12.2026"], "must be a date such as 2026-12-24"),
        ("excluded_dates", ["2026-02-30"], "must be a date such as 2026-12-24"),
        ("excluded_dates", [f"{year}-12-25" for year in range(1990, 2199)] * 2, "400"),
        ("extra_runs", ["2026-12-24T18:00Z"], "local time to the minute without UTC offset"),
        ("extra_runs", ["2026-12-24"], "local time to the minute without UTC offset"),
        ("extra_runs", ["2026-12-24T18:00:30"], "local time to the minute without UTC offset"),
        ("extra_runs", ["0001-12-24T18:00"], "between the years 1970 and 2199"),
        ("extra_runs", "2026-12-24T18:00", "array"),
        ("random_delay_minutes", 1441, "1440"),
        ("random_delay_minutes", -1, "0"),
    ],
)
@pytest.mark.parametrize("path", ["schedules", "schedules/preview"])
async def test_invalid_dates_are_named(api: Api, path: str, field: str, value: Any, problem: str) -> None:
    """The error has the field, with the place in the list, and what is expected."""
    draft = DRAFT if path == "schedules" else {"timing": CRON}

    answer = await api.post(path, draft | {field: value})

    assert answer.status == 400, answer.body
    assert answer.error["details"]["field"] in (field, f"{field}.0")
    assert problem in answer.error["message"]


async def test_extra_run_becomes_one_job_and_an_excluded_date_none(
    api: Api, deps: FakeDependencies, clock: Clock
) -> None:
    """On an excluded date, the extra run is the only one, however often the planner runs."""
    made = (await api.post("schedules", DRAFT | DATES)).json
    slots = []
    for _ in range(12 * 8):
        clock.advance(minutes=15)
        await plan_due_work(deps)
        slots = (await api.get(f"schedules/{made['id']}/runs")).json["items"]

    assert [one["slot"] for one in slots] == ["20261123T1115Z"]
