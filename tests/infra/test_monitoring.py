"""Alerts query what the code logs, at the intended frequency, and the budget can be deployed twice."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from functions.models.image import Timings
from functions.models.job import Status
from tests.infra.snapshots import MODULES, ROOT, Snapshot

pytestmark = pytest.mark.bicep

QUERIES = {path.name: path.read_text() for path in sorted((MODULES / "queries").iterdir())}
TELEMETRY = (ROOT / "functions" / "services" / "telemetry.py").read_text()
TABLES = {"AppTraces", "AppRequests"}


def test_every_alert_is_evaluated_every_15_minutes(snapshot: Snapshot) -> None:
    """Alerts are evaluated every 15 minutes; more often costs three times as much."""
    rules = [one["properties"] for one in snapshot.all("Insights/scheduledQueryRules")]
    metrics = [one["properties"] for one in snapshot.all("Insights/metricAlerts")]

    assert {rule["evaluationFrequency"] for rule in rules + metrics} == {"PT15M"}
    assert all(rule["enabled"] for rule in rules + metrics)
    assert len(rules) == 4


def test_the_alerts_are_documented(snapshot: Snapshot) -> None:
    """docs/operations.md describes every alert, and throttling alerts exist only with Azure OpenAI."""
    names = {
        one["name"] for kind in ("scheduledQueryRules", "metricAlerts") for one in snapshot.all(f"Insights/{kind}")
    }
    handbook = (ROOT / "docs" / "operations.md").read_text()

    throttled = {"openai-throttled"} if snapshot.name not in ("private", "word-lists") else set()
    assert names == {"jobs-failed", "no-heartbeat", "api-errors", "gpu-hours", "scaler-failed"} | throttled
    assert [name for name in names if f"`{name}`" not in handbook] == []


def test_every_alert_notifies_recipients(snapshot: Snapshot) -> None:
    """Every alert notifies the owners and the configured email address."""
    for one in snapshot.all("Insights/scheduledQueryRules"):
        assert len(one["properties"]["actions"]["actionGroups"]) == 1
    for one in snapshot.all("Insights/metricAlerts"):
        assert len(one["properties"]["actions"]) == 1
    group = snapshot.one("Insights/actionGroups")["properties"]
    assert [one["roleId"] for one in group["armRoleReceivers"]] == ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635"]
    assert [one["emailAddress"] for one in group["emailReceivers"]] == (
        ["somebody@example.org"] if snapshot.name == "full" else []
    )
    assert len(group["groupShortName"]) <= 12


@pytest.mark.parametrize("name", QUERIES)
def test_queries_name_what_the_code_writes(name: Any) -> None:
    """Queries use only events, functions, states, and fields that the code writes."""
    text = QUERIES[name]
    triggers = "".join(path.read_text() for path in (ROOT / "functions" / "triggers").glob("*.py"))
    functions = set(re.findall(r'function_name\("(\w+)"\)', triggers))

    events = set(re.findall(r'Message startswith \\?"([\w.]+) ', text))
    named = set(re.findall(r'Name == "(\w+)"', text)) | {
        word for listed in re.findall(r"Name in \(([^)]*)\)", text) for word in re.findall(r"\w+", listed)
    }
    facts = set(re.findall(r"Facts\.(\w+)", text))
    states = set(re.findall(r'status\) == "(\w+)"', text))

    assert all(f'"{event}"' in TELEMETRY for event in events)
    assert named <= functions
    assert states <= {status.value for status in Status}
    assert [fact for fact in facts if f"{fact}=" not in TELEMETRY and fact not in Timings.model_fields] == []
    assert set(re.findall(r"\bApp[A-Z]\w+", text)) <= TABLES


def test_the_workbook_shows_jobs_latency_and_cost(snapshot: Snapshot) -> None:
    """The workbook shows jobs, durations, and cost over the selected time."""
    workbook = snapshot.one("Insights/workbooks")["properties"]
    items = json.loads((MODULES / "queries" / "workbook.json").read_text())["items"]

    titles = {item["content"].get("title") for item in items}
    assert {"Jobs by result", "Duration by stage", "Images and cost per day"} <= titles
    queries = [item["content"] for item in items if item["type"] == 3]
    assert all(query["timeContextFromParameter"] == "Range" for query in queries)
    assert workbook["serializedData"].startswith("[string(createObject('version', 'Notebook/1.0', 'items', ")
    assert "'fallbackResourceIds', createArray(reference(" in workbook["serializedData"]


def test_logs_are_limited(snapshot: Snapshot) -> None:
    """Logs have a daily limit and the free retention period."""
    workspace = snapshot.one("OperationalInsights/workspaces")["properties"]

    assert 0 < workspace["workspaceCapping"]["dailyQuotaGb"] <= 1.5
    assert workspace["retentionInDays"] == 30


def test_the_budget_starts_once(snapshot: Snapshot) -> None:
    """The budget starts on a given first of a month, has at most five notifications, and is optional."""
    budgets = snapshot.all("Consumption/budgets")

    assert len(budgets) == (0 if snapshot.name == "word-lists" else 1)
    for budget in budgets:
        assert date.fromisoformat(budget["properties"]["timePeriod"]["startDate"]).day == 1
        assert len(budget["properties"]["notifications"]) <= 5
        assert all(notice["contactRoles"] == ["Owner"] for notice in budget["properties"]["notifications"].values())


def test_gpu_hours_are_minutes_of_replicas(snapshot: Snapshot) -> None:
    """The GPU hours alert sums one sample per minute over a day."""
    (alert,) = [one for one in snapshot.all("Insights/metricAlerts") if one["name"] == "gpu-hours"]
    (criterion,) = alert["properties"]["criteria"]["allOf"]

    assert (criterion["metricName"], criterion["timeAggregation"]) == ("Replicas", "Total")
    assert criterion["threshold"] == (12 if snapshot.name == "full" else 4) * 60
    assert alert["properties"]["windowSize"] == "P1D"


def test_no_query_is_left_over() -> None:
    """Every query file is loaded by a module."""
    modules = "".join(path.read_text() for path in MODULES.glob("*.bicep"))

    assert [name for name in QUERIES if f"queries/{Path(name).name}'" not in modules] == []
