"""The README, docs/settings.md, and docs/api.md agree with the code."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

from functions.api.routes.table import ROUTES
from functions.settings import Settings
from local.run.options import LOCAL_SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
MAX_README_LINES = 200
# The validation of azd's template galleries looks for these, in exactly this spelling.
GALLERY_HEADINGS = ["## Features", "## Getting Started", "## Guidance", "## Resources"]


def shown(default: object) -> str:
    if default == "":
        return ""
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


@pytest.mark.parametrize("spec", dataclasses.fields(Settings), ids=lambda spec: spec.metadata["name"])
def test_every_setting_is_in_the_table(spec: Any) -> None:
    """With its default and its meaning."""
    row = f"| `{spec.metadata['name']}` | {shown(spec.default)} | {spec.metadata['meaning']} |"

    assert row in SETTINGS


def test_the_settings_of_the_local_run_stand_in_the_table() -> None:
    """With their meanings."""
    assert [name for name, meaning in LOCAL_SETTINGS.items() if f"| `{name}` | {meaning} |" not in SETTINGS] == []


def test_the_api_table_is_the_table_of_routes() -> None:
    """Every route with its role and summary, and none that is not there."""
    rows = [f"| `{route.method} {route.path}` | {route.required_role} | {route.summary} |" for route in ROUTES]

    assert re.findall(r"^\| `(?:GET|POST|PUT|PATCH|DELETE) .*\|$", API, re.MULTILINE) == rows


def test_the_tree_names_what_is_there() -> None:
    """Every folder and file in the repository layout exists, in the folder that it is indented below."""
    tree = README.split("## Repository layout")[1].split("```")[1].removeprefix("text\n")
    folders: dict[int, str] = {}
    paths = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        entries = line.strip().split("  ")[0].split(", ")
        above = folders.get(depth - 1, "") if depth else ""
        paths += [above + entry for entry in entries]
        folders[depth] = above + entries[0]

    assert len(paths) >= 40
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_readme_is_short() -> None:
    """Tables and details are in docs/."""
    assert len(README.splitlines()) <= MAX_README_LINES


def test_the_readme_has_the_sections_of_a_gallery() -> None:
    """The README has the sections of a template gallery in their order, with prerequisites, costs, and security."""
    headings = re.findall(r"^#+ .+$", README, re.MULTILINE)

    assert [heading for heading in headings if heading in GALLERY_HEADINGS] == GALLERY_HEADINGS
    assert {"### Prerequisites", "### Quickstart", "### Local Development"} <= set(headings)
    assert {"### Costs", "### Region availability", "### Security guidelines"} <= set(headings)
    assert "azd init -t" in README


def test_the_readme_states_the_calculated_costs() -> None:
    """The idle cost and the costs of 1,000 images in the README are the sums in docs/cost.md."""
    cost = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    idle, images = re.findall(r"^\| \*\*Sum\*\* .*$", cost, re.MULTILINE)
    t4, a100 = re.findall(r"[\d.]+\d", images)

    assert set(re.findall(r"\$([\d.]+) per month", README)) == set(re.findall(r"[\d.]+\d", idle))
    assert f"cost ${t4} on a T4 and ${a100} on an A100" in README


PAGES = sorted(
    path
    for where in (".", "docs", "docs/decisions", "inference_service", "static_dashboard", "benchmarks")
    for path in (ROOT / where).glob("*.md")
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Any) -> None:
    """Images and pages that a document points to."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def test_every_decision_is_listed() -> None:
    """By number, with its title."""
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^\| \[(\d+)\]\((.+?\.md)\) \| (.+?) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    records = sorted(folder.glob("0*.md"))

    assert [f"# {number}. {title}" for number, _, title in listed] == [
        record.read_text(encoding="utf-8").splitlines()[0] for record in records
    ]
    assert [name for _, name, _ in listed] == [record.name for record in records]


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_reasons(record: Any) -> None:
    """Context, decision and consequences, each with text, in this order."""
    parts = re.findall(r"^## (.+)\n\n(.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)

    assert [heading for heading, _ in parts] == ["Context", "Decision", "Consequences"]
