"""Routes about the service itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from functions import bootstrap
from functions.adapters.sqlite.catalog import open_sqlite
from functions.api.routes.openapi import document
from functions.errors import SettingsError, Unavailable
from functions.models.library import LibrarySettings
from functions.ports import Store
from functions.services import library_settings
from functions.settings import Settings
from functions.version import VERSION
from tests.fakes import PROFILE, Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, authenticator


class TestService:
    async def test_health_needs_nothing(self, api: Api) -> None:
        """The health check requires no sign-in."""
        answer = await api.get("health", key=None)

        assert answer.json == {"status": "ok", "version": VERSION}

    async def test_health_is_unavailable_without_a_catalog(self, api: Api, deps: FakeDependencies) -> None:
        """With a damaged catalog, the health check is 503 and says nothing to strangers about files."""
        damaged = SettingsError("Catalog file /data/catalog.sqlite is corrupted or isn't an SQLite database.")

        class Damaged:
            async def get(self, id: str) -> LibrarySettings:
                raise damaged

        broken = replace(deps, catalog=replace(deps.catalog, settings=cast("Store[LibrarySettings]", Damaged())))
        bootstrap.provide(broken, authenticator())
        answer = await api.get("health", key=None)

        assert answer.status == 503
        assert "/data" not in json.dumps(answer.json)
        assert answer.json["error"]["message"] == "The function app can't use its catalog or storage. Check its logs."

    @pytest.mark.parametrize("service", ["blobs", "generation_queue"])
    async def test_health_is_unavailable_without_storage(
        self, api: Api, deps: FakeDependencies, clock: Clock, service: str
    ) -> None:
        """While blobs or queues can't be read, the health check is 503, and 200 after that."""
        getattr(deps, service).fail(Unavailable("Storage account secret123 can't be reached."))

        during = await api.get("health", key=None)
        clock.advance(6)
        after = await api.get("health", key=None)

        assert (during.status, after.status) == (503, 200)
        assert "secret123" not in json.dumps(during.json)

    async def test_health_of_a_locked_catalog_is_answered_in_time(
        self, api: Api, deps: FakeDependencies, tmp_path: Path, clock: Clock
    ) -> None:
        """While another program holds the file of a new catalog, the health check is 503 within five seconds."""
        path = tmp_path / "locked.sqlite"
        catalog = await open_sqlite(path, clock)
        bootstrap.provide(replace(deps, catalog=catalog), authenticator())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()

        answer = await api.get("health", key=None)

        assert (answer.status, time.monotonic() - began < 5) == (503, True)
        other.close()
        await catalog.close()

    async def test_health_checks_share_one_read(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        """Strangers can't make the app read its catalog more often than every few seconds, healthy or not."""
        reads: list[str] = []

        class Counted:
            async def get(self, id: str) -> LibrarySettings:
                reads.append(id)
                await asyncio.sleep(0)
                if len(reads) > 1:
                    raise SettingsError("The catalog is gone.")
                return await deps.catalog.settings.get(id)

        counted = replace(deps, catalog=replace(deps.catalog, settings=cast("Store[LibrarySettings]", Counted())))
        await library_settings.settings(deps)
        bootstrap.provide(counted, authenticator())
        first = await asyncio.gather(*(api.get("health", key=None) for _ in range(20)))
        clock.advance(6)
        second = await asyncio.gather(*(api.get("health", key=None) for _ in range(20)))

        assert [answer.status for answer in (*first, *second)] == [200] * 20 + [503] * 20
        assert len(reads) == 2

    async def test_a_locked_catalog_is_answered_in_time(
        self, api: Api, deps: FakeDependencies, tmp_path: Path, clock: Clock
    ) -> None:
        """While another program holds the catalog file, a new job gets 503 within five seconds."""
        path = tmp_path / "locked.sqlite"
        catalog = await open_sqlite(path, clock)
        bootstrap.provide(replace(deps, catalog=catalog), authenticator())
        await api.get("config")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()

        answer = await api.post("jobs", {"theme": "owls"})

        assert (answer.status, time.monotonic() - began < 5) == (503, True)
        assert "is locked by another program" in answer.json["error"]["message"]
        other.close()
        await catalog.close()

    async def test_openapi_is_the_generated_document(self, api: Api) -> None:
        """The OpenAPI document is served as generated."""
        answer = await api.get("openapi.json", key=None)

        assert answer.json == document()

    async def test_config(self, api: Api, deps: FakeDependencies) -> None:
        """The configuration contains the model profile, the limits, and the caller."""
        sent = (await api.get("config", key="reader")).json

        assert sent["profile"]["model"] == sent["models"][0] == PROFILE.model
        assert (sent["name"], sent["role"], sent["prompts_by"]) == ("reader", "reader", "offline")
        assert sent["painter"] == {"status": "ready", "longest_start_s": None}
        assert sent["limits"]["images_per_job"] == 16

    async def test_config_with_an_inference_service_scaled_to_zero(self, api: Api, deps: FakeDependencies) -> None:
        """No call requires a started inference service."""
        deps.image_generator.available = False
        deps.image_generator.fail(Unavailable(), times=5)

        sent = (await api.get("config")).json

        assert sent["painter"] == {"status": "asleep", "longest_start_s": None}
        assert sent["profile"]["model"] == PROFILE.model

    @pytest.mark.parametrize("overrides", [{"inference_timeout_s": 0.05}], ids=["50 ms"])
    async def test_config_with_an_inference_service_that_hangs(
        self, api: Api, deps: FakeDependencies, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An inference service that doesn't respond is reported as scaled to zero."""

        async def hang(*args: object, **kwargs: object) -> bool:
            await asyncio.Event().wait()
            return True

        monkeypatch.setattr(deps.image_generator, "is_ready", hang)
        monkeypatch.setattr(deps.image_generator, "model_profile", hang)

        sent = (await api.get("config")).json

        assert sent["painter"] == {"status": "asleep", "longest_start_s": None}

    async def test_stats(self, api: Api, gallery: Gallery) -> None:
        """The statistics contain the numbers of the library."""
        _, gone = await gallery.several(2)
        await api.delete(f"images/{gone.id}")
        await api.post("jobs", {"theme": "foxes"})

        sent = (await api.get("stats")).json

        assert sent == {
            "pictures": 1,
            "trash": 1,
            "missing": 0,
            "jobs_open": 1,
            "unreadable": 0,
            "today": {"images": 0, "cost_usd": 0.0},
            "month": {"images": 0, "cost_usd": 0.0},
        }

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({}, {"methods": [], "issuer": None, "client_id": None, "audience": None}),
            (
                {"api_keys": "a:editor:" + "0" * 64},
                {"methods": ["key"], "issuer": None, "client_id": None, "audience": None},
            ),
            (
                {"jwt_issuer": "https://i.test", "jwt_audience": "api://a", "jwt_client_id": "c"},
                {"methods": ["entra", "key"], "issuer": "https://i.test", "client_id": "c", "audience": "api://a"},
            ),
        ],
    )
    async def test_sign_in_options(
        self,
        api: Api,
        monkeypatch: pytest.MonkeyPatch,
        settings: dict[str, Any],
        expected: dict[str, object],
    ) -> None:
        """The sign-in options are readable before sign-in and contain no secret."""
        for name, spec in Settings.__dataclass_fields__.items():
            monkeypatch.setenv(spec.metadata["name"], settings.get(name, ""))
        bootstrap.settings.cache_clear()

        answer = await api.get("sign-in", key=None)
        bootstrap.settings.cache_clear()

        assert answer.json == expected


