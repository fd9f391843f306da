"""Measure models over HTTP: a one-step model with one caller, and a multi-step model with several callers."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.baselines.servers import KEY, ROOT, SERVERS, running
from benchmarks.diffusion.shapes import Shape, saved
from benchmarks.load.generator import Heard, client, closed_loop
from benchmarks.load.traces import Arrival, requests
from benchmarks.table import Row

CALLERS = 16
OVER_LOCK = 2.0


def one_step_rows(shape: Shape, models: Path, *, device: str, count: int) -> Iterator[Row]:
    """Measure milliseconds per image with one caller and images per second with several, as PNG and as WebP."""
    env = _environment(shape, models, device)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(SERVERS["ours"], core=None, threads=None, log=Path(folder, "log"), more=env) as found,
    ):
        for output_format in ("png", "webp"):
            arrivals = _arrivals(shape, count, output_format)
            _load(found.url, arrivals[:CALLERS], callers=CALLERS)
            alone = _load(found.url, arrivals, callers=1)
            latency = statistics.median(sample.latency_s for sample in alone.samples)
            yield Row(f"{shape.name}, HTTP, {output_format}, alone", latency * 1000, "ms")
            together = _load(found.url, arrivals, callers=CALLERS)
            yield Row(f"{shape.name}, HTTP, {output_format}, {CALLERS} callers", count / together.took_s, "images/s")


def closed_loop_rows(shape: Shape, models: Path, *, device: str, count: int) -> Iterator[Row]:
    """Images a second with callers enough: the plain pipeline behind a lock, then ours."""
    env = _environment(shape, models, device)
    speeds = {}
    with tempfile.TemporaryDirectory() as folder:
        for server in (SERVERS["lock"], SERVERS["ours"]):
            with running(server, core=None, threads=None, log=Path(folder, "log"), more=env) as found:
                arrivals = _arrivals(shape, count, "png")
                _load(found.url, arrivals[:CALLERS], callers=CALLERS)
                heard = _load(found.url, arrivals, callers=CALLERS)
            speeds[server.name] = count / heard.took_s
            yield Row(f"{shape.name}, HTTP, {server.title}", speeds[server.name], "images/s")
    gain = speeds["ours"] / speeds["lock"]
    yield Row(f"{shape.name}, HTTP, ours over lock", gain, "times")
    met = "met" if gain >= OVER_LOCK else "MISSED"
    print(f"{shape.name}, ours over lock {gain:.2f}, to be {OVER_LOCK:g} on a GPU: {met}")


def _environment(shape: Shape, models: Path, device: str) -> Mapping[str, str]:
    folder = saved(shape, models, device=device)
    chosen = {"MODEL_ID": str(folder), "DEVICE": device, "SAFETY_CHECKER": "off"}
    if device == "cuda":
        # Compiled beforehand: a server that compiles between requests is not what is measured here.
        chosen |= {"COMPILE_CACHE_DIR": str(models / "compiled")}
        done = subprocess.run(
            [sys.executable, "-m", "inference_service.precompile"],
            cwd=ROOT,
            env={**os.environ, **chosen},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(f"{shape.name} could not be compiled: {done.stderr.strip()[-300:]}")
    return chosen


def _arrivals(shape: Shape, count: int, output_format: str) -> list[Arrival]:
    return [
        Arrival(
            at_s=0.0,
            steps=shape.steps,
            seed=each.seed,
            prompt=each.prompt,
            size=f"{shape.side}x{shape.side}",
            guidance=shape.guidance,
            output_format=output_format,
        )
        for each in requests(count, seed=9)
    ]


def _load(url: str, arrivals: list[Arrival], *, callers: int) -> Heard:
    async def load() -> Heard:
        async with client(url, KEY) as http:
            return await closed_loop(http, arrivals, callers=callers)

    heard = asyncio.run(load())
    errors = [sample.error for sample in heard.samples if sample.error is not None]
    if errors:
        raise SystemExit(f"{len(errors)} of {len(heard.samples)} requests failed: {errors[0]}")
    return heard
