"""What is deployed is closed, asleep when idle, and named as the code names it."""

from __future__ import annotations

import json
import re

import pytest

from functions.adapters.azure_storage.blobs import CONTAINERS
from functions.bootstrap import GENERATION_QUEUE, LIBRARY_QUEUE
from functions.settings import Settings
from tests.infra.snapshots import ROOT

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


def test_shared_keys_and_public_blobs_are_off(snapshot):
    """
    Identities alone may read pictures, over TLS 1.2, in both accounts.
    """
    accounts = [one["properties"] for one in snapshot.all("Storage/storageAccounts")]

    assert len(accounts) == 2
    for account in accounts:
        assert account["allowSharedKeyAccess"] is False
        assert account["allowBlobPublicAccess"] is False
        assert account["supportsHttpsTrafficOnly"] is True
        assert account["minimumTlsVersion"] == "TLS1_2"


def test_no_local_keys_anywhere(snapshot):
    """
    Cosmos DB, Azure OpenAI, logs and telemetry take tokens alone, the registry has no admin.
    """
    kinds = ("DocumentDB/databaseAccounts", "CognitiveServices/accounts")

    assert all(one["properties"]["disableLocalAuth"] is True for kind in kinds for one in snapshot.all(kind))
    assert snapshot.one("OperationalInsights/workspaces")["properties"]["features"]["disableLocalAuth"] is True
    assert snapshot.one("Insights/components")["properties"]["DisableLocalAuth"] is True
    assert snapshot.one("ContainerRegistry/registries")["properties"]["adminUserEnabled"] is False


def test_https_only(snapshot):
    """
    Neither the API nor the inference service responds without TLS.
    """
    assert snapshot.app["httpsOnly"] is True
    assert snapshot.app["siteConfig"]["minTlsVersion"] == "1.2"
    assert snapshot.inference["configuration"]["ingress"]["allowInsecure"] is False


def test_no_wildcard_lets_a_page_in(snapshot):
    """
    Only the site's own origin and those that were named may call the API or read pictures, none with a slash.
    """
    blobs = snapshot.one("Storage/storageAccounts/blobServices", named=snapshot.data["name"])
    (rule,) = blobs["properties"]["cors"]["corsRules"]
    origins = snapshot.app["siteConfig"]["cors"]["allowedOrigins"]

    assert rule["allowedOrigins"] == origins
    assert origins[0].endswith(".outputs.origin.value]")
    assert not [origin for origin in origins if "*" in origin or origin.endswith("/")]
    assert rule["allowedMethods"] == ["GET", "HEAD"]
    assert snapshot.app["siteConfig"]["cors"]["supportCredentials"] is False


def test_further_origins_are_taken_as_browsers_send_them(snapshot_of):
    """
    Whoever pastes an address with a slash or a path means its origin.
    """
    origins = snapshot_of("word-lists").app["siteConfig"]["cors"]["allowedOrigins"]

    assert origins[1:] == ["https://pictures.example.org", "https://other.example.org"]


def test_every_queue_of_the_triggers_is_made(snapshot):
    """
    With its poison queue, and no other.
    """
    made = {one["name"].split("/")[-1] for one in snapshot.all("Storage/storageAccounts/queueServices/queues")}

    assert made == {name + end for name in (GENERATION_QUEUE, LIBRARY_QUEUE) for end in ("", "-poison")}


def test_every_container_of_the_adapter_is_made(snapshot):
    """
    All of them private, and one more for the packages of deployments.
    """
    made = [one for one in snapshot.all("Storage/storageAccounts/blobServices/containers")]
    data = [one for one in made if one["name"].startswith(snapshot.data["name"])]

    assert {one["name"].split("/")[-1] for one in data} == {*CONTAINERS, "deployments"}
    assert [one for one in made if one["properties"]["publicAccess"] != "None"] == []


def test_deleted_blobs_come_back(snapshot):
    """
    For a week, in both accounts.
    """
    for service in snapshot.all("Storage/storageAccounts/blobServices"):
        assert service["properties"]["deleteRetentionPolicy"] == {"enabled": True, "days": 7}
        assert service["properties"]["containerDeleteRetentionPolicy"] == {"enabled": True, "days": 7}


def test_exports_go_after_a_day_and_originals_grow_cold(snapshot):
    """
    Each rule names one container, and originals move only where the parameters say so.
    """
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


