"""The hook that registers the app for sign-in with Microsoft Entra ID."""

from __future__ import annotations

import json

import pytest

from tests.infra.hooks import Hooks

pytestmark = pytest.mark.program


def test_sign_in_registers_once(provisioned: Hooks) -> None:
    """The hook creates one registration with version 2 tokens and two roles, and a second run changes nothing."""
    provisioned.answer("ad app list", '{"id": "object", "appId": "client"}')
    provisioned.answer("ad sp list", "principal")
    provisioned.answer("ad signed-in-user", "me")

    first = provisioned.run("sign-in", manually=True)
    (registration, _, grant) = provisioned.state["bodies"]
    provisioned.answer("rest --method get", json.dumps([["me", grant[2]["appRoleId"]]]))
    again = provisioned.run("sign-in", manually=True)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert registration[2]["api"]["requestedAccessTokenVersion"] == 2
    assert {role["value"] for role in registration[2]["appRoles"]} == {"reader", "editor", "admin"}
    assert registration[2]["spa"] == {"redirectUris": ["https://stsitex.z1.web.core.windows.net/redirect.html"]}
    assert [body[0] for body in provisioned.state["bodies"]] == ["patch", "patch", "post", "patch", "patch"]
    assert provisioned.calls("az", "ad", "app", "create") == provisioned.calls("az", "ad", "sp", "create") == []
    assert provisioned.state["environment"]["AZURE_SIGN_IN_CLIENT_ID"] == "client"
