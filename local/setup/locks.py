"""Compile the requirements (`*.in`) to locks (`*.txt`): every package with its version and hashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local.setup.commands import ROOT, run_command, say
from local.setup.installation import PYTHON
from local.setup.uv import pinned_uv, uv_environment

EVERY_PYTHON = ("--universal", "--python-version", "3.11")
PYTHON_OF_AZURE = ("--python-version", "3.13", "--python-platform", "x86_64-manylinux_2_28")
# torch is installed before the rest, in the build that the machine needs.
WITHOUT_TORCH = ("--no-emit-package", "torch")
EVERYTHING = "requirements/dev.txt"
# One version of a package in all locks: several of them are installed into one environment.
LIKE_THE_REST = ("--constraint", EVERYTHING)


@dataclass(frozen=True)
class Lock:
    """A lock and the requirements it is compiled from, both relative to the repository, with uv's options."""

    path: str
    source: str
    options: tuple[str, ...]


LOCKS = (
    Lock(EVERYTHING, "requirements/dev.in", (*EVERY_PYTHON, *WITHOUT_TORCH)),
    Lock("requirements/local.txt", "requirements/local.in", (*EVERY_PYTHON, *LIKE_THE_REST)),
    Lock("requirements.txt", "requirements/azure.in", (*PYTHON_OF_AZURE, *LIKE_THE_REST)),
    Lock(
        "inference_service/requirements.txt",
        "inference_service/requirements.in",
        (*EVERY_PYTHON, *LIKE_THE_REST, *WITHOUT_TORCH),
    ),
    Lock(
        "inference_service/requirements-torch.txt",
        "inference_service/requirements-torch.in",
        (*EVERY_PYTHON, *LIKE_THE_REST, "--no-config"),  # pyproject.toml leaves the CUDA packages out
    ),
    Lock(
        "inference_service/requirements-fp8.txt",
        "inference_service/requirements-fp8.in",
        (*EVERY_PYTHON, *LIKE_THE_REST, *WITHOUT_TORCH),
    ),
    Lock(
        "benchmarks/requirements.txt",
        "benchmarks/requirements.in",
        (*EVERY_PYTHON, *LIKE_THE_REST, *WITHOUT_TORCH),
    ),
    Lock("requirements/worker.txt", "requirements/worker.in", (*PYTHON_OF_AZURE, "--no-deps")),
    Lock("requirements/checkov.txt", "requirements/checkov.in", EVERY_PYTHON),
    Lock("requirements/audit.txt", "requirements/audit.in", (*EVERY_PYTHON, *LIKE_THE_REST)),
    Lock("requirements/uv.txt", "requirements/uv.in", EVERY_PYTHON),
)


def compile_locks(options: Sequence[str] = ()) -> None:
    """Compile every lock. Versions change only if the requirements or the options of uv require it.

    Raises `SetupError` if uv can't resolve one of them.
    """
    uv = pinned_uv()  # another release can write the files differently
    for lock in LOCKS:
        say(f"Compiling {lock.path}…")
        run_command(f"Compiling {lock.path}", command(uv, lock, options), env=uv_environment(), cwd=ROOT)


def command(uv: str, lock: Lock, options: Sequence[str] = ()) -> list[str]:
    """Return the command that compiles a lock, to be run in the repository root."""
    header = ["--python", str(PYTHON), "--generate-hashes", "--custom-compile-command", "make lock", "--quiet"]
    return [uv, "pip", "compile", *header, *lock.options, *options, lock.source, "--output-file", lock.path]
