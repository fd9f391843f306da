"""Set up sign-in with Microsoft Entra ID: app registration, roles, and the dashboard's redirect URI.

Run `infra/hooks/sign-in.sh` once after the first provisioning, as a user who can register applications.
"""

from __future__ import annotations

import json
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from infra.shell import HookError, az, az_json, require_settings, run_hook, say, set_env

GRAPH = "https://graph.microsoft.com/v1.0"
NAMESPACE = uuid.UUID("6f0e3f9c-5f6b-4f0a-9d3d-0a7b6a1c2d3e")
ROLES = {
    "reader": "Can view images, jobs, and schedules.",
    "editor": "Can view and change everything: generate, rate, schedule, and delete images.",
    "admin": "Can do everything that editors can, manage API keys, and read the audit log.",
}
# Delegated permissions of Microsoft Graph for signing in, with their published IDs.
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
GRAPH_SCOPES = {
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
}


def main() -> None:
    environment, site = require_settings("AZURE_ENV_NAME", "SITE_URL")
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
    # Only users with a role receive a token.
    patch(f"{GRAPH}/servicePrincipals/{principal}", {"appRoleAssignmentRequired": True})
    assign_admin_role(principal)
    consent(principal, app["appId"])
    set_env("AZURE_SIGN_IN_CLIENT_ID", app["appId"])
    say("Done. Run `azd provision` and `azd deploy` to apply it. To give others access, assign a role")
    say(f"in the Azure portal under Enterprise applications > {name} > Users and groups.")


def registration(client_id: str, site: str) -> dict[str, Any]:
    """Return the registration's properties: version 2 tokens, roles, one scope, and the redirect URI."""
    return {
        "identifierUris": [f"api://{client_id}"],
        "api": {
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [
                {
                    "id": str(uuid.uuid5(NAMESPACE, "scope")),
                    "value": "use",
                    "type": "User",
                    "isEnabled": True,
                    "adminConsentDisplayName": "Use Auto-Image-Gen",
                    "adminConsentDescription": "Allows the dashboard to call the API on behalf of the signed-in user.",
                    "userConsentDisplayName": "Use Auto-Image-Gen",
                    "userConsentDescription": "Allows the dashboard to call the API on your behalf.",
                }
            ],
        },
        "appRoles": [
            {
                "id": str(uuid.uuid5(NAMESPACE, role)),
                "value": role,
                "displayName": role.capitalize(),
                "description": meaning,
                "allowedMemberTypes": ["User", "Application"],
                "isEnabled": True,
            }
            for role, meaning in ROLES.items()
        ],
        # What an administrator consents to.
        "requiredResourceAccess": [
            {"resourceAppId": resource, "resourceAccess": [{"id": scope, "type": "Scope"} for scope in scopes]}
            for resource, scopes in (
                (client_id, [str(uuid.uuid5(NAMESPACE, "scope"))]),
                (GRAPH_APP, [*GRAPH_SCOPES.values()]),
            )
        ],
        "spa": {"redirectUris": [f"{site.rstrip('/')}/redirect.html"]},
    }


def assign_admin_role(principal: str) -> None:
    """Assign the admin role to the signed-in user unless it is already assigned."""
    user = az("ad", "signed-in-user", "show", "--query", "id", "-o", "tsv")
    role = str(uuid.uuid5(NAMESPACE, "admin"))
    url = f"{GRAPH}/servicePrincipals/{principal}/appRoleAssignedTo"
    assigned = az_json("rest", "--method", "get", "--url", url, "--query", "value[].[principalId, appRoleId]") or []
    if [user, role] not in assigned:
        send("post", url, {"principalId": user, "resourceId": principal, "appRoleId": role})


def consent(principal: str, client_id: str) -> None:
    """Consent to the dashboard's permissions for all users, or print the URL where an administrator can.

    Users can't consent themselves to an app that requires a role; sign-in would end with "Need admin approval".
    """
    (tenant,) = require_settings("AZURE_TENANT_ID")
    graph = az("ad", "sp", "list", "--filter", f"appId eq '{GRAPH_APP}'", "--query", "[0].id", "-o", "tsv")
    url = f"{GRAPH}/oauth2PermissionGrants"
    query = f"value[?clientId=='{principal}'].[resourceId, scope]"
    mine = f"{url}?$filter=clientId eq '{principal}'"
    try:
        granted = dict(az_json("rest", "--method", "get", "--url", mine, "--query", query) or [])
        for resource, scope in ((principal, "use"), (graph, " ".join(GRAPH_SCOPES))):
            if not set(scope.split()) <= set(granted.get(resource, "").split()):
                grant = {"clientId": principal, "consentType": "AllPrincipals", "resourceId": resource, "scope": scope}
                send("post", url, grant)
    except HookError:
        say("Users can't sign in until an administrator of the tenant consents:")
        say(f"  https://login.microsoftonline.com/{tenant}/adminconsent?client_id={client_id}")


def patch(url: str, body: dict[str, Any]) -> None:
    send("patch", url, body)


def send(method: str, url: str, body: dict[str, Any]) -> None:
    """Send a request with its body in a file, because shells on Windows break quotation marks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "body.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        headers = ("--headers", "Content-Type=application/json")
        az("rest", "--method", method, "--url", url, *headers, "--body", f"@{file}", "--output", "none")


if __name__ == "__main__":
    sys.exit(run_hook(main))
