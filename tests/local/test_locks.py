"""The lock files contain the requirements and all their dependencies, with version and hashes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.setup.installation import TORCH
from local.setup.locks import EVERYTHING, LOCKS, Lock, command

ROOT = Path(__file__).parents[2]
APART = {"requirements/checkov.txt", "requirements/worker.txt"}  # not resolved together with the rest
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^\s;]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
IDS = [lock.path for lock in LOCKS]


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    marker: str


def pin(line: str) -> Pin | None:
    match = PIN.match(line)
    if match is None:
        return None
    name = re.sub(r"[-_.]+", "-", match[1]).lower()
    marker = re.sub(r"python_(full_)?version", "python", match[4] or "").replace('"', "'")
    return Pin(name, match[3], marker)


def locked(path: str) -> dict[Pin, list[str]]:
    """Each package of a lock with the lines that belong to it: hashes and origins."""
    found: dict[Pin, list[str]] = {}
    lines: list[str] = []
    for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
        if each := pin(line):
            lines = found.setdefault(each, [])
        elif line.startswith(" "):
            lines.append(line.strip().rstrip("\\").strip())
    return found


def required(source: str) -> dict[str, set[Pin]]:
    """Return the requirements of a file and of every file that it includes, by file."""
    lines = (ROOT / source).read_text(encoding="utf-8").splitlines()
    found = {source: {each for line in lines if (each := pin(line))}}
    for line in lines:
        if line.startswith("-r "):
            inner = (ROOT / source).parent / line[3:]
            found |= required(inner.resolve().relative_to(ROOT).as_posix())
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=IDS)
def test_a_lock_names_what_is_required(lock: Any) -> None:
    """Each requirement is in the lock file at its version, and no removed one is."""
    for source, wanted in required(lock.source).items():
        origin = re.compile(rf"^# +(via )?-r (requirements/\.\./)?{re.escape(source)}$")
        found = {each for each, lines in locked(lock.path).items() if any(origin.match(line) for line in lines)}
        left_out = {each for each in wanted if each.name == "torch" and "torch" in lock.options}

        assert found == wanted - left_out, f"{lock.path} is out of date: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=IDS)
def test_every_package_has_hashes(lock: Any) -> None:
    """A file that was exchanged on the index, or on the way, is not installed."""
    assert locked(lock.path)
    assert [
        each.name for each, lines in locked(lock.path).items() if not any("sha256:" in line for line in lines)
    ] == []


@pytest.mark.parametrize("lock", LOCKS, ids=IDS)
def test_a_lock_names_no_index(lock: Any) -> None:
    """The lock files name no package index."""
    assert not re.search(r"https?://|--index|--find-links", (ROOT / lock.path).read_text(encoding="utf-8"))


def test_one_version_in_all_locks() -> None:
    """All lock files have the same version of a package, as several are installed together."""
    everything: dict[str, set[str]] = {each.name: set() for each in locked(EVERYTHING)}
    for each in locked(EVERYTHING):
        everything[each.name].add(each.version)

    others = [lock.path for lock in LOCKS if lock.path not in APART]
    differing = [
        (path, each)
        for path in others
        for each in locked(path)
        if each.version not in everything.get(each.name, {each.version})
    ]

    assert differing == []


def test_every_requirements_file_is_locked() -> None:
    """No file of requirements is without a lock, and no lock is made by hand."""
    named = [*ROOT.glob("requirements*"), *ROOT.glob("*/requirements*"), *(ROOT / "requirements").iterdir()]
    files = {path.relative_to(ROOT).as_posix() for path in named if path.suffix in (".in", ".txt")}
    sources = {source for lock in LOCKS for source in required(lock.source)}

    assert files == sources | {lock.path for lock in LOCKS}


def test_azure_gets_an_app_for_its_own_python() -> None:
    """azure-functions 2.x is required whatever the Python, so that a build with another than the template's fails."""
    functions = [each for each in locked("requirements.txt") if each.name == "azure-functions"]
    lock = next(lock for lock in LOCKS if lock.path == "requirements.txt")
    template = (ROOT / "infra" / "modules" / "types.bicep").read_text(encoding="utf-8")

    assert [(each.version.partition(".")[0], each.marker) for each in functions] == [("2", "")]
    assert re.findall(r"^  python: (.*)$", template, re.MULTILINE) == ["'3.13'"]
    assert lock.options[:2] == ("--python-version", "3.13")


@pytest.mark.parametrize("path", [lock.path for lock in LOCKS if lock.path != TORCH.relative_to(ROOT).as_posix()])
def test_cuda_is_in_the_lock_of_torch_alone(path: Any) -> None:
    """A machine without a card downloads none of it."""
    assert [each.name for each in locked(path) if re.match(r"torch$|triton|nvidia-|cuda-", each.name)] == []


def test_what_torch_needs_is_reported_for_the_pinned_torch() -> None:
    """A newer torch may need other packages: its release is named where they are."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reported = settings["tool"]["uv"]["dependency-metadata"]
    pinned = next(each for each in locked(TORCH.relative_to(ROOT).as_posix()) if each.name == "torch")

    assert [(each["name"], each["version"]) for each in reported] == [("torch", pinned.version)]


def test_locks_are_compiled_by_one_command() -> None:
    """The command keeps the locked versions unless an upgrade is requested."""
    lock = Lock("a.txt", "a.in", ("--universal",))

    words = command("/bin/uv", lock, ["--upgrade"])

    assert words[:3] == ["/bin/uv", "pip", "compile"]
    assert words[-5:] == ["--universal", "--upgrade", "a.in", "--output-file", "a.txt"]
    assert "--generate-hashes" in words
