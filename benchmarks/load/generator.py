"""The load generator: sends each request at its scheduled time and records its latency."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from benchmarks.load.traces import Arrival, Trace

PATH = "/v1/images/generations"
TIMEOUT_S = 900.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One answered request."""

    steps: int
    latency_s: float  # from when the request was due, not from when it could be sent
    late_s: float  # of which the generator itself was late
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of a run."""

    samples: tuple[Sample, ...]
    took_s: float  # from the first moment of the trace to the last answer
    generator_cpu_s: float


def client(url: str, key: str) -> httpx2.AsyncClient:
    """A client with a connection for each request: what a server does to keep one alive is not measured."""
    return httpx2.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {key}", "Connection": "close"},
        timeout=TIMEOUT_S,
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
    )


async def open_loop(http: httpx2.AsyncClient, trace: Trace) -> Heard:
    """Send the whole trace on time, however slow the answers are."""
    cpu, began = time.thread_time(), time.monotonic()

    async def one(arrival: Arrival) -> Sample:
        due = began + arrival.at_s
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        late = time.monotonic() - due
        error, _ = await _ask(http, arrival)
        return Sample(steps=arrival.steps, latency_s=time.monotonic() - due, late_s=late, error=error)

    samples = await asyncio.gather(*map(one, trace.arrivals))
    return Heard(samples=tuple(samples), took_s=time.monotonic() - began, generator_cpu_s=time.thread_time() - cpu)


async def closed_loop(http: httpx2.AsyncClient, requests: Sequence[Arrival], *, callers: int) -> Heard:
    """Run concurrent callers. Each requests its next image when the previous one arrives, until all are generated."""
    cpu, began = time.thread_time(), time.monotonic()
    left = iter(requests)
    samples: list[Sample] = []

    async def caller() -> None:
        for arrival in left:
            sent_at = time.monotonic()
            error, _ = await _ask(http, arrival)
            samples.append(Sample(steps=arrival.steps, latency_s=time.monotonic() - sent_at, late_s=0.0, error=error))

    await asyncio.gather(*(caller() for _ in range(callers)))
    return Heard(samples=tuple(samples), took_s=time.monotonic() - began, generator_cpu_s=time.thread_time() - cpu)


async def fetch_image(http: httpx2.AsyncClient, arrival: Arrival) -> bytes:
    """One image's file, or SystemExit with what the server said instead."""
    error, body = await _ask(http, arrival)
    if error is not None:
        raise SystemExit(f"The server under test can't generate an image: {error}")
    return base64.b64decode(body["data"][0]["b64_json"])


async def _ask(http: httpx2.AsyncClient, arrival: Arrival) -> tuple[str | None, dict[str, Any]]:
    try:
        answer = await http.post(PATH, json=arrival.body())
    except httpx2.HTTPError as exc:
        return type(exc).__name__, {}
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text[:200]}", {}
    body: dict[str, Any] = answer.json()
    return None, body
