"""The function app gets the settings that its code reads, with secrets only as references."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from functions.settings import Settings
from inference_service.config.settings import Settings as InferenceSettings
from tests.infra.snapshots import MODULES, ROOT, TENANT, Snapshot

pytestmark = pytest.mark.bicep

NAMES = {spec.metadata["name"] for spec in Settings.__dataclass_fields__.values()}
SECRETS = {spec.metadata["name"] for spec in Settings.__dataclass_fields__.values() if not spec.repr}

# Read by the host, the SDKs and the platform rather than by our code.
PLATFORM = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AZURE_CLIENT_ID",
    "AzureWebJobsStorage__accountName",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
}
# Never set, each for its reason.
LEFT_OUT = {
    "AzureWebJobsStorage": "a connection string has a key in it, and keys are off",
    "COSMOS_KEY": "likewise",
    "SQLITE_PATH": "the catalog is Cosmos DB",
    "OPENAI_BASE_URL": "other servers are for laptops",
    "OPENAI_TIMEOUT_SECONDS": "the default holds",
    "HOSTED_IMAGE_USD": "the default holds",
    "READY_WAIT_SECONDS": "the default holds",
    "MESSAGE_TIMEOUT_SECONDS": "the default stays below host.json's timeout",
    "LEASE_SECONDS": "the default holds",
    "JWT_JWKS_URL": "found by discovery",
}
BY_CHOICE = {
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_KEY",
    "OPENAI_MODEL",
    "JWT_AUDIENCE",
    "JWT_CLIENT_ID",
    "JWT_ISSUER",
}
WRITERS = {
    "first": {"AZURE_OPENAI_ENDPOINT", "OPENAI_MODEL"},
    "t4": {"AZURE_OPENAI_ENDPOINT", "OPENAI_MODEL"},
    "a100": {"AZURE_OPENAI_ENDPOINT", "OPENAI_MODEL"},
    "full": {"AZURE_OPENAI_ENDPOINT", "OPENAI_MODEL"},
    "private": {"OPENAI_API_KEY", "OPENAI_MODEL"},
    "word-lists": set(),
}
SIGN_IN = {"JWT_AUDIENCE", "JWT_CLIENT_ID", "JWT_ISSUER"}


def test_every_setting_is_set_or_omitted_for_a_reason(snapshot: Snapshot) -> None:
    """Every setting has a value in the template or a reason above."""
    always = NAMES - LEFT_OUT.keys() - BY_CHOICE
    chosen = WRITERS[snapshot.name] | (SIGN_IN if snapshot.name in ("word-lists", "full") else set())

    assert snapshot.settings.keys() == always | chosen | PLATFORM


def test_no_setting_is_set_twice(snapshot: Snapshot) -> None:
    """No setting is set twice."""
    names = [one["name"] for one in snapshot.app["siteConfig"]["appSettings"]]

    assert len(names) == len(set(names))


def test_secrets_are_references(snapshot: Snapshot) -> None:
    """Settings contain references to secrets, not secrets."""
    given = {name: value for name, value in snapshot.settings.items() if name in SECRETS}

    assert given
    assert [name for name, value in given.items() if "@Microsoft.KeyVault(SecretUri=" not in value] == []


def test_an_unresolved_reference_counts_as_unset(snapshot: Snapshot) -> None:
    """An unresolved reference counts as unset, so the app refuses all requests until keys exist."""
    references = dict.fromkeys(SECRETS, "@Microsoft.KeyVault(SecretUri=https://kv/secrets/x)")

    settings = Settings.from_env(references)

    assert (settings.api_keys, settings.inference_key, settings.openai_api_key) == ("", "", "")


def test_the_host_uses_the_apps_identity_for_storage(snapshot: Snapshot) -> None:
    """The host has the account's name and the identity, and no service URLs, which must not be set with a name."""
    parts = {name.partition("__")[2] for name in snapshot.settings if name.startswith("AzureWebJobsStorage__")}

    assert parts == {"accountName", "credential", "clientId"}
    assert snapshot.settings["AzureWebJobsStorage__accountName"] == snapshot.data["name"]
    assert snapshot.settings["AzureWebJobsStorage__credential"] == "managedidentity"


def test_sign_in_accepts_tokens_of_this_tenant(snapshot_of: Callable[[str], Snapshot]) -> None:
    """The app accepts version 2 tokens of the tenant for the app registration."""
    settings = snapshot_of("word-lists").settings

    assert (
        settings["JWT_ISSUER"] == f"[format('{{0}}{{1}}/v2.0', environment().authentication.loginEndpoint, '{TENANT}')]"
    )
    assert settings["JWT_AUDIENCE"] == settings["JWT_CLIENT_ID"] == "00000000-0000-0000-0000-00000000000d"


