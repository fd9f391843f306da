"""How long the result of a health check is used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.policy.health_cache import HealthCache

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("healthy", [True, False])
@pytest.mark.parametrize(
    ("later_s", "is_known"),
    [(0, True), (4.9, True), (5, False), (3600, False), (-1, False)],
    ids=["at once", "soon", "5 s", "an hour", "clock set back"],
)
def test_a_result_is_used_for_five_seconds(healthy: bool, later_s: float, is_known: bool) -> None:
    """A result of either kind is known for five seconds, unless the clock was set back."""
    cache = HealthCache()
    assert cache.known(now=NOW) is None

    cache.note(healthy, now=NOW)

    assert cache.known(now=NOW + timedelta(seconds=later_s)) is (healthy if is_known else None)
