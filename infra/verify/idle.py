"""Checks after an idle hour: no replica runs, and nothing costs more than docs/cost.md says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.verify.check import CheckFailed, Deployment, NotNeeded, checks_of, known, need
from infra.verify.metrics import metric_total, resource

HOUR_S = 3600.0
MARGIN_S = 300.0  # until metrics are complete
# docs/cost.md: request units of a scheduling run and of a sweep.
RU_PER_SCHEDULING_RUN, RU_PER_SWEEP = 7, 99
SWEEPS = 12  # in an hour
RU_PER_HOUR = 60 * RU_PER_SCHEDULING_RUN + SWEEPS * RU_PER_SWEEP
RU_PER_MONTH_OF_IMAGES = 14  # of each sweep
RU_PER_CHECKED_IMAGE = 0.25
# 72 runs of one second at 2 GB, in MB-milliseconds as Azure reports them.
EXECUTION_UNITS_PER_HOUR = 72 * 2048 * 1000
LOG_MB_PER_HOUR = 200 / 30.4 / 24
TOLERANCE = 2.0


def replicas(deployment: Deployment) -> str:
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group, "--query", "length(@)")
    count = known(deployment.az("containerapp", "replica", "list", *where), "replicas")
    if count:
        raise CheckFailed(
            f"Replicas that run without a job: {count}. A T4 costs $37 a day. Stop it with `az containerapp revision "
            "deactivate`, and see `scaler-failed` in docs/operations.md."
        )
    return "0 replicas"


def quiet(deployment: Deployment) -> None:
    """Raise `NotNeeded` unless no job was open in the last hour, with some minutes for the metrics."""
    jobs = deployment.api("GET", "jobs?limit=1")["items"]
    ended = jobs[0].get("finished_at") if jobs else None
    if jobs and (ended is None or datetime.fromisoformat(ended).timestamp() > deployment.now() - HOUR_S - MARGIN_S):
        raise NotNeeded("A job was open in the last hour. Run the check after an hour without jobs.")


def compared(found: float, expected: float, unit: str) -> str:
    """Return the evidence; `CheckFailed` if more than twice the expected amount was used."""
    if found > TOLERANCE * expected:
        raise CheckFailed(f"{found:.0f} {unit} in an idle hour instead of {expected:.0f}; docs/cost.md is too low.")
    return f"{found:.0f} {unit}, calculated {expected:.0f}"


def request_units(deployment: Deployment) -> str:
    quiet(deployment)
    account = resource(deployment, "Microsoft.DocumentDB/databaseAccounts")
    months = {day["day"][:7] for day in deployment.api("GET", "timeline")["days"]}
    # Once a day, the sweep also checks the files of all images, of which it reads 6,000 in an hour.
    of_images = RU_PER_CHECKED_IMAGE * min(6000, deployment.api("GET", "stats")["pictures"])
    expected = RU_PER_HOUR + SWEEPS * RU_PER_MONTH_OF_IMAGES * len(months) + of_images
    end = deployment.now() - MARGIN_S
    return compared(metric_total(deployment, account, "TotalRequestUnits", end - HOUR_S, end), expected, "RU")


def executions(deployment: Deployment) -> str:
    quiet(deployment)
    app = resource(deployment, "Microsoft.Web/sites")
    end = deployment.now() - MARGIN_S
    found = metric_total(deployment, app, "OnDemandFunctionExecutionUnits", end - HOUR_S, end)
    return compared(found / 1e6, EXECUTION_UNITS_PER_HOUR / 1e6, "GB-seconds")


def log_volume(deployment: Deployment) -> str:
    rows = logged(deployment, "Usage | where TimeGenerated > ago(1h) | summarize sum(Quantity)")
    found = float(known(rows, "the log volume")[0]["sum_Quantity"] or 0)
    return compared(found * 1000, LOG_MB_PER_HOUR * 1000, "kB of logs")


def events(deployment: Deployment) -> str:
    rows = logged(deployment, 'AppTraces | where Message startswith "job.ended " | take 1 | project Message')
    if not rows:
        raise CheckFailed(
            "The log has no event job.ended, so workbook and alerts show nothing. Check the app's role Monitoring "
            "Metrics Publisher on Application Insights."
        )
    return str(rows[0]["Message"])[:60]


def logged(deployment: Deployment, query: str) -> Any:
    """Return the rows of a query of the deployment's log."""
    (group,) = need(deployment, "AZURE_RESOURCE_GROUP")
    where = ("--resource-group", group, "--query", "[0].customerId")
    workspace = known(deployment.az("monitor", "log-analytics", "workspace", "list", *where), "the workspace")
    return deployment.az("monitor", "log-analytics", "query", "--workspace", workspace, "--analytics-query", query)


check = checks_of("idle")

METRIC = "az monitor metrics list --resource {} --metric {} --interval PT1M --aggregation Total"
QUERY = "az monitor log-analytics query --workspace WORKSPACE --analytics-query "
CHECKS = (
    check(
        "replicas",
        "the last replica stops after the cooldown",
        'az containerapp replica list --name "$INFERENCE_APP" --resource-group "$AZURE_RESOURCE_GROUP"',
        replicas,
    ),
    check(
        "request-units",
        "7 RU per scheduling run and 99 RU per sweep",
        METRIC.format("COSMOS_ID", "TotalRequestUnits") + ", summed over an idle hour",
        request_units,
    ),
    check(
        "executions",
        "timers run every minute on Flex Consumption, at the cost in cost.md",
        METRIC.format("FUNCTION_APP_ID", "OnDemandFunctionExecutionUnits"),
        executions,
    ),
    check(
        "log-volume",
        "idle logs are 0.2 GB per month",
        QUERY + "'Usage | where TimeGenerated > ago(1h) | summarize sum(Quantity)'",
        log_volume,
    ),
    check(
        "events",
        "events appear in `AppTraces` with messages that start with `job.ended {…}`",
        QUERY + "'AppTraces | where Message startswith \"job.ended \" | take 1'",
        events,
    ),
)
