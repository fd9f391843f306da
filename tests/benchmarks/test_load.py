"""The load generator: timing, saved results, and resuming after an interruption."""

from __future__ import annotations

import asyncio
import base64
import io
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from benchmarks.load.agreement import difference
from benchmarks.load.generator import closed_loop, open_loop
from benchmarks.load.state import StateFile
from benchmarks.load.traces import Arrival, Trace
from benchmarks.load.workers import Workers

SERVICE_S = 0.05


def server(status: int = 200) -> httpx2.AsyncClient:
    """A client of a server that handles one request at a time, each in `SERVICE_S`."""
    turn = asyncio.Lock()

    async def app(scope: Any, receive: Any, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        async with turn:
            await asyncio.sleep(SERVICE_S)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b'{"data": []}'})

    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")


def at(*moments: float) -> Trace:
    arrivals = tuple(Arrival(at_s=moment, steps=4, seed=0, prompt="a fox") for moment in moments)
    return Trace(name="t", load=1.0, duration_s=1.0, arrivals=arrivals)


async def test_an_open_loop_does_not_wait_for_responses() -> None:
    """Requests are sent when they are due, without waiting for earlier responses."""
    async with server() as http:
        heard = await open_loop(http, at(0, 0, 0, 0))

    latencies = sorted(sample.latency_s for sample in heard.samples)
    assert [sample.error for sample in heard.samples] == [None] * 4
    for place, latency in enumerate(latencies, start=1):
        assert latency >= place * SERVICE_S
    assert heard.took_s >= 4 * SERVICE_S


async def test_a_closed_loop_keeps_its_callers_busy() -> None:
    """Every caller sends its next request after its last response, until all are sent."""
    async with server() as http:
        heard = await closed_loop(http, at(*range(6)).arrivals, callers=2)

    assert len(heard.samples) == 6
    assert heard.took_s >= 6 * SERVICE_S
    assert sorted(sample.latency_s for sample in heard.samples)[1] >= SERVICE_S


async def test_a_rejected_request_is_an_error() -> None:
    """A response other than 200 is an error with its status."""
    async with server(429) as http:
        heard = await open_loop(http, at(0))

    assert heard.samples[0].error is not None
    assert heard.samples[0].error.startswith("429")


def test_results_are_saved_line_by_line(tmp_path: Path) -> None:
    """A later run reads every record except an incomplete line."""
    path = tmp_path / "state.jsonl"
    first = StateFile(path)
    first.add("trace", trace="1", server="ours", worker_s=60.0)
    first.add("trace", trace="1", server="lock", worker_s=30.0)
    with path.open("a") as file:
        file.write('{"kind": "trace", "trace": "2", "ser')

    again = StateFile(path)
    again.add("trace", trace="2", server="ours")

    assert again.has("trace", trace="1", server="lock")
    assert not again.has("trace", trace="2", server="lock")
    assert again.spent_s == 90.0
    assert len(StateFile(path).of("trace")) == 3


def test_different_conditions_are_rejected(tmp_path: Path) -> None:
    """A file is continued only under the same conditions, and differences are listed."""
    path = tmp_path / "state.jsonl"
    StateFile(path).conditions({"threads": 1, "machine": "this"})

    StateFile(path).conditions({"threads": 1, "machine": "this"})
    with pytest.raises(SystemExit, match=r"other conditions \(threads\)"):
        StateFile(path).conditions({"threads": 2, "machine": "this"})


def test_workers_share_the_tasks_and_end_at_the_first_failure() -> None:
    """Every task runs once; after a failure no other starts, and the error is raised."""
    done: list[int] = []
    lock = threading.Lock()

    def task(number: int) -> Callable[[int | None], None]:
        def run(core: int | None) -> None:
            if number == 7:
                raise ValueError("broken")
            with lock:
                done.append(number)

        return run

    Workers([None, None]).work([task(number) for number in range(7)])
    assert sorted(done) == list(range(7))

    with pytest.raises(ValueError, match="broken"):
        Workers([None]).work([task(number) for number in (8, 7, 9)])
    assert done[7:] == [8]


def png(red: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (red, 0, 0)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_images_agree_within_the_guarantee() -> None:
    """Images that are three levels apart don't agree, and the difference is reported."""
    assert difference([png(10)], [png(10)]).same

    found = difference([png(10), png(10)], [png(10), png(13)])

    assert not found.same
    assert found.levels == 3
    assert found.share == pytest.approx(1 / 6)
    assert found.decibels == pytest.approx(43.4, abs=0.1)
