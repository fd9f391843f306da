"""The API keys of the catalog in memory, so that not every request reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.models.api_key import StoredKey

KEYS_TTL = timedelta(seconds=30)  # the longest time that another process accepts a revoked key
REREAD_INTERVAL = timedelta(seconds=2)  # for unknown keys, which can be new or invented
USED_INTERVAL = timedelta(minutes=5)  # between two saves of the time when a key was used


class KeyCache:
    """Keys as of the last read. The result of a read that began before the last `clear` isn't remembered."""

    def __init__(self) -> None:
        self._keys: tuple[StoredKey, ...] = ()
        self._read_at: datetime | None = None
        self._generation = 0
        self._used_at: dict[str, datetime] = {}

    @property
    def generation(self) -> int:
        """Return the number of calls of `clear`, which a read passes to `remember`."""
        return self._generation

    def keys(self, now: datetime) -> tuple[StoredKey, ...] | None:
        """Return the keys, or None if they have to be read."""
        return self._keys if self._younger_than(KEYS_TTL, now) else None

    def remember(self, keys: Sequence[StoredKey], *, generation: int, now: datetime) -> None:
        """Remember keys whose read began at this time."""
        if generation == self._generation:
            self._keys, self._read_at = tuple(keys), now

    def clear(self) -> None:
        """Forget the keys, because one of them was created or revoked."""
        self._generation += 1
        self._keys, self._read_at = (), None

    def may_lack(self, now: datetime) -> bool:
        """Return whether another process can have created a key since the last read."""
        return not self._younger_than(REREAD_INTERVAL, now)

    def note_use(self, key: StoredKey, now: datetime) -> bool:
        """Return whether the time of this use should be saved."""
        last = max(filter(None, (self._used_at.get(key.id), key.last_used_at)), default=None)
        if last is not None and abs(now - last) < USED_INTERVAL:
            return False
        self._used_at[key.id] = now
        return True

    def _younger_than(self, age: timedelta, now: datetime) -> bool:
        """Return whether the last read is younger than this. After a clock was set back, it isn't."""
        return self._read_at is not None and timedelta(0) <= now - self._read_at < age
