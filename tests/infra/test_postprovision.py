"""The hook after provisioning: website, keys, and references to them."""

from __future__ import annotations

import hashlib
import json

import pytest

from functions.policy.security.access import parse_api_keys
from tests.infra.hooks import PROVISIONED, Hooks

pytestmark = pytest.mark.program


def test_keys_are_created_once(provisioned: Hooks) -> None:
    """The stored hash belongs to the API key, and a second run changes neither."""
    first = provisioned.run("postprovision")
    made = provisioned.state["secrets"]
    second = provisioned.run("postprovision")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert provisioned.state["secrets"] == made
    assert made.keys() == {"inference-key", "api-key", "api-keys"}
    (key,) = parse_api_keys(made["api-keys"])
    assert (key.name, key.role) == ("owner", "admin")
    assert key.digest == hashlib.sha256(made["api-key"].encode()).digest()
    assert len(made["inference-key"]) >= 40


def test_no_secret_is_on_a_command_line_or_in_the_log(provisioned: Hooks) -> None:
    """Secrets are passed in files, not on command lines or in the output."""
    done = provisioned.run("postprovision", OPENAI_API_KEY="sk-brought", HF_TOKEN="hf_brought")

    secrets = provisioned.state["secrets"]
    assert (secrets["openai-api-key"], secrets["hf-token"]) == ("sk-brought", "hf_brought")
    seen = (
        json.dumps(provisioned.state["calls"])
        + json.dumps(provisioned.state["environment"])
        + done.stdout
        + done.stderr
    )
    assert [name for name, value in secrets.items() if value in seen] == []


def test_the_inference_key_is_configured_once(provisioned: Hooks) -> None:
    """The hook configures the key reference once; later, the template does."""
    provisioned.run("postprovision")
    provisioned.run("postprovision")

    (reported,) = provisioned.calls("az", "containerapp", "secret", "set")
    assert reported[-1] == (
        f"inference-key=keyvaultref:https://kv-x.vault.azure.net/secrets/inference-key,"
        f"identityref:{PROVISIONED['INFERENCE_IDENTITY']}"
    )
    (updated,) = provisioned.calls("az", "containerapp", "update")
    assert updated[-1] == "INFERENCE_KEY=secretref:inference-key"
    assert provisioned.state["environment"]["AZURE_KEYS_CREATED"] == "true"


def test_the_app_reloads_its_references(provisioned: Hooks) -> None:
    """The hook reloads the app's key vault references."""
    provisioned.run("postprovision")

    (refreshed,) = provisioned.calls("az", "rest", "--method", "post")
    assert refreshed[3:6] == ["post", "--url", refreshed[5]]
    assert "/sites/func-x/config/configreferences/appsettings/refresh?" in refreshed[5]


def test_the_website_is_enabled_if_necessary(provisioned: Hooks) -> None:
    """The hook enables the website only if it isn't enabled."""
    provisioned.run("postprovision")
    provisioned.run("postprovision")

    (switched,) = provisioned.calls("az", "storage", "blob", "service-properties", "update")
    assert "--static-website" in switched


def test_a_failed_command_is_one_message(provisioned: Hooks) -> None:
    """A failed command is reported with its own error output and without a traceback."""
    provisioned.write(
        answers=[["keyvault secret list", "(Forbidden) Caller is not authorized", 1], *provisioned.state["answers"]]
    )

    done = provisioned.run("postprovision")

    assert done.returncode == 1
    assert (
        done.stderr.strip().splitlines()[-1].startswith("`az keyvault secret list --vault-name …` failed: (Forbidden)")
    )
    assert "Traceback" not in done.stderr


def test_each_identity_reads_only_its_secrets(provisioned: Hooks) -> None:
    """The app can read hashes of API keys but no API key, and the inference service can't read the OpenAI key."""
    done = provisioned.run("postprovision", OPENAI_API_KEY="sk-brought", HF_TOKEN="hf_brought")

    assert done.returncode == 0, done.stderr
    granted = [
        (call[call.index("--assignee-object-id") + 1], call[call.index("--scope") + 1].rpartition("/")[2])
        for call in provisioned.calls("az", "role", "assignment", "create")
    ]
    assert granted == [
        ("app-principal", "api-keys"),
        ("app-principal", "inference-key"),
        ("app-principal", "openai-api-key"),
        ("inference-principal", "hf-token"),
        ("inference-principal", "inference-key"),
    ]


def test_a_role_that_is_not_in_effect_is_reported(provisioned: Hooks) -> None:
    """If the app's references don't resolve in time, the hook names the settings."""
    provisioned.answer("rest --method get --url /subscriptions/00000000-0000-0000-0000-00000000000a/r", '["API_KEYS"]')

    done = provisioned.run("postprovision")

    assert done.returncode == 1
    assert "The function app is not authorized to read API_KEYS yet." in done.stderr
