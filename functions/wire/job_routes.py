"""Rows of the table of routes: prompts and jobs."""

from __future__ import annotations

from functions.wire import requests, views
from functions.wire.fields import Nothing
from functions.wire.route import Route

PROPOSE_PROMPT = Route(
    "POST",
    "prompts",
    "propose_prompt",
    Nothing,
    requests.PromptBody,
    views.PromptView,
    "Write a prompt; paint nothing.",
)
CREATE_JOB = Route(
    "POST",
    "jobs",
    "create_job",
    Nothing,
    requests.JobBody,
    views.JobView,
    "Paint a theme.",
    status=202,
    idempotent=True,
)
LIST_JOBS = Route("GET", "jobs", "list_jobs", requests.JobsQuery, Nothing, views.JobPage, "Jobs, newest first.")
GET_JOB = Route("GET", "jobs/{id}", "get_job", Nothing, Nothing, views.JobView, "One job with its progress.")
CANCEL_JOB = Route(
    "POST", "jobs/{id}/cancel", "cancel_job", Nothing, Nothing, views.JobView, "Stop it; stored pictures stay."
)
RETRY_JOB = Route(
    "POST", "jobs/{id}/retry", "retry_job", Nothing, Nothing, views.JobView, "Start it again, as a new job.", status=202
)
UNDO_JOB = Route(
    "POST", "jobs/{id}/undo", "undo_job", Nothing, Nothing, views.JobView, "Take back what it changed.", status=202
)
