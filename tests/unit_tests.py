"""Which tests are unit tests, the ones that `make unit` runs, and that they stay small.

A test is a unit test unless a marker says what else it needs. A unit test that starts a program or imports torch
fails, so that a forgotten marker is noticed.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

NEEDS = frozenset({"azurite", "cosmos", "browser", "bicep", "model", "program", "slow"})
PROGRAM_EVENTS = frozenset({"subprocess.Popen", "os.posix_spawn", "os.fork"})
LARGE_LIBRARIES = frozenset({"torch", "diffusers", "transformers"})
# A marker of the whole file, first in its list; and the library that only tests in the browser import.
WHOLE_FILE = re.compile(
    rf"^pytestmark = (?:\[\s*)?pytest\.mark\.(?:{'|'.join(sorted(NEEDS))})\b|^from playwright\b", re.MULTILINE
)

_unit_test: str | None = None  # the running unit test; an audit hook can't be removed and has no other argument
_hooked = False


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a file without unit tests when nothing else is to run: importing it is half of the time."""
    if config.option.markexpr != "unit" or collection_path.suffix != ".py":
        return None
    return True if has_no_unit_test(collection_path.read_text(encoding="utf-8")) else None


def has_no_unit_test(source: str) -> bool:
    """Return whether everything in a test file needs more than a unit test may use."""
    return WHOLE_FILE.search(source) is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if NEEDS.isdisjoint(marker.name for marker in item.iter_markers()):
            item.add_marker(pytest.mark.unit)


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise for an audit event that a unit test must not cause."""
    if _unit_test is None:
        return
    if event in PROGRAM_EVENTS:
        raise AssertionError(f"{_unit_test} starts a program: mark it with pytest.mark.program.")
    if event == "import" and arguments[0] in LARGE_LIBRARIES:
        raise AssertionError(f"{_unit_test} imports {arguments[0]}: mark it with pytest.mark.model.")


@pytest.fixture(autouse=True)
def _stays_small(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a unit test that starts a program or imports a large library."""
    global _unit_test, _hooked  # noqa: PLW0603
    if not _hooked:
        platform.processor()  # asks a program once; the Azure SDKs need the remembered answer for their user agent
        sys.addaudithook(refuse)
        _hooked = True
    _unit_test = request.node.nodeid if request.node.get_closest_marker("unit") else None
    yield
    _unit_test = None
