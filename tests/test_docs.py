"""The README says what the code does."""

import dataclasses
import re
from pathlib import Path

import pytest

from functions.api.routes.table import ROUTES
from functions.settings import Settings
from local.run.options import OWN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def shown(default: object) -> str:
    if default == "":
        return ""
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


@pytest.mark.parametrize("spec", dataclasses.fields(Settings), ids=lambda spec: spec.metadata["name"])
def test_every_setting_stands_in_the_table(spec):
    """With its default and its meaning."""
    row = f"| `{spec.metadata['name']}` | {shown(spec.default)} | {spec.metadata['meaning']} |"

    assert row in README


def test_the_settings_of_the_local_run_stand_in_the_table():
    """With their meanings."""
    assert [name for name, meaning in OWN.items() if f"| `{name}` | {meaning} |" not in README] == []


def test_the_api_table_is_the_table_of_routes():
    """Every route with its role and summary, and none that is not there."""
    rows = [f"| `{route.method} {route.path}` | {route.needs} | {route.summary} |" for route in ROUTES]

    assert re.findall(r"^\| `(?:GET|POST|PUT|PATCH|DELETE) .*\|$", README, re.MULTILINE) == rows


def test_the_tree_names_what_is_there():
    """Every folder and file of the annotated tree exists."""
    tree = README.split("## What is where")[1].split("```")[1]
    named = [
        name.strip(",") for line in tree.splitlines() for name in line.split("  ")[0:2] if "/" in name or "." in name
    ]
    paths = [part.strip() for name in named for part in name.split(",") if part.strip().rstrip("/")]
    top = [path for path in paths if (ROOT / path).exists() or (ROOT / "functions" / path).exists()]

    assert len(top) == len(paths) >= 10, sorted(set(paths) - set(top))


def test_links_lead_to_files():
    """Pictures and pages that the README points to."""
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert [link for link in links if not link.startswith("http") and not (ROOT / link).exists()] == []
