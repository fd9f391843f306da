"""The hook that registers the app for sign-in with Microsoft Entra ID."""

from __future__ import annotations

import json

import pytest

from infra.hooks.sign_in import GRAPH, GRAPH_APP
from tests.infra.hooks import Hooks

pytestmark = pytest.mark.program

CONSENTED = [["principal", "use"], ["graph", "openid profile offline_access"]]


def answer_directory(hooks: Hooks) -> None:
    """Let the directory have the app's service principal, Microsoft Graph's, and the user."""
    hooks.answer(f"ad sp list --filter appId eq '{GRAPH_APP}'", "graph")
    hooks.answer("ad sp list", "principal")
    hooks.answer("ad signed-in-user", "me")


def test_sign_in_registers_once(provisioned: Hooks) -> None:
    """The hook creates one registration with version 2 tokens and two roles, and a second run changes nothing."""
    provisioned.answer("ad app list", '{"id": "object", "appId": "client"}')
    answer_directory(provisioned)

    first = provisioned.run("sign-in", manually=True)
    (registration, _, role, *_) = provisioned.state["bodies"]
    provisioned.answer(f"rest --method get --url {GRAPH}/oauth2", json.dumps(CONSENTED))
    provisioned.answer("rest --method get", json.dumps([["me", role[2]["appRoleId"]]]))
    again = provisioned.run("sign-in", manually=True)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert registration[2]["api"]["requestedAccessTokenVersion"] == 2
    assert {role["value"] for role in registration[2]["appRoles"]} == {"reader", "editor", "admin"}
    assert registration[2]["spa"] == {"redirectUris": ["https://stsitex.z1.web.core.windows.net/redirect.html"]}
    assert [body[0] for body in provisioned.state["bodies"]] == [
        "patch",
        "patch",
        "post",
        "post",
        "post",
        "patch",
        "patch",
    ]
    assert provisioned.calls("az", "ad", "app", "create") == provisioned.calls("az", "ad", "sp", "create") == []
    assert provisioned.state["environment"]["AZURE_SIGN_IN_CLIENT_ID"] == "client"


def test_consent_is_given_for_all_users(provisioned: Hooks) -> None:
    """The hook consents to the API's and Microsoft Graph's permissions, because users can't."""
    provisioned.answer("ad app list", '{"id": "object", "appId": "client"}')
    answer_directory(provisioned)

    done = provisioned.run("sign-in", manually=True)

    grants = [body for method, url, body in provisioned.state["bodies"] if url.endswith("/oauth2PermissionGrants")]
    assert [[grant["resourceId"], grant["scope"]] for grant in grants] == CONSENTED
    assert {(grant["clientId"], grant["consentType"]) for grant in grants} == {("principal", "AllPrincipals")}
    assert "adminconsent" not in done.stdout


def test_a_user_who_may_not_consent_gets_the_address(provisioned: Hooks) -> None:
    """If the user isn't an administrator, the hook succeeds and prints the URL for an administrator."""
    provisioned.answer("ad app list", '{"id": "object", "appId": "client"}')
    answer_directory(provisioned)
    provisioned.answer(f"rest --method post --url {GRAPH}/oauth2", "(Authorization_RequestDenied) no privileges", 1)

    done = provisioned.run("sign-in", manually=True)

    assert done.returncode == 0, done.stderr
    address = "https://login.microsoftonline.com/00000000-0000-0000-0000-00000000000b/adminconsent?client_id=client"
    assert address in done.stdout
    assert provisioned.state["environment"]["AZURE_SIGN_IN_CLIENT_ID"] == "client"
