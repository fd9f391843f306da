"""Auto-Image-Gen as one command starts it, for the browser to look at."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from local.host.connection import emulator_connection_string
from local.run.state_files import any_free_port
from local.run.storage import PORTS, account_key

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 180.0
STOP_LIMIT_S = 30.0
FEW_STEPS = 2  # no test looks at how good an image is
MANY_STEPS = 20  # the model's own number: long enough for a page to show the progress
T = TypeVar("T")
READY = re.compile(r"Auto-Image-Gen is ready: (\S+)")
SWEEP = """
import asyncio
from functions import bootstrap
from functions.services.maintenance.sweep import sweep

async def once():
    await sweep(await bootstrap.dependencies())

asyncio.run(once())
"""
LOSE = """
import asyncio
import sys
from functions import bootstrap
from functions.models.identity import blob_names

async def lose():
    deps = await bootstrap.dependencies()
    for image_id in sys.argv[1:]:
        await deps.blobs.delete("originals", blob_names(image_id).original)

asyncio.run(lose())
"""


class Stack:
    """`make run` after installation, with its first start in a separate folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""  # with the key in its fragment
        self.reader_key = secrets.token_urlsafe(24)
        self._log = folder / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return self.url.partition("#")[0].rstrip("/")

    @property
    def key(self) -> str:
        return self.url.partition("#key=")[2]

    def start(self) -> None:
        """Start every process and wait until all are ready."""
        # Two systems that start at once would both find the usual ports free.
        ports = self.folder / "kept" / "ports.json"
        ports.parent.mkdir(mode=0o700, exist_ok=True)
        if not ports.exists():
            ports.write_text(json.dumps({name: any_free_port() for name in PORTS}))
        env = self._environment() | {
            "LOCAL_DIR": str(self.folder / "kept"),
            "PORT": str(any_free_port()),
            "MODEL_ID": "starter",
            "MODEL_STEPS": str(FEW_STEPS),
            # Threads that wait for each other on busy cores cost more than they save.
            "OMP_NUM_THREADS": "1",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.run"],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.url = until(self._said_url, START_LIMIT_S)

    def _environment(self) -> dict[str, str]:
        """Nothing of the machine's own settings: no paid account, no other database."""
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        reader = hashlib.sha256(self.reader_key.encode()).hexdigest()
        return env | {
            "LIBRARY_TIMEZONE": "Europe/Berlin",
            "API_KEYS": f"visitor:reader:{reader}",
            # An .env of the machine's owner must not reach the tests either.
            "OPENAI_API_KEY": "",
            "AZURE_OPENAI_ENDPOINT": "",
            "OPENAI_BASE_URL": "",
            "COSMOS_ENDPOINT": "",
            "INFERENCE_URL": "",
        }

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_LIMIT_S)

    def api(self, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any) -> Any:
        """Return the JSON response of one call; an error response fails the test with its message."""
        search = f"?{urllib.parse.urlencode(query)}" if query else ""
        request = urllib.request.Request(
            f"{self.origin}/api/{path}{search}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                text = response.read()
        except urllib.error.HTTPError as exc:
            with exc:
                raise AssertionError(f"{method} {path}: {exc.code} {exc.read().decode()}") from None
        return json.loads(text) if text else None

    def images(self, q: str = "") -> list[dict[str, Any]]:
        """Return the results of a search, newest first."""
        return list(self.api("GET", "images", q=q, limit=200)["items"])

    def generated(self, theme: str, *, count: int = 1, limit_s: float = 180.0) -> list[dict[str, Any]]:
        """Images of a theme, once they are generated."""
        job = self.api("POST", "jobs", {"theme": theme, "options": {"count": count}})
        done = until(lambda: self._ended(job["id"]), limit_s)
        assert done["status"] == "succeeded", done
        return [self.api("GET", f"images/{image['id']}") for image in done["pictures"]]

    def wait_for_images(self, count: int, limit_s: float = 180.0) -> None:
        """Until the library has so many; on a first start, twelve are on their way."""
        until(lambda: len(self.images()) >= count, limit_s)

    def sweep(self) -> None:
        """Do now what the timer does every five minutes."""
        self._as_second_instance(SWEEP)

    def lose_originals(self, *image_ids: str) -> None:
        """Delete originals from the storage, as if it had lost them."""
        self._as_second_instance(LOSE, *image_ids)

    def _as_second_instance(self, code: str, *arguments: str) -> None:
        """Run code as an instance of the function app beside the running one."""
        kept = self.folder / "kept"
        ports = json.loads((kept / "ports.json").read_text(encoding="utf-8"))
        env = self._environment() | {
            "AzureWebJobsStorage": emulator_connection_string(ports["blob"], ports["queue"], key=account_key(kept)),
            "SQLITE_PATH": str(kept / "catalog.sqlite"),
        }
        subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, env=env, check=True, capture_output=True)

    def _ended(self, job_id: str) -> dict[str, Any] | None:
        job: dict[str, Any] = self.api("GET", f"jobs/{job_id}")
        return job if job["finished_at"] else None

    def _said_url(self) -> str | None:
        log = self._log.read_text(encoding="utf-8", errors="replace")
        assert self._process is not None
        assert self._process.poll() is None, f"The local run ended early:\n{log[-4000:]}"
        found = READY.search(log)
        if found is None:
            return None
        # The link in the output signs in only once.
        key = (self.folder / "kept" / "api-key").read_text(encoding="utf-8").strip()
        return f"{found[1].partition('#')[0]}#key={key}"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


def until(ask: Callable[[], T | None], limit_s: float) -> T:
    """Return the result once there is one; fail after the time limit."""
    deadline = time.monotonic() + limit_s
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"It took longer than {limit_s:g} s."
        time.sleep(0.1)
