"""The rate limit of a service, learned from its responses: a token bucket each for requests and tokens. Pure.

The headers are those of OpenAI and Azure OpenAI: `x-ratelimit-limit-requests`, `x-ratelimit-remaining-requests`,
`x-ratelimit-reset-requests` (a duration such as `6m0s` until the limit is full again), and the same for `tokens`.
Times are seconds of any monotonic clock.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

KINDS = ("requests", "tokens")
MAX_CLOSED_S = 600.0
WINDOW_S = 60.0  # limits are per minute, unless the response tells when the limit is full again
LONGEST_S = 86400.0  # no limit takes longer to be full again
UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What was left at the time `at`, and how much is added per second, up to `capacity`."""

    capacity: float
    level: float
    per_s: float
    at: float

    def wait_s(self, amount: float, now: float) -> float:
        """Return the seconds until `amount` is available. More than the capacity is never asked for."""
        missing = min(amount, self.capacity) - self._level(now)
        return 0.0 if missing <= 0 else missing / self.per_s

    def without(self, amount: float, now: float) -> Bucket:
        """Return the bucket after `amount` was used."""
        return replace(self, level=self._level(now) - amount, at=now)

    def _level(self, now: float) -> float:
        return min(self.capacity, self.level + (now - self.at) * self.per_s)


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """What one process knows about the rate limit of a service. Without any response yet, nothing is limited."""

    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    closed_until: float = -math.inf  # the service has rejected a request until then

    def wait_s(self, now: float, *, tokens: float) -> float:
        """Return the seconds until the service will accept a request of this many tokens."""
        amounts = {"requests": 1.0, "tokens": tokens}
        waits = [bucket.wait_s(amounts[kind], now) for kind, bucket in self.buckets.items()]
        return max(self.closed_until - now, 0.0, *waits)

    def after_request(self, now: float, *, tokens: float) -> RateLimit:
        """Return the limit while a request is sent, so that others of this process see less."""
        amounts = {"requests": 1.0, "tokens": tokens}
        used = {kind: bucket.without(amounts[kind], now) for kind, bucket in self.buckets.items()}
        return replace(self, buckets=used)

    def after_response(self, headers: Mapping[str, str], now: float) -> RateLimit:
        """Return the limit with what the headers of a response tell. Missing and invalid ones change nothing."""
        told = {kind: bucket for kind in KINDS if (bucket := bucket_from(headers, kind, now)) is not None}
        return replace(self, buckets={**self.buckets, **told})

    def after_rejection(self, retry_after_s: float | None, now: float) -> RateLimit:
        """Return the limit after a response with status 429.

        After MAX_CLOSED_S the service is asked again, in case its limit was raised.
        """
        closed_until = now + min(retry_after_s or 0.0, MAX_CLOSED_S)
        return replace(self, closed_until=max(self.closed_until, closed_until))


def bucket_from(headers: Mapping[str, str], kind: str, now: float) -> Bucket | None:
    """Return the bucket of this kind that the headers describe, or None."""
    try:
        capacity = float(headers[f"x-ratelimit-limit-{kind}"])
        level = float(headers[f"x-ratelimit-remaining-{kind}"])
    except (KeyError, ValueError):
        return None
    if not (capacity > 0 and 0 <= level <= capacity):
        return None
    full_in_s = seconds(headers.get(f"x-ratelimit-reset-{kind}", "")) if level < capacity else 0.0
    return Bucket(
        capacity=capacity,
        level=level,
        per_s=(capacity - level) / full_in_s if full_in_s > 0 else capacity / WINDOW_S,
        at=now,
    )


def seconds(duration: str) -> float:
    """Return the seconds of a duration such as `1h2m`, `6m0s`, `7.66s`, `20ms`, or `12`; 0 if it is none of these.

    More than a day is a point in time, which some servers send instead of a duration.
    """
    if re.fullmatch(r"\d+(\.\d+)?", duration, re.ASCII):
        duration += "s"
    if not re.fullmatch(f"(?:{PART.pattern})+", duration, re.ASCII):
        return 0.0
    total = sum(float(number) * UNITS_S[unit] for number, unit in PART.findall(duration))
    return total if total <= LONGEST_S else 0.0
