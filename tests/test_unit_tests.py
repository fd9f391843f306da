"""A unit test that isn't small fails and says which marker it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit_tests import LARGE_LIBRARIES, has_no_unit_test


def test_a_program_fails_a_unit_test() -> None:
    """A unit test can't start a program; the error names the marker."""
    with pytest.raises(AssertionError, match=r"starts a program: mark it with pytest\.mark\.program"):
        subprocess.run([sys.executable, "--version"], check=True)


@pytest.mark.parametrize("library", sorted(LARGE_LIBRARIES))
def test_a_large_library_fails_a_unit_test(library: str) -> None:
    """A unit test can't import torch or what loads it; the error names the marker."""
    with pytest.raises(AssertionError, match=r"mark it with pytest\.mark\.model"):
        sys.audit("import", library)


@pytest.mark.program
def test_a_marked_test_may_start_a_program() -> None:
    """A test with a marker isn't a unit test and isn't limited."""
    assert subprocess.run([sys.executable, "--version"], check=True, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "source",
    [
        "pytestmark = pytest.mark.azurite",
        "import sys\n\npytestmark = [\n    pytest.mark.model,\n    pytest.mark.timeout(900),\n]",
        "from playwright.sync_api import Page",
    ],
)
def test_a_file_that_needs_more_is_not_imported(source: str) -> None:
    """`make unit` leaves out a file whose tests all need another program, a model, or a browser."""
    assert has_no_unit_test(source)


@pytest.mark.parametrize(
    "source",
    [
        "pytestmark = pytest.mark.timeout(900)",
        "@pytest.mark.azurite\ndef test_one() -> None: ...",
        "    pytestmark = pytest.mark.azurite",
    ],
)
def test_a_file_with_other_tests_is_imported(source: str) -> None:
    """A marker that says no need, or one of a single test or class, leaves the file's other tests in `make unit`."""
    assert not has_no_unit_test(source)
