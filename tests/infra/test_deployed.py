"""Deployed resources are closed by default, scale to zero, and have the names that the code uses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from functions.adapters.azure_storage.blobs import CONTAINERS
from functions.bootstrap import GENERATION_QUEUE, LIBRARY_QUEUE
from functions.settings import Settings
from tests.infra.snapshots import ROOT, Snapshot
from tests.present import present

pytestmark = pytest.mark.bicep

FLEX_FORBIDS = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_WORKER_RUNTIME_VERSION",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_TIME_ZONE",
    "WEBSITE_VNET_ROUTE_ALL",
}


def test_shared_keys_and_public_blobs_are_off(snapshot: Snapshot) -> None:
    """Both storage accounts require identities and TLS 1.2."""
    accounts = [one["properties"] for one in snapshot.all("Storage/storageAccounts")]

    assert len(accounts) == 2
    for account in accounts:
        assert account["allowSharedKeyAccess"] is False
        assert account["allowBlobPublicAccess"] is False
        assert account["supportsHttpsTrafficOnly"] is True
        assert account["minimumTlsVersion"] == "TLS1_2"


def test_no_local_keys_anywhere(snapshot: Snapshot) -> None:
    """Cosmos DB, Azure OpenAI, logs, and telemetry require tokens, and the registry has no admin user."""
    kinds = ("DocumentDB/databaseAccounts", "CognitiveServices/accounts")

    assert all(one["properties"]["disableLocalAuth"] is True for kind in kinds for one in snapshot.all(kind))
    assert snapshot.one("OperationalInsights/workspaces")["properties"]["features"]["disableLocalAuth"] is True
    assert snapshot.one("Insights/components")["properties"]["DisableLocalAuth"] is True
    assert snapshot.one("ContainerRegistry/registries")["properties"]["adminUserEnabled"] is False


def test_https_only(snapshot: Snapshot) -> None:
    """Neither the API nor the inference service responds without TLS."""
    assert snapshot.app["httpsOnly"] is True
    assert snapshot.app["siteConfig"]["minTlsVersion"] == "1.2"
    assert snapshot.inference["configuration"]["ingress"]["allowInsecure"] is False


def test_cors_allows_no_wildcard(snapshot: Snapshot) -> None:
    """Only the site's origin and configured origins can call the API or read images."""
    blobs = snapshot.one("Storage/storageAccounts/blobServices", named=snapshot.data["name"])
    (rule,) = blobs["properties"]["cors"]["corsRules"]
    origins = snapshot.app["siteConfig"]["cors"]["allowedOrigins"]

    assert rule["allowedOrigins"] == origins
    assert origins[0].endswith(".outputs.origin.value]")
    assert not [origin for origin in origins if "*" in origin or origin.endswith("/")]
    assert rule["allowedMethods"] == ["GET", "HEAD"]
    assert snapshot.app["siteConfig"]["cors"]["supportCredentials"] is False


def test_extra_origins_are_normalized(snapshot_of: Callable[[str], Snapshot]) -> None:
    """An extra URL with a slash or a path is reduced to its origin."""
    origins = snapshot_of("word-lists").app["siteConfig"]["cors"]["allowedOrigins"]

    assert origins[1:] == ["https://pictures.example.org", "https://other.example.org"]


def test_every_queue_of_the_triggers_exists(snapshot: Snapshot) -> None:
    """The queues of the triggers and their poison queues are created, and no others."""
    made = {one["name"].split("/")[-1] for one in snapshot.all("Storage/storageAccounts/queueServices/queues")}

    assert made == {name + end for name in (GENERATION_QUEUE, LIBRARY_QUEUE) for end in ("", "-poison")}


def test_every_container_of_the_adapter_exists(snapshot: Snapshot) -> None:
    """The adapter's containers and one for deployment packages are created, all private."""
    made = list(snapshot.all("Storage/storageAccounts/blobServices/containers"))
    data = [one for one in made if one["name"].startswith(snapshot.data["name"])]

    assert {one["name"].split("/")[-1] for one in data} == {*CONTAINERS, "deployments"}
    assert [one for one in made if one["properties"]["publicAccess"] != "None"] == []


def test_deleted_blobs_can_be_restored(snapshot: Snapshot) -> None:
    """Both accounts keep deleted blobs and containers for a week."""
    for service in snapshot.all("Storage/storageAccounts/blobServices"):
        assert service["properties"]["deleteRetentionPolicy"] == {"enabled": True, "days": 7}
        assert service["properties"]["containerDeleteRetentionPolicy"] == {"enabled": True, "days": 7}


def test_lifecycle_rules(snapshot: Snapshot) -> None:
    """Exports are deleted after a day, and originals change tiers as configured."""
    rules = snapshot.one("Storage/storageAccounts/managementPolicies")["properties"]["policy"]["rules"]
    found = {rule["name"]: rule["definition"] for rule in rules}

    exports = found.pop("delete-exports-after-one-day")
    assert exports["filters"]["prefixMatch"] == ["exports/"]
    assert exports["actions"]["baseBlob"] == {"delete": {"daysAfterCreationGreaterThan": 1}}
    expected = {"word-lists": None, "full": {"tierToCool": 10}}.get(
        snapshot.name, {"tierToCool": 30, "tierToCold": 120}
    )
    moves = found.get("move-originals-to-cooler-tiers", {}).get("actions", {}).get("baseBlob")
    assert (moves and {name: move["daysAfterModificationGreaterThan"] for name, move in moves.items()}) == expected


