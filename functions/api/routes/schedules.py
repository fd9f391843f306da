"""Routes of schedules."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import estimates, requests, responses, schedule_requests, webhooks
from functions.api.schemas.fields import Nothing

LIST_SCHEDULES = Route("GET", "schedules", "list_schedules", Nothing, Nothing, responses.ScheduleList, "List schedules")
CREATE_SCHEDULE = Route(
    "POST",
    "schedules",
    "create_schedule",
    Nothing,
    schedule_requests.ScheduleBody,
    responses.ScheduleView,
    "Create a schedule",
    description="Generates images of a theme at regular times.",
    status=201,
)
GET_SCHEDULE = Route(
    "GET", "schedules/{id}", "get_schedule", Nothing, Nothing, responses.ScheduleView, "Get a schedule"
)
CHANGE_SCHEDULE = Route(
    "PUT",
    "schedules/{id}",
    "change_schedule",
    Nothing,
    schedule_requests.ScheduleUpdate,
    responses.ScheduleView,
    "Replace a schedule",
)
DELETE_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}",
    "delete_schedule",
    Nothing,
    Nothing,
    None,
    "Delete a schedule",
    description="Cancels open jobs of the schedule. Its images are kept.",
    status=204,
)
PAUSE_SCHEDULE = Route(
    "POST",
    "schedules/{id}/pause",
    "pause_schedule",
    Nothing,
    schedule_requests.PauseBody,
    responses.ScheduleView,
    "Pause a schedule",
    description="No runs start until the schedule is resumed.",
)
RESUME_SCHEDULE = Route(
    "POST",
    "schedules/{id}/resume",
    "resume_schedule",
    Nothing,
    Nothing,
    responses.ScheduleView,
    "Resume a schedule",
    description="Runs start again from now on. Missed runs aren't made up.",
)
RUN_SCHEDULE = Route(
    "POST",
    "schedules/{id}/run",
    "run_schedule",
    Nothing,
    schedule_requests.RunBody,
    responses.JobView,
    "Run a schedule now",
    status=202,
    idempotent=True,
)
LIST_RUNS = Route(
    "GET",
    "schedules/{id}/runs",
    "list_runs",
    requests.RunsQuery,
    Nothing,
    responses.JobPage,
    "List a schedule's runs",
    description="Returns jobs of the schedule, including skipped runs, newest first.",
)
LIST_UPCOMING = Route(
    "GET",
    "schedules/{id}/prompts",
    "list_upcoming",
    Nothing,
    Nothing,
    estimates.UpcomingList,
    "List upcoming prompts",
)
PREPARE_UPCOMING = Route(
    "POST",
    "schedules/{id}/prompts",
    "prepare_upcoming",
    Nothing,
    schedule_requests.WriteAheadBody,
    estimates.UpcomingList,
    "Write upcoming prompts",
    description="Writes prompts for the next runs without generating images.",
)
CHANGE_UPCOMING = Route(
    "PUT",
    "schedules/{id}/prompts/{prompt_id}",
    "change_upcoming",
    Nothing,
    schedule_requests.UpcomingBody,
    estimates.UpcomingList,
    "Replace an upcoming prompt",
)
DROP_UPCOMING = Route(
    "DELETE",
    "schedules/{id}/prompts/{prompt_id}",
    "drop_upcoming",
    Nothing,
    Nothing,
    None,
    "Delete an upcoming prompt",
    description="The run uses a new prompt instead.",
    status=204,
)
PUBLISH_SCHEDULE = Route(
    "PUT",
    "schedules/{id}/publication",
    "publish_schedule",
    Nothing,
    schedule_requests.PublicationBody,
    responses.ScheduleView,
    "Publish a schedule",
)
UNPUBLISH_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}/publication",
    "unpublish_schedule",
    Nothing,
    Nothing,
    None,
    "Unpublish a schedule",
    description="Deletes all public files of the schedule.",
    status=204,
)
SET_WEBHOOK = Route(
    "PUT",
    "schedules/{id}/webhook",
    "set_webhook",
    Nothing,
    schedule_requests.WebhookBody,
    webhooks.WebhookSetView,
    "Create or update a webhook",
    description="Sends events when images are generated, a run fails, or the schedule pauses automatically.",
)
REMOVE_WEBHOOK = Route(
    "DELETE", "schedules/{id}/webhook", "remove_webhook", Nothing, Nothing, None, "Delete a webhook", status=204
)
TEST_WEBHOOK = Route(
    "POST",
    "schedules/{id}/webhook/test",
    "test_webhook",
    Nothing,
    Nothing,
    webhooks.DeliveryView,
    "Send a test event",
    description="Sends an event of type `test` without image data.",
    status=202,
)
LIST_DELIVERIES = Route(
    "GET",
    "schedules/{id}/deliveries",
    "list_deliveries",
    schedule_requests.DeliveriesQuery,
    Nothing,
    webhooks.DeliveryPage,
    "List webhook deliveries",
    description="Returns webhook deliveries of the schedule, newest first.",
)
SEND_AGAIN = Route(
    "POST",
    "schedules/{id}/deliveries/{delivery_id}/retry",
    "send_again",
    Nothing,
    Nothing,
    webhooks.DeliveryView,
    "Resend a webhook delivery",
    description="Sends the event again with the same ID.",
    status=202,
)
PREVIEW_SCHEDULE = Route(
    "POST",
    "schedules/preview",
    "preview_schedule",
    Nothing,
    schedule_requests.PreviewBody,
    estimates.PreviewView,
    "Preview a schedule",
    description="Returns a description of the timing, the next runs, and a forecast.",
    role="reader",
)
