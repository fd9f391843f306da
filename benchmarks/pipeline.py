"""Measure the control plane: jobs from submission to stored image, with a stub of the inference service.

Function host, SQLite catalog, Azurite, and word lists are real; only the inference service is a stub. CPU time is
user plus system time of the processes, including polling by this script.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import psutil

from benchmarks.stub_inference import StubInferenceService
from benchmarks.table import Row, parser, report
from local.run import process_specs, storage
from local.run.options import Options
from local.run.process import ManagedProcess
from local.run.state_files import any_free_port

CONCURRENCIES = (1, 16)
KEY = "benchmark"
POLL_S = 0.05


async def main() -> None:
    given = parser(__doc__ or "")
    given.add_argument("--jobs", type=int, default=200, help="jobs at each concurrency (200)")
    arguments = given.parse_args()
    with tempfile.TemporaryDirectory() as folder, StubInferenceService() as inference:
        rows = await measured(Path(folder), inference.url, jobs=arguments.jobs)
    report(rows, arguments.json)


async def measured(folder: Path, inference_url: str, *, jobs: int) -> list[Row]:
    """Start storage and host in `folder`, and run `jobs` jobs at each concurrency."""
    options = Options(folder=folder, env=dict(os.environ), port=any_free_port())
    storage_spec, connection = storage.storage_spec(options)
    inference = process_specs.Address(url=inference_url, key="any")
    host_spec = process_specs.host_spec(
        options, port=options.port, storage=connection, inference=inference, key=KEY, dashboard=False
    )
    started: list[ManagedProcess] = []
    rows: list[Row] = []
    try:
        for spec in (storage_spec, host_spec):
            started.append(ManagedProcess(spec, print))
            await started[-1].start()
        async with aiohttp.ClientSession(
            base_url=f"http://127.0.0.1:{options.port}/api/", headers={"Authorization": f"Bearer {KEY}"}
        ) as api:
            await lift_limits(api)
            await run_jobs(api, count=5, concurrency=1)
            for concurrency in CONCURRENCIES:
                rows += await one_run(api, started, jobs=jobs, concurrency=concurrency)
    finally:
        for process in reversed(started):
            await process.stop()
    return rows


async def one_run(
    api: aiohttp.ClientSession, started: Sequence[ManagedProcess], *, jobs: int, concurrency: int
) -> list[Row]:
    """Return jobs per second, and CPU milliseconds per job of the function host and the storage emulator."""
    before = [cpu_s(process) for process in started]
    began = time.monotonic()
    await run_jobs(api, count=jobs, concurrency=concurrency)
    took = time.monotonic() - began
    storage_ms, host_ms = (
        1000 * (cpu_s(process) - spent) / jobs for process, spent in zip(started, before, strict=True)
    )
    return [
        Row(f"concurrency {concurrency}, jobs per second", jobs / took, "1/s"),
        Row(f"concurrency {concurrency}, CPU of the function host", host_ms, "ms/job"),
        Row(f"concurrency {concurrency}, CPU of Azurite", storage_ms, "ms/job"),
    ]


async def run_jobs(api: aiohttp.ClientSession, *, count: int, concurrency: int) -> None:
    """Submit `count` jobs of one image, `concurrency` at a time, and return when all have succeeded."""
    slots = asyncio.Semaphore(concurrency)

    async def one() -> None:
        async with slots:
            async with api.post("jobs", json={"theme": "animals in unexpected places"}) as answer:
                answer.raise_for_status()
                job_id = (await answer.json())["id"]
            while True:
                await asyncio.sleep(POLL_S * concurrency)
                async with api.get(f"jobs/{job_id}") as answer:
                    job = await answer.json()
                if job["finished_at"]:
                    break
        if job["status"] != "succeeded":
            raise SystemExit(f"A job ended as {job['status']}: {job['reason']}")

    await asyncio.gather(*(one() for _ in range(count)))


async def lift_limits(api: aiohttp.ClientSession) -> None:
    async with api.get("settings") as answer:
        settings = await answer.json()
    limits = settings["limits"] | {"images_per_day": 1_000_000, "images_per_month": 1_000_000}
    async with api.patch("settings", json={"etag": settings["etag"], "limits": limits}) as answer:
        answer.raise_for_status()


def cpu_s(managed: ManagedProcess) -> float:
    """Return user and system time in seconds of a process and its children."""
    process = psutil.Process(managed.pid)
    times = [member.cpu_times() for member in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


if __name__ == "__main__":
    asyncio.run(main())
