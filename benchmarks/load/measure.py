"""Measure one server: throughput in a closed loop, latency in an open loop with a trace."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baselines.isolation import cpu_s, favour, waited_s
from benchmarks.baselines.servers import KEY, ROOT, THREADS, Running, Server, running
from benchmarks.load.generator import Heard, client, closed_loop, fetch_image, open_loop
from benchmarks.load.state import StateFile
from benchmarks.load.summary import p95
from benchmarks.load.traces import STEPS, Arrival, Trace, requests
from benchmarks.load.workers import Workers

WARM_UP = 8
CALLERS = 8  # in a closed loop: enough that no server ever waits for one
OVERHEAD_STEPS = 20


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What every measurement needs."""

    workers: Workers
    state: StateFile
    threads: int  # torch's, in each server
    log: Path

    def throughput(self, server: Server, core: int | None, *, number: int, count: int) -> None:
        """`count` mixed requests of `CALLERS` callers, and once for each server the images it generates."""
        began = time.monotonic()
        with running(server, core=core, threads=self.threads, log=self.log) as found:
            self._warm_up(found, server)
            heard = self._closed(found, requests(count, seed=1000 + number))
        self._fail_on_errors(server, heard)
        self.state.add(
            "throughput",
            server=server.name,
            number=number,
            images_per_s=count / heard.took_s,
            started_s=found.started_s,
            worker_s=time.monotonic() - began,
        )

    def trace(self, server: Server, core: int | None, *, trace: Trace) -> None:
        """The whole trace, open loop, against a server that was just started and warmed up."""
        began = time.monotonic()
        with running(server, core=core, threads=self.threads, log=self.log) as found:
            self._warm_up(found, server)
            used, waited = cpu_s(found.pid), waited_s(found.pid)
            heard = self.workers.run(_open(found, trace))
            used, waited = cpu_s(found.pid) - used, waited_s(found.pid) - waited
        self._fail_on_errors(server, heard)
        self.state.add(
            "trace",
            trace=trace.name,
            load=trace.load,
            server=server.name,
            core=core,
            latencies=[[sample.steps, round(sample.latency_s, 4)] for sample in heard.samples],
            took_s=heard.took_s,
            server_cpu=used / heard.took_s,
            server_waited=waited / heard.took_s,
            generator_cpu=heard.generator_cpu_s / heard.took_s,
            late_p95_s=p95(sample.late_s for sample in heard.samples),
            worker_s=time.monotonic() - began,
        )

    def overhead_http(self, server: Server, core: int | None, *, callers: int, number: int, count: int) -> None:
        """Images per second through HTTP, all of one step count, for so many callers at once."""
        began = time.monotonic()
        alike = [
            Arrival(at_s=0.0, steps=OVERHEAD_STEPS, seed=each.seed, prompt=each.prompt)
            for each in requests(count, seed=0)
        ]
        with running(server, core=core, threads=self.threads, log=self.log) as found:
            self._closed(found, alike[:CALLERS])
            heard = self._closed(found, alike, callers=callers)
        self._fail_on_errors(server, heard)
        self.state.add(
            "overhead",
            way=f"HTTP, {callers} at once",
            number=number,
            images_per_s=count / heard.took_s,
            worker_s=time.monotonic() - began,
        )

    def overhead_bare(self, core: int | None, *, rows: int, number: int, count: int) -> None:
        """Images per second of the same step loop in a process without a server."""
        began = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.load.bare", "--images", str(count), "--rows", str(rows)]
        process = subprocess.Popen(
            [*command, "--steps", str(OVERHEAD_STEPS)],
            cwd=ROOT,
            env={**os.environ, THREADS: str(self.threads)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        if core is not None:
            favour(process.pid, core)
        output, _ = process.communicate()
        if process.returncode:
            raise SystemExit("The bare step loop failed.")
        self.state.add(
            "overhead",
            way=f"bare, {rows} at once",
            number=number,
            images_per_s=json.loads(output.splitlines()[-1])["images_per_s"],
            worker_s=time.monotonic() - began,
        )

    def _warm_up(self, found: Running, server: Server) -> None:
        """Each step count once; the first time, the images are kept for a comparison."""
        images = [self.workers.run(_image(found, arrival)) for arrival in reference_requests()]
        if not self.state.has("images", server=server.name):
            encoded = [base64.b64encode(each).decode() for each in images]
            self.state.add("images", server=server.name, images=encoded)
        self._closed(found, requests(WARM_UP, seed=1))

    def _closed(self, found: Running, arrivals: Sequence[Arrival], *, callers: int = CALLERS) -> Heard:
        return self.workers.run(_closed(found, arrivals, callers))

    def _fail_on_errors(self, server: Server, heard: Heard) -> None:
        errors = [sample.error for sample in heard.samples if sample.error is not None]
        if errors:
            raise SystemExit(f"{server.title} failed {len(errors)} of {len(heard.samples)} requests: {errors[0]}")


def reference_requests() -> list[Arrival]:
    """One request of each step count, the same for every server."""
    prompt = "a watercolor painting of a fox in the snow"
    return [Arrival(at_s=0.0, steps=steps, seed=steps, prompt=prompt) for steps in STEPS]


async def _open(found: Running, trace: Trace) -> Heard:
    async with client(found.url, KEY) as http:
        return await open_loop(http, trace)


async def _closed(found: Running, arrivals: Sequence[Arrival], callers: int) -> Heard:
    async with client(found.url, KEY) as http:
        return await closed_loop(http, arrivals, callers=callers)


async def _image(found: Running, arrival: Arrival) -> bytes:
    async with client(found.url, KEY) as http:
        return await fetch_image(http, arrival)
