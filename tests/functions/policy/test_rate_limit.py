"""The rate limit of a service is learned from its responses."""

from __future__ import annotations

import pytest

from functions.policy.rate_limit import RateLimit, seconds

HEADERS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "1",
    "x-ratelimit-reset-requests": "59s",
    "x-ratelimit-limit-tokens": "10000",
    "x-ratelimit-remaining-tokens": "6000",
    "x-ratelimit-reset-tokens": "24s",
}


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("1h2m", 3720),
        ("6m0s", 360),
        ("7.66s", 7.66),
        ("20ms", 0.02),
        ("12", 12),
        ("", 0),
        ("soon", 0),
        ("5 s", 0),
        ("-1s", 0),
        ("24h", 86400),
        ("1795000000", 0),
        ("9" * 400, 0),
        ("²", 0),
        ("٣s", 0),
    ],
)
def test_durations_of_headers_are_read(duration: str, expected: float) -> None:
    """All units add up, and anything else, such as a point in time, is zero."""
    assert seconds(duration) == pytest.approx(expected)


def test_nothing_is_limited_before_the_first_response() -> None:
    """A process that knows nothing yet sends its requests at once."""
    assert RateLimit().wait_s(0.0, tokens=1e9) == 0.0


def test_requests_use_up_what_is_left_and_wait_for_the_next() -> None:
    """With one request left and one more per second, the second request waits a second, and the third two."""
    limit = RateLimit().after_response(HEADERS, 100.0)

    assert limit.wait_s(100.0, tokens=10) == 0.0
    limit = limit.after_request(100.0, tokens=10)
    assert limit.wait_s(100.0, tokens=10) == pytest.approx(1.0)
    limit = limit.after_request(100.0, tokens=10)
    assert limit.wait_s(100.0, tokens=10) == pytest.approx(2.0)
    assert limit.wait_s(102.0, tokens=10) == pytest.approx(0.0)


def test_tokens_are_limited_too() -> None:
    """A request of more tokens than are left waits until they are added."""
    limit = RateLimit().after_response(HEADERS, 0.0)

    assert limit.wait_s(0.0, tokens=7000) == pytest.approx(1000 / (4000 / 24))


def test_a_request_larger_than_the_limit_waits_for_a_full_bucket() -> None:
    """It waits for all that the service ever allows, and not forever."""
    limit = RateLimit().after_response(HEADERS, 0.0)

    assert limit.wait_s(0.0, tokens=50_000) == pytest.approx(24.0)


def test_a_rejection_closes_the_limit_for_all() -> None:
    """After a rejection with Retry-After, no request is sent before that time."""
    limit = RateLimit().after_rejection(17.0, 100.0)

    assert limit.wait_s(100.0, tokens=1) == 17.0
    assert limit.wait_s(117.0, tokens=1) == 0.0
    assert limit.after_rejection(None, 101.0).wait_s(101.0, tokens=1) == 16.0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit-requests": "60"},
        {"x-ratelimit-limit-requests": "many", "x-ratelimit-remaining-requests": "1"},
        {"x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0"},
        {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "-1"},
        {"x-ratelimit-limit-requests": "nan", "x-ratelimit-remaining-requests": "nan"},
    ],
)
def test_headers_that_make_no_sense_are_ignored(headers: dict[str, str]) -> None:
    """Missing and invalid headers don't limit requests."""
    assert RateLimit().after_response(headers, 0.0) == RateLimit()


def test_a_limit_without_a_reset_is_per_minute() -> None:
    """Limits are per minute if the header with the time is missing."""
    headers = {"x-ratelimit-limit-requests": "6", "x-ratelimit-remaining-requests": "0"}

    assert RateLimit().after_response(headers, 0.0).wait_s(0.0, tokens=1) == pytest.approx(10.0)


def test_a_long_rejection_is_checked_again() -> None:
    """A service that asks to wait for a day is asked again after ten minutes, because its limit can be raised."""
    assert RateLimit().after_rejection(86_400, 0.0).wait_s(0.0, tokens=1) == 600.0
