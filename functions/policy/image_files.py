"""Decide which images' files to check, and what to do about missing ones. All functions are pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from functions.models.image import Image
from functions.models.library import FileCheck

RECENT = timedelta(hours=3)  # the time of an image is that of its job, which can have waited
ROUND_EVERY = timedelta(days=1)  # from the beginning of one round to that of the next


@dataclass(frozen=True, kw_only=True)
class PresentFiles:
    """Which files of an image exist."""

    original: bool
    thumbnail: bool
    sidecar: bool


class Repair(StrEnum):
    """What to do about an image whose files or mark aren't as they should be."""

    MARK = "mark"  # the original is missing
    UNMARK = "unmark"  # the original exists again; all other facts of the file follow from it
    THUMBNAIL = "thumbnail"  # create it from the original
    SIDECAR = "sidecar"  # write it from the document


def repairs(image: Image, files: PresentFiles) -> frozenset[Repair]:
    """Return what to do about the files of an image that isn't being deleted."""
    found: set[Repair] = set()
    if not files.original and image.original_missing_at is None:
        found.add(Repair.MARK)
    if files.original and image.original_missing_at is not None:
        found.add(Repair.UNMARK)
    elif files.original and not files.thumbnail:
        found.add(Repair.THUMBNAIL)
    if not files.sidecar and image.updated_at != image.created_at:  # an image that nobody changed has no sidecar
        found.add(Repair.SIDECAR)
    return frozenset(found)


def recent_from(last: FileCheck | None, *, now: datetime) -> datetime:
    """Return the time since when images are checked at each sweep: three hours ago, or earlier after a downtime."""
    return min(last.recent_from, now - RECENT) if last is not None else now - RECENT


def current_round(last: FileCheck | None, newest: Sequence[Image], *, wanted: int, now: datetime) -> FileCheck:
    """Return the round to continue, or a new one, which starts with the newest image.

    `newest` are the images that were checked since `recent_from`, of which `wanted` were asked for. A round that began
    in the future is from before the clock was set back.
    """
    since = newest[0].created_at if len(newest) == wanted else now - RECENT
    if last is None or last.began_at > now or (last.complete and now - last.began_at >= ROUND_EVERY):
        return FileCheck(recent_from=since, began_at=now)
    return last.evolve(recent_from=since) if newest else last


def advanced(part: FileCheck, checked: Sequence[Image], *, wanted: int) -> FileCheck:
    """Return the round after checking a chunk of images, of which `wanted` were asked for. Trash comes last."""
    if len(checked) == wanted:
        return part.evolve(cursor=checked[-1].id)
    if part.trash == "out":
        return part.evolve(trash="only", cursor=None)
    return part.evolve(complete=True)
