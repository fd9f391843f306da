"""Routes of images, timeline, tags, terms, and changes."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import files, job_responses, requests, responses
from functions.api.schemas.fields import Empty

LIST_IMAGES = Route(
    "GET",
    "images",
    "list_images",
    requests.ImagesQuery,
    Empty,
    responses.ImagePage,
    "List or search images",
    description="Returns images, newest first unless `q` contains `sort:`.",
)
GET_IMAGE = Route("GET", "images/{id}", "get_image", Empty, Empty, responses.ImageResponse, "Get an image")
UPDATE_IMAGE = Route(
    "PATCH",
    "images/{id}",
    "update_image",
    Empty,
    requests.ImageChange,
    responses.ImageResponse,
    "Update an image",
    description="Changes rating, tags, title, alt text, favorite, or approval.",
)
DELETE_IMAGE = Route(
    "DELETE",
    "images/{id}",
    "delete_image",
    requests.DeleteImageQuery,
    Empty,
    responses.ImageResponse,
    "Delete an image",
    description="Moves the image to trash. With `permanent=true`, deletes it permanently.",
    other_responses={204: "The image was permanently deleted."},
)
RESTORE_IMAGE = Route(
    "POST", "images/{id}/restore", "restore_image", Empty, Empty, responses.ImageResponse, "Restore an image from trash"
)
REGENERATE_IMAGE = Route(
    "POST",
    "images/{id}/regenerate",
    "regenerate_image",
    Empty,
    Empty,
    job_responses.JobResponse,
    "Generate a missing original again",
    description="Creates a job that generates the image again under the same ID, with its prompt, options, and seed. "
    "While a job for the image is open, returns that job. Rating, tags, favorite, and approval aren't changed.",
    status=202,
)
READ_PARAMETERS = Route(
    "POST",
    "images/parameters",
    "read_parameters",
    Empty,
    files.UploadedFile,
    files.ParametersResponse,
    "Read parameters of an image file",
    description="Returns the generation parameters in a PNG, JPEG, or WebP file (at most 32 MiB) or in a text "
    "(`text/plain`): those of Auto-Image-Gen, A1111, ComfyUI, InvokeAI, SwarmUI, and Fooocus. The file isn't stored.",
    role="reader",
)
BULK_UPDATE_IMAGES = Route(
    "POST",
    "images/bulk",
    "bulk_update_images",
    Empty,
    requests.BulkChange,
    responses.BulkResult,
    "Update images in bulk",
    description="With `ids`, the images are changed immediately. With `q`, a job changes all matching images. The "
    "job leaves out images that are changed after the request, and counts them as failed.",
    other_responses={202: job_responses.JobResponse},
)
EXPORT_IMAGES = Route(
    "POST",
    "images/export",
    "export_images",
    Empty,
    requests.ExportBody,
    job_responses.JobResponse,
    "Export images as a ZIP file",
    description="Creates a job. The ZIP file is available for one day.",
    status=202,
)
DOWNLOAD_IMAGE = Route(
    "GET",
    "images/{id}/file",
    "download_image",
    requests.FileQuery,
    Empty,
    None,
    "Download an image file",
    description="Returns the PNG file for variant `clean`, and a redirect for other variants.",
    other_responses={
        200: "The PNG file (variant `clean`).",
        302: "Redirect to the file (variants `original` and `thumbnail`).",
    },
)
GET_TIMELINE = Route(
    "GET", "timeline", "get_timeline", Empty, Empty, responses.TimelineResponse, "Get image counts by day"
)
LIST_TAGS = Route("GET", "tags", "list_tags", Empty, Empty, responses.TagList, "List tags")
LIST_TERMS = Route(
    "GET", "terms", "list_terms", requests.TermsQuery, Empty, responses.TermList, "List search terms by prefix"
)
GET_CHANGES = Route(
    "GET",
    "changes",
    "get_changes",
    requests.ChangesQuery,
    Empty,
    responses.ChangesResponse,
    "List changes since the last request",
    description="Returns images, jobs, and schedules that changed since the given token. Without a token, returns the "
    "oldest open jobs.",
    other_responses={304: "No changes since the given token."},
)
