"""Times after which the service acts although nothing happens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Intervals in seconds."""

    progress_s: float = 1.0  # Maximum time between two progress events.
    keep_alive_s: float = 10.0  # Platforms close connections that are idle for minutes.
    idle_s: float = 0.5  # Time without a request after which the engine may run background tasks.
