"""Links to the logs in the Azure portal, each with a query that is ready to run."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

PORTAL = "https://portal.azure.com/#blade/Microsoft_OperationsManagementSuite_Workspace/Logs.ReactView"
LINES = 500
FUNCTIONS_QUERY = (
    "union AppTraces, AppExceptions\n"
    "| where SeverityLevel >= 2\n"
    "| project TimeGenerated, SeverityLevel, Message = coalesce(Message, OuterMessage), OperationName\n"
    f"| order by TimeGenerated desc\n| take {LINES}"
)
INFERENCE_QUERY = (
    "ContainerAppConsoleLogs\n"
    "| project TimeGenerated, Message = Log, RevisionName\n"
    f"| order by TimeGenerated desc\n| take {LINES}"
)


@dataclass(frozen=True, kw_only=True)
class LogLink:
    """A link to the log of one component. `id` is `functions` or `inference`."""

    id: Literal["functions", "inference"]
    url: str


def log_links(workspace_id: str) -> Sequence[LogLink]:
    """Return the links for a Log Analytics workspace, given by its resource ID; none if it is empty."""
    if not workspace_id:
        return ()
    return (
        LogLink(id="functions", url=query_url(workspace_id, FUNCTIONS_QUERY)),
        LogLink(id="inference", url=query_url(workspace_id, INFERENCE_QUERY)),
    )


def query_url(workspace_id: str, query: str) -> str:
    """Return the portal's URL that runs a query over the last day, in the form of the portal's own shared links."""
    packed = base64.b64encode(gzip.compress(query.encode(), mtime=0)).decode()
    resource, text = quote(workspace_id, safe=""), quote(packed, safe="")
    source = "LogsBlade.AnalyticsShareLinkToQuery"
    return f"{PORTAL}/resourceId/{resource}/source/{source}/q/{text}/timespan/P1D"
