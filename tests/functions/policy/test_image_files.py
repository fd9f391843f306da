"""Which files the sweep checks, and what it does about missing ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.models.identity import new_image_id
from functions.models.library import FileCheck
from functions.policy.image_files import RECENT, PresentFiles, Repair, advanced, current_round, recent_from, repairs
from tests.fakes import START
from tests.image_samples import an_image

CHANGED = START + timedelta(days=400)


@pytest.mark.parametrize(
    ("files", "marked", "changed", "expected"),
    [
        ((True, True, False), False, False, set()),
        ((True, True, True), False, True, set()),
        ((True, True, False), False, True, {Repair.SIDECAR}),
        ((True, False, False), False, False, {Repair.THUMBNAIL}),
        ((False, True, False), False, False, {Repair.MARK}),
        ((False, False, False), False, True, {Repair.MARK, Repair.SIDECAR}),
        ((False, False, False), True, False, set()),
        ((True, True, False), True, False, {Repair.UNMARK}),
        ((True, False, False), True, False, {Repair.UNMARK}),
    ],
)
def test_each_missing_file_has_its_repair(
    files: tuple[bool, bool, bool], marked: bool, changed: bool, expected: set[Repair]
) -> None:
    """What to do depends on the files that exist, the mark, and whether a user has changed the image."""
    image = an_image(original_missing_at=START if marked else None)
    image = image.evolve(updated_at=CHANGED) if changed else image
    original, thumbnail, sidecar = files

    assert repairs(image, PresentFiles(original=original, thumbnail=thumbnail, sidecar=sidecar)) == expected


HOURS_AGO = START - RECENT


@pytest.mark.parametrize(
    ("last", "continues"),
    [
        (None, False),
        (FileCheck(recent_from=HOURS_AGO, began_at=START - timedelta(days=9), cursor="A"), True),
        (FileCheck(recent_from=HOURS_AGO, began_at=START - timedelta(hours=23), complete=True), True),
        (FileCheck(recent_from=HOURS_AGO, began_at=START - timedelta(hours=24), complete=True), False),
        (FileCheck(recent_from=HOURS_AGO, began_at=START + timedelta(seconds=1), complete=True), False),
    ],
    ids=["first", "unfinished", "finished today", "finished yesterday", "began in the future"],
)
def test_a_new_round_starts_a_day_after_the_last_one(last: FileCheck | None, continues: bool) -> None:
    """An unfinished round continues, and one from before the clock was set back is dropped."""
    found = current_round(last, [], wanted=3, now=START)

    assert found == (last if continues else FileCheck(recent_from=HOURS_AGO, began_at=START))


@pytest.mark.parametrize("hours", [3, 48, -5], ids=["running", "after a downtime", "clock set back"])
def test_images_since_the_last_sweep_are_recent(hours: int) -> None:
    """Images are checked at each sweep for three hours, and all that were stored since before a downtime."""
    last = FileCheck(recent_from=START - timedelta(hours=hours), began_at=START)

    assert recent_from(last, now=START) == START - timedelta(hours=max(hours, 3))
    assert recent_from(None, now=START) == HOURS_AGO


def test_more_recent_images_than_one_query_returns_are_left_to_the_next_sweep() -> None:
    """The next sweep continues with the newest that was checked. Without recent images, nothing changes."""
    newest = [an_image(new_image_id(START - timedelta(minutes=minutes))) for minutes in (190, 200, 210)]
    last = FileCheck(recent_from=START - timedelta(hours=4), began_at=START)

    assert current_round(last, newest, wanted=3, now=START).recent_from == newest[0].created_at
    assert current_round(last, newest, wanted=4, now=START).recent_from == HOURS_AGO
    assert current_round(last, [], wanted=4, now=START) == last


def test_a_round_ends_with_trash() -> None:
    """A short chunk ends the images that aren't in trash, the next short one the round."""
    images = [an_image(new_image_id(START - timedelta(hours=age))) for age in range(3)]
    part = FileCheck(recent_from=HOURS_AGO, began_at=START)

    inside = advanced(part, images, wanted=3)
    trash = advanced(inside, images[:2], wanted=3)
    end = advanced(trash, [], wanted=3)

    assert (inside.cursor, inside.trash) == (images[-1].id, "out")
    assert (trash.cursor, trash.trash, trash.complete) == (None, "only", False)
    assert end.complete
