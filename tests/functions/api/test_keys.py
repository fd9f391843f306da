"""API keys that an administrator creates, lists, and revokes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.models.caller import Caller
from functions.policy.security.key_cache import KEYS_TTL, REREAD_INTERVAL, KeyCache
from functions.services.system import api_keys
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Answer, Api

ADMIN = Caller.of_key("admin", role="admin")


async def create(api: Api, name: str = "anna", role: str = "editor", **more: Any) -> dict[str, Any]:
    answer = await api.post("keys", {"name": name, "role": role, **more}, key="admin")
    assert answer.status == 201, answer.body
    return answer.json


async def listed(api: Api, name: str) -> dict[str, Any]:
    (found,) = [key for key in (await api.get("keys", key="admin")).json["items"] if key["name"] == name]
    return found


async def use(api: Api, key: str) -> Answer:
    return await api.get("config", key=key)


def in_another_process(deps: FakeDependencies) -> FakeDependencies:
    """Return the dependencies of another process: the same catalog, and an empty cache of keys."""
    return replace(deps, key_cache=KeyCache())


async def test_a_created_key_works_at_once(api: Api) -> None:
    """The key identifies its owner by name, with the role that it was created with."""
    made = await create(api)

    config = (await use(api, made["key"])).json

    assert (config["caller_id"], config["name"], config["role"]) == ("key:anna", "anna", "editor")
    assert (made["source"], made["created_by"], made["created_by_name"]) == ("library", "key:admin", "admin")
    assert (await api.get("keys", key=made["key"])).status == 403


async def test_only_hashes_are_stored_and_listed(api: Api, deps: FakeDependencies) -> None:
    """Only the response to the creation contains the key; lists contain its last four characters."""
    made = await create(api)
    (stored,) = await deps.catalog.keys.all()
    found = await listed(api, "anna")

    assert stored.sha256 == hashlib.sha256(made["key"].encode()).hexdigest()
    assert made["key"] not in stored.model_dump_json() + json.dumps(found)
    assert found == {name: value for name, value in made.items() if name != "key"}
    assert found["last_four"] == made["key"][-4:]
    assert re.fullmatch(r"aig_[A-Za-z0-9_-]{43}", made["key"])


async def test_a_revoked_key_is_refused_at_once(api: Api, deps: FakeDependencies) -> None:
    """The list no longer has the key, and saving the time of its last use doesn't restore it."""
    made = await create(api)
    assert (await use(api, made["key"])).status == 200

    assert (await api.delete(f"keys/{made['id']}", key="admin")).status == 204
    await asyncio.gather(*deps.background)

    assert (await use(api, made["key"])).status == 401
    assert not await deps.catalog.keys.all()
    assert (await api.delete(f"keys/{made['id']}", key="admin")).status == 404


async def test_other_processes_refuse_a_revoked_key_within_30_seconds(deps: FakeDependencies, clock: Clock) -> None:
    """Other processes cache the keys for 30 seconds, and then read them again."""
    made = await api_keys.create(deps, name="anna", role="reader", expires_at=None, caller=ADMIN, configured=())
    other = in_another_process(deps)
    assert await api_keys.find(other, made.key) is not None

    await api_keys.revoke(deps, made.stored.id, caller=ADMIN)
    clock.advance(KEYS_TTL.total_seconds())

    assert await api_keys.find(other, made.key) is None
    assert timedelta(seconds=30) >= KEYS_TTL


async def test_other_processes_accept_a_new_key(deps: FakeDependencies, clock: Clock) -> None:
    """An unknown key makes other processes read the keys again, at most every two seconds."""
    other = in_another_process(deps)
    assert await api_keys.find(other, "aig_made-up") is None
    made = await api_keys.create(deps, name="anna", role="reader", expires_at=None, caller=ADMIN, configured=())

    assert await api_keys.find(other, made.key) is None
    clock.advance(REREAD_INTERVAL.total_seconds())
    assert await api_keys.find(other, made.key) is not None


async def test_an_expired_key_is_refused_with_the_reason(api: Api, clock: Clock) -> None:
    """The key works until its expiry."""
    made = await create(api, expires_at=(clock() + timedelta(hours=1)).isoformat())
    assert (await use(api, made["key"])).status == 200

    clock.advance(hours=1)

    answer = await use(api, made["key"])
    assert (answer.status, answer.error["message"]) == (
        401,
        "This API key has expired. Ask an administrator for a new one.",
    )


async def test_the_last_use_is_saved_every_five_minutes(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """Requests within five minutes don't save the time of use."""
    made = await create(api)
    times = []
    for minute in (1, 2, 5, 1):
        await use(api, made["key"])
        await asyncio.gather(*deps.background)
        times.append((await listed(api, "anna"))["last_used_at"])
        clock.advance(minutes=minute)

    assert times == ["2026-11-23T09:00:00Z"] * 3 + ["2026-11-23T09:08:00Z"]


async def test_keys_in_the_settings_are_listed_and_not_revocable(api: Api) -> None:
    """Keys in the settings have no ID, reserve their names, and work without the catalog."""
    found = await listed(api, "reader")

    assert (found["id"], found["source"], found["role"], found["last_four"]) == (None, "settings", "reader", None)
    answer = await api.post("keys", {"name": "Reader", "role": "reader"}, key="admin")
    assert (answer.status, answer.field) == (400, "name")
    answer = await api.delete("keys/reader", key="admin")
    assert (answer.status, "API_KEYS" in answer.error["message"]) == (404, True)


async def test_a_name_has_one_key_until_it_is_revoked(api: Api) -> None:
    """One of two simultaneous requests is refused; after a key is revoked, its name can have another key."""
    answers = await asyncio.gather(
        *(api.post("keys", {"name": name, "role": "reader"}, key="admin") for name in ("anna", "Anna"))
    )
    assert sorted(answer.status for answer in answers) == [201, 400]
    first = next(answer.json for answer in answers if answer.status == 201)

    await api.delete(f"keys/{first['id']}", key="admin")

    assert (await create(api))["key"] != first["key"]
    assert (await use(api, first["key"])).status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a:b", "role": "reader"}, "name"),
        ({"name": "", "role": "reader"}, "name"),
        ({"name": "x" * 65, "role": "reader"}, "name"),
        ({"name": "anna", "role": "owner"}, "role"),
        ({"name": "anna"}, "role"),
        ({"name": "anna", "role": "reader", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ],
)
async def test_invalid_keys_are_refused(api: Api, body: dict[str, Any], field: str) -> None:
    """The error names the field."""
    answer = await api.post("keys", body, key="admin")

    assert (answer.status, answer.field) == (400, field)


async def test_a_key_of_the_catalog_needs_the_catalog(deps: FakeDependencies) -> None:
    """Text that can't be a generated key doesn't cause a read."""

    unreadable: Any = None
    unread = replace(deps, catalog=replace(deps.catalog, keys=unreadable))

    assert await api_keys.find(unread, "some-password") is None