def test_the_catalog_is_the_adapters(snapshot):
    """
    The containers that the contract tests run on are those that are deployed: keys, lifetimes, indexing.
    """
    shared = json.loads((ROOT / "functions" / "adapters" / "cosmos" / "containers.json").read_text())
    made = snapshot.all("DocumentDB/databaseAccounts/sqlDatabases/containers")
    database = snapshot.one("DocumentDB/databaseAccounts/sqlDatabases")

    assert [one["properties"]["resource"] for one in made] == shared
    assert (
        database["properties"]["resource"]["id"] == Settings().cosmos_database == snapshot.settings["COSMOS_DATABASE"]
    )


def test_a_job_is_seen_by_every_instance_at_once(snapshot):
    """
    Its message must not arrive before its document can be read.
    """
    account = snapshot.one("DocumentDB/databaseAccounts")["properties"]

    assert account["consistencyPolicy"]["defaultConsistencyLevel"] == "Strong"
    assert account["backupPolicy"]["type"] == "Continuous"


def test_the_catalog_pays_by_request_or_by_a_cap(snapshot):
    """
    Serverless unless autoscale was asked for; never both.
    """
    account = snapshot.one("DocumentDB/databaseAccounts")["properties"]
    options = snapshot.one("DocumentDB/databaseAccounts/sqlDatabases")["properties"]["options"]

    autoscale = {"autoscaleSettings": {"maxThroughput": 4000}} if snapshot.name == "full" else None
    assert options == autoscale
    assert account["capabilities"] == ([] if autoscale else [{"name": "EnableServerless"}])


def test_the_website_is_enabled_in_an_account_of_its_own(snapshot):
    """
    The account that everyone may read holds nothing but pages and published pictures.
    """
    service = snapshot.one("Storage/storageAccounts/blobServices", named="site")
    containers = [one["name"] for one in snapshot.all("Storage/storageAccounts/blobServices/containers")]

    assert service["properties"]["staticWebsite"] == {"enabled": True, "indexDocument": "index.html"}
    assert [name.split("/")[-1] for name in containers if "site" in name] == ["$web"]


def test_flex_gets_what_it_knows(snapshot):
    """
    Python that the project runs on, a memory size that is offered, and nothing that Flex forbids.
    """
    config = snapshot.app["functionAppConfig"]
    classifier = re.search(r'requires-python = ">=(3\.\d+),<(3\.\d+)"', (ROOT / "pyproject.toml").read_text())
    oldest, beyond = (int(end.split(".")[1]) for end in classifier.groups())

    assert config["runtime"]["name"] == "python"
    assert oldest <= int(config["runtime"]["version"].split(".")[1]) < beyond
    assert config["scaleAndConcurrency"]["instanceMemoryMB"] in (512, 2048, 4096)
    assert 40 <= config["scaleAndConcurrency"]["maximumInstanceCount"] <= 1000
    assert snapshot.settings.keys() & FLEX_FORBIDS == set()
    assert "linuxFxVersion" not in snapshot.app["siteConfig"]
    assert snapshot.all("Web/sites/basicPublishingCredentialsPolicies") == []


def test_nothing_stays_awake_unless_asked_for(snapshot):
    """
    Always-ready instances are the one part of the app that costs while idle.
    """
    always = snapshot.app["functionAppConfig"]["scaleAndConcurrency"]["alwaysReady"]

    assert always == ([{"name": "http", "instanceCount": 2}] if snapshot.name == "full" else [])


def test_the_vault_can_go_with_the_rest(snapshot):
    """
    Purge protection only where it was asked for, since it would outlive `azd down --purge`.
    """
    vault = snapshot.one("KeyVault/vaults")["properties"]

    assert vault["enableRbacAuthorization"] is True
    assert vault["enablePurgeProtection"] is (True if snapshot.name == "full" else None)
    assert snapshot.all("KeyVault/vaults/secrets") == []


def test_tags_lead_azd(snapshot):
    """
    Each host is found by its service's name, everything by the environment's.
    """
    tags = {one["type"]: one["tags"] for one in snapshot.resources if "azd-service-name" in one.get("tags", {})}

    assert {kind: each["azd-service-name"] for kind, each in tags.items()} == {
        "Microsoft.Web/sites": "api",
        "Microsoft.App/containerApps": "inference",
    }
    assert {each["azd-env-name"] for each in tags.values()} == {"full" if snapshot.name == "full" else "demo"}
