"""Rows of the table of routes: pictures, and what the library says about them as a whole."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import requests, responses
from functions.api.schemas.fields import Nothing

LIST_IMAGES = Route(
    "GET",
    "images",
    "list_images",
    requests.ImagesQuery,
    Nothing,
    responses.ImagePage,
    "Pictures, newest first, by search.",
)
GET_IMAGE = Route(
    "GET", "images/{id}", "get_image", Nothing, Nothing, responses.ImageView, "One picture with its story."
)
CHANGE_IMAGE = Route(
    "PATCH",
    "images/{id}",
    "change_image",
    Nothing,
    requests.ImageChange,
    responses.ImageView,
    "Judge, tag or name a picture.",
)
DELETE_IMAGE = Route(
    "DELETE",
    "images/{id}",
    "delete_image",
    requests.DeleteImageQuery,
    Nothing,
    responses.ImageView,
    "Move a picture to the trash, or remove it for good.",
    also={204: "It was removed for good."},
)
RESTORE_IMAGE = Route(
    "POST", "images/{id}/restore", "restore_image", Nothing, Nothing, responses.ImageView, "Take it out of the trash."
)
CHANGE_IMAGES = Route(
    "POST",
    "images/bulk",
    "change_images",
    Nothing,
    requests.BulkChange,
    responses.BulkResult,
    "Change many pictures: ids at once, a search as a job.",
    also={202: responses.JobView},
)
EXPORT_IMAGES = Route(
    "POST",
    "images/export",
    "export_images",
    Nothing,
    requests.ExportBody,
    responses.JobView,
    "Pack pictures into a zip, which is kept for a day.",
    status=202,
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
GET_TIMELINE = Route("GET", "timeline", "get_timeline", Nothing, Nothing, responses.TimelineView, "Pictures per day.")
LIST_TAGS = Route("GET", "tags", "list_tags", Nothing, Nothing, responses.TagList, "Tags with counts.")
LIST_TERMS = Route(
    "GET", "terms", "list_terms", requests.TermsQuery, Nothing, responses.TermList, "Words by their beginning."
)
GET_CHANGES = Route(
    "GET",
    "changes",
    "get_changes",
    requests.ChangesQuery,
    Nothing,
    responses.ChangesView,
    "What appeared, moved or failed since the last call.",
    also={304: "Nothing changed."},
)