class TestChanges:
    async def test_begins_with_a_token_and_the_open_jobs(self, api: Api, gallery: Gallery) -> None:
        """Without a change token, only open jobs are returned."""
        await gallery.add()
        job = (await api.post("jobs", {"theme": "foxes"})).json

        sent = (await api.get("changes")).json

        assert (sent["images"], sent["schedules"], sent["open_jobs"]) == ([], [], 1)
        assert [(one["id"], one["position"]) for one in sent["jobs"]] == [(job["id"], 0)]

    async def test_nothing_new_is_304(self, api: Api, gallery: Gallery) -> None:
        """A poll without changes returns 304 without a body."""
        await gallery.add()
        token = (await api.get("changes")).json["token"]

        answer = await api.get(f"changes?since={token}")

        assert (answer.status, answer.body) == (304, b"")

    async def test_returns_new_and_changed_documents(self, api: Api, gallery: Gallery) -> None:
        """Images, jobs, and schedules saved since are returned once, with the next change token."""
        old = await gallery.add()
        token = (await api.get("changes")).json["token"]
        new = await gallery.add()
        await api.delete(f"images/{old.id}")
        job = (await api.post("jobs", {"theme": "foxes"})).json
        timing = {"kind": "every", "minutes": 60}
        schedule = (await api.post("schedules", {"name": "n", "theme": "t", "timing": timing})).json

        sent = (await api.get(f"changes?since={token}")).json
        after = await api.get(f"changes?since={sent['token']}")

        assert {image["id"]: bool(image["deleted_at"]) for image in sent["images"]} == {new.id: False, old.id: True}
        assert [one["id"] for one in sent["jobs"]] == [job["id"]]
        assert [one["id"] for one in sent["schedules"]] == [schedule["id"]]
        assert after.status == 304

    @pytest.mark.parametrize("token", ["abc", "W10", "WyJhIiwiYiIsImMiXQ", "%C3%A9", "W251bGwsbnVsbCxudWxsXQ"])
    async def test_a_bad_token_is_named(self, api: Api, token: str) -> None:
        """An invalid change token is rejected."""
        answer = await api.get(f"changes?since={token}")

        assert (answer.status, answer.field) == (400, "since")
