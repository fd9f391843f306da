"""Runs one command so that it never outlives the process that asked for it, not even when that one is killed.

On Linux the kernel sends the signal, and the command takes this process's place; elsewhere this process stays
beside the command and looks every half second whether its parent is still there.

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
LOOK_EVERY_S = 0.5
PATIENCE_S = 5.0


def main(arguments: list[str]) -> int:
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was told
            return 1
        os.execvp(command[0], command)  # noqa: S606 - the caller's own command
    return beside(command, parent)


def beside(command: list[str], parent: int) -> int:
    """Run the command as a child; pass signals on; end it when the parent is gone."""
    child = subprocess.Popen(command)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: child.send_signal(number))
    while child.poll() is None and os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
