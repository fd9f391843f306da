"""Routes of schedules."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import estimates, job_responses, requests, responses, schedule_requests, webhooks
from functions.api.schemas.fields import Empty

LIST_SCHEDULES = Route("GET", "schedules", "list_schedules", Empty, Empty, responses.ScheduleList, "List schedules")
CREATE_SCHEDULE = Route(
    "POST",
    "schedules",
    "create_schedule",
    Empty,
    schedule_requests.ScheduleBody,
    responses.ScheduleResponse,
    "Create a schedule",
    description="Generates images of a theme at regular times.",
    status=201,
)
GET_SCHEDULE = Route(
    "GET", "schedules/{id}", "get_schedule", Empty, Empty, responses.ScheduleResponse, "Get a schedule"
)
REPLACE_SCHEDULE = Route(
    "PUT",
    "schedules/{id}",
    "replace_schedule",
    Empty,
    schedule_requests.ScheduleUpdate,
    responses.ScheduleResponse,
    "Replace a schedule",
)
DELETE_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}",
    "delete_schedule",
    Empty,
    Empty,
    None,
    "Delete a schedule",
    description="Cancels open jobs of the schedule. Its images are kept.",
    status=204,
)
PAUSE_SCHEDULE = Route(
    "POST",
    "schedules/{id}/pause",
    "pause_schedule",
    Empty,
    schedule_requests.PauseBody,
    responses.ScheduleResponse,
    "Pause a schedule",
    description="No runs start until the schedule is resumed.",
)
RESUME_SCHEDULE = Route(
    "POST",
    "schedules/{id}/resume",
    "resume_schedule",
    Empty,
    Empty,
    responses.ScheduleResponse,
    "Resume a schedule",
    description="Runs start again from now on. Missed runs aren't made up.",
)
RUN_SCHEDULE = Route(
    "POST",
    "schedules/{id}/run",
    "run_schedule",
    Empty,
    schedule_requests.RunBody,
    job_responses.JobResponse,
    "Run a schedule now",
    status=202,
    idempotent=True,
)
LIST_RUNS = Route(
    "GET",
    "schedules/{id}/runs",
    "list_runs",
    requests.RunsQuery,
    Empty,
    job_responses.JobPage,
    "List a schedule's runs",
    description="Returns jobs of the schedule, including skipped runs, newest first.",
)
LIST_UPCOMING_PROMPTS = Route(
    "GET",
    "schedules/{id}/prompts",
    "list_upcoming_prompts",
    Empty,
    Empty,
    estimates.UpcomingList,
    "List upcoming prompts",
)
WRITE_UPCOMING_PROMPTS = Route(
    "POST",
    "schedules/{id}/prompts",
    "write_upcoming_prompts",
    Empty,
    schedule_requests.WriteAheadBody,
    estimates.UpcomingList,
    "Write upcoming prompts",
    description="Writes prompts for the next runs without generating images.",
)
REPLACE_UPCOMING_PROMPT = Route(
    "PUT",
    "schedules/{id}/prompts/{prompt_id}",
    "replace_upcoming_prompt",
    Empty,
    schedule_requests.UpcomingBody,
    estimates.UpcomingList,
    "Replace an upcoming prompt",
)
DELETE_UPCOMING_PROMPT = Route(
    "DELETE",
    "schedules/{id}/prompts/{prompt_id}",
    "delete_upcoming_prompt",
    Empty,
    Empty,
    None,
    "Delete an upcoming prompt",
    description="The run uses a new prompt instead.",
    status=204,
)
PUBLISH_SCHEDULE = Route(
    "PUT",
    "schedules/{id}/publication",
    "publish_schedule",
    Empty,
    schedule_requests.PublicationBody,
    responses.ScheduleResponse,
    "Publish a schedule",
)
UNPUBLISH_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}/publication",
    "unpublish_schedule",
    Empty,
    Empty,
    None,
    "Unpublish a schedule",
    description="Deletes all public files of the schedule.",
    status=204,
)
SET_WEBHOOK = Route(
    "PUT",
    "schedules/{id}/webhook",
    "set_webhook",
    Empty,
    schedule_requests.WebhookBody,
    webhooks.WebhookSetResponse,
    "Create or update a webhook",
    description="Sends events when images are generated, a run fails, or the schedule pauses automatically.",
)
DELETE_WEBHOOK = Route(
    "DELETE", "schedules/{id}/webhook", "delete_webhook", Empty, Empty, None, "Delete a webhook", status=204
)
TEST_WEBHOOK = Route(
    "POST",
    "schedules/{id}/webhook/test",
    "test_webhook",
    Empty,
    Empty,
    webhooks.DeliveryResponse,
    "Send a test event",
    description="Sends an event of type `test` without image data.",
    status=202,
)
LIST_DELIVERIES = Route(
    "GET",
    "schedules/{id}/deliveries",
    "list_deliveries",
    schedule_requests.DeliveriesQuery,
    Empty,
    webhooks.DeliveryPage,
    "List webhook deliveries",
    description="Returns webhook deliveries of the schedule, newest first.",
)
RETRY_DELIVERY = Route(
    "POST",
    "schedules/{id}/deliveries/{delivery_id}/retry",
    "retry_delivery",
    Empty,
    Empty,
    webhooks.DeliveryResponse,
    "Resend a webhook delivery",
    description="Sends the event again with the same ID.",
    status=202,
)
PREVIEW_SCHEDULE = Route(
    "POST",
    "schedules/preview",
    "preview_schedule",
    Empty,
    schedule_requests.PreviewBody,
    estimates.PreviewResponse,
    "Preview a schedule",
    description="Returns a description of the timing, the next runs, and a forecast.",
    role="reader",
)
