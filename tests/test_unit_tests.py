"""A unit test that isn't small fails and says which marker it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit_tests import LARGE_LIBRARIES


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
