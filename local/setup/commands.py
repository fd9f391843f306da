"""Run long commands: progress is printed, all other output is logged."""

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
QUIET_S = 20.0  # seconds without a line of output until progress is printed
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
    """Setup failed. The message is printed on the terminal."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def free_bytes(path: Path) -> int:
    """Return the free space on the disk of a file or folder."""
    return shutil.disk_usage(path).free


def require_space(gigabytes: float, *, at: Path = ROOT, free_bytes: Callable[[Path], int] = free_bytes) -> None:
    """Raise `SetupError` if less than this is free on the disk of `at`."""
    free = free_bytes(at) / 1e9
    if free < gigabytes:
        raise SetupError(
            f"Not enough disk space. Setup needs about {gigabytes:g} GB at {at}, but only {free:.1f} GB are free."
        )


def run_command(
    what: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    limit_s: float | None = None,
) -> None:
    """Run a command. Raise `SetupError` with the likely cause if it fails; `what` is the subject of the sentence."""
    code, output = try_command(command, env=env, cwd=cwd, limit_s=limit_s)
    if code:
        raise SetupError(explanation(what, output))


def try_command(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    limit_s: float | None = None,
    quiet_s: float = QUIET_S,
) -> tuple[int, str]:
    """Run a command and return its exit code and output.

    Print large downloads, and progress if nothing was printed for `quiet_s` seconds.
    """
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
    started = printed_at = time.monotonic()
    ended = threading.Event()

    def report_progress() -> None:
        nonlocal printed_at
        while not ended.wait(1):
            now = time.monotonic()
            if limit_s and now - started > limit_s:
                process.kill()
            if now - printed_at > quiet_s:
                printed_at = now
                say(f"  still running ({now - started:.0f} s)")

    reporter = threading.Thread(target=report_progress, daemon=True)
    reporter.start()
    lines: list[str] = []
    try:
        with process:
            for line in process.stdout or ():
                lines.append(line)
                download = LARGE.search(line)
                if download and (download[4].startswith("G") or float(download[3]) >= 10):
                    printed_at = time.monotonic()
                    what = f"{download[1]} {download[2]}" if download[2] else download[1]
                    say(f"  downloading {what} ({download[3]} {download[4]})")
    except BaseException:
        process.terminate()
        raise
    finally:
        ended.set()
        reporter.join()
    output = "".join(lines)
    log_output(command, output)
    return process.returncode, output


def log_output(command: Sequence[str], output: str) -> None:
    """Append the output of a command to the log. Errors are ignored, such as a full disk."""
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        with LOG.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, command))}\n{output}\n")
    except OSError:
        return


def explanation(what: str, output: str) -> str:
    """Return why a command failed and what to do."""
    if NO_SPACE.search(output):
        return f"{what} failed: the disk is full. Free some space and run the command again."
    if NO_COMPILER.search(output):
        return f"{what} failed: no C compiler was found. Install gcc or clang and run the command again."
    if NOT_TRUSTED.search(output):
        return (
            f"{what} failed: the package index's certificate isn't trusted. Set UV_SYSTEM_CERTS=1, or SSL_CERT_FILE to "
            "your organization's certificates, and run the command again."
        )
    if NO_NETWORK.search(output):
        return f"{what} failed: the package index didn't respond. Check the network and run the command again."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "npm error"))]
    last = (errors or lines or ["no output"])[-1]
    return f'{what} failed: "{last[:300]}". See {LOG} for details.'