def test_the_deployed_catalog_matches_the_adapter(snapshot: Snapshot) -> None:
    """The deployed containers are those of the contract tests, with the same keys, lifetimes, and indexes."""
    shared = json.loads((ROOT / "functions" / "adapters" / "cosmos" / "containers.json").read_text())
    made = snapshot.all("DocumentDB/databaseAccounts/sqlDatabases/containers")
    database = snapshot.one("DocumentDB/databaseAccounts/sqlDatabases")

    assert [one["properties"]["resource"] for one in made] == shared
    assert (
        database["properties"]["resource"]["id"] == Settings().cosmos_database == snapshot.settings["COSMOS_DATABASE"]
    )


def test_the_catalog_is_strongly_consistent(snapshot: Snapshot) -> None:
    """A job's document can be read before its message arrives."""
    account = snapshot.one("DocumentDB/databaseAccounts")["properties"]

    assert account["consistencyPolicy"]["defaultConsistencyLevel"] == "Strong"
    assert account["backupPolicy"]["type"] == "Continuous"


def test_the_catalog_is_serverless_or_autoscaled(snapshot: Snapshot) -> None:
    """The catalog is serverless unless autoscale is configured, never both."""
    account = snapshot.one("DocumentDB/databaseAccounts")["properties"]
    options = snapshot.one("DocumentDB/databaseAccounts/sqlDatabases")["properties"]["options"]

    autoscale = {"autoscaleSettings": {"maxThroughput": 4000}} if snapshot.name == "full" else None
    assert options == autoscale
    assert account["capabilities"] == ([] if autoscale else [{"name": "EnableServerless"}])


def test_the_website_has_its_own_account(snapshot: Snapshot) -> None:
    """The public account contains only the dashboard and published images."""
    service = snapshot.one("Storage/storageAccounts/blobServices", named="site")
    containers = [one["name"] for one in snapshot.all("Storage/storageAccounts/blobServices/containers")]

    assert service["properties"]["staticWebsite"] == {"enabled": True, "indexDocument": "index.html"}
    assert [name.split("/")[-1] for name in containers if "site" in name] == ["$web"]


def test_flex_consumption_settings_are_supported(snapshot: Snapshot) -> None:
    """Python version, memory size, and settings are supported by Flex Consumption."""
    config = snapshot.app["functionAppConfig"]
    classifier = re.search(r'requires-python = ">=(3\.\d+),<(3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    oldest, beyond = (int(end.split(".")[1]) for end in present(classifier).groups())

    assert config["runtime"]["name"] == "python"
    assert oldest <= int(config["runtime"]["version"].split(".")[1]) < beyond
    assert config["scaleAndConcurrency"]["instanceMemoryMB"] in (512, 2048, 4096)
    assert config["scaleAndConcurrency"]["maximumInstanceCount"] == (100 if snapshot.name == "full" else 5)
    assert snapshot.settings.keys() & FLEX_FORBIDS == set()
    assert "linuxFxVersion" not in snapshot.app["siteConfig"]
    assert snapshot.all("Web/sites/basicPublishingCredentialsPolicies") == []


def test_always_ready_instances_are_optional(snapshot: Snapshot) -> None:
    """The function app has no always-ready instances unless configured."""
    always = snapshot.app["functionAppConfig"]["scaleAndConcurrency"]["alwaysReady"]

    assert always == ([{"name": "http", "instanceCount": 2}] if snapshot.name == "full" else [])


def test_the_key_vault_can_be_purged(snapshot: Snapshot) -> None:
    """Purge protection is enabled only if configured."""
    vault = snapshot.one("KeyVault/vaults")["properties"]

    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is (True if snapshot.name == "full" else None)
    assert snapshot.all("KeyVault/vaults/secrets") == []


def test_azd_finds_hosts_by_tags(snapshot: Snapshot) -> None:
    """The function app has its service's name as a tag, and the environment's."""
    tags = {one["type"]: one["tags"] for one in snapshot.resources if "azd-service-name" in one.get("tags", {})}

    assert {kind: each["azd-service-name"] for kind, each in tags.items()} == {"Microsoft.Web/sites": "api"}
    assert {each["azd-env-name"] for each in tags.values()} == {"full" if snapshot.name == "full" else "demo"}


def test_catalog_and_prompt_model_can_be_in_other_regions(snapshot_of: Callable[[str], Snapshot]) -> None:
    """The catalog and a new Azure OpenAI account have the region of the other resources, or their own."""
    full, t4 = snapshot_of("full"), snapshot_of("t4")

    assert full.one("DocumentDB/databaseAccounts")["location"] == "eastus2"
    assert full.one("DocumentDB/databaseAccounts")["properties"]["locations"][0]["locationName"] == "eastus2"
    assert full.one("CognitiveServices/accounts")["location"] == "swedencentral"
    assert full.data["location"] == "westus3"
    assert {one["location"] for one in (t4.one("DocumentDB/databaseAccounts"), t4.data)} == {"swedencentral"}
