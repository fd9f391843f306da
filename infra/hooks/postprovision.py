"""After provisioning: enable the website, create the keys, and configure the inference service and the app.

Keys are created once and stored only in the key vault.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
import tempfile
from pathlib import Path

from infra.shell import (
    HookError,
    az,
    az_json,
    require_settings,
    retry_until_authorized,
    run_hook,
    say,
    set_env,
    setting,
)

# Secrets that users provide: environment variable, name in the key vault, and the flag that it is stored.
USER_SECRETS = (
    ("HF_TOKEN", "hf-token", "AZURE_HUB_TOKEN_STORED"),
    ("OPENAI_API_KEY", "openai-api-key", "AZURE_OPENAI_KEY_STORED"),
)
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"  # the built-in role Key Vault Secrets User
APP_SECRETS = ("api-keys", "inference-key", "openai-api-key")  # hashes of API keys, not the keys
# Secrets of the inference service and its environment variables.
INFERENCE_SECRETS = {"inference-key": "INFERENCE_KEY", "hf-token": "HF_TOKEN"}


def main() -> None:
    site, vault = require_settings("SITE_ACCOUNT", "VAULT_NAME")
    enable_website(site)
    stored = create_keys(vault)
    grant_secrets(stored)
    if set(INFERENCE_SECRETS) & stored - declared_secrets():
        configure_inference_key(vault, [name for name in INFERENCE_SECRETS if name in stored])
    refresh_app()
    set_env("AZURE_KEYS_CREATED", "true")
    for _, secret, flag in USER_SECRETS:
        set_env(flag, "true" if secret in stored else "false")


def enable_website(site: str) -> None:
    """Enable the static website if the platform ignored the setting in the template."""
    account = ("--account-name", site, "--auth-mode", "login")
    enabled = retry_until_authorized(
        lambda: az(
            "storage", "blob", "service-properties", "show", *account, "--query", "staticWebsite.enabled", "-o", "tsv"
        )
    )
    if enabled.lower() != "true":
        az(
            "storage",
            "blob",
            "service-properties",
            "update",
            *account,
            "--static-website",
            "--index-document",
            "index.html",
        )


def create_keys(vault: str) -> set[str]:
    """Create the keys that are missing in the key vault; return the names of all stored secrets."""
    retry_until_authorized(
        lambda: az("keyvault", "secret", "list", "--vault-name", vault, "--query", "[].name", "-o", "tsv")
    )
    stored = set(az_json("keyvault", "secret", "list", "--vault-name", vault, "--query", "[].name") or [])
    if "inference-key" not in stored:
        store(vault, "inference-key", secrets.token_urlsafe(32))
        stored.add("inference-key")
    if "api-key" not in stored:
        store(vault, "api-key", secrets.token_urlsafe(32))
        stored = (stored | {"api-key"}) - {"api-keys"}  # an existing hash belongs to another key
    if "api-keys" not in stored:
        key = az(
            "keyvault", "secret", "show", "--vault-name", vault, "--name", "api-key", "--query", "value", "-o", "tsv"
        )
        store(vault, "api-keys", f"owner:admin:{hashlib.sha256(key.encode()).hexdigest()}")
        stored.add("api-keys")
    for variable, name, _ in USER_SECRETS:
        if setting(variable):
            store(vault, name, setting(variable))
            stored.add(name)
    return stored


def grant_secrets(stored: set[str]) -> None:
    """Let each identity read the secrets that it needs and no others, such as the API key itself."""
    vault, app, inference = require_settings("VAULT_ID", "APP_PRINCIPAL_ID", "INFERENCE_PRINCIPAL_ID")
    for principal, names in ((app, APP_SECRETS), (inference, INFERENCE_SECRETS)):
        who = ("--assignee-object-id", principal, "--assignee-principal-type", "ServicePrincipal")
        for name in sorted(set(names) & stored):
            scope = ("--scope", f"{vault}/secrets/{name}")
            az("role", "assignment", "create", *who, "--role", SECRETS_USER, *scope, "--output", "none")


def store(vault: str, name: str, value: str) -> None:
    """Store a secret in the key vault, passed as a file because other processes can read command lines."""
    say(f"Storing {name} in the key vault…")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "value"
        file.touch(mode=0o600)
        file.write_text(value, encoding="utf-8")
        az(
            "keyvault",
            "secret",
            "set",
            "--vault-name",
            vault,
            "--name",
            name,
            "--file",
            str(file),
            "--encoding",
            "utf-8",
            "--output",
            "none",
        )


def declared_secrets() -> set[str]:
    """Return the inference service's secrets that the template has already configured."""
    flags = {"inference-key": "AZURE_KEYS_CREATED", "hf-token": "AZURE_HUB_TOKEN_STORED"}
    return {name for name, flag in flags.items() if setting(flag) == "true"}


def configure_inference_key(vault: str, names: list[str]) -> None:
    """Add references to its secrets to the container app; from the next provisioning on, the template does this."""
    group, app, identity = require_settings("AZURE_RESOURCE_GROUP", "INFERENCE_APP", "INFERENCE_IDENTITY")
    say("Configuring the inference service's key…")
    uri = az("keyvault", "show", "--name", vault, "--query", "properties.vaultUri", "-o", "tsv")
    references = [f"{name}=keyvaultref:{uri}secrets/{name},identityref:{identity}" for name in names]
    where = ("--name", app, "--resource-group", group, "--output", "none")
    retry_until_authorized(lambda: az("containerapp", "secret", "set", *where, "--secrets", *references))
    az(
        "containerapp",
        "update",
        *where,
        "--set-env-vars",
        *(f"{INFERENCE_SECRETS[name]}=secretref:{name}" for name in names),
    )


def refresh_app() -> None:
    """Reload the function app's key vault references, which otherwise takes up to a day, until they resolve."""
    subscription, group, app = require_settings("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "API_APP")
    site = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{app}"
    references = f"{site}/config/configreferences/appsettings"
    query = "value[?properties.status!='Resolved'].name"

    def refresh() -> str:
        az("rest", "--method", "post", "--url", f"{references}/refresh?api-version=2022-03-01", "--output", "none")
        where = ("--url", f"{references}?api-version=2025-03-01", "--query", query)
        if unresolved := az_json("rest", "--method", "get", *where):
            raise HookError(f"The function app is not authorized to read {', '.join(unresolved)} yet.")
        return ""

    retry_until_authorized(refresh)


if __name__ == "__main__":
    sys.exit(run_hook(main))
