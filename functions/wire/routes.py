"""The table of routes: the triggers register them from here, and the OpenAPI document describes them from here."""

from __future__ import annotations

from typing import Any

from functions.wire import requests, views
from functions.wire.fields import Nothing
from functions.wire.route import Method, Route, overlap

# --- images

LIST_IMAGES = Route(
    "GET", "images", "list_images", requests.ImagesQuery, Nothing, views.ImagePage, "Pictures, newest first, by search."
)
GET_IMAGE = Route("GET", "images/{id}", "get_image", Nothing, Nothing, views.ImageView, "One picture with its story.")
CHANGE_IMAGE = Route(
    "PATCH",
    "images/{id}",
    "change_image",
    Nothing,
    requests.ImageChange,
    views.ImageView,
    "Judge, tag or name a picture.",
)
DELETE_IMAGE = Route(
    "DELETE",
    "images/{id}",
    "delete_image",
    requests.DeleteImageQuery,
    Nothing,
    views.ImageView,
    "Move a picture to the trash, or remove it for good.",
    also={204: "It was removed for good."},
)
RESTORE_IMAGE = Route(
    "POST", "images/{id}/restore", "restore_image", Nothing, Nothing, views.ImageView, "Take it out of the trash."
)
CHANGE_IMAGES = Route(
    "POST",
    "images/bulk",
    "change_images",
    Nothing,
    requests.BulkChange,
    views.BulkResult,
    "Change many pictures: ids at once, a search as a job.",
    also={202: views.JobView},
)
GET_IMAGE_FILE = Route(
    "GET",
    "images/{id}/file",
    "get_image_file",
    requests.FileQuery,
    Nothing,
    None,
    "The picture itself.",
    also={200: "The variant clean: a PNG.", 302: "The other variants: where to load it from."},
)
GET_TIMELINE = Route("GET", "timeline", "get_timeline", Nothing, Nothing, views.TimelineView, "Pictures per day.")
LIST_TAGS = Route("GET", "tags", "list_tags", Nothing, Nothing, views.TagList, "Tags with counts.")
LIST_TERMS = Route(
    "GET", "terms", "list_terms", requests.TermsQuery, Nothing, views.TermList, "Words by their beginning."
)
GET_CHANGES = Route(
    "GET",
    "changes",
    "get_changes",
    requests.ChangesQuery,
    Nothing,
    views.ChangesView,
    "What appeared, moved or failed since the last call.",
    also={304: "Nothing changed."},
)

# --- prompts and jobs

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

# --- schedules

LIST_SCHEDULES = Route("GET", "schedules", "list_schedules", Nothing, Nothing, views.ScheduleList, "Schedules by name.")
CREATE_SCHEDULE = Route(
    "POST",
    "schedules",
    "create_schedule",
    Nothing,
    requests.ScheduleBody,
    views.ScheduleView,
    "Paint a theme again and again.",
    status=201,
)
GET_SCHEDULE = Route("GET", "schedules/{id}", "get_schedule", Nothing, Nothing, views.ScheduleView, "One schedule.")
CHANGE_SCHEDULE = Route(
    "PUT", "schedules/{id}", "change_schedule", Nothing, requests.ScheduleUpdate, views.ScheduleView, "Set it anew."
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
    requests.PauseBody,
    views.ScheduleView,
    "Stop planning a schedule.",
)
RESUME_SCHEDULE = Route(
    "POST",
    "schedules/{id}/resume",
    "resume_schedule",
    Nothing,
    Nothing,
    views.ScheduleView,
    "Plan it again from now on.",
)
RUN_SCHEDULE = Route(
    "POST",
    "schedules/{id}/run",
    "run_schedule",
    Nothing,
    requests.RunBody,
    views.JobView,
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
    views.JobPage,
    "A schedule's jobs, skipped slots included, newest first.",
)
PREVIEW_SCHEDULE = Route(
    "POST",
    "schedules/preview",
    "preview_schedule",
    Nothing,
    requests.PreviewBody,
    views.PreviewView,
    "A timetable in words, and its runs.",
    role="reader",
)

# --- library

GET_SETTINGS = Route(
    "GET",
    "settings",
    "get_settings",
    Nothing,
    Nothing,
    views.SettingsView,
    "Limits, time zone, pause, and the budget's use.",
)
CHANGE_SETTINGS = Route(
    "PATCH", "settings", "change_settings", Nothing, requests.SettingsChange, views.SettingsView, "Change the settings."
)
LIST_PRESETS = Route("GET", "presets", "list_presets", Nothing, Nothing, views.PresetList, "Your presets by name.")
CREATE_PRESET = Route(
    "POST",
    "presets",
    "create_preset",
    Nothing,
    requests.PresetBody,
    views.PresetView,
    "Keep paint options.",
    status=201,
)
GET_PRESET = Route("GET", "presets/{id}", "get_preset", Nothing, Nothing, views.PresetView, "One of your presets.")
CHANGE_PRESET = Route(
    "PUT", "presets/{id}", "change_preset", Nothing, requests.PresetUpdate, views.PresetView, "Set it anew."
)
DELETE_PRESET = Route(
    "DELETE", "presets/{id}", "delete_preset", Nothing, Nothing, None, "Delete one of your presets.", status=204
)
LIST_SEARCHES = Route(
    "GET", "saved-searches", "list_saved_searches", Nothing, Nothing, views.SearchList, "Your saved searches by name."
)
CREATE_SEARCH = Route(
    "POST",
    "saved-searches",
    "create_saved_search",
    Nothing,
    requests.SearchBody,
    views.SearchView,
    "Keep a search.",
    status=201,
)
GET_SEARCH = Route(
    "GET", "saved-searches/{id}", "get_saved_search", Nothing, Nothing, views.SearchView, "One of your saved searches."
)
CHANGE_SEARCH = Route(
    "PUT",
    "saved-searches/{id}",
    "change_saved_search",
    Nothing,
    requests.SearchUpdate,
    views.SearchView,
    "Set it anew.",
)
DELETE_SEARCH = Route(
    "DELETE",
    "saved-searches/{id}",
    "delete_saved_search",
    Nothing,
    Nothing,
    None,
    "Delete one of your saved searches.",
    status=204,
)

# --- service

GET_HEALTH = Route(
    "GET", "health", "get_health", Nothing, Nothing, views.Health, "That the app runs.", role="anonymous"
)
GET_SIGN_IN = Route(
    "GET", "sign-in", "get_sign_in", Nothing, Nothing, views.SignInView, "How to sign in.", role="anonymous"
)
GET_OPENAPI = Route(
    "GET", "openapi.json", "get_openapi", Nothing, Nothing, views.Anything, "This document.", role="anonymous"
)
GET_CONFIG = Route(
    "GET",
    "config",
    "get_config",
    Nothing,
    Nothing,
    views.ConfigView,
    "What the app and its painter can do, and who you are.",
)
GET_STATS = Route("GET", "stats", "get_stats", Nothing, Nothing, views.StatsView, "The library in numbers.")

ROUTES: tuple[Route[Any, Any], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Route))


def methods_of(path: str) -> tuple[Method, ...]:
    """The methods that an address below /api takes, none for an unknown one."""
    return tuple(dict.fromkeys(route.method for route in ROUTES if overlap(route.path, path.strip("/"))))
