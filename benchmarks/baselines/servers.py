"""Start the servers under test, each on a core, wait until they are ready, and stop them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.baselines.environment import baselines_python
from benchmarks.baselines.isolation import favour

ROOT = Path(__file__).parents[2]
KEY = "benchmark"
# Nobody is refused: at 90 % of capacity a queue can grow long, and a refusal would look like speed.
WAITING = 250
LIT_BATCH = 4  # of 1, 2, 4 and 8 the best at 90 % load, by its mean and its p95
READY_S = 180.0
FAREWELL_S = 15.0
THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True, kw_only=True)
class Server:
    """One way to serve the starter model."""

    name: str
    title: str
    command: Callable[[int], list[str]]  # of the port
    health: str = "/readyz"
    env: Mapping[str, str] = field(default_factory=dict)


def _flask(module: str) -> Callable[[int], list[str]]:
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", str(WAITING), "--timeout", "0"]
    return lambda port: [
        *(sys.executable, "-m", "gunicorn", f"benchmarks.baselines.{module}:build()", "--bind", f"127.0.0.1:{port}"),
        *options,
        *("--no-control-socket", "--log-level", "warning"),
    ]


def _lit(port: int) -> list[str]:
    return [baselines_python(), "-m", "benchmarks.baselines.lit", "--port", str(port), "--batch", str(LIT_BATCH)]


def _ours(port: int) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"]


SERVERS: Mapping[str, Server] = {
    server.name: server
    for server in (
        Server(name="lock", title="plain pipeline behind a lock", command=_flask("locked")),
        Server(name="litserve", title="LitServe", command=_lit, health="/health"),
        Server(
            name="ours",
            title="the inference service",
            command=_ours,
            env={"INFERENCE_KEY": KEY, "QUEUE_LIMIT": str(WAITING), "DEVICE": "cpu", "SHUTDOWN_SECONDS": "1"},
        ),
        Server(name="shortest", title="plain pipeline, shortest first", command=_flask("shortest_first")),
    )
}


@dataclass(frozen=True, kw_only=True)
class Running:
    """A started server."""

    url: str
    pid: int
    started_s: float  # from the start of the process until it was ready


@contextlib.contextmanager
def running(
    server: Server, *, core: int | None, threads: int | None, log: Path, more: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """The server on a free port, ready; on one core before everything else there if `core` is given.

    `threads` are torch's, or what it takes by itself; `more` are further variables of the environment.
    """
    port = _free_port()
    env = {**os.environ, **server.env, "PORT": str(port), **(more or {})}
    if threads is not None:
        env |= {THREADS: str(threads), "MKL_NUM_THREADS": str(threads)}
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command(port),
            cwd=ROOT,
            env={**env, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if core is not None:
            favour(process.pid, core)
        url = f"http://127.0.0.1:{port}"
        while not _answers(url + server.health):
            if process.poll() is not None or time.monotonic() - began > READY_S:
                raise SystemExit(f"{server.title} did not start; its output is in {log}.")
            time.sleep(0.02)
        yield Running(url=url, pid=process.pid, started_s=time.monotonic() - began)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the server and everything that it started: it has a session, so a group, of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(FAREWELL_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.HTTPError, OSError):
        return False
