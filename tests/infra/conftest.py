"""The Bicep CLI, and what it says each choice of parameters would deploy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache

import pytest

from tests.infra.snapshots import CHOICES, Snapshot, take
from tests.requirements_met import require


@pytest.fixture(scope="session")
def bicep() -> str:
    """The Bicep CLI, from PATH or from BICEP."""
    found = shutil.which("bicep") or os.environ.get("BICEP")
    require(found, "The Bicep CLI", "run `az bicep install`, or name it in BICEP")
    return str(found)


@pytest.fixture(scope="session")
def snapshot_of(bicep, tmp_path_factory) -> Callable[[str], Snapshot]:
    """Each choice is evaluated once, when first asked for."""

    @cache
    def taken(name: str) -> Snapshot:
        return take(bicep, name, tmp_path_factory.mktemp(name))

    return taken


@pytest.fixture(params=CHOICES)
def snapshot(request, snapshot_of) -> Snapshot:
    """Every choice in turn."""
    return snapshot_of(request.param)
