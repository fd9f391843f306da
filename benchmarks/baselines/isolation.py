"""Isolation on a shared machine: each server under test gets its own core with priority.

Linux groups processes by session before it compares their niceness (sched_autogroup), so the weight of the session
determines the share. Real-time priority isn't suitable: the threads of one server would wait up to 100 ms for each
other.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from pathlib import Path

import psutil

FIRST = -20


def favour(pid: int, core: int) -> None:
    """Bind a process and its children to `core` and give it priority there, as far as permissions allow."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(pid, {core})
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, FIRST)
        group = Path(f"/proc/{pid}/autogroup")
        if group.exists():
            group.write_text(str(FIRST), encoding="ascii")


def shortcomings() -> list[str]:
    """What `favour` cannot do here, in words."""
    missing = []
    if not hasattr(os, "sched_setaffinity"):
        missing.append(f"{sys.platform} gives no process a core of its own")
    if os.geteuid():
        missing.append("only root may go before other programs")
    return missing


def processor() -> str:
    """What the machine calls its processor."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def waited_s(pid: int) -> float:
    """Seconds that the living threads of a process and its descendants were ready to run and had no core.

    From Linux's schedstat; 0 elsewhere.  Threads of one server that wait for each other count too.
    """
    nanoseconds = 0
    for process in _family(pid):
        for thread in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                nanoseconds += int(thread.read_text(encoding="ascii").split()[1])
    return nanoseconds / 1e9


def cpu_s(pid: int) -> float:
    """User and system seconds that a process and its living descendants have used."""
    total = 0.0
    for process in _family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
