"""Sign-in by Microsoft Entra ID: one registration, two roles, and the dashboard's address.

Run once after the first provision, by somebody who may register applications: `infra/hooks/sign-in.sh`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from infra.hooks.shell import az, az_json, hook, keep, needed, say

GRAPH = "https://graph.microsoft.com/v1.0"
SPACE = uuid.UUID("6f0e3f9c-5f6b-4f0a-9d3d-0a7b6a1c2d3e")
ROLES = {"reader": "May look at pictures, jobs and schedules.", "editor": "May also paint, judge, schedule and delete."}


def main() -> None:
    environment, site = needed("AZURE_ENV_NAME", "SITE_URL")
    name = f"auto-image-gen-{environment}"
    ids = "{id: id, appId: appId}"
    app = az_json("ad", "app", "list", "--filter", f"displayName eq '{name}'", "--query", f"[0].{ids}")
    if not app:
        say(f"Registering {name}…")
        audience = ("--sign-in-audience", "AzureADMyOrg")
        app = az_json("ad", "app", "create", "--display-name", name, *audience, "--query", ids)
    patch(f"{GRAPH}/applications/{app['id']}", registration(app["appId"], site))
    principal = az("ad", "sp", "list", "--filter", f"appId eq '{app['appId']}'", "--query", "[0].id", "-o", "tsv")
    if not principal:
        principal = az("ad", "sp", "create", "--id", app["appId"], "--query", "id", "-o", "tsv")
    # Only who has a role gets a token at all.
    patch(f"{GRAPH}/servicePrincipals/{principal}", {"appRoleAssignmentRequired": True})
    make_editor(principal)
    keep("AZURE_SIGN_IN_CLIENT_ID", app["appId"])
    say("Done: `azd provision` tells the app, `azd deploy` the dashboard.  Give others a role in the portal,")
    say(f"under Enterprise applications, {name}, Users and groups.")


def registration(client_id: str, site: str) -> dict[str, Any]:
    """What the registration must say: version 2 tokens, two roles, one scope, the page that signs in."""
    return {
        "identifierUris": [f"api://{client_id}"],
        "api": {
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [
                {
                    "id": str(uuid.uuid5(SPACE, "scope")),
                    "value": "use",
                    "type": "User",
                    "isEnabled": True,
                    "adminConsentDisplayName": "Use Auto-Image-Gen",
                    "adminConsentDescription": "Lets the dashboard call the API as the person who signed in.",
                    "userConsentDisplayName": "Use Auto-Image-Gen",
                    "userConsentDescription": "Lets the dashboard call the API as you.",
                }
            ],
        },
        "appRoles": [
            {
                "id": str(uuid.uuid5(SPACE, role)),
                "value": role,
                "displayName": role.capitalize(),
                "description": meaning,
                "allowedMemberTypes": ["User", "Application"],
                "isEnabled": True,
            }
            for role, meaning in ROLES.items()
        ],
        "spa": {"redirectUris": [f"{site.rstrip('/')}/redirect.html"]},
    }


def make_editor(principal: str) -> None:
    """Whoever runs this becomes an editor, unless they are one."""
    person = az("ad", "signed-in-user", "show", "--query", "id", "-o", "tsv")
    role = str(uuid.uuid5(SPACE, "editor"))
    url = f"{GRAPH}/servicePrincipals/{principal}/appRoleAssignedTo"
    held = az_json("rest", "--method", "get", "--url", url, "--query", "value[].[principalId, appRoleId]") or []
    if [person, role] not in held:
        send("post", url, {"principalId": person, "resourceId": principal, "appRoleId": role})


def patch(url: str, body: dict[str, Any]) -> None:
    send("patch", url, body)


def send(method: str, url: str, body: dict[str, Any]) -> None:
    """By way of a file: shells on Windows take quotation marks apart."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "body.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        headers = ("--headers", "Content-Type=application/json")
        az("rest", "--method", method, "--url", url, *headers, "--body", f"@{file}", "--output", "none")


if __name__ == "__main__":
    sys.exit(hook(main))
