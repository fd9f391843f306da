"""The inference service with the starter model on this machine: `python -m benchmarks.inference [--json FILE]`.

The engine alone, the encoders alone, then the same pictures through gunicorn and HTTP.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.table import Row, arguments, report
from inference_service import schema
from inference_service.diffusion import DiffusionEngine
from inference_service.encoding import encode
from inference_service.engine import Painting, Picture
from inference_service.settings import Settings

ROOT = Path(__file__).parents[1]
PROMPT = "a watercolor painting of a fox in the snow"
PICTURES = 5
STEPS = (8, 20)
KEY = "benchmark"
QUEUE = 4


def main() -> None:
    options = arguments("Seconds per picture of the starter model, bare and through HTTP.")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the service runs
    rows = [*_bare(), *_served()]
    report(rows, options.json)


def _bare() -> Iterator[Row]:
    engine = DiffusionEngine(Settings())
    took, profile = _timed(engine.setup)
    yield Row("import and load until ready", took, "s")
    painting: Painting | None = None
    for steps in STEPS:
        picture = _picture(steps)
        times = []
        for _ in range(PICTURES):
            took, painting = _timed(partial(engine.paint, picture, _unheard))
            times.append(took)
        yield Row(f"engine, {steps} steps, 256 px", statistics.median(times), "s/picture")
    assert painting is not None
    for output_format in ("png", "webp"):
        body = json.dumps({"prompt": PROMPT, "output_format": output_format}).encode()
        order = schema.order(schema.parse(body), profile, Settings())
        times = [_timed(partial(encode, order, order.pictures[0], painting))[0] for _ in range(20)]
        yield Row(f"encode {output_format}, 256 px", statistics.median(times) * 1000, "ms")


def _served() -> Iterator[Row]:
    with _server() as url:
        for steps in STEPS:
            times, painting = [], []
            for seed in range(PICTURES):
                took, answer = _timed(partial(_generate, url, steps=steps, seed=seed))
                times.append(took)
                painting.append(took - answer["data"][0]["painting_ms"] / 1000)
            yield Row(f"HTTP, {steps} steps, 256 px", statistics.median(times), "s/picture")
            yield Row(f"HTTP, {steps} steps: all but painting", statistics.median(painting) * 1000, "ms/picture")
        callers = [_caller(url, seed) for seed in range(QUEUE + 1)]
        while _status(f"{url}/readyz") != 503:
            time.sleep(0.01)
        times = [_timed(partial(_status, f"{url}/healthz"))[0] for _ in range(50)]
        yield Row("/healthz with the queue full, p95", statistics.quantiles(times, n=20)[-1] * 1000, "ms")
        hung_up = time.monotonic()
        for caller in callers:
            caller.close()
        while _body(f"{url}/readyz")["status"] != "ready":
            time.sleep(0.01)
        yield Row("all callers hang up, until idle", time.monotonic() - hung_up, "s")


def _picture(steps: int) -> Picture:
    return Picture(
        prompt=PROMPT,
        negative_prompt=None,
        width=256,
        height=256,
        steps=steps,
        guidance=4.0,
        seed=1,
        sampler="default",
    )


def _unheard(step: int) -> None:
    """Nobody listens to the steps."""


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    value = call()
    return time.perf_counter() - began, value


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"INFERENCE_KEY": KEY, "PORT": str(port), "QUEUE_LIMIT": str(QUEUE), "SHUTDOWN_SECONDS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None and _status(f"{url}/readyz") != 200:
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait()


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
    """Somebody who asks for a slow picture, and can hang up."""
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


if __name__ == "__main__":
    main()
