"""checkov checks the evaluated templates: every failed check has a reason in the resource, and planted faults fail."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.setup.installation import HERE
from tests.infra.snapshots import PARAMETER_SETS, ROOT, Snapshot
from tests.infra.template_scan import Scan, scan, suppressed, unexplained
from tests.requirements_met import require

# A process and six evaluations run before the first test, which takes minutes on a busy machine.
pytestmark = [pytest.mark.bicep, pytest.mark.timeout(900)]

CHECKOV = HERE.checkov_venv / "bin" / "checkov"


def checked(folder: Path, resources: dict[str, list[dict[str, Any]]]) -> Scan:
    """Check the resources, of which checkov must have read all."""
    require(CHECKOV.exists(), "checkov", "run `make test`, which installs it in .venv/checkov")
    done = scan(CHECKOV, folder, resources)
    summary = done.report["summary"]
    assert summary["parsing_errors"] == 0
    # More checks pass than fail: it did read the resources.
    assert summary["passed"] > summary["failed"] > 0
    return done


def failures(done: Scan) -> dict[str, set[tuple[str, str]]]:
    """Return the failed checks with the resource type, by template."""
    found: dict[str, set[tuple[str, str]]] = {}
    for one in done.report["results"]["failed_checks"]:
        kind = one["resource"].split(".")[1].lower()
        found.setdefault(Path(one["file_path"]).stem, set()).add((one["check_id"], kind))
    return found


@pytest.fixture(scope="module")
def done(snapshot_of: Callable[[str], Snapshot], tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Check all parameter sets at once."""
    return checked(tmp_path_factory.mktemp("checkov"), {name: snapshot_of(name).resources for name in PARAMETER_SETS})


@pytest.fixture(scope="module")
def planted(snapshot_of: Callable[[str], Snapshot], tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Check resources with faults in storage, the registry, and the function app."""
    resources = copy.deepcopy(snapshot_of("t4").resources)
    for one in resources:
        if one["type"] == "Microsoft.Storage/storageAccounts":
            one["properties"] |= {"supportsHttpsTrafficOnly": False, "minimumTlsVersion": "TLS1_0"}
        if one["type"] == "Microsoft.ContainerRegistry/registries":
            one["properties"]["adminUserEnabled"] = True
        if one["type"] == "Microsoft.Web/sites":
            one["properties"]["httpsOnly"] = False
    return checked(tmp_path_factory.mktemp("planted"), {"planted": resources})


def test_nothing_fails_without_a_written_reason(done: Scan) -> None:
    """Every failed check has a reason in a comment in the resource."""
    reasons = suppressed()
    failed = failures(done)

    assert set(failed) == set(PARAMETER_SETS)
    assert {name: sorted(checks - reasons.keys()) for name, checks in failed.items() if checks - reasons.keys()} == {}


def test_no_reason_outlives_its_failure(done: Scan) -> None:
    """Every reason belongs to a check that still fails."""
    every = set().union(*failures(done).values())

    assert sorted(suppressed().keys() - every) == []


def test_reasons_are_sentences() -> None:
    """Every reason is longer than the name of its check."""
    assert all(len(reason) >= len("likewise") for reason in suppressed().values())
    assert len(suppressed()) >= 10


def test_a_planted_fault_is_found(planted: Scan) -> None:
    """Checks fail for injected faults in storage, the registry, and the function app."""
    found = failures(planted)["planted"] - suppressed().keys()

    assert found >= {
        ("CKV_AZURE_3", "storage/storageaccounts"),
        ("CKV_AZURE_44", "storage/storageaccounts"),
        ("CKV_AZURE_137", "containerregistry/registries"),
        ("CKV_AZURE_14", "web/sites"),
    }


def test_the_sarif_has_no_finding_with_a_reason(done: Scan) -> None:
    """Every finding of checkov's SARIF is left out because it has a reason, and the rest of the file is kept."""
    (before,) = done.sarif["runs"]

    written = unexplained(done.sarif)

    assert len(before["results"]) > len(PARAMETER_SETS)
    assert (written["version"], written["runs"][0]["results"]) == ("2.1.0", [])
    assert written["runs"][0]["tool"] == before["tool"]


def test_a_planted_fault_is_in_the_sarif_once(planted: Scan) -> None:
    """A finding points to the declarations of its type of resource, and occurs once for all resources of the type."""
    results = unexplained(planted.sarif)["runs"][0]["results"]

    by_rule = {result["ruleId"]: [one["physicalLocation"] for one in result["locations"]] for result in results}
    assert len(by_rule) == len(results)
    for rule, kind in (("CKV_AZURE_3", "Storage/storageAccounts"), ("CKV_AZURE_14", "Web/sites")):
        for place in by_rule[rule]:
            lines = (ROOT / place["artifactLocation"]["uri"]).read_text().splitlines()
            assert f"'Microsoft.{kind}@" in lines[place["region"]["startLine"] - 1]
