"""Measure the inference service with the starter model: engine only, image encoders only, and over HTTP."""

from __future__ import annotations

import json
import socket
import statistics
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.baselines.servers import KEY, SERVERS, running
from benchmarks.load.bare import generate
from benchmarks.table import Row
from inference_service.config.settings import Settings
from inference_service.engine import DecodedImage, ImageSpec
from inference_service.files.encoding import encode
from inference_service.models.profile import Profile
from inference_service.requests import validation
from inference_service.requests.request_body import parse

PROMPT = "a watercolor painting of a fox in the snow"
IMAGES = 5
STEPS = (8, 20)
QUEUE = 4
FORMATS = ("png", "webp", "jpeg")


def rows(*, device: str) -> Iterator[Row]:
    yield from _bare(device)
    yield from _served(device)


def _bare(device: str) -> Iterator[Row]:
    from inference_service.diffusion.engine import DiffusionEngine

    engine = DiffusionEngine(Settings(device=device))
    took, profiles = _timed(partial(engine.setup, lambda percent: None))
    yield Row("import and load until ready", took, "s")
    profile = profiles[0]
    size = f"{profile.width} px"
    for steps in STEPS:
        specs = [_validated_request(profile, steps=steps, seed=seed).images[0] for seed in range(IMAGES)]
        times = [generate(engine, [spec], 1) for spec in specs]
        yield Row(f"engine, {steps} steps, {size}", statistics.median(times), "s/image")
    decoded = _generated(engine, specs[0])
    for output_format in FORMATS:
        validated = _validated_request(profile, output_format=output_format)
        times = [_timed(partial(encode, validated, validated.images[0], decoded))[0] for _ in range(20)]
        yield Row(f"encode {output_format}, {size}", statistics.median(times) * 1000, "ms")


def _generated(engine: Any, spec: ImageSpec) -> DecodedImage:
    row = engine.start(spec)
    while row.forwards_left:
        engine.step([row], lambda: None)
    found: DecodedImage = engine.decode([row])[0]
    return found


def _validated_request(profile: Profile, **fields: Any) -> validation.ValidatedRequest:
    body = json.dumps({"prompt": PROMPT, "seed": 1, **fields}).encode()
    return validation.validate(parse(body), (profile,), Settings())


def _served(device: str) -> Iterator[Row]:
    more = {"DEVICE": device, "QUEUE_LIMIT": str(QUEUE)}
    with (
        tempfile.TemporaryDirectory() as folder,
        running(SERVERS["ours"], core=None, threads=None, log=Path(folder, "log"), more=more) as found,
    ):
        url = found.url
        yield Row("start of the process until ready", found.started_s, "s")
        for steps in STEPS:
            times, rest = [], []
            for seed in range(IMAGES):
                took, answer = _timed(partial(_generate, url, steps=steps, seed=seed))
                times.append(took)
                rest.append(took - answer["data"][0]["painting_ms"] / 1000)
            yield Row(f"HTTP, {steps} steps", statistics.median(times), "s/image")
            yield Row(f"HTTP, {steps} steps: all but generation", statistics.median(rest) * 1000, "ms/image")
        callers: list[socket.socket] = []
        while _status(f"{url}/readyz") != 503:
            callers.append(_caller(url, len(callers)))
            time.sleep(0.05)
        times = [_timed(partial(_status, f"{url}/healthz"))[0] for _ in range(50)]
        yield Row("/healthz with the queue full, p95", statistics.quantiles(times, n=20)[-1] * 1000, "ms")
        disconnected = time.monotonic()
        for caller in callers:
            caller.close()
        while _body(f"{url}/readyz")["status"] != "ready":
            time.sleep(0.01)
        yield Row("time to idle after all callers disconnect", time.monotonic() - disconnected, "s")


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    value = call()
    return time.perf_counter() - began, value


def _generate(url: str, **fields: int) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{url}/v1/images/generations",
        data=json.dumps({"prompt": PROMPT, **fields}).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _caller(url: str, seed: int) -> socket.socket:
    """A caller that requests a slow image and can disconnect."""
    body = json.dumps({"prompt": PROMPT, "steps": 50, "seed": seed}).encode()
    caller = socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])))
    caller.sendall(
        b"POST /v1/images/generations HTTP/1.1\r\nHost: benchmark\r\nContent-Type: application/json\r\n"
        + f"Authorization: Bearer {KEY}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    return caller


def _status(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def _body(url: str) -> dict[str, Any]:
    with suppress(urllib.error.HTTPError), urllib.request.urlopen(url) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
    return {"status": "busy"}
