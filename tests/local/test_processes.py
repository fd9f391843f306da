"""Processes of the local run: started, monitored, stopped, and never left running."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from local.run.errors import StartError
from local.run.process import PARENT_WATCH, ManagedProcess, ProcessSpec, rotate
from tests.local.polling import LIMIT_S, until
from tests.present import present

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[2]
# Prints that it runs, then sleeps, like its child.
OBEDIENT = "import subprocess, time; p = subprocess.Popen(['sleep', '600']); print('up', p.pid, flush=True); p.wait()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEDIENT


def spec_of(tmp_path: Path, code: str, **changes: Any) -> ProcessSpec:
    log = tmp_path / "logs" / "process.log"

    async def is_up() -> bool:
        return log.exists() and "up" in log.read_text()

    spec = ProcessSpec(
        name="the inference service",
        command=[sys.executable, "-c", code],
        env=dict(os.environ),
        log=log,
        start_limit_s=LIMIT_S,
        stop_limit_s=1,
        is_up=is_up,
    )
    return replace(spec, **changes)


def child_pid(tmp_path: Path) -> int:
    return int((tmp_path / "logs" / "process.log").read_text().split()[-1])


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("code", [OBEDIENT, STUBBORN], ids=["obedient", "stubborn"])
async def test_a_stopped_process_leaves_nothing(tmp_path: Path, code: Any) -> None:
    """A process and its children end at a stop, even if they ignore the signal."""
    process = ManagedProcess(spec_of(tmp_path, code), print)
    await process.start()

    await asyncio.wait_for(process.stop(), LIMIT_S)

    await until(lambda: gone(child_pid(tmp_path)))


async def test_a_process_that_ends_while_starting(tmp_path: Path) -> None:
    """The error names the process, the last line of its log, and the log's path."""
    process = ManagedProcess(spec_of(tmp_path, "import sys; sys.exit('the model is missing')"), print)

    with pytest.raises(
        StartError, match=r'^The inference service stopped while starting: "the model is missing"\. Log: /'
    ):
        await process.start()
    await process.stop()


async def test_a_process_that_does_not_respond(tmp_path: Path) -> None:
    """A process that isn't up within its limit fails to start and can still be stopped."""
    process = ManagedProcess(spec_of(tmp_path, "import time; time.sleep(600)", start_limit_s=0.5), print)

    with pytest.raises(StartError, match="didn't respond within"):
        await process.start()
    await process.stop()


async def test_a_process_that_ends_is_restarted(tmp_path: Path) -> None:
    """A process that ends is reported with the cause and restarted."""
    sentences: list[str] = []
    process = ManagedProcess(spec_of(tmp_path, OBEDIENT), sentences.append)
    await process.start()
    first = present(process._process).pid
    watching = asyncio.create_task(process.watch())

    os.kill(first, signal.SIGKILL)
    await until(lambda: present(process._process).pid != first)

    assert sentences == [
        f"The inference service stopped (ended by SIGKILL). Restarting it. Log: {tmp_path / 'logs' / 'process.log'}"
    ]
    await process.stop()
    await asyncio.wait_for(watching, LIMIT_S)


CHATTY = """
import time
print("up", flush=True)
while True:
    print("x" * 1000, flush=True)
    time.sleep(0.001)
"""


async def test_a_log_is_rotated_while_the_process_runs(tmp_path: Path) -> None:
    """A process that writes without end fills at most two logs of the permitted size, and goes on writing."""
    process = ManagedProcess(spec_of(tmp_path, CHATTY, log_bytes=20_000, log_interval_s=0.01), print)
    await process.start()
    watching = asyncio.create_task(process.watch())
    old = process.spec.log.with_suffix(".old.log")

    await until(old.exists)
    first = old.stat().st_mtime_ns
    await until(lambda: old.stat().st_mtime_ns > first)
    await process.stop()
    await asyncio.wait_for(watching, LIMIT_S)

    assert old.stat().st_size > 20_000


def test_without_space_for_the_old_log_the_log_is_emptied(tmp_path: Path) -> None:
    """A log never fills the disk, even if its old content is lost."""
    log = tmp_path / "process.log"
    log.write_text("x" * 100)
    log.with_suffix(".old.log").mkdir()  # so that no copy can be written there

    rotate(log, 99)

    assert log.read_text() == ""


async def test_a_large_log_is_renamed(tmp_path: Path) -> None:
    """At a start, a large log is renamed, which limits the total size."""
    spec = spec_of(tmp_path, OBEDIENT, log_bytes=10)
    spec.log.parent.mkdir()
    spec.log.write_text("an old and long log")

    process = ManagedProcess(spec, print)
    await process.start()
    await process.stop()

    assert spec.log.with_suffix(".old.log").read_text() == "an old and long log"
    assert spec.log.read_text().startswith("up")


SUPERVISOR = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.local.test_processes import OBEDIENT, ManagedProcess, spec_of

async def main():
    await ManagedProcess(spec_of(Path({folder!r}), OBEDIENT), print).start()
    print("started", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    """If the supervisor is killed, its processes end."""
    code = SUPERVISOR.format(root=str(ROOT), folder=str(tmp_path))
    supervisor = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE, cwd=ROOT)
    assert await present(supervisor.stdout).readline() == b"started\n"
    process = psutil.Process(supervisor.pid).children()[0]

    supervisor.kill()
    await supervisor.wait()

    await until(lambda: gone(process.pid))
    psutil.Process(child_pid(tmp_path)).kill()  # its own child is the part's business; ours are gunicorn and node


BESIDE = """
import sys
sys.path.insert(0, {folder!r})
import parent_watch
parent_watch.POLL_INTERVAL_S = 0.05
command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
sys.exit(parent_watch.run_as_child(command, {parent}))
"""


@pytest.mark.parametrize("how", ["the parent is gone", "a signal"])
def test_the_parent_watch_without_kernel_support(how: str) -> None:
    """On systems other than Linux, the watch forwards signals and notices that its parent is gone."""
    parent = 1 if how == "the parent is gone" else os.getpid()
    code = textwrap.dedent(BESIDE.format(folder=str(PARENT_WATCH.parent), parent=parent))
    guard = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)

    if how == "a signal":
        assert present(guard.stdout).readline() == "up\n"
        guard.terminate()

    assert guard.wait(LIMIT_S) == 128 + signal.SIGTERM
    present(guard.stdout).close()


def test_the_parent_watch_notices_a_missing_parent() -> None:
    """A command isn't started if its supervisor has already ended."""
    ended = subprocess.run(
        [sys.executable, "-I", str(PARENT_WATCH), "1", sys.executable, "-c", "print('ran')"],
        capture_output=True,
        check=False,
    )

    if sys.platform == "linux":
        assert ended.stdout == b""
        assert ended.returncode == 1
