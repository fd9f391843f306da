"""Work of library jobs and its progress, one model per kind of job.

A stored job has its kind only once: the `kind` of the work is set from the job's when it is loaded.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from functions.models.caller import Caller
from functions.models.document import Instant, Value

BulkAction = Literal[
    "favourite",
    "unfavourite",
    "rate",
    "tag",
    "untag",
    "approve",
    "unapprove",
    "trash",
    "restore",
    "purge",
    "regenerate",
    "add_to_album",
    "remove_from_album",
]
ExportVariant = Literal["original", "clean"]


class BulkChange(Value):
    """A change to apply to each image."""

    action: BulkAction
    tags: tuple[str, ...] = ()  # normalized by `tag_key`, without duplicates
    rating: int = 0
    album: str = Field(default="", exclude_if=lambda album: album == "")  # ID of an album made by hand
    at: Instant  # time of the request
    # the caller whose jobs are created, stored only for changes that create jobs
    by: Caller | None = Field(default=None, exclude_if=lambda by: by is None)


class Counted(Value):
    """Work with counters. `done` counts items that were processed successfully."""

    done: int = 0


class ImageBatch(Counted):
    """Work on many images. `id` is the ID of its job."""

    id: str
    total: int
    failed: int = 0


class BulkWork(ImageBatch):
    """Change the images that match `q` and are older than `cursor`."""

    kind: Literal["bulk"] = Field(default="bulk", exclude=True)
    change: BulkChange
    q: str
    # digest of what `q` means when the job is created; empty in jobs of 0.1.0
    selected: str = Field(default="", exclude_if=lambda selected: selected == "")
    cursor: str  # an image ID


class UndoWork(ImageBatch):
    """Revert the changes of the job `of` that were recorded after `cursor`."""

    kind: Literal["undo"] = Field(default="undo", exclude=True)
    of: str
    cursor: str  # name of a blob with recorded changes; empty at the start


class ExportWork(ImageBatch):
    """Export the images with these `ids`, or those that match `q`, that are older than `cursor`."""

    kind: Literal["export"] = Field(default="export", exclude=True)
    q: str | None
    ids: tuple[str, ...] | None  # newest first
    variant: ExportVariant
    newest: str  # start value of `cursor`
    cursor: str  # an image ID
    entries: int = 0  # entries in the central directory
    offset: int = 0  # size of the files so far, in bytes
    blocks: int = 0
    directory: int = 0  # size of the directory, in bytes
    bytes: int = 0  # size of the finished ZIP file


class PublishWork(Counted):
    """Update the published folder of this slug."""

    kind: Literal["publish"] = Field(default="publish", exclude=True)
    slug: str


class WebhookWork(Counted):
    """Deliver a webhook event of this schedule."""

    kind: Literal["webhook"] = Field(default="webhook", exclude=True)
    delivery: str  # delivery ID
    schedule: str  # schedule ID


class RewriteDaysWork(Counted):
    """Set the local day of every image in this time zone: images in trash come last."""

    kind: Literal["rewrite-days"] = Field(default="rewrite-days", exclude=True)
    timezone: str
    trash: Literal["out", "only"] = "out"
    cursor: str | None = None  # an image ID
    changed: int = 0


LibraryWork = Annotated[
    BulkWork | UndoWork | ExportWork | PublishWork | WebhookWork | RewriteDaysWork, Field(discriminator="kind")
]
