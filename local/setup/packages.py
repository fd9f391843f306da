"""Install the Python packages of each set of requirements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from local.setup.commands import run_command, say, try_command
from local.setup.installation import HERE, Installation
from local.setup.stamps import done, fingerprint, is_done
from local.setup.torch import install_torch
from local.setup.uv import install_locked, uv_environment
from local.setup.venv import python_version

SPACE_GB = 1.0


def install(locks: Sequence[Path], place: Installation = HERE) -> None:
    """Install the packages of these locks, and torch if one of them needs it. Unchanged locks are skipped."""
    version = python_version(place)
    stale = [
        lock for lock in locks if not is_done(stamp_of(lock, place), fingerprint([lock, place.torch_lock], version))
    ]
    if not stale:
        return
    place.require_space(SPACE_GB)
    if any(lock in place.with_torch for lock in stale):
        install_torch(place)
    command = install_locked(stale, place=place)
    say(f"Installing Python packages ({', '.join(str(lock.relative_to(place.root)) for lock in stale)})…")
    run_command("Installing Python packages", command, env=uv_environment(place=place))
    for lock in stale:
        done(stamp_of(lock, place), fingerprint([lock, place.torch_lock], version))


def install_worker(place: Installation = HERE) -> None:
    """Install the library of the Azure Functions worker. It declares a newer Python than it needs."""
    value = fingerprint([place.worker_lock], python_version(place))
    if is_done(stamp_of(place.worker_lock, place), value):
        return
    command = install_locked([place.worker_lock], options=["--python-version", "3.13"], place=place)
    say("Installing the Azure Functions worker (for tests)…")
    run_command("Installing the worker", command, env=uv_environment(place=place))
    done(stamp_of(place.worker_lock, place), value)


def install_checkov(place: Installation = HERE) -> None:
    """Install checkov in its own environment, because it pins older packages. Without it, its tests are skipped."""
    value = fingerprint([place.checkov_lock], python_version(place))
    if is_done(stamp_of(place.checkov_lock, place), value):
        return
    say("Installing checkov for template tests (about 290 MB)…")
    place.require_space(SPACE_GB)
    made, _ = try_command([str(place.python), "-m", "venv", "--clear", "--without-pip", str(place.checkov_venv)])
    command = install_locked([place.checkov_lock], python=place.checkov_venv / "bin" / "python", place=place)
    if made or try_command(command, env=uv_environment(place=place))[0]:
        say("  Couldn't install checkov. Its tests are skipped.")
        return
    done(stamp_of(place.checkov_lock, place), value)


def stamp_of(lock: Path, place: Installation = HERE) -> Path:
    return place.stamps / str(lock.relative_to(place.root)).replace("/", "-")
