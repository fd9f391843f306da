"""Demo data besides images: schedules, runs of every kind, usage, a preset, and saved searches."""

from __future__ import annotations

import asyncio
import base64
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from azure.storage.blob.aio import BlobServiceClient
from PIL import Image as Pixels

from benchmarks.dashboard.thumbnails import scenes
from benchmarks.image_records import ulid
from functions.adapters.sqlite.catalog import open_sqlite
from functions.models.identity import blob_names
from functions.models.image import Image, Timings
from functions.models.job import GenerationRequest, Job, JobImage, Lease, Progress, Reason, Status
from functions.models.library import MonthSummary, Preset, RunRecord, SavedSearch, Usage
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import CronTiming, GenerationOptions, IntervalTiming, Publication, Schedule
from functions.policy.insights import month_of
from functions.ports import Catalog
from functions.search.query import ImageQuery

ZONE = "Europe/Berlin"
OPTIONS = GenerationOptions(
    model="starter", width=256, height=256, steps=20, guidance=5.0, sampler="ddim", seed=814, count=1
)
NAMES = ("Hills at all hours", "Lighthouses, on Sundays", "Small boats before the fog of a very early morning", "Foxes")
SLUG = "hills"  # of the first one, which is published
ORIGINALS = 4
RECENT = 60  # images whose runs are listed in Activity


