"""A library that an earlier version wrote: catalog, blobs and open jobs, made by commit 84343fe and kept unchanged.

`answers.json` holds what that version answered to each GET request at the time in `now.json`.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.sqlite.catalog import open_sqlite
from functions.models.job import Message
from functions.rebuild.rebuild import rebuild
from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance import follow_up
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.api.conftest import Api

EARLIER = Path(__file__).parent / "library_0_0"
ANSWERS: dict[str, Any] = json.loads((EARLIER / "answers.json").read_text())
READABLE = [path for path, answer in ANSWERS.items() if not isinstance(answer, int)]

# Sentences for people may be worded better; all else is kept.
SENTENCES = {"message", "sentence", "text", "detail"}
ALT_TEXT = re.compile(r' alt="[^"]*"')


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.fromisoformat(json.loads((EARLIER / "now.json").read_text())))


@pytest.fixture
async def deps(tmp_path: Path, clock: Clock) -> AsyncIterator[FakeDependencies]:
    shutil.copy(EARLIER / "catalog.sqlite", tmp_path)
    opened = await make_dependencies(clock, folder=tmp_path)
    with zipfile.ZipFile(EARLIER / "blobs.zip") as archive:
        for name in archive.namelist():
            container, _, blob = name.partition("/")
            await opened.blobs.upload(container, blob, archive.read(name), content_type="application/octet-stream")
    for queue, messages in json.loads((EARLIER / "queued.json").read_text()).items():
        for message in messages:
            await getattr(opened, f"{queue}_queue").send(Message(**message))
    yield opened
    await close_dependencies(opened)


def differences(earlier: Any, now: Any, where: str = "") -> Iterator[str]:
    """Return the paths of missing or changed values; new fields are allowed."""
    if isinstance(earlier, dict) and isinstance(now, dict):
        for key, value in earlier.items():
            if key not in now:
                yield f"{where}.{key} is gone"
            elif key not in SENTENCES:
                yield from differences(value, now[key], f"{where}.{key}")
    elif isinstance(earlier, list) and isinstance(now, list) and len(earlier) == len(now):
        for number, pair in enumerate(zip(earlier, now, strict=True)):
            yield from differences(*pair, f"{where}[{number}]")
    elif where.endswith(".embed_html"):
        plain = [ALT_TEXT.sub("", text) for text in (earlier, now)]
        yield from differences(plain[0], plain[1], f"{where} without its alt text")
    elif earlier != now:
        yield f"{where} was {earlier!r}, is {now!r}"


@pytest.mark.parametrize("path", READABLE)
async def test_every_answer_is_as_it_was(api: Api, path: str) -> None:
    """Images, jobs, schedules, presets, saved searches, settings and history read as before."""
    assert list(differences(ANSWERS[path], (await api.get(path)).json)) == []


async def test_a_saved_search_still_finds_its_images(api: Api, deps: FakeDependencies) -> None:
    """The stored query is understood, and matches what it matched."""
    (saved,) = (await api.get("saved-searches")).json["items"]
    wanted = {
        image["id"]
        for image in ANSWERS["images?limit=50"]["items"]
        if image["favourite"] and (image["rating"] or 0) > 3 and "owls" in image["prompt"]
    }

    found = (await api.get(f"images?q={saved['q']}")).json["items"]

    assert {image["id"] for image in found} == wanted
    assert wanted


async def test_open_jobs_run_to_their_end(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """Jobs that were queued by the earlier version succeed, each kind of them."""
    queued = [job for job in ANSWERS["jobs?limit=100"]["items"] if job["status"] == "queued"]

    for _ in range(5):
        while message := deps.generation_queue.take():
            await follow_up.work(deps, message)
        while message := deps.library_queue.take():
            await run_library_job(deps, message)
        clock.advance(30)

    ended = {job["kind"]: (await api.get(f"jobs/{job['id']}")).json["status"] for job in queued}
    assert ended == {"generation": "succeeded", "bulk": "succeeded", "export": "succeeded"}


async def test_a_lost_catalog_comes_back_from_the_files(deps: FakeDependencies, tmp_path: Path, clock: Clock) -> None:
    """The catalog is rebuilt from metadata and sidecars of the earlier version without loss."""
    listed = ANSWERS["images?limit=50"]["items"] + ANSWERS["images?q=is:trash"]["items"]
    await deps.catalog.close()
    lost = await make_dependencies(clock, catalog=await open_sqlite(tmp_path / "new.sqlite", clock), blobs=deps.blobs)

    report = await rebuild(lost)

    assert report.broken == []
    for image in listed:
        found = (await lost.catalog.images.get(image["id"])).model_dump(mode="json")
        remaining = (
            "prompt",
            "title",
            "tags",
            "rating",
            "favourite",
            "seed",
            "deleted_at",
            "approved_at",
            "sha256",
            "day",
        )
        assert {key: found[key] for key in remaining} == {key: image[key] for key in remaining}
    await close_dependencies(lost)
