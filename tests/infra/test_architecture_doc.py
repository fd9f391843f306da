"""docs/architecture.md shows the existing modules and roles."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.infra.snapshots import MODULES, ROOT
from tests.infra.test_roles import APP, DEPLOYER_ROLES, INFERENCE, OPENAI_ROLES

TEXT = (ROOT / "docs" / "architecture.md").read_text()
DIAGRAM = TEXT.split("```mermaid")[1].split("```")[0]
# The location of a resource, by the beginning of its name.
BOXES = {"stsite": "site", "st": "storage", "kv-": "vault", "appi-": "insights", "oai-": "openai", "cr": "registry"}


def test_every_module_is_a_box() -> None:
    """Every module is a box and every box a module, except for types.bicep."""
    boxes = set(re.findall(r"([\w-]+\.bicep)\"\]", DIAGRAM))

    assert boxes == {path.name for path in MODULES.glob("*.bicep")} - {"types.bicep"}


@pytest.mark.parametrize(
    ("who", "roles"),
    [("app", APP | OPENAI_ROLES["t4"]), ("inference", INFERENCE), ("deployer", DEPLOYER_ROLES)],
    ids=["app", "inference", "deployer"],
)
def test_every_role_is_a_row(who: str, roles: Any) -> None:
    """Every role is a row and every row a role, including the catalog's own role and those on secrets."""
    rows = set(re.findall(rf"^\| {who} \| (.+?) \| (\w+)[ ,]", TEXT, re.M))

    expected = {(role, box(place)) for role, place in roles}
    own = {("Cosmos DB Built-in Data Contributor", "catalog")} if who == "app" else set()
    by_hook = {("Key Vault Secrets User", "vault")} if who != "deployer" else set()
    assert rows == expected | own | by_hook


def box(place: str) -> str:
    return next(name for beginning, name in BOXES.items() if place.startswith(beginning))


def test_every_arrow_joins_boxes() -> None:
    """Both ends of every arrow are boxes, because a misspelled name would draw a new box."""
    named = set(re.findall(r"^\s+(?:subgraph )?(\w+)[\[(]", DIAGRAM, re.M))
    joined = re.findall(r"^  (\w+) (?:-->|-\.->)\|[^|]+\| (\w+)$", DIAGRAM, re.M)

    assert len(joined) == len(re.findall(r"-->|-\.->", DIAGRAM)) >= 8
    assert {end for pair in joined for end in pair} <= named
