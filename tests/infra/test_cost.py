"""The calculations in docs/cost.md are correct, and its idle table covers every deployed resource."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.hooks import preprovision
from tests.infra.snapshots import ROOT, Snapshot

COST = (ROOT / "docs" / "cost.md").read_text()
MAX_IDLE_USD = 8.5
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
# Which row of the table a type of resource belongs to.
ROWS = {
    "ContainerRegistry/registries": "Container registry",
    "Insights/scheduledQueryRules": "Log alerts, 4",
    "Insights/metricAlerts": "Metric alerts, 2",
    "Web/serverfarms": "Function app",
    "Web/sites": "Function app",
    "Storage/storageAccounts": "Storage account",
    "DocumentDB/databaseAccounts": "Cosmos DB, serverless",
    "KeyVault/vaults": "Key vault",
    "OperationalInsights/workspaces": "Log Analytics workspace",
    "Insights/components": "Application Insights",
    "App/managedEnvironments": "Container Apps environment",
    "App/containerApps": "Container Apps environment and app, T4",
    "CognitiveServices/accounts": "Azure OpenAI account",
    "ManagedIdentity/userAssignedIdentities": "Identities",
    "Authorization/roleAssignments": "roles",
    "Insights/actionGroups": "action group",
    "Insights/workbooks": "workbook",
    "Consumption/budgets": "budget",
    "Insights/diagnosticSettings": "Log Analytics workspace",
    "Resources/resourceGroups": "Identities",
}


def table(head: str) -> list[list[str]]:
    """Return the cells of the rows below the table's head."""
    rows = COST.split(head)[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def value(arithmetic: str) -> float:
    """Calculate a formula in the document."""

    def of(node: ast.AST) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](of(node.left), of(node.right))
        assert isinstance(node, ast.Constant), arithmetic
        assert isinstance(node.value, int | float), arithmetic
        return float(node.value)

    return of(ast.parse(arithmetic.replace("×", "*").replace("−", "-"), mode="eval").body)


def money(cell: str) -> float:
    return float(cell.strip("*"))


IDLE = table("| resource | reason | calculation | $ per month |")
HOURS = table("| replica hour | calculation | $ |")
THOUSAND = table("| item | T4: calculation | T4 $ | A100: calculation | A100 $ |")


@pytest.mark.parametrize(
    "row", IDLE[:-1] + [["", *row] for row in HOURS], ids=lambda row: " ".join(row[:2]).strip()[:40]
)
def test_a_row_equals_its_calculation(row: Any) -> None:
    """Each amount equals its calculation to the cent."""
    assert money(row[-1]) == pytest.approx(value(row[-2]), abs=0.0051)


@pytest.mark.parametrize("row", THOUSAND[:-1], ids=lambda row: row[0][:40])
def test_a_row_of_1000_images_equals_its_calculation(row: Any) -> None:
    """Each amount for 1,000 images equals its calculation for both GPUs."""
    assert money(row[2]) == pytest.approx(value(row[1]), abs=0.0051)
    assert money(row[4]) == pytest.approx(value(row[3]), abs=0.0051)


def test_the_sums_are_correct() -> None:
    """Each sum equals the amounts above it."""
    assert sum(money(row[-1]) for row in IDLE[:-1]) == pytest.approx(money(IDLE[-1][-1]))
    for column in (2, 4):
        assert sum(money(row[column]) for row in THOUSAND[:-1]) == pytest.approx(money(THOUSAND[-1][column]))


def test_the_hook_sets_the_documented_gpu_price() -> None:
    """The hook sets the GPU price per hour that docs/cost.md calculates."""
    assert {row[0]: money(row[-1]) for row in HOURS} == {
        name: float(price) for name, price in preprovision.USD_PER_HOUR.items() if name != "none"
    }


def test_idle_is_cheap() -> None:
    """The idle cost with a T4 stays under 8.50 dollars per month."""
    assert money(IDLE[-1][-1]) < MAX_IDLE_USD


@pytest.mark.bicep
def test_the_table_names_everything_that_is_deployed(snapshot_of: Callable[[str], Snapshot]) -> None:
    """Every deployed resource type has a row in the idle table."""
    names = " ".join(row[0] for row in IDLE)
    top = {one["type"].removeprefix("Microsoft.") for one in snapshot_of("t4").resources}
    kinds = {kind for kind in top if kind.count("/") == 1}

    assert kinds - ROWS.keys() == set()
    assert [kind for kind in kinds if ROWS[kind] not in names] == []


@pytest.mark.bicep
def test_the_alerts_are_counted(snapshot_of: Callable[[str], Snapshot]) -> None:
    """The idle table counts as many alerts as are deployed."""
    t4 = snapshot_of("t4")

    paid = {kind: int(re.findall(rf"{kind} alerts, (\d+)", COST)[0]) for kind in ("Log", "Metric")}
    assert paid == {
        "Log": len(t4.all("Insights/scheduledQueryRules")),
        "Metric": len(t4.all("Insights/metricAlerts")),
    }
