"""The templates compile, and deploy what the code expects."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from functions.bootstrap import GENERATION_QUEUE, LIBRARY_QUEUE
from tests.requirements_met import require

pytestmark = pytest.mark.bicep

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The compiled template; a warning is a failure."""
    bicep = shutil.which("bicep") or os.environ.get("BICEP")
    require(bicep, "the Bicep CLI", "run `az bicep install`, or name it in BICEP")
    built = subprocess.run(
        [bicep, "build", str(ROOT / "infra" / "main.bicep"), "--stdout"], capture_output=True, text=True, timeout=120
    )

    assert (built.returncode, built.stderr) == (0, "")
    return json.loads(built.stdout)


def resources(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """All resources of a type, in every module."""
    found: list[dict[str, Any]] = []
    listed = template["resources"]
    for resource in listed.values() if isinstance(listed, dict) else listed:
        if resource["type"] == kind:
            found.append(resource)
        if resource["type"] == "Microsoft.Resources/deployments":
            found += resources(resource["properties"]["template"], kind)
    return found


def test_shared_keys_and_public_blobs_are_off(template):
    """Identities alone may read the pictures."""
    (account,) = resources(template, "Microsoft.Storage/storageAccounts")

    assert account["properties"]["allowSharedKeyAccess"] is False
    assert account["properties"]["allowBlobPublicAccess"] is False


def test_every_queue_of_the_triggers_is_made(template):
    """With its poison queue."""
    text = json.dumps(template)

    assert all(f'"{name}{poison}"' in text for name in (GENERATION_QUEUE, LIBRARY_QUEUE) for poison in ("", "-poison"))


def test_the_catalog_has_the_adapters_containers(template):
    """The file that the contract tests make their containers from is the one that is deployed."""
    shared = json.loads((ROOT / "functions" / "adapters" / "cosmos_containers.json").read_text())

    (made,) = resources(template, "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers")
    assert made["copy"]["name"] == "sqlContainers"
    assert json.dumps(shared[0]["indexingPolicy"]["includedPaths"][0]) in json.dumps(template)


def test_a_job_is_seen_by_every_instance_at_once(template):
    """Its message must not arrive before its document can be read."""
    (account,) = resources(template, "Microsoft.DocumentDB/databaseAccounts")

    assert account["properties"]["consistencyPolicy"]["defaultConsistencyLevel"] == "Strong"
    assert account["properties"]["disableLocalAuth"] is True
