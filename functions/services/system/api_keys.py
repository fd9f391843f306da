"""API keys that administrators create, list, and revoke. Only their hashes are stored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import AlreadyExists, AppError, BadRequest, NotFound, TooMany, Unauthorized
from functions.models.api_key import StoredKey
from functions.models.caller import Caller
from functions.policy.security.access import KEY_PREFIX, ApiKey
from functions.policy.security.key_cache import USED_INTERVAL
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure
from functions.services.update import update

MAX_KEYS = 200


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A created API key, whose text is known only now."""

    key: str
    stored: StoredKey


async def create(
    deps: Dependencies,
    *,
    name: str,
    role: str,
    expires_at: datetime | None,
    caller: Caller,
    configured: Sequence[ApiKey],
) -> NewKey:
    """Create a key for a name that no other key has, in any case. `configured` are the keys in the settings.

    Raises `BadRequest` naming the field, and `TooMany`.
    """
    now = deps.clock()
    if expires_at is not None and expires_at <= now:
        raise BadRequest("expires_at must be in the future.", field="expires_at")
    if any(name.casefold() == key.name.casefold() for key in configured):
        raise BadRequest(f"The setting API_KEYS contains a key named “{name}”. Choose another name.", field="name")
    if len(await deps.catalog.keys.all()) >= MAX_KEYS:
        raise TooMany(f"A library can have at most {MAX_KEYS} API keys. Revoke one first.", limit=MAX_KEYS)
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    fresh = StoredKey(
        id=id_of(name),
        **caller.creator,
        created_at=now,
        updated_at=now,
        name=name,
        role=role,
        sha256=hashlib.sha256(key.encode()).hexdigest(),
        last_four=key[-4:],
        expires_at=expires_at,
    )
    try:
        stored = await deps.catalog.keys.create(fresh)
    except AlreadyExists:
        raise BadRequest(
            f"An API key named “{name}” already exists. Revoke it first, or choose another name.", field="name"
        ) from None
    deps.key_cache.clear()
    event("key.created", key_id=stored.id, role=role, by=caller.id)
    return NewKey(key=key, stored=stored)


def id_of(name: str) -> str:
    """Return the ID of the only key with this name, so that two requests at once can't create two."""
    return "key-" + hashlib.sha256(name.casefold().encode()).hexdigest()[:32]


async def get(deps: Dependencies, id: str) -> StoredKey:
    """Return the key, or raise `NotFound`."""
    try:
        return await deps.catalog.keys.get(id)
    except NotFound:
        raise NotFound("No API key with this ID exists. Keys in the setting API_KEYS are revoked there.") from None


async def revoke(deps: Dependencies, id: str, *, caller: Caller) -> None:
    """Delete a key. This process refuses it at once, others within `KEYS_TTL`."""
    await deps.catalog.keys.delete(id)
    deps.key_cache.clear()
    event("key.revoked", key_id=id, by=caller.id)


async def find(deps: Dependencies, presented: str) -> Caller | None:
    """Return the owner of this key, or None. Raises `Unauthorized` with the reason if the key has expired.

    The time of use is saved afterwards, without delaying the request.
    """
    if not presented.startswith(KEY_PREFIX):
        return None
    now = deps.clock()
    digest = hashlib.sha256(presented.encode()).hexdigest()
    key = with_digest(digest, await known(deps, now))
    if key is None and deps.key_cache.may_lack(now):
        key = with_digest(digest, await read(deps, now))
    if key is None:
        return None
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthorized("This API key has expired. Ask an administrator for a new one.")
    if deps.key_cache.note_use(key, now):
        task = asyncio.create_task(save_use(deps, key.id, now))
        deps.background.add(task)
        task.add_done_callback(deps.background.discard)
    return Caller.of_key(key.name, role=key.role)


def with_digest(digest: str, keys: Sequence[StoredKey]) -> StoredKey | None:
    """Return the key with this hash, or None. Takes the same time for every hash (constant-time comparison)."""
    found: StoredKey | None = None
    for candidate in keys:
        if hmac.compare_digest(candidate.sha256, digest):
            found = candidate
    return found


async def known(deps: Dependencies, now: datetime) -> Sequence[StoredKey]:
    """Return all keys, at most `KEYS_TTL` old."""
    keys = deps.key_cache.keys(now)
    return await read(deps, now) if keys is None else keys


async def read(deps: Dependencies, now: datetime) -> Sequence[StoredKey]:
    """Read all keys, and remember them."""
    generation = deps.key_cache.generation
    keys = await deps.catalog.keys.all()
    deps.key_cache.remember(keys, generation=generation, now=now)
    return keys


async def save_use(deps: Dependencies, id: str, at: datetime) -> None:
    """Save the time of use, unless another process has just saved one or the key is revoked. Errors are only logged."""

    def used(stored: StoredKey) -> StoredKey | None:
        recent = stored.last_used_at is not None and abs(at - stored.last_used_at) < USED_INTERVAL
        return None if recent else stored.evolve(last_used_at=at)

    try:
        await update(deps.catalog.keys, id, used, missing=lambda: None)
    except AppError as exc:
        failure("key.use_not_saved", exc, key_id=id)
