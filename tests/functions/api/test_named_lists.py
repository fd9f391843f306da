"""Named lists of alternatives over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api

TIMING = {"kind": "cron", "cron": "30 9 * * *", "timezone": "UTC"}
LISTS = {"animals": ["fox", "owl"], "big_cats": ["lion"]}


async def set_lists(api: Api, lists: Any) -> Any:
    etag = (await api.get("settings")).json["etag"]
    return await api.patch("settings", {"etag": etag, "lists": lists})


async def test_lists_are_kept_in_the_settings(api: Api) -> None:
    """They replace the earlier ones, and another change leaves them as they are."""
    empty = (await api.get("settings")).json
    saved = (await set_lists(api, LISTS)).json
    other = (await api.patch("settings", {"etag": saved["etag"], "limits": {"images_per_job": 3}})).json
    fewer = (await set_lists(api, {"animals": [" fox ", "fox"]})).json

    assert empty["lists"] == {}
    assert saved["etag"] != empty["etag"]
    assert saved["lists"] == other["lists"] == LISTS
    assert fewer["lists"] == {"animals": ["fox"]}


@pytest.mark.parametrize(
    ("lists", "problem"),
    [
        ({"Animals": ["fox"]}, "lowercase"),
        ({"a__b": ["fox"]}, "lowercase"),
        ({"animals": []}, "empty"),
        ({"animals": ["a|b"]}, "without braces"),
        ({"animals": ["__fish__"]}, "without braces"),
        ({"animals": [" "]}, "without braces"),
        ({"animals": ["x"] * 201}, "200"),
        ({f"list{number}": ["fox"] for number in range(21)}, "20"),
    ],
)
async def test_invalid_lists_are_refused(api: Api, lists: Any, problem: str) -> None:
    """The error names the field and the problem."""
    answer = await set_lists(api, lists)

    assert answer.status == 400, answer.body
    assert answer.field.split(".")[0] == "lists"
    assert problem in answer.error["message"]


async def test_runs_of_a_schedule_use_the_entries_of_a_list(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """A list must exist when a schedule is saved, and can't be removed while the schedule uses it."""
    draft = {"name": "Animals", "theme": "a quiet __animals__", "timing": TIMING}
    refused = await api.post("schedules", draft)
    await set_lists(api, LISTS)
    made = (await api.post("schedules", draft)).json
    removed = await set_lists(api, {})
    for _ in range(3):
        clock.advance(hours=24)
        await plan_due_work(deps)

    runs = (await api.get(f"schedules/{made['id']}/runs")).json["items"]
    assert (refused.status, refused.field) == (400, "theme")
    assert (removed.status, removed.field) == (400, "lists")
    themes = [(await deps.catalog.jobs.get(run["id"])).generation_request.theme for run in reversed(runs)]
    assert themes == ["a quiet fox", "a quiet owl", "a quiet fox"]
