"""Rows of the table of routes: schedules."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import estimates, requests, responses, schedule_requests, webhooks
from functions.api.schemas.fields import Nothing

LIST_SCHEDULES = Route(
    "GET", "schedules", "list_schedules", Nothing, Nothing, responses.ScheduleList, "Schedules by name."
)
CREATE_SCHEDULE = Route(
    "POST",
    "schedules",
    "create_schedule",
    Nothing,
    schedule_requests.ScheduleBody,
    responses.ScheduleView,
    "Paint a theme again and again.",
    status=201,
)
GET_SCHEDULE = Route("GET", "schedules/{id}", "get_schedule", Nothing, Nothing, responses.ScheduleView, "One schedule.")
CHANGE_SCHEDULE = Route(
    "PUT",
    "schedules/{id}",
    "change_schedule",
    Nothing,
    schedule_requests.ScheduleUpdate,
    responses.ScheduleView,
    "Set it anew.",
)
DELETE_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}",
    "delete_schedule",
    Nothing,
    Nothing,
    None,
    "Delete a schedule and cancel its open jobs; its pictures stay.",
    status=204,
)
PAUSE_SCHEDULE = Route(
    "POST",
    "schedules/{id}/pause",
    "pause_schedule",
    Nothing,
    schedule_requests.PauseBody,
    responses.ScheduleView,
    "Stop planning a schedule.",
)
RESUME_SCHEDULE = Route(
    "POST",
    "schedules/{id}/resume",
    "resume_schedule",
    Nothing,
    Nothing,
    responses.ScheduleView,
    "Plan it again from now on.",
)
RUN_SCHEDULE = Route(
    "POST",
    "schedules/{id}/run",
    "run_schedule",
    Nothing,
    schedule_requests.RunBody,
    responses.JobView,
    "Run a schedule once, now.",
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
    "A schedule's jobs, skipped slots included, newest first.",
)
LIST_UPCOMING = Route(
    "GET",
    "schedules/{id}/prompts",
    "list_upcoming",
    Nothing,
    Nothing,
    estimates.UpcomingList,
    "Prompts that wait for the next runs.",
)
PREPARE_UPCOMING = Route(
    "POST",
    "schedules/{id}/prompts",
    "prepare_upcoming",
    Nothing,
    schedule_requests.WriteAheadBody,
    estimates.UpcomingList,
    "Write the next runs' prompts now; paint nothing.",
)
CHANGE_UPCOMING = Route(
    "PUT",
    "schedules/{id}/prompts/{prompt_id}",
    "change_upcoming",
    Nothing,
    schedule_requests.UpcomingBody,
    estimates.UpcomingList,
    "Set a waiting prompt anew.",
)
DROP_UPCOMING = Route(
    "DELETE",
    "schedules/{id}/prompts/{prompt_id}",
    "drop_upcoming",
    Nothing,
    Nothing,
    None,
    "Throw a waiting prompt away; its run gets a fresh one.",
    status=204,
)
PUBLISH_SCHEDULE = Route(
    "PUT",
    "schedules/{id}/publication",
    "publish_schedule",
    Nothing,
    schedule_requests.PublicationBody,
    responses.ScheduleView,
    "Show its pictures to the world.",
)
UNPUBLISH_SCHEDULE = Route(
    "DELETE",
    "schedules/{id}/publication",
    "unpublish_schedule",
    Nothing,
    Nothing,
    None,
    "Remove everything that the world sees of it.",
    status=204,
)
SET_WEBHOOK = Route(
    "PUT",
    "schedules/{id}/webhook",
    "set_webhook",
    Nothing,
    schedule_requests.WebhookBody,
    webhooks.WebhookSetView,
    "Call an address when pictures are there or a run failed.",
)
REMOVE_WEBHOOK = Route(
    "DELETE", "schedules/{id}/webhook", "remove_webhook", Nothing, Nothing, None, "Call it no more.", status=204
)
TEST_WEBHOOK = Route(
    "POST",
    "schedules/{id}/webhook/test",
    "test_webhook",
    Nothing,
    Nothing,
    webhooks.DeliveryView,
    "Send it a message that tells nothing.",
    status=202,
)
LIST_DELIVERIES = Route(
    "GET",
    "schedules/{id}/deliveries",
    "list_deliveries",
    schedule_requests.DeliveriesQuery,
    Nothing,
    webhooks.DeliveryPage,
    "Messages to its webhook and what became of them, latest first.",
)
SEND_AGAIN = Route(
    "POST",
    "schedules/{id}/deliveries/{delivery_id}/retry",
    "send_again",
    Nothing,
    Nothing,
    webhooks.DeliveryView,
    "Send a message again, under its own id.",
    status=202,
)
PREVIEW_SCHEDULE = Route(
    "POST",
    "schedules/preview",
    "preview_schedule",
    Nothing,
    schedule_requests.PreviewBody,
    estimates.PreviewView,
    "A timetable in words, its runs, and what they add up to.",
    role="reader",
)
