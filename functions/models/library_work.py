"""What a library job has to do and how far it came, one shape per kind of job.

A stored document keeps the kind on the job alone: `kind` of the work is set from there when a document is read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from functions.models.document import Instant, Value

BulkAction = Literal[
    "favourite", "unfavourite", "rate", "tag", "untag", "approve", "unapprove", "trash", "restore", "purge"
]
ExportVariant = Literal["original", "clean"]


class BulkChange(Value):
    """What becomes of each image."""

    action: BulkAction
    tags: tuple[str, ...] = ()  # as `tag_key` gives them, each once
    rating: int = 0
    at: Instant  # when it was asked for


class Counted(Value):
    """`done` counts the items that were worked on with success."""

    done: int = 0


class ImageBatch(Counted):
    """Work on many images; `id` is that of its job."""

    id: str
    total: int
    failed: int = 0


class BulkWork(ImageBatch):
    """Change the images that match `q` and are older than `cursor`."""

    kind: Literal["bulk"] = Field(default="bulk", exclude=True)
    change: BulkChange
    q: str
    cursor: str  # an image's id


class UndoWork(ImageBatch):
    """Revert what the job `of` changed, by the notes after `cursor`."""

    kind: Literal["undo"] = Field(default="undo", exclude=True)
    of: str
    cursor: str  # a note's blob name; empty before the first


class ExportWork(ImageBatch):
    """Pack the images with these `ids`, or else those that match `q`, that are older than `cursor`."""

    kind: Literal["export"] = Field(default="export", exclude=True)
    q: str | None
    ids: tuple[str, ...] | None  # newest first
    variant: ExportVariant
    newest: str  # where `cursor` begins
    cursor: str  # an image's id
    entries: int = 0  # of the zip's directory
    offset: int = 0  # bytes of its files so far
    blocks: int = 0
    directory: int = 0  # bytes
    bytes: int = 0  # of the finished zip


class PublishWork(Counted):
    """Bring the folder of this slug up to date."""

    kind: Literal["publish"] = Field(default="publish", exclude=True)
    slug: str


class WebhookWork(Counted):
    """Deliver a message of this schedule."""

    kind: Literal["webhook"] = Field(default="webhook", exclude=True)
    delivery: str  # an id
    schedule: str  # an id


class RewriteDaysWork(Counted):
    """Give every image its local day in this time zone: first those outside the trash, then those in it."""

    kind: Literal["rewrite-days"] = Field(default="rewrite-days", exclude=True)
    timezone: str
    trash: Literal["out", "only"] = "out"
    cursor: str | None = None  # an image's id
    changed: int = 0


LibraryWork = Annotated[
    BulkWork | UndoWork | ExportWork | PublishWork | WebhookWork | RewriteDaysWork, Field(discriminator="kind")
]
