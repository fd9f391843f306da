"""Every identity has exactly the roles that it needs."""

from __future__ import annotations

import re

import pytest

from tests.infra.snapshots import DEPLOYER, Snapshot

pytestmark = pytest.mark.bicep

# Published GUIDs of Azure's built-in roles.
ROLES = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "19e7f393-937e-4f77-808e-94535e297925": "Storage Queue Data Reader",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
    "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd": "Cognitive Services OpenAI User",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
}
HOST = {
    ("Storage Blob Data Owner", "st*"),
    ("Storage Queue Data Contributor", "st*"),
    ("Storage Table Data Contributor", "st*"),
}
APP = HOST | {
    ("Storage Blob Data Contributor", "stsite*/default/$web"),
    ("Monitoring Metrics Publisher", "appi-*"),
}
INFERENCE = {
    ("AcrPull", "cr*"),
    ("Storage Queue Data Reader", "st*/default/generation-jobs"),
}
DEPLOYER_ROLES = {("Key Vault Secrets Officer", "kv-*"), ("Storage Blob Data Contributor", "stsite*/default/$web")}
OPENAI_ROLES = {
    "first": {("Cognitive Services OpenAI User", "oai-*")},
    "t4": {("Cognitive Services OpenAI User", "oai-*")},
    "full": {("Cognitive Services OpenAI User", "oai-*")},
    "a100": {("Cognitive Services OpenAI User", "theirs")},
}


def roles(snapshot: Snapshot) -> dict[str, set[tuple[str, str]]]:
    """Return the roles and scopes by identity, with the token in names replaced by a star."""
    token = snapshot.data["name"].removeprefix("st")
    found: dict[str, set[tuple[str, str]]] = {}
    for one in snapshot.all("Authorization/roleAssignments"):
        principal = one["properties"]["principalId"]
        who = next((name for name in ("app", "inference") if f"/id-{name}-" in principal), principal)
        role = one["properties"]["roleDefinitionId"].split("/")[-1]
        place = one["id"].split("/providers/Microsoft.Authorization/")[0].split("/providers/")[-1].split("/", 1)[1]
        steps = place.split("/")
        path = "/".join([steps[1], *steps[3::2]])
        found.setdefault(who, set()).add((ROLES[role], path.replace(token, "*")))
    return found


def test_every_identity_has_exactly_its_roles(snapshot: Snapshot) -> None:
    """App, inference service, and deployer have their roles, and no role covers a group or subscription."""
    assert roles(snapshot) == {
        "app": APP | OPENAI_ROLES.get(snapshot.name, set()),
        "inference": INFERENCE,
        DEPLOYER: DEPLOYER_ROLES,
    }


def test_only_the_app_can_access_the_catalog(snapshot: Snapshot) -> None:
    """Only the app has access to the data of the database."""
    grant = snapshot.one("DocumentDB/databaseAccounts/sqlRoleAssignments")["properties"]

    assert "/id-app-" in grant["principalId"]
    assert grant["roleDefinitionId"].endswith("/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002")
    assert grant["scope"].endswith("/dbs/auto-image-gen")


def test_role_assignment_names_are_unique(snapshot: Snapshot) -> None:
    """Names of role assignments are unique and stable, so provisioning again changes nothing."""
    ids = [one["id"] for one in snapshot.all("Authorization/roleAssignments")]

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[0-9a-f-]{36}", each.split("/")[-1]) for each in ids)


def test_the_deployers_principal_type_is_set(snapshot: Snapshot) -> None:
    """The deployer's principal type is passed on, because Azure rejects a wrong one."""
    kinds = {
        one["properties"]["principalType"]
        for one in snapshot.all("Authorization/roleAssignments")
        if one["properties"]["principalId"] == DEPLOYER
    }

    assert kinds == {"ServicePrincipal" if snapshot.name == "full" else "User"}


def test_code_in_the_inference_service_gets_no_token(snapshot: Snapshot) -> None:
    """Only the platform uses the identity, to pull, scale, and read secrets."""
    (setting,) = snapshot.inference["configuration"]["identitySettings"]

    assert "/id-inference-" in setting["identity"]
    assert setting["lifecycle"] == "None"


def test_the_app_changes_only_what_it_publishes(snapshot: Snapshot) -> None:
    """The app can read the website, but writes and deletes only below p/, not the dashboard's pages."""
    (mine,) = [
        one["properties"]
        for one in snapshot.all("Authorization/roleAssignments")
        if "/id-app-" in one["properties"]["principalId"] and "/containers/$web/" in one["id"]
    ]
    data = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"

    assert mine["conditionVersion"] == "2.0"
    assert mine["condition"] == (
        f"((!(ActionMatches{{'{data}/write'}}) AND !(ActionMatches{{'{data}/add/action'}}) AND "
        f"!(ActionMatches{{'{data}/delete'}}) AND !(ActionMatches{{'{data}/move/action'}})) OR "
        f"(@Resource[{data}:path] StringLike 'p/*'))"
    )
