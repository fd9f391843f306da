"""Update a stored document that others may save at the same time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

from functions.errors import AlreadyExists, NotFound, Stale, Transient
from functions.models.document import Document
from functions.ports import Store

ATTEMPTS = 20
FIRST_PAUSE_S = 0.01
LONGEST_PAUSE_S = 0.5

D = TypeVar("D", bound=Document)
Jitter = Callable[[], float]  # in [0, 1)
Pause = Callable[[float], Awaitable[None]]


@overload
async def update(
    store: Store[D],
    id: str,
    change: Callable[[D], D],
    *,
    loaded: D | None = None,
    before_save: Callable[[D, D], Awaitable[None]] | None = None,
    jitter: Jitter = random.random,
    pause: Pause = asyncio.sleep,
) -> D: ...


@overload
async def update(
    store: Store[D],
    id: str,
    change: Callable[[D], D | None],
    *,
    loaded: D | None = None,
    missing: Callable[[], D | None] | None = None,
    before_save: Callable[[D, D], Awaitable[None]] | None = None,
    jitter: Jitter = random.random,
    pause: Pause = asyncio.sleep,
) -> D | None: ...


async def update(
    store: Store[D],
    id: str,
    change: Callable[[D], D | None],
    *,
    loaded: D | None = None,
    missing: Callable[[], D | None] | None = None,
    before_save: Callable[[D, D], Awaitable[None]] | None = None,
    jitter: Jitter = random.random,
    pause: Pause = asyncio.sleep,
) -> D | None:
    """Apply `change` to the latest version of a document, save it, and return the stored document.

    `change` is pure and runs again on a newer version if another process saved first. If it returns None, nothing is
    saved and None is returned; an equal document is returned without being saved.

    `loaded` is a version that was read before, and is tried first. `missing` returns the document to create if none
    exists, or None to do nothing; without it, `NotFound` is raised. `before_save` is called before each attempt with
    the version that was read and the one to save.

    Raises `Transient` after `ATTEMPTS` attempts. The delays between them double up to half a second, each multiplied
    by `jitter`.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            await pause(jitter() * min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (attempt - 1)))
        document, loaded = loaded, None
        try:
            if document is None:
                document = await store.get(id)
        except NotFound:
            if missing is None:
                raise
            fresh = missing()
            if fresh is None:
                return None
            try:
                return await store.create(fresh)
            except AlreadyExists:
                continue
        changed = change(document)
        if changed is None or changed == document:
            return changed
        if before_save is not None:
            await before_save(document, changed)
        try:
            return await store.replace(changed)
        except Stale:
            continue
        except NotFound:
            if missing is None:
                raise
    raise Transient(
        f"Couldn't save this change: the document was changed {ATTEMPTS} times in the meantime. Try again in a moment."
    )
