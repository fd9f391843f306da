"""Settings, presets, and saved searches over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from functions.errors import Unavailable
from functions.services import library_settings
from functions.services.library_jobs.worker import run_library_job
from tests.fakes import PROFILE, Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery


class TestSettings:
    async def test_a_new_library_has_defaults(self, api: Api) -> None:
        """The first read creates the settings, and returns no model profile or internal fields."""
        sent = (await api.get("settings", key="reader")).json

        assert (sent["timezone"], sent["paused"], sent["limits"]["images_per_job"]) == ("UTC", False, 16)
        assert sent["usage"] == {"today": {"images": 0, "cost_usd": 0.0}, "month": {"images": 0, "cost_usd": 0.0}}
        assert {"profile", "sidecars_seen"}.isdisjoint(sent)

    async def test_changes_are_merged(self, api: Api) -> None:
        """Only the given limits change, and the reason of a pause is removed with it."""
        stored = (await api.get("settings")).json

        paused = (
            await api.patch(
                "settings",
                {"etag": stored["etag"], "paused": True, "paused_reason": "Moving", "limits": {"images_per_day": 5}},
            )
        ).json
        resumed = (await api.patch("settings", {"etag": paused["etag"], "paused": False})).json

        assert paused["limits"] == stored["limits"] | {"images_per_day": 5}
        assert (paused["paused"], paused["paused_reason"]) == (True, "Moving")
        assert (resumed["paused"], resumed["paused_reason"]) == (False, "")
        assert resumed["limits"]["images_per_day"] == 5

    async def test_a_cost_limit_is_set_and_removed_with_0(self, api: Api) -> None:
        """Without a value, a cost limit stays as it is; 0 removes it, and a negative one is rejected."""
        stored = (await api.get("settings")).json
        assert (stored["limits"]["usd_per_day"], stored["limits"]["usd_per_month"]) == (None, None)

        both = {"usd_per_day": 2.5, "usd_per_month": 40}
        limited = (await api.patch("settings", {"etag": stored["etag"], "limits": both})).json
        assert limited["etag"] != stored["etag"]
        monthly = (await api.patch("settings", {"etag": limited["etag"], "limits": {"usd_per_day": 0}})).json
        refused = await api.patch("settings", {"etag": monthly["etag"], "limits": {"usd_per_month": -1}})

        assert limited["limits"] == stored["limits"] | {"usd_per_day": 2.5, "usd_per_month": 40.0}
        assert monthly["limits"] == limited["limits"] | {"usd_per_day": None}
        assert (refused.status, refused.field) == (400, "limits.usd_per_month")

    async def test_an_old_etag_is_stale(self, api: Api) -> None:
        """Of two concurrent changes of the settings, the second is rejected."""
        stored = (await api.get("settings")).json
        await api.patch("settings", {"etag": stored["etag"], "paused": True})

        answer = await api.patch("settings", {"etag": stored["etag"], "limits": {"trash_days": 3}})

        assert (answer.status, answer.error["code"]) == (412, "stale")

    async def test_a_new_model_profile_keeps_the_etag(self, api: Api, deps: FakeDependencies) -> None:
        """A new model profile in the settings document does not change the ETag."""
        stored = (await api.get("settings")).json
        await library_settings.refresh_profile(deps, await library_settings.settings(deps))

        answer = await api.patch("settings", {"etag": stored["etag"], "paused": True})

        assert answer.status == 200
        assert (await library_settings.settings(deps)).profile == PROFILE

    async def test_usage_is_reported(self, api: Api, deps: FakeDependencies) -> None:
        """The usage of the day and the month is returned with the limits."""
        from functions.services.generation.run import run_job

        await api.post("jobs", {"theme": "foxes", "options": {"count": 2}})
        await run_job(deps, deps.generation_queue.take_one())

        sent = (await api.get("settings")).json

        assert sent["usage"]["today"]["images"] == sent["usage"]["month"]["images"] == 2

    async def test_another_time_zone_rewrites_the_days(
        self, api: Api, deps: FakeDependencies, gallery: Gallery, clock: Clock
    ) -> None:
        """A job sets the day of every image, also in trash, to the new time zone, and the timeline follows."""
        late = await gallery.add(at=clock.now.replace(hour=23, minute=30))
        gone = await gallery.add()
        await api.delete(f"images/{gone.id}")
        stored = (await api.get("settings")).json

        await api.patch("settings", {"etag": stored["etag"], "timezone": "Asia/Tokyo"})
        open_jobs = (await api.get("jobs?status=queued")).json["items"]
        await run_library_job(deps, deps.library_queue.take_one())

        job = (await api.get(f"jobs/{open_jobs[0]['id']}")).json
        assert (job["kind"], job["status"], job["work"]["changed"]) == ("rewrite-days", "succeeded", 2)
        assert (await api.get(f"images/{late.id}")).json["day"] == "2026-11-24"
        assert (await api.get("timeline")).json == {
            "days": [{"day": "2026-11-24", "count": 1}],
            "total": 1,
            "timezone": "Asia/Tokyo",
        }

    async def test_only_the_last_time_zone_counts(self, api: Api, deps: FakeDependencies, gallery: Gallery) -> None:
        """After two changes in a row, the first job ends and the second does the work."""
        image = await gallery.add()
        stored = (await api.get("settings")).json
        stored = (await api.patch("settings", {"etag": stored["etag"], "timezone": "Asia/Tokyo"})).json
        await api.patch("settings", {"etag": stored["etag"], "timezone": "Pacific/Kiritimati"})

        while message := deps.library_queue.take():
            await run_library_job(deps, message)

        jobs = (await api.get("jobs")).json["items"]
        assert sorted(job["status"] for job in jobs) == ["cancelled", "succeeded"]
        assert (await api.get(f"images/{image.id}")).json["day"] == "2026-11-23"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"timezone": "Mars/Olympus"}, "timezone"),
            ({"timezone": ""}, "timezone"),
            ({"limits": {"images_per_job": 65}}, "limits.images_per_job"),
            ({"limits": {"pictures": 5}}, "limits.pictures"),
            ({"limits": {"max_pixels": "many"}}, "limits.max_pixels"),
            ({"profile": {}}, "profile"),
        ],
    )
    async def test_invalid_fields_are_named(self, api: Api, changes: dict[str, Any], field: str) -> None:
        """An invalid setting is rejected by name, and no setting changes."""
        stored = (await api.get("settings")).json

        answer = await api.patch("settings", {"etag": stored["etag"], "paused": True} | changes)

        assert (answer.status, answer.field) == (400, field)
        assert (await api.get("settings")).json["paused"] is False


PERSONAL = [
    ("presets", {"name": "Quick", "options": {"steps": 5}}, {"name": "Slow", "options": {"steps": 50}}),
    ("saved-searches", {"name": "Good foxes", "q": "fox rating:>3"}, {"name": "Bad foxes", "q": "fox rating:<2"}),
]


@pytest.mark.parametrize(("address", "first", "second"), PERSONAL, ids=["presets", "saved searches"])
class TestPersonal:
    async def test_live_and_die(self, api: Api, address: str, first: dict[str, Any], second: dict[str, Any]) -> None:
        """Each can be created, listed by name, read, replaced by ETag, and deleted."""
        created = await api.post(address, first)
        one = f"{address}/{created.json['id']}"
        read = (await api.get(one)).json
        changed = await api.put(one, second | {"etag": read["etag"]})
        stale = await api.put(one, first | {"etag": read["etag"]})
        listed = (await api.get(address)).json
        deleted = await api.delete(one)

        assert created.status == 201
        assert created.json == read
        assert first.items() <= read.items() or read["options"]["steps"] == 5
        assert (changed.status, changed.json["name"]) == (200, second["name"])
        assert stale.status == 412
        assert listed == {"items": [changed.json], "next_cursor": None}
        assert (deleted.status, deleted.body) == (204, b"")
        assert (await api.get(one)).status == 404

    async def test_are_separate_per_user(
        self, api: Api, address: str, first: dict[str, Any], second: dict[str, Any]
    ) -> None:
        """Users can't see, change, or delete documents of others, and may use the same names."""
        mine = (await api.post(address, first)).json
        one = f"{address}/{mine['id']}"

        theirs = [
            await api.get(one, key="other"),
            await api.put(one, second | {"etag": mine["etag"]}, key="other"),
            await api.delete(one, key="other"),
        ]
        same_name = await api.post(address, first, key="other")

        assert [answer.status for answer in theirs] == [404] * 3
        assert same_name.status == 201
        assert [item["id"] for item in (await api.get(address)).json["items"]] == [mine["id"]]

    async def test_names_are_unique(
        self, api: Api, address: str, first: dict[str, Any], second: dict[str, Any]
    ) -> None:
        """A name that the user has already used is rejected, also when renaming."""
        await api.post(address, first)
        other = (await api.post(address, second)).json

        again = await api.post(address, first | {"name": first["name"].upper()})
        renamed = await api.put(f"{address}/{other['id']}", first | {"etag": other["etag"]})

        assert [(answer.status, answer.field) for answer in (again, renamed)] == [(400, "name"), (400, "name")]


class TestProfile:
    async def test_is_the_builtin_one_until_the_inference_service_responds(
        self, deps: FakeDependencies, clock: Clock
    ) -> None:
        """The built-in profile is used until the inference service returns its own, which is stored."""
        deps.image_generator.fail(Unavailable())
        deps.image_generator.served = PROFILE.evolve(revision="r2")

        shipped = await library_settings.profile(deps)
        again = await library_settings.profile(deps)
        clock.advance(library_settings.UNKNOWN_PROFILE_REFRESH_S)
        reported = await library_settings.profile(deps)
        clock.advance(library_settings.UNKNOWN_PROFILE_REFRESH_S)
        saved = await library_settings.profile(deps)

        assert [profile.revision for profile in (shipped, again, reported, saved)] == ["r1", "r1", "r2", "r2"]
        assert deps.image_generator.profile_calls == 2