def test_the_prompt_writer_is_the_configured_one(snapshot_of: Callable[[str], Snapshot]) -> None:
    """A new account is used with its model, an existing one with its deployment."""
    assert snapshot_of("t4").settings["OPENAI_MODEL"].endswith(".outputs.model.value]")
    assert [one["name"] for one in snapshot_of("t4").all("CognitiveServices/accounts/deployments")] != []
    assert all(snapshot_of(name).all("CognitiveServices/accounts") == [] for name in ("a100", "private", "word-lists"))


def test_no_output_contains_a_secret() -> None:
    """No output contains a secret, because outputs are stored in azd's environment."""
    main = (ROOT / "infra" / "main.bicep").read_text()
    outputs = re.findall(r"^output (\w+) \S+ = (.+)$", main, re.M)
    every = [line for path in MODULES.glob("*.bicep") for line in re.findall(r"^output .+$", path.read_text(), re.M)]

    assert {name for name, _ in outputs} == {
        "API_APP",
        "API_URL",
        "APP_PRINCIPAL_ID",
        "AZURE_CONTAINER_REGISTRY_ENDPOINT",
        "AZURE_RESOURCE_GROUP",
        "AZURE_TENANT_ID",
        "INFERENCE_APP",
        "INFERENCE_IDENTITY",
        "INFERENCE_PRINCIPAL_ID",
        "INFERENCE_URL",
        "SITE_ACCOUNT",
        "SITE_URL",
        "STORAGE_BLOB_URL",
        "VAULT_ID",
        "VAULT_NAME",
    }
    assert [line for line in every if re.search(r"list\w*Key|getSecret|ConnectionString|password", line, re.I)] == []
    assert not re.search(r"\blist\w*\(", main + "".join(path.read_text() for path in MODULES.glob("*.bicep")))


def test_the_inference_service_gets_settings_that_it_reads(snapshot: Snapshot) -> None:
    """Key and Hugging Face token are set by secret name."""
    names = {spec.metadata["name"] for spec in InferenceSettings.__dataclass_fields__.values()} | {"HF_TOKEN"}
    variables = snapshot.container["env"]

    assert {one["name"] for one in variables} <= names
    assert {one["name"] for one in variables if "secretRef" not in one} == {"COMPILE", "DEVICE"}
    assert {one["secretRef"] for one in variables if "secretRef" in one} == {
        one["name"] for one in snapshot.inference["configuration"]["secrets"]
    }


def test_app_and_inference_service_share_one_key(snapshot_of: Callable[[str], Snapshot]) -> None:
    """App and inference service use the same secret of the same key vault."""
    full = snapshot_of("full")

    secrets = {one["name"]: one["keyVaultUrl"] for one in full.inference["configuration"]["secrets"]}

    assert secrets.keys() == {"inference-key", "hf-token"}
    assert "secrets/{1}" in secrets["inference-key"]
    assert "secrets/inference-key" in full.settings["INFERENCE_KEY"]


def test_the_placeholder_has_no_secrets_and_probes(snapshot_of: Callable[[str], Snapshot]) -> None:
    """On the first provisioning, the container app has no secrets and no probes."""
    first = snapshot_of("first")

    assert first.container["image"] == "mcr.microsoft.com/k8se/quickstart:latest"
    assert [one for one in first.container["env"] if "secretRef" in one] == []
    assert first.container["probes"] == []
    assert first.inference["configuration"]["secrets"] == []


def test_provisioning_keeps_the_deployed_image(snapshot_of: Callable[[str], Snapshot]) -> None:
    """Provisioning looks up the current container image and keeps it."""
    image = snapshot_of("t4").container["image"]

    assert image.startswith("[reference(")
    assert image.endswith(".outputs.image.value]")


def test_app_and_container_use_the_same_model(snapshot_of: Callable[[str], Snapshot]) -> None:
    """The app gets the model that the hook includes in the container image."""
    hook = (ROOT / "infra" / "hooks" / "predeploy.py").read_text()

    assert snapshot_of("t4").settings["MODEL_ID"] == "an/sdxl"
    assert all(f'"AZURE_MODEL_{part}"' in hook for part in ("ID", "REVISION", "VARIANT"))
    assert json.dumps("an/sdxl") not in (ROOT / "infra" / "main.bicepparam").read_text()