class DemoData:
    """Three active schedules and one that was paused automatically; `now` is the time of the visit."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        milliseconds = int((now - timedelta(days=400)).timestamp() * 1000)
        self.schedule_ids = [ulid(milliseconds + number, 7) for number in range(len(NAMES))]

    def with_demo_data(self, image: Image) -> Image:
        """Return the image with a schedule of this library; one in forty is in trash."""
        number = int(image.schedule_id[-3:]) % len(NAMES) if image.schedule_id else None
        return image.model_copy(
            update={
                "schedule_id": None if number is None else self.schedule_ids[number],
                "schedule_name": None if number is None else NAMES[number],
                "theme": "Hills at all hours" if number is None else NAMES[number],
                "tags": tuple(word for word in image.title.lower().split() if len(word) > 4),
                "timings": Timings(writing_ms=900, waiting_ms=1_400, painting_ms=4_200 + image.seed % 2_000),
                "cost_usd": 0.0024,
                "deleted_at": image.updated_at if image.seed % 40 == 0 else None,
            }
        )

    async def populate(self, path: Path, connection: str) -> None:
        """Add all other data to the catalog in this file, and published files to its storage."""
        catalog = await open_sqlite(path, lambda: self._now)
        try:
            images = await catalog.images.search(ImageQuery(), limit=RECENT)
            await originals(connection, [one for one in images if one.schedule_id == self.schedule_ids[0]])
            for schedule in self._schedules():
                await catalog.schedules.create(schedule)
            for job in [*self._open(), *self._troubles(), *self._done(images)]:
                await catalog.jobs.create(job)
            await self._usage(catalog)
            made = {"created_by": "local", "created_at": self._now, "updated_at": self._now}
            await catalog.presets.create(Preset(id="preset-1", name="Small and quick", options=OPTIONS, **made))
            await catalog.searches.create(SavedSearch(id="search-1", name="Best hills", q="hills rating:>3", **made))
        finally:
            await catalog.close()

    def _schedules(self) -> Sequence[Schedule]:
        daily = CronTiming(cron="0 9 * * *", timezone=ZONE)
        timings = (daily, CronTiming(cron="0 10 * * 0", timezone=ZONE), IntervalTiming(minutes=720), daily)
        why = "Paused automatically after 5 consecutive failed runs."
        return [
            Schedule(
                id=self.schedule_ids[number],
                created_by="local",
                created_at=self._now - timedelta(days=400),
                updated_at=self._now,
                name=name,
                theme=name,
                instructions="Cut paper, soft grain. It is {weekday}, in {season}." if number == 0 else "",
                timing=timing,
                options=OPTIONS,
                planned_until=self._now,
                next_run_at=self._now + timedelta(hours=3 + 20 * number),
                runs=400 - number,
                paused=number == 1,
                paused_reason=why if number == 1 else "",
                keep_days=90 if number == 2 else None,
                publication=Publication(slug=SLUG, publish="everything", since=self._now) if number == 0 else None,
            )
            for number, (name, timing) in enumerate(zip(NAMES, timings, strict=True))
        ]

    def _open(self) -> Sequence[Job]:
        """Return a running job and a queued job that no worker takes."""
        lease = Lease(token="benchmark", expires_at=self._now + timedelta(days=1))
        progress = Progress(percent=62, picture=1, step=12, steps=20, seconds_left=9.0, preview=preview())
        return [
            self._job(
                1, Status.PAINTING, schedule=0, lease=lease, progress=progress, started_at=self._now, sent_at=self._now
            ),
            self._job(
                2,
                Status.QUEUED,
                theme="An owl above the harbor",
                progress=Progress(position=1),
                lease=lease,
                sent_at=self._now,
            ),
        ]

    def _troubles(self) -> Sequence[Job]:
        ended: dict[str, Any] = {
            "finished_at": self._now - timedelta(minutes=40),
            "started_at": self._now - timedelta(minutes=42),
        }
        return [
            self._job(
                3,
                Status.FAILED,
                schedule=1,
                reason=Reason(
                    code="unavailable",
                    message="The inference service didn't respond. Check its log, then retry this run.",
                ),
                **ended,
            ),
            self._job(
                4,
                Status.SKIPPED,
                schedule=2,
                reason=Reason(code="overlap", message="Skipped: the previous run was still in progress."),
                **ended,
            ),
            self._job(
                5,
                Status.CANCELLED,
                theme="Twelve harbors",
                reason=Reason(code="cancelled", message="Canceled. 0 of 1 images were saved."),
                **ended,
            ),
        ]

    def _done(self, images: Sequence[Image]) -> Sequence[Job]:
        by_job: dict[str, list[Image]] = defaultdict(list)
        for image in images:
            by_job[image.job_id].append(image)
        return [done(id, some) for id, some in by_job.items()]

    def _job(self, number: int, status: Status, *, schedule: int | None = None, theme: str = "", **more: Any) -> Job:
        at = self._now - timedelta(minutes=number * 3)
        theme = theme or NAMES[schedule or 0]
        return Job.model_validate(
            {
                "id": ulid(int(at.timestamp() * 1000), number),
                "created_by": "local" if schedule is None else "schedule",
                "created_at": at,
                "updated_at": at,
                "status": status,
                "request": GenerationRequest(theme=theme),
                "prompt": written(theme) if status == Status.PAINTING else None,
                "options": OPTIONS if status == Status.PAINTING else None,
                "pictures": (JobImage(id=ulid(int(at.timestamp() * 1000), 99), seed=814),)
                if status == Status.PAINTING
                else (),
                "schedule_id": None if schedule is None else self.schedule_ids[schedule],
                "schedule_name": None if schedule is None else NAMES[schedule],
                "slot": None if schedule is None else f"{at:%Y%m%dT%H%MZ}",
                "not_before": at,
                "sent_at": None,
                **more,
            }
        )

    async def _usage(self, catalog: Catalog) -> None:
        """Return the usage and run records that maintenance would have written."""
        for month in await catalog.images.months():
            counts = await catalog.images.schedule_counts(month)
            runs = [
                RunRecord(
                    schedule_id=one.schedule_id,
                    status=Status.SUCCEEDED,
                    model=one.model,
                    images=one.pictures,
                    painting_ms=4_800 * one.pictures,
                    writing_ms=900,
                    waiting_ms=2_000 + 37 * len(one.day) * one.pictures,
                    wrote=True,
                    cost_usd=0.0024 * one.pictures,
                )
                for one in counts
            ]
            made = {"created_by": "local", "created_at": self._now, "updated_at": self._now}
            insights = month_of(counts, runs, now=self._now)
            await catalog.summaries.create(MonthSummary(id=month, dirty=True, insights=insights, **made))
            numbered = {f"{month}-{number}": run for number, run in enumerate(runs)}
            await catalog.usage.create(Usage(id=f"{month}-01.0", runs=numbered, **made))


async def originals(connection: str, images: Sequence[Image]) -> None:
    """Upload published files under the names that publishing uses."""
    drawn = [png for _, png in await asyncio.to_thread(lambda: list(scenes((1024, 768), ORIGINALS, seed=5)))]
    async with BlobServiceClient.from_connection_string(connection) as service:
        container = service.get_container_client("originals")
        for number, image in enumerate(images):
            await container.upload_blob(blob_names(image.id).original, drawn[number % ORIGINALS], overwrite=True)


def done(id: str, images: Sequence[Image]) -> Job:
    """Return the completed run of these images."""
    first = images[0]
    ended = first.created_at + timedelta(seconds=7)
    return Job(
        id=id,
        created_by=first.created_by,
        created_at=first.created_at,
        updated_at=ended,
        status=Status.SUCCEEDED,
        request=GenerationRequest(theme=first.theme),
        prompt=written(first.theme),
        options=OPTIONS.evolve(count=len(images)),
        pictures=tuple(JobImage(id=one.id, seed=one.seed, state="stored") for one in images),
        schedule_id=first.schedule_id,
        schedule_name=first.schedule_name,
        slot=f"{first.created_at:%Y%m%dT%H%MZ}" if first.schedule_id else None,
        not_before=first.created_at,
        sent_at=first.created_at,
        started_at=first.created_at,
        finished_at=ended,
        timings=first.timings,
        cost_usd=first.cost_usd,
    )


def written(theme: str) -> WrittenPrompt:
    prompt = f"{theme.lower()}, layered hills, cut paper, soft grain"
    return WrittenPrompt(prompt=prompt, title=theme, alt_text=f"{theme}, in cut paper.", source=PromptSource.CHATGPT)


def preview() -> str:
    """Return a preview of an image during generation."""
    _, png = next(scenes((128, 128), 1, seed=5))
    file = io.BytesIO()
    Pixels.open(io.BytesIO(png)).save(file, "WEBP", quality=40)
    return base64.b64encode(file.getvalue()).decode()
