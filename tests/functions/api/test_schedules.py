"""Schedules over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api

CRON = {"kind": "cron", "cron": "30 9 * * *", "timezone": "UTC"}
DRAFT: dict[str, Any] = {"name": "Foxes", "theme": "foxes in unexpected places", "timing": CRON}


async def created(api: Api, **more: Any) -> dict[str, Any]:
    answer = await api.post("schedules", DRAFT | more)
    assert answer.status == 201, answer.body
    return answer.json


class TestKeeping:
    async def test_create_and_read(self, api: Api) -> None:
        """A new schedule has a description of its timing and the time of its next run."""
        made = await created(api, options={"count": 2})

        read = (await api.get(f"schedules/{made['id']}")).json
        listed = (await api.get("schedules")).json

        assert made == read
        assert listed == {"items": [made], "next_cursor": None}
        assert made["next_run_at"] == "2026-11-23T09:30:00Z"
        assert "09:30" in made["sentence"] or "9:30" in made["sentence"]
        assert (made["created_by"], made["created_by_name"], made["options"]["count"]) == ("key:editor", "editor", 2)

    async def test_replace(self, api: Api) -> None:
        """PUT replaces all fields that users set, by ETag."""
        made = await created(api)
        timing = {"kind": "every", "minutes": 120}

        changed = await api.put(
            f"schedules/{made['id']}", {"name": "Cats", "theme": "cats", "timing": timing, "etag": made["etag"]}
        )
        stale = await api.put(f"schedules/{made['id']}", DRAFT | {"etag": made["etag"]})

        assert (changed.status, changed.json["name"], changed.json["sentence"]) == (200, "Cats", "Every 2 hours")
        assert (stale.status, stale.error["code"]) == (412, "stale")

    async def test_limits_of_the_cost_are_set_and_removed(self, api: Api) -> None:
        """A schedule keeps its limits per day and month, null removes one, and 0 is rejected with its field."""
        made = await created(api, usd_per_day=0.5, usd_per_month=5)
        path = f"schedules/{made['id']}"
        monthly = DRAFT | {"usd_per_day": None, "usd_per_month": 5, "etag": made["etag"]}
        changed = (await api.put(path, monthly)).json
        refused = await api.put(path, DRAFT | {"usd_per_day": 0, "etag": changed["etag"]})

        assert (made["usd_per_day"], made["usd_per_month"]) == (0.5, 5.0)
        assert (changed["usd_per_day"], changed["usd_per_month"]) == (None, 5.0)
        assert (refused.status, refused.field) == (400, "usd_per_day")

    async def test_a_tick_does_not_make_an_editor_stale(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """A run planned since the read causes no conflict."""
        made = await created(api)
        clock.advance(hours=1)
        await plan_due_work(deps)

        changed = await api.put(f"schedules/{made['id']}", DRAFT | {"name": "Later", "etag": made["etag"]})

        assert (changed.status, changed.json["name"]) == (200, "Later")

    async def test_delete(self, api: Api, deps: FakeDependencies) -> None:
        """Every route returns 404 for a deleted schedule, and its open jobs are canceled."""
        made = await created(api)
        job = (await api.post(f"schedules/{made['id']}/run")).json

        answer = await api.delete(f"schedules/{made['id']}")

        assert (answer.status, answer.body) == (204, b"")
        assert (await api.get("schedules")).json["items"] == []
        assert (await api.get(f"jobs/{job['id']}")).json["status"] == "cancelled"

    @pytest.mark.parametrize("id", ["nothing", "preview", "a b"])
    async def test_unknown_ids_are_not_found(self, api: Api, id: str) -> None:
        """Every route of one schedule returns 404 for an unknown id."""
        answers = [
            await api.get(f"schedules/{id}"),
            await api.put(f"schedules/{id}", DRAFT | {"etag": "1"}),
            await api.delete(f"schedules/{id}"),
            await api.post(f"schedules/{id}/pause", {}),
            await api.post(f"schedules/{id}/resume"),
            await api.post(f"schedules/{id}/run"),
            await api.get(f"schedules/{id}/runs"),
        ]

        assert [answer.status for answer in answers] == [404] * 7


class TestRunning:
    async def test_pause_and_resume(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """A paused schedule has its reason and no next run; resumed, it continues from now."""
        made = await created(api)
        paused = (await api.post(f"schedules/{made['id']}/pause", {"reason": "Holidays"})).json
        clock.advance(days=3)
        await plan_due_work(deps)
        meanwhile = (await api.get(f"schedules/{made['id']}/runs")).json["items"]

        resumed = (await api.post(f"schedules/{made['id']}/resume")).json
        await plan_due_work(deps)

        assert (paused["paused"], paused["paused_reason"]) == (True, "Holidays")
        assert meanwhile == []
        assert (resumed["paused"], resumed["paused_reason"]) == (False, "")
        assert (await api.get(f"schedules/{made['id']}/runs")).json["items"] == []

    async def test_run_now(self, api: Api, deps: FakeDependencies) -> None:
        """A manual run accepts an Idempotency-Key and another number of images."""
        made = await created(api)
        key = {"Idempotency-Key": "now"}

        first = await api.post(f"schedules/{made['id']}/run", {"count": 3}, headers=key)
        second = await api.post(f"schedules/{made['id']}/run", {"count": 3}, headers=key)

        assert (first.status, first.json["request"]["options"]["count"]) == (202, 3)
        assert first.json["id"] == second.json["id"]
        assert first.json["schedule_id"] == made["id"]

    async def test_its_runs_are_jobs(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """The history lists planned runs newest first, by page."""
        made = await created(api, overlap="allow")
        for _ in range(3):
            clock.advance(days=1)
            await plan_due_work(deps)

        first = (await api.get(f"schedules/{made['id']}/runs?limit=2")).json
        second = (await api.get(f"schedules/{made['id']}/runs?limit=2&cursor={first['next_cursor']}")).json

        slots = [job["slot"] for job in first["items"] + second["items"]]
        assert slots == ["20261125T0930Z", "20261124T0930Z", "20261123T0930Z"]
        assert second["next_cursor"] is None


class TestPreview:
    async def test_returns_the_next_runs(self, api: Api) -> None:
        """The preview describes a timing in words and as UTC times, five by default."""
        sent = (await api.post("schedules/preview", {"timing": CRON | {"timezone": "Europe/Berlin"}})).json

        assert sent["runs"][0] == "2026-11-24T08:30:00Z"
        assert (len(sent["runs"]), sent["timezone"]) == (5, "Europe/Berlin")

    async def test_after_a_moment(self, api: Api) -> None:
        """`after` and `count` select the runs."""
        body = {"timing": {"kind": "every", "minutes": 60}, "after": "2027-01-01T12:30:00+02:00", "count": 2}

        sent = (await api.post("schedules/preview", body)).json

        assert sent["runs"] == ["2027-01-01T11:00:00Z", "2027-01-01T12:00:00Z"]

    async def test_a_reader_may_ask(self, api: Api) -> None:
        """A reader may call the preview, which writes nothing."""
        answer = await api.post("schedules/preview", {"timing": CRON}, key="reader")

        assert answer.status == 200

    @pytest.mark.parametrize(
        ("timing", "field"),
        [
            (CRON | {"cron": "every day"}, "timing.cron"),
            (CRON | {"cron": "99 * * * *"}, "timing.cron"),
            (CRON | {"cron": "0 0 31 2 *"}, "timing.cron"),
            (CRON | {"cron": "* * * * * *"}, "timing.cron"),
            (CRON | {"timezone": "Mars/Olympus"}, "timing.timezone"),
            (CRON | {"timezone": "../etc/passwd"}, "timing.timezone"),
            ({"kind": "every", "minutes": 0}, "timing.minutes"),
            ({"kind": "every", "minutes": 1.5}, "timing.minutes"),
            ({"kind": "cron", "cron": "0 9 * * *"}, "timing.timezone"),
            ({"kind": "sometimes"}, "timing.kind"),
        ],
    )
    async def test_invalid_fields_are_named(self, api: Api, timing: dict[str, Any], field: str) -> None:
        """The preview and the schedule reject the same timings with the same messages."""
        previewed = await api.post("schedules/preview", {"timing": timing})
        saved = await api.post("schedules", DRAFT | {"timing": timing})

        assert (previewed.status, previewed.field) == (400, field)
        assert saved.error["message"] == previewed.error["message"]
