"""After provisioning: the website is on, the keys exist, the painter and the app know them.

Keys are made once and never again; each lies in the vault alone.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
import tempfile
from pathlib import Path

from infra.hooks.shell import az, az_json, hook, keep, needed, patiently, say, setting

# What people bring with them: the variable, and the secret that it becomes.
BROUGHT = (
    ("HF_TOKEN", "hf-token", "AZURE_HUB_TOKEN_KEPT"),
    ("OPENAI_API_KEY", "openai-api-key", "AZURE_OPENAI_KEY_KEPT"),
)
# The painter's secrets and the variables that they become.
PAINTERS = {"inference-key": "INFERENCE_KEY", "hf-token": "HF_TOKEN"}


def main() -> None:
    site, vault = needed("SITE_ACCOUNT", "VAULT_NAME")
    enable_website(site)
    held = make_keys(vault)
    if set(PAINTERS) & held - declared():
        tell_painter(vault, [name for name in PAINTERS if name in held])
    refresh_app()
    keep("AZURE_KEYS_MADE", "true")
    for _, secret, flag in BROUGHT:
        keep(flag, "true" if secret in held else "false")


def enable_website(site: str) -> None:
    """The template does it; where the platform passed over that, this does."""
    account = ("--account-name", site, "--auth-mode", "login")
    enabled = patiently(
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


def make_keys(vault: str) -> set[str]:
    """Make what is missing in the vault; the names of all that is there then."""
    patiently(lambda: az("keyvault", "secret", "list", "--vault-name", vault, "--query", "[].name", "-o", "tsv"))
    held = set(az_json("keyvault", "secret", "list", "--vault-name", vault, "--query", "[].name") or [])
    if "inference-key" not in held:
        store(vault, "inference-key", secrets.token_urlsafe(32))
        held.add("inference-key")
    if "api-key" not in held:
        store(vault, "api-key", secrets.token_urlsafe(32))
        held = (held | {"api-key"}) - {"api-keys"}  # whatever stood there was of another key
    if "api-keys" not in held:
        key = az(
            "keyvault", "secret", "show", "--vault-name", vault, "--name", "api-key", "--query", "value", "-o", "tsv"
        )
        store(vault, "api-keys", f"owner:editor:{hashlib.sha256(key.encode()).hexdigest()}")
        held.add("api-keys")
    for variable, name, _ in BROUGHT:
        if setting(variable):
            store(vault, name, setting(variable))
            held.add(name)
    return held


def store(vault: str, name: str, value: str) -> None:
    """Put a secret into the vault by way of a file, since other processes can read a command line."""
    say(f"Keeping {name} in the vault…")
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


def declared() -> set[str]:
    """The painter's secrets that this provision's template set already."""
    flags = {"inference-key": "AZURE_KEYS_MADE", "hf-token": "AZURE_HUB_TOKEN_KEPT"}
    return {name for name, flag in flags.items() if setting(flag) == "true"}


def tell_painter(vault: str, names: list[str]) -> None:
    """Give the container references to its secrets; the next provision declares the same."""
    group, app, identity = needed("AZURE_RESOURCE_GROUP", "PAINTER_APP", "PAINTER_IDENTITY")
    say("Telling the painter where its key lies…")
    uri = az("keyvault", "show", "--name", vault, "--query", "properties.vaultUri", "-o", "tsv")
    references = [f"{name}=keyvaultref:{uri}secrets/{name},identityref:{identity}" for name in names]
    where = ("--name", app, "--resource-group", group, "--output", "none")
    patiently(lambda: az("containerapp", "secret", "set", *where, "--secrets", *references))
    az("containerapp", "update", *where, "--set-env-vars", *(f"{PAINTERS[name]}=secretref:{name}" for name in names))


def refresh_app() -> None:
    """Have the function app read its references again; it would do so within a day."""
    subscription, group, app = needed("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "API_APP")
    site = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{app}"
    url = f"{site}/config/configreferences/appsettings/refresh?api-version=2022-03-01"
    az("rest", "--method", "post", "--url", url, "--output", "none")


if __name__ == "__main__":
    sys.exit(hook(main))
