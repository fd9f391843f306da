"""Install the Python packages of each set of requirements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local.setup.commands import ROOT, require_space, run_command, say, try_command
from local.setup.stamps import done, fingerprint, is_done
from local.setup.torch import LOCK as TORCH
from local.setup.torch import install_torch
from local.setup.uv import install_locked, uv_environment
from local.setup.venv import PYTHON, STAMPS, VENV, python_version

LOCAL = ROOT / "requirements" / "local.txt"
INFERENCE = ROOT / "inference_service" / "requirements.txt"
DEV = ROOT / "requirements" / "dev.txt"
WITH_TORCH = (INFERENCE, DEV)
WORKER = ROOT / "requirements" / "worker.txt"
CHECKOV = ROOT / "requirements" / "checkov.txt"
CHECKOV_VENV = VENV / "checkov"
SPACE_GB = 1.0


def install(locks: Sequence[Path]) -> None:
    """Install the packages of these locks, and torch if one of them needs it. Unchanged locks are skipped."""
    version = python_version()
    stale = [lock for lock in locks if not is_done(stamp_of(lock), fingerprint([lock, TORCH], version))]
    if not stale:
        return
    require_space(SPACE_GB)
    if any(lock in WITH_TORCH for lock in stale):
        install_torch()
    command = install_locked(stale, python=PYTHON)
    say(f"Installing Python packages ({', '.join(str(lock.relative_to(ROOT)) for lock in stale)})…")
    run_command("Installing Python packages", command, env=uv_environment())
    for lock in stale:
        done(stamp_of(lock), fingerprint([lock, TORCH], version))


def install_worker() -> None:
    """Install the library of the Azure Functions worker. It declares a newer Python than it needs."""
    value = fingerprint([WORKER], python_version())
    if is_done(stamp_of(WORKER), value):
        return
    command = install_locked([WORKER], python=PYTHON, options=["--python-version", "3.13"])
    say("Installing the Azure Functions worker (for tests)…")
    run_command("Installing the worker", command, env=uv_environment())
    done(stamp_of(WORKER), value)


def install_checkov() -> None:
    """Install checkov in its own environment, because it pins older packages. Without it, its tests are skipped."""
    value = fingerprint([CHECKOV], python_version())
    if is_done(stamp_of(CHECKOV), value):
        return
    say("Installing checkov for template tests (about 290 MB)…")
    require_space(SPACE_GB)
    made, _ = try_command([str(PYTHON), "-m", "venv", "--clear", "--without-pip", str(CHECKOV_VENV)])
    command = install_locked([CHECKOV], python=CHECKOV_VENV / "bin" / "python")
    if made or try_command(command, env=uv_environment())[0]:
        say("  Couldn't install checkov. Its tests are skipped.")
        return
    done(stamp_of(CHECKOV), value)


def stamp_of(lock: Path) -> Path:
    return STAMPS / str(lock.relative_to(ROOT)).replace("/", "-")
