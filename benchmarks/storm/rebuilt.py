"""Rebuild the catalog from the storage, and compare it with the one that the storm left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import Path

from benchmarks.storm.census import Line
from benchmarks.storm.library import Library, read_catalog
from functions.models.document import Document
from functions.models.identity import blob_names
from local.run.errors import StartError
from local.run.options import Options
from local.run.rebuild import rebuild

# A rebuild doesn't restore these fields: only the lost catalog had the time when an image's document was created, and a
# restored schedule continues with its next run.
PASSING = {"images": {"added_at"}, "schedules": {"planned_until", "next_run_at"}}


async def rebuilt(options: Options, connection: str, path: Path) -> tuple[Library, bool]:
    """Rebuild into a new catalog file. Return its content, and whether everything could be read."""
    complete = True
    try:
        await rebuild(replace(options, env={**options.env, "SQLITE_PATH": str(path)}), connection)
    except StartError as exc:
        print(exc)
        complete = False
    return await read_catalog(path), complete


def compare(before: Library, after: Library, stored: Mapping[str, Set[str]]) -> list[Line]:
    """Compare the catalogs field by field, without images and changes whose files the storage lost."""
    kept = {id: image for id, image in before.images.items() if blob_names(id).original in stored["originals"]}
    # A change whose sidecar was lost can't come back.
    whole = {
        id: image
        for id, image in kept.items()
        if image.updated_at == image.created_at or blob_names(id).sidecar in stored["sidecars"]
    }
    fields = differing(whole, after.images, passing=PASSING["images"])
    schedule_fields = differing(before.schedules, after.schedules, passing=PASSING["schedules"])
    for name, count in (fields + schedule_fields).items():
        print(f"{count} differ in {name}")
    counts = Counter(image.job_id for image in kept.values())
    usage = sum(after.usage.get(job_id) == count for job_id, count in counts.items())
    restored = len(kept.keys() & after.images.keys())
    return [
        Line(name="rebuild: images", found=restored, expected=len(kept), broken=len(kept) - restored),
        Line(
            name="rebuild: images that weren't there",
            found=len(after.images.keys() - kept.keys()),
            expected=0,
            broken=len(after.images.keys() - kept.keys()),
        ),
        Line(name="rebuild: differing fields of images", found=fields.total(), expected=0, broken=fields.total()),
        Line(
            name="rebuild: differing fields of schedules",
            found=schedule_fields.total(),
            expected=0,
            broken=schedule_fields.total(),
        ),
        Line(name="rebuild: usage records", found=usage, expected=len(counts), broken=len(counts) - usage),
    ]


def differing(before: Mapping[str, Document], after: Mapping[str, Document], *, passing: Set[str]) -> Counter[str]:
    """Return how many documents differ, by field. Missing ones aren't counted."""
    found: Counter[str] = Counter()
    for id, document in before.items():
        if id not in after:
            continue
        one, other = document.body(), after[id].body()
        found.update(
            name for name in one.keys() | other.keys() if name not in passing and one.get(name) != other.get(name)
        )
    return found
