"""Run a command that ends with its parent process, even if the parent is killed.

On Linux, the kernel sends the signal, and the command replaces this process. On other systems, this process runs
the command as a child and checks every half second whether the parent still exists.

    python parent_watch.py PARENT_PID COMMAND ARGUMENT…
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
POLL_INTERVAL_S = 0.5
STOP_LIMIT_S = 5.0


def main(arguments: list[str]) -> int:
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent ended before prctl was called
            return 1
        os.execvp(command[0], command)  # noqa: S606 - the caller's own command
    return run_as_child(command, parent)


def run_as_child(command: list[str], parent: int) -> int:
    """Run the command as a child, forward signals, and end it when the parent is gone."""
    child = subprocess.Popen(command)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: child.send_signal(number))
    while child.poll() is None and os.getppid() == parent:
        time.sleep(POLL_INTERVAL_S)
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            child.kill()
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
