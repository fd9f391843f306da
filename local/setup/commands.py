"""Commands that take long: run with progress on the terminal, everything else in a log."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOG = ROOT / ".local" / "logs" / "setup.log"
QUIET_S = 20.0  # after so long without a line, say that it is still going on
# pip: "Downloading torch-2.13.0-cp311-….whl (526.6 MB)"; uv: "Downloading numpy (16.1MiB)".
LARGE = re.compile(r"Downloading (?:\S*/)?([\w.-]+?)(?:-(\d[^-\s]*)\S*)?\s+\((\d+(?:\.\d+)?) ?([MG]i?B)\)")
NO_SPACE = re.compile(r"No space left on device|ENOSPC|Errno 28|disk quota exceeded", re.IGNORECASE)
NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Network is "
    r"unreachable|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|Max retries exceeded|"
    r"error sending request|dns error|operation timed out"
)
NOT_TRUSTED = re.compile(r"invalid peer certificate|CERTIFICATE_VERIFY_FAILED|UNABLE_TO_GET_ISSUER_CERT")
NO_COMPILER = re.compile(
    r"(?:command|error:) '?(?:\S*/)?(?:x86_64\S+-|aarch64\S+-)?(?:gcc|cc|clang|c\+\+|g\+\+)'?(?: failed:)?:? "
    r"No such file|Microsoft Visual C\+\+ .* is required|[Uu]nable to find a (?:C )?compiler|"
    r"No such file or directory: '(?:gcc|cc|clang|g\+\+|c\+\+)'"
)


class SetupError(Exception):
    """Setting up cannot go on; the message is one sentence for the person at the terminal."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def require_space(gigabytes: float, *, at: Path = ROOT, free_bytes: Callable[[Path], int] | None = None) -> None:
    """Raise `SetupError` when the disk at `at` has less than that free."""
    free = (free_bytes or (lambda path: shutil.disk_usage(path).free))(at) / 1e9
    if free < gigabytes:
        raise SetupError(
            f"Not enough disk space: setting up needs about {gigabytes:g} GB at {at}, and {free:.1f} GB are free."
        )


def work(
    what: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    limit_s: float | None = None,
) -> None:
    """Run a command; `what` completes "… failed" should it fail, which raises `SetupError` with the likely cause."""
    code, output = attempt(command, env=env, cwd=cwd, limit_s=limit_s)
    if code:
        raise SetupError(explanation(what, output))


def attempt(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    limit_s: float | None = None,
) -> tuple[int, str]:
    """Run a command and return its exit code and output; large downloads and long silences are told."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    began = told = time.monotonic()
    over = threading.Event()

    def keep_telling() -> None:
        nonlocal told
        while not over.wait(1):
            now = time.monotonic()
            if limit_s and now - began > limit_s:
                process.kill()
            if now - told > QUIET_S:
                told = now
                say(f"  still at it, {now - began:.0f} s so far")

    teller = threading.Thread(target=keep_telling, daemon=True)
    teller.start()
    lines: list[str] = []
    try:
        with process:
            for line in process.stdout or ():
                lines.append(line)
                large = LARGE.search(line)
                if large and (large[4].startswith("G") or float(large[3]) >= 10):
                    told = time.monotonic()
                    what = f"{large[1]} {large[2]}" if large[2] else large[1]
                    say(f"  downloading {what} ({large[3]} {large[4]})")
    except BaseException:
        process.terminate()
        raise
    finally:
        over.set()
        teller.join()
    output = "".join(lines)
    note(command, output)
    return process.returncode, output


def note(command: Sequence[str], output: str) -> None:
    """Keep what a command said; on a full disk that is not what matters."""
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, command))}\n{output}\n")
    except OSError:
        return


def explanation(what: str, output: str) -> str:
    """One sentence on why a command failed."""
    if NO_SPACE.search(output):
        return f"{what} failed because the disk is full: free some space and start again."
    if NO_COMPILER.search(output):
        return f"{what} failed because a C compiler is missing: install one (gcc or clang) and start again."
    if NOT_TRUSTED.search(output):
        return (
            f"{what} failed: the package index's certificate isn't trusted. Set UV_SYSTEM_CERTS=1, or SSL_CERT_FILE to "
            "your organization's certificates, and run the command again."
        )
    if NO_NETWORK.search(output):
        return f"{what} failed because the package index did not answer: check the network and start again."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    last = (errors or lines or ["it said nothing"])[-1]
    return f'{what} failed: "{last[:300]}".  The rest is in {LOG}.'
