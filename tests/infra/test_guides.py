"""The guides refer to existing commands, outputs, alerts, and files."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.infra.snapshots import ROOT
from tests.present import present

DOCS = {
    name: (ROOT / "docs" / f"{name}.md").read_text()
    for name in ("deploy", "operations", "unverified", "cost", "scaling", "architecture")
}
OUTPUTS = set(re.findall(r"^output (\w+) ", (ROOT / "infra" / "main.bicep").read_text(), re.M))
BY_AZD = {"AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION", "AZURE_ENV_NAME"}
# Variables that a command of the guides sets for itself, or the reader fills in.
SET_BY_READER = {"KEY", "NEW_KEY", "SITE_URL", "COSMOS_ENDPOINT", "INFERENCE_URL"}


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_to_files(name: Any) -> None:
    """Links between documents lead to existing files."""
    links = re.findall(r"\]\(([^)#]+)\)", DOCS[name])

    assert [link for link in links if not link.startswith("http") and not (ROOT / "docs" / link).exists()] == []


@pytest.mark.parametrize("name", DOCS)
def test_commands_use_existing_outputs(name: Any) -> None:
    """Every variable in a command is an output of the template or set by the guide."""
    variables = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", DOCS[name])) | set(
        re.findall(r"azd env get-value ([A-Z_]+)", DOCS[name])
    )

    known = (
        OUTPUTS
        | BY_AZD
        | SET_BY_READER
        | set(re.findall(r"'(AZURE_\w+)'", (ROOT / "infra" / "main.bicepparam").read_text()))
    )
    assert sorted(variables - known) == []


@pytest.mark.parametrize("name", DOCS)
def test_paths_exist(name: Any) -> None:
    """Every path in the text exists in the repository."""
    named = re.findall(r"`((?:infra|tests|functions|docs|\.devcontainer)(?:/[\w.-]+)*)`", DOCS[name])

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_assumption_has_its_command() -> None:
    """Every assumption has a name of its own and a command or a place to verify it."""
    rows = [row.strip("| ").split(" | ") for row in DOCS["unverified"].splitlines() if row.startswith("| `")]

    assert len(rows) >= 40
    assert len({row[0] for row in rows}) == len(rows)
    assert [row[0] for row in rows if "`" not in row[-1]] == []


def test_reasons_in_the_guide_are_error_codes() -> None:
    """Every reason in docs/operations.md is an error code of the app."""
    (row,) = [line for line in DOCS["operations"].splitlines() if line.startswith("| `jobs-failed` |")]
    code = "".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))

    reasons = re.findall(r"`([a-z_]+)`:", row)
    assert len(reasons) >= 3
    assert [reason for reason in reasons if f'"{reason}"' not in code] == []


def test_the_idle_cost_is_the_same_everywhere() -> None:
    """docs/deploy.md states the idle cost of docs/cost.md."""
    (total,) = re.findall(r"\| \*\*Sum\*\* \| \| \| \*\*([\d.]+)\*\* \|", DOCS["cost"])

    assert f"${total} per month" in DOCS["deploy"]
    assert f"| idle, $ per month | {total} | {total} |" in DOCS["deploy"]


def test_the_cost_of_1000_images_is_the_same_everywhere() -> None:
    """docs/deploy.md states the cost of 1,000 images of docs/cost.md."""
    t4, a100 = present(
        re.search(r"\| \*\*Sum\*\* \| \| \*\*([\d.]+)\*\* \| \| \*\*([\d.]+)\*\* \|", DOCS["cost"])
    ).groups()

    assert f"| 1,000 images, $ | {t4} | {a100} |" in DOCS["deploy"]
