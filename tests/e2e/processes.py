"""The real processes: the inference service with the starter model, and the function host."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from tests.azurite import free_ports

ROOT = Path(__file__).parents[2]
KEY = "a key of the tests"
API_KEYS = f"tests:editor:{hashlib.sha256(KEY.encode()).hexdigest()}"
INFERENCE_KEY = "an inference key of the tests"
T = TypeVar("T")


def until(found: Callable[[], T | None], *, timeout_s: float = 60.0, what: str = "it") -> T:
    """Return the value of `found` once it is true; fail with a message after the limit."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = found()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout_s:g} s for {what}; the last answer was {value!r}.")
        time.sleep(0.1)


def is_responding(url: str) -> bool:
    """Return whether a GET of this URL succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


class ServerProcess:
    """A process with its own log and process group."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], folder: Path) -> None:
        self.name, self._command, self._env, self._folder = name, command, dict(env), folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("OPENAI", "AZURE", "COSMOS"))
        }
        with (self._folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=clean | self._env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Kill the process and its children with SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        return (self._folder / f"{self.name}.log").read_text()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)


class Inference(ServerProcess):
    """The inference service on a free port."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"]
        # Threads that wait for each other on busy cores cost more than they save.
        env = {"PORT": str(port), "INFERENCE_KEY": INFERENCE_KEY, "OMP_NUM_THREADS": "1"}
        super().__init__("inference", gunicorn, env, folder)

    def wait(self) -> None:
        until(lambda: is_responding(f"{self.url}/readyz"), timeout_s=120, what="the inference service")


class FunctionHost(ServerProcess):
    """The local function host with the real function app."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "local.host", "--port", str(port), "--state", str(folder / "host")]
        given = {"API_KEYS": API_KEYS, "INFERENCE_KEY": INFERENCE_KEY, "SQLITE_PATH": str(folder / "catalog.sqlite")}
        super().__init__("host", command, given | dict(env), folder)

    def wait(self) -> None:
        until(lambda: is_responding(f"{self.url}/api/health"), timeout_s=60, what="the function host")

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Return the JSON response of an API call, including error responses."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        request = urllib.request.Request(f"{self.url}/api/{path}", data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as exc:
            return json.loads(exc.read() or b"null")

    def wait_until_finished(self, job_id: str, *, timeout_s: float = 90.0) -> dict[str, Any]:
        """Wait until the job has ended and return it."""

        def ended() -> dict[str, Any] | None:
            try:
                job = self.call("GET", f"jobs/{job_id}")
            except OSError:
                return None
            return job if job.get("finished_at") else None

        return until(ended, timeout_s=timeout_s, what=f"job {job_id} to end")
