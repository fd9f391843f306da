"""Routes of prompts and jobs."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import estimates, job_responses, requests
from functions.api.schemas.fields import Empty

WRITE_PROMPT = Route(
    "POST",
    "prompts",
    "write_prompt",
    Empty,
    requests.PromptBody,
    estimates.PromptResponse,
    "Write a prompt",
    description="Writes a prompt for a theme without generating images.",
)
CHECK_PROMPT = Route(
    "POST",
    "prompts/check",
    "check_prompt",
    Empty,
    requests.CheckBody,
    estimates.PromptCheckResponse,
    "Check a prompt",
    description="Returns the length in tokens and the words that the model doesn't know.",
    role="reader",
)
LIST_PROMPTS = Route(
    "GET",
    "prompts",
    "list_prompts",
    requests.HistoryQuery,
    Empty,
    estimates.PromptPage,
    "List prompt history",
    description="Returns prompts that the current user has used, newest first.",
)
DELETE_PROMPT = Route(
    "DELETE", "prompts/{id}", "delete_prompt", Empty, Empty, None, "Delete a prompt from history", status=204
)
ESTIMATE_JOB = Route(
    "POST",
    "jobs/estimate",
    "estimate_job",
    Empty,
    requests.EstimateBody,
    estimates.EstimateResponse,
    "Estimate a job's duration and cost",
    role="reader",
)
CREATE_JOB = Route(
    "POST",
    "jobs",
    "create_job",
    Empty,
    requests.JobBody,
    job_responses.JobResponse,
    "Create a job",
    description="Writes a prompt for a theme, unless the request contains one, and generates images.",
    status=202,
    idempotent=True,
)
LIST_JOBS = Route(
    "GET",
    "jobs",
    "list_jobs",
    requests.JobsQuery,
    Empty,
    job_responses.JobPage,
    "List jobs",
    description="Returns jobs, newest first.",
)
GET_JOB = Route("GET", "jobs/{id}", "get_job", Empty, Empty, job_responses.JobResponse, "Get a job")
CANCEL_JOB = Route(
    "POST",
    "jobs/{id}/cancel",
    "cancel_job",
    Empty,
    Empty,
    job_responses.JobResponse,
    "Cancel a job",
    description="Images that are already stored are kept.",
)
RETRY_JOB = Route(
    "POST",
    "jobs/{id}/retry",
    "retry_job",
    Empty,
    Empty,
    job_responses.JobResponse,
    "Retry a job",
    description="Creates a new job with the same request.",
    status=202,
)
UNDO_JOB = Route(
    "POST",
    "jobs/{id}/undo",
    "undo_job",
    Empty,
    Empty,
    job_responses.JobResponse,
    "Undo a bulk update",
    description="Creates a job that reverts a bulk update. Possible for one day.",
    status=202,
)
