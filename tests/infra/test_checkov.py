"""checkov over what would be deployed: every refusal has its reason beside the resource, and a planted fault fails.

It reads the evaluated resources as an ARM template: its own Bicep parser knows neither imports nor typed parameters.
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.setup.installation import HERE
from tests.infra.snapshots import MODULES, PARAMETER_SETS, Snapshot
from tests.requirements_met import require

# A process and six evaluations run before the first test, which takes minutes on a busy machine.
pytestmark = [pytest.mark.bicep, pytest.mark.timeout(900)]

CHECKOV = HERE.checkov_venv / "bin" / "checkov"
SKIP = re.compile(r"^  // checkov:skip=(CKV2?_AZURE_\d+):(.+)$")


def failures(folder: Path, resources: dict[str, list[dict[str, Any]]]) -> dict[str, set[tuple[str, str]]]:
    """Return the failed checks with the resource type, by template."""
    require(CHECKOV.exists(), "checkov", "run `make test`, which installs it in .venv/checkov")
    for name, listed in resources.items():
        plain = [{key: value for key, value in one.items() if key != "id"} for one in listed]
        schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
        template = {"$schema": schema, "contentVersion": "1.0.0.0", "resources": plain}
        (folder / f"{name}.json").write_text(json.dumps(template, indent=1))
    done = subprocess.run(
        [CHECKOV, "--directory", folder, "--framework", "arm", "--skip-download", "--quiet", "--output", "json"],
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    # More checks pass than fail: it did read the resources.
    assert report["summary"]["passed"] > report["summary"]["failed"] > 0
    found: dict[str, set[tuple[str, str]]] = {name: set() for name in resources}
    for one in report["results"]["failed_checks"]:
        found[Path(one["file_path"]).stem].add((one["check_id"], one["resource"].split(".")[1].lower()))
    return found


def suppressed() -> dict[tuple[str, str], str]:
    """Return the checks with a reason in a comment, with the type of that resource."""
    found = {}
    for path in sorted(MODULES.glob("*.bicep")):
        kind = ""
        for line in path.read_text().splitlines():
            if match := re.match(r"resource \w+ '[Mm]icrosoft\.([\w/]+)@", line):
                kind = match[1].lower()
            if match := SKIP.match(line):
                found[match[1], kind] = match[2]
    return found


@pytest.fixture(scope="module")
def failed(
    snapshot_of: Callable[[str], Snapshot], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[tuple[str, str]]]:
    """Check all parameter sets at once."""
    return failures(tmp_path_factory.mktemp("checkov"), {name: snapshot_of(name).resources for name in PARAMETER_SETS})


def test_nothing_fails_without_a_written_reason(failed: dict[str, set[tuple[str, str]]]) -> None:
    """Every failed check has a reason in a comment in the resource."""
    reasons = suppressed()

    unexplained = {name: sorted(checks - reasons.keys()) for name, checks in failed.items() if checks - reasons.keys()}

    assert unexplained == {}


def test_no_reason_outlives_its_failure(failed: dict[str, set[tuple[str, str]]]) -> None:
    """Every reason belongs to a check that still fails."""
    every = set().union(*failed.values())

    assert sorted(suppressed().keys() - every) == []


def test_reasons_are_sentences() -> None:
    """Every reason is longer than the name of its check."""
    assert all(len(reason) >= len("likewise") for reason in suppressed().values())
    assert len(suppressed()) >= 10


def test_a_planted_fault_is_found(snapshot_of: Callable[[str], Snapshot], tmp_path: Path) -> None:
    """Checks fail for injected faults in storage, the registry, and the function app."""
    resources = copy.deepcopy(snapshot_of("t4").resources)
    for one in resources:
        if one["type"] == "Microsoft.Storage/storageAccounts":
            one["properties"] |= {"supportsHttpsTrafficOnly": False, "minimumTlsVersion": "TLS1_0"}
        if one["type"] == "Microsoft.ContainerRegistry/registries":
            one["properties"]["adminUserEnabled"] = True
        if one["type"] == "Microsoft.Web/sites":
            one["properties"]["httpsOnly"] = False

    found = failures(tmp_path, {"planted": resources})["planted"] - suppressed().keys()

    assert found >= {
        ("CKV_AZURE_3", "storage/storageaccounts"),
        ("CKV_AZURE_44", "storage/storageaccounts"),
        ("CKV_AZURE_137", "containerregistry/registries"),
        ("CKV_AZURE_14", "web/sites"),
    }
