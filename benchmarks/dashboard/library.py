"""A running Auto-Image-Gen with any number of images that share thumbnails."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol, Self

from azure.storage.blob import ContentSettings
from azure.storage.blob.aio import BlobServiceClient

from benchmarks.catalog import BATCH, batches
from benchmarks.dashboard.thumbnails import StoredImage, drawn
from benchmarks.image_records import FIRST, LAST, SIZES, Library
from benchmarks.stub_inference import StubInferenceService
from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.images import insert
from functions.models.image import Image
from local.run import process_specs, storage
from local.run.options import Options
from local.run.process import ManagedProcess, ProcessSpec
from local.run.state_files import any_free_port

THUMBNAILS = 64
KEY = "benchmark"


class DemoDataSource(Protocol):
    """Data of a library besides its images."""

    def with_demo_data(self, image: Image) -> Image:
        """The image as one of this library's."""

    async def populate(self, path: Path, connection: str) -> None:
        """Add all other data to the catalog in this file, and published files to its storage."""


class Running:
    """Storage, function app, and dashboard with data in `folder`, which is reused."""

    def __init__(
        self,
        folder: Path,
        images: int,
        *,
        first: datetime = FIRST,
        last: datetime = LAST,
        demo_data: DemoDataSource | None = None,
    ) -> None:
        self._folder = folder
        self._images = images
        self._span = (first, last)
        self._demo_data = demo_data
        self._exits = AsyncExitStack()
        # Nothing of the machine's own settings reaches it: no paid account, no other database.
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        self._options = Options(folder=folder, env=env, port=any_free_port())

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self._options.port}"

    @property
    def url(self) -> str:
        """The dashboard's URL with the API key."""
        return f"{self.site}/#key={KEY}"

    @property
    def api(self) -> str:
        return f"{self.site}/api"

    @property
    def image_origin(self) -> str:
        """The origin of image URLs."""
        ports = json.loads((self._folder / "ports.json").read_text(encoding="utf-8"))
        return f"http://127.0.0.1:{ports['blob']}"

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        spec, connection = storage.storage_spec(self._options)
        inference = process_specs.Address(url=self._exits.enter_context(StubInferenceService()).url, key="any")
        host = process_specs.host_spec(
            self._options, port=self._options.port, storage=connection, inference=inference, key=KEY, dashboard=True
        )
        try:
            await self._start(spec)
            if not (self._folder / "catalog.sqlite").exists():
                thumbnails = await asyncio.to_thread(drawn, SIZES, THUMBNAILS)
                await upload_images(connection, thumbnails)
                images = with_thumbnails(Library().images(self._images, *self._span), thumbnails)
                path, demo_data = self._folder / "catalog.sqlite", self._demo_data
                await fill(path, map(demo_data.with_demo_data, images) if demo_data else images)
                if demo_data:
                    await demo_data.populate(path, connection)
            await self._start(host)
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._exits.aclose()

    async def _start(self, spec: ProcessSpec) -> None:
        process = ManagedProcess(spec, print)
        self._exits.push_async_callback(process.stop)
        await process.start()


async def upload_images(connection: str, thumbnails: Mapping[tuple[int, int], Sequence[StoredImage]]) -> None:
    """Upload the shared thumbnails, which also serve as originals."""
    async with BlobServiceClient.from_connection_string(connection) as service:
        for name in ("thumbnails", "originals"):
            container = service.get_container_client(name)
            if not await container.exists():
                await container.create_container()
            for stored in (one for some in thumbnails.values() for one in some):
                await container.upload_blob(
                    stored.name,
                    stored.thumbnail.webp,
                    overwrite=True,
                    content_settings=ContentSettings(
                        content_type="image/webp", cache_control="public, max-age=31536000, immutable"
                    ),
                )


async def fill(path: Path, images: Iterator[Image]) -> None:
    """Write a catalog of these images, completely or not at all."""
    unfinished = path.with_suffix(".filling")
    for left in path.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    await (await open_sqlite(unfinished, lambda: LAST)).close()
    database = Database(unfinished)
    done = 0
    for batch in batches(images):
        await database.write(partial(insert, images=batch))
        done += len(batch)
        if done % (10 * BATCH) == 0:
            print(f"{done:,} images", flush=True)
    await database.close()
    unfinished.rename(path)


def with_thumbnails(
    images: Iterator[Image], thumbnails: Mapping[tuple[int, int], Sequence[StoredImage]]
) -> Iterator[Image]:
    """The images, each with one of the thumbnails of its size, and words that people can read; found by their own."""
    draw = random.Random(3)
    for image in images:
        stored = draw.choice(thumbnails[image.width, image.height])
        looks = stored.thumbnail
        # `Image.evolve` would read an image like that as new: these come a million at a time.
        yield image.model_copy(
            update={
                "title": stored.title,
                "theme": "Hills at all hours",
                "prompt": f"{stored.title.lower()}, layered hills, cut paper, soft grain",
                "alt_text": f"Layers of hills below a pale sun: {stored.title.lower()}.",
                "thumbnail_blob": stored.name,
                "original_blob": stored.name,
                "thumbhash": looks.thumbhash,
                "average_colour": looks.average_colour,
                "deleted_at": None,
            }
        )
