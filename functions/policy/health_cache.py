"""Results of health checks, which anyone may request."""

from __future__ import annotations

from datetime import datetime, timedelta

FRESH = timedelta(seconds=5)


class HealthCache:
    """The result of the last health check, so that callers can't make the app read its catalog at will."""

    def __init__(self) -> None:
        self._checked_at: datetime | None = None
        self._healthy = False

    def known(self, *, now: datetime) -> bool | None:
        """Return the last result, or None if it is too old. One from before the clock was set back is too old."""
        if self._checked_at is None or not timedelta() <= now - self._checked_at < FRESH:
            return None
        return self._healthy

    def note(self, healthy: bool, *, now: datetime) -> None:
        """Remember a result."""
        self._checked_at, self._healthy = now, healthy
