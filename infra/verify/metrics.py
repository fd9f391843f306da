"""Azure's metrics of a deployment's resources."""

from __future__ import annotations

from datetime import UTC, datetime

from infra.verify.check import Deployment, known, need


def metric_total(deployment: Deployment, resource_id: str, metric: str, start_s: float, end_s: float) -> float:
    """Return the sum of a metric between two times (seconds since the epoch)."""
    begin, end = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (start_s, end_s))
    where = ("--resource", resource_id, "--metric", metric, "--interval", "PT1M", "--aggregation", "Total")
    query = ("--query", "value[].timeseries[].data[].total")
    found = deployment.az("monitor", "metrics", "list", *where, "--start-time", begin, "--end-time", end, *query)
    return float(sum(value or 0 for value in known(found, metric)))


def resource(deployment: Deployment, kind: str) -> str:
    """Return the id of the environment's only resource of this type."""
    (environment,) = need(deployment, "AZURE_ENV_NAME")
    query = f"[?type=='{kind}'].id | [0]"
    where = ("--tag", f"azd-env-name={environment}", "--query", query)
    return str(known(deployment.az("resource", "list", *where), kind))
