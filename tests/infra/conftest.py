"""Fixtures: the Bicep CLI, its evaluation of each parameter set, and the hooks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.infra.hooks import PROVISIONED, UNPROVISIONED, Hooks, quota_usage
from tests.infra.snapshots import PARAMETER_SETS, Snapshot, evaluate, stored
from tests.requirements_met import require


@pytest.fixture(scope="session")
def bicep() -> str:
    """The Bicep CLI, from PATH or from BICEP."""
    found = shutil.which("bicep") or os.environ.get("BICEP")
    require(found, "The Bicep CLI", "run `az bicep install`, or name it in BICEP")
    return str(found)


@pytest.fixture(scope="session")
def snapshot_of(bicep: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Snapshot]:
    """Evaluate each parameter set once, when it is first used. Parallel processes of one run share the results."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "snapshots"
    shared.mkdir(exist_ok=True)

    @cache
    def evaluated(name: str) -> Snapshot:
        return stored(shared / f"{name}.json", lambda: evaluate(bicep, name, tmp_path_factory.mktemp(name)))

    return evaluated


@pytest.fixture(params=PARAMETER_SETS)
def snapshot(request: pytest.FixtureRequest, snapshot_of: Callable[[str], Snapshot]) -> Snapshot:
    """Every parameter set in turn."""
    return snapshot_of(request.param)


@pytest.fixture
def unprovisioned(tmp_path: Path) -> Hooks:
    """An empty subscription in a region with T4 GPUs and quota."""
    hooks = Hooks(tmp_path, UNPROVISIONED)
    usage = f"rest --method get --url /subscriptions/{UNPROVISIONED['AZURE_SUBSCRIPTION_ID']}/providers"
    hooks.answer("containerapp env workload-profile", json.dumps(["Consumption", "Consumption-GPU-NC8as-T4"]))
    hooks.answer(usage, quota_usage(1))
    hooks.answer("cognitiveservices model list", '["2026-04-01"]')
    hooks.answer("group exists", "false")
    return hooks


@pytest.fixture
def provisioned(tmp_path: Path) -> Hooks:
    """A subscription after the first provisioning, without keys and container image."""
    hooks = Hooks(tmp_path, PROVISIONED)
    hooks.answer("keyvault show", "https://kv-x.vault.azure.net/")
    return hooks
