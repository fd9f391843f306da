"""Routes of images, timeline, tags, terms, and changes."""

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
    "List or search images",
    description="Returns images, newest first. Use `q` to search.",
)
GET_IMAGE = Route("GET", "images/{id}", "get_image", Nothing, Nothing, responses.ImageView, "Get an image")
CHANGE_IMAGE = Route(
    "PATCH",
    "images/{id}",
    "change_image",
    Nothing,
    requests.ImageChange,
    responses.ImageView,
    "Update an image",
    description="Changes rating, tags, title, alt text, favorite, or approval.",
)
DELETE_IMAGE = Route(
    "DELETE",
    "images/{id}",
    "delete_image",
    requests.DeleteImageQuery,
    Nothing,
    responses.ImageView,
    "Move an image to trash or delete it permanently",
    description="Moves the image to trash. With `permanent=true`, deletes it permanently.",
    also={204: "The image was permanently deleted."},
)
RESTORE_IMAGE = Route(
    "POST", "images/{id}/restore", "restore_image", Nothing, Nothing, responses.ImageView, "Restore an image from trash"
)
CHANGE_IMAGES = Route(
    "POST",
    "images/bulk",
    "change_images",
    Nothing,
    requests.BulkChange,
    responses.BulkResult,
    "Update images in bulk",
    description="With `ids`, the images are changed immediately. With `q`, a job changes all matching images.",
    also={202: responses.JobView},
)
EXPORT_IMAGES = Route(
    "POST",
    "images/export",
    "export_images",
    Nothing,
    requests.ExportBody,
    responses.JobView,
    "Export images as a ZIP file",
    description="Creates a job. The ZIP file is available for one day.",
    status=202,
)
GET_IMAGE_FILE = Route(
    "GET",
    "images/{id}/file",
    "get_image_file",
    requests.FileQuery,
    Nothing,
    None,
    "Download an image file",
    description="Returns the PNG file for variant `clean`, and a redirect for other variants.",
    also={200: "The PNG file (variant `clean`).", 302: "Redirect to the file (variants `original` and `thumbnail`)."},
)
GET_TIMELINE = Route(
    "GET", "timeline", "get_timeline", Nothing, Nothing, responses.TimelineView, "Get image counts by day"
)
LIST_TAGS = Route("GET", "tags", "list_tags", Nothing, Nothing, responses.TagList, "List tags")
LIST_TERMS = Route(
    "GET", "terms", "list_terms", requests.TermsQuery, Nothing, responses.TermList, "List search terms by prefix"
)
GET_CHANGES = Route(
    "GET",
    "changes",
    "get_changes",
    requests.ChangesQuery,
    Nothing,
    responses.ChangesView,
    "List changes since the last request",
    description="Returns images, jobs, and schedules that changed since the given token.",
    also={304: "No changes since the given token."},
)
