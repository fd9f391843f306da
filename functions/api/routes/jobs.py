"""Rows of the table of routes: prompts and jobs."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import estimates, requests, responses
from functions.api.schemas.fields import Nothing

PROPOSE_PROMPT = Route(
    "POST",
    "prompts",
    "propose_prompt",
    Nothing,
    requests.PromptBody,
    estimates.PromptView,
    "Write a prompt; paint nothing.",
)
CHECK_PROMPT = Route(
    "POST",
    "prompts/check",
    "check_prompt",
    Nothing,
    requests.CheckBody,
    estimates.PromptCheckView,
    "Length and unknown words of a prompt.",
    role="reader",
)
LIST_PROMPTS = Route(
    "GET",
    "prompts",
    "list_prompts",
    requests.HistoryQuery,
    Nothing,
    estimates.PromptPage,
    "Prompts that you had painted, latest first.",
)
FORGET_PROMPT = Route(
    "DELETE", "prompts/{id}", "forget_prompt", Nothing, Nothing, None, "Take it out of your history.", status=204
)
ESTIMATE_JOB = Route(
    "POST",
    "jobs/estimate",
    "estimate_job",
    Nothing,
    requests.EstimateBody,
    estimates.EstimateView,
    "What a job would take and cost.",
    role="reader",
)
CREATE_JOB = Route(
    "POST",
    "jobs",
    "create_job",
    Nothing,
    requests.JobBody,
    responses.JobView,
    "Paint a theme.",
    status=202,
    idempotent=True,
)
LIST_JOBS = Route("GET", "jobs", "list_jobs", requests.JobsQuery, Nothing, responses.JobPage, "Jobs, newest first.")
GET_JOB = Route("GET", "jobs/{id}", "get_job", Nothing, Nothing, responses.JobView, "One job with its progress.")
CANCEL_JOB = Route(
    "POST", "jobs/{id}/cancel", "cancel_job", Nothing, Nothing, responses.JobView, "Stop it; stored pictures stay."
)
RETRY_JOB = Route(
    "POST",
    "jobs/{id}/retry",
    "retry_job",
    Nothing,
    Nothing,
    responses.JobView,
    "Start it again, as a new job.",
    status=202,
)
UNDO_JOB = Route(
    "POST", "jobs/{id}/undo", "undo_job", Nothing, Nothing, responses.JobView, "Take back what it changed.", status=202
)
