"""Measure the time from a fresh clone to the first images: `python -m benchmarks.first_start`.

Clones this repository's last commit into a folder of its own, runs `make run` there, and counts images with the API.
Nothing that was installed before is used but the package managers' own caches.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.table import Row, arguments, report
from local.run.state_files import any_free_port

ROOT = Path(__file__).parents[1]
READY = re.compile(r"Auto-Image-Gen is ready: (\S+)#sign-in=")
IMAGES = 12  # that a first start generates
LIMIT_S = 900.0
STOP_S = 60.0
# What would make it another start: keys, other parts, this shell's own virtual environment.
ENVIRONMENT = ("PATH", "HOME", "LANG", "PIP_CONFIG_FILE", "PIP_INDEX_URL", "NPM_CONFIG_USERCONFIG", "SSL_CERT_FILE")


def main() -> None:
    options = arguments("From a fresh clone to the first image and to all of them.")
    with tempfile.TemporaryDirectory() as folder:
        clone, log = Path(folder) / "clone", Path(folder) / "log"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        env = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
        began = time.monotonic()
        with log.open("wb") as out:
            running = subprocess.Popen(
                ["make", "run", f"PORT={any_free_port()}"],
                cwd=clone,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            rows = _measured(running, log, began, key=clone / ".local" / "api-key")
        finally:
            _stop(running)
    report([*rows, Row("machine load during the measurement", os.getloadavg()[0], "")], options.json)


def _measured(running: subprocess.Popen[bytes], log: Path, began: float, *, key: Path) -> list[Row]:
    reached: dict[int, float] = {}
    ready_s, address = 0.0, ""
    while IMAGES not in reached:
        now_s = time.monotonic() - began
        output = log.read_text(encoding="utf-8", errors="replace")
        if running.poll() is not None or now_s > LIMIT_S:
            raise SystemExit(f"The start ended or took longer than {LIMIT_S:g} s:\n{output[-2000:]}")
        if found := READY.search(output):
            ready_s, address = ready_s or now_s, found[1]
            count = _count(address, key.read_text(encoding="utf-8").strip())
            for wanted in (1, IMAGES):
                if count >= wanted:
                    reached.setdefault(wanted, time.monotonic() - began)
        time.sleep(0.5)
    return [
        Row("until it is ready", ready_s, "s"),
        Row("until the first image", reached[1], "s"),
        Row(f"until all {IMAGES}", reached[IMAGES], "s"),
    ]


def _count(address: str, key: str) -> int:
    request = urllib.request.Request(
        f"{address.rstrip('/')}/api/images?limit={IMAGES}", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return len(json.load(answer)["items"])


def _stop(running: subprocess.Popen[bytes]) -> None:
    """Stop all processes of the start, like Ctrl+C."""
    if running.poll() is not None:
        return
    os.killpg(running.pid, signal.SIGINT)
    try:
        running.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(STOP_S)


if __name__ == "__main__":
    main()
