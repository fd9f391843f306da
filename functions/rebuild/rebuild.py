"""Create image documents from originals and sidecars, everything else from the backup, and this month's usage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from functions.bulk_commands import for_each
from functions.errors import AlreadyExists, NotFound, Permanent, Stale
from functions.formats.embedded_metadata import image_from_metadata
from functions.formats.thumbnail import thumbnail
from functions.models.identity import blob_names, created_at_of, is_image_id
from functions.models.image import Image
from functions.models.sidecar import Sidecar
from functions.policy.limits import usage_days
from functions.search.terms import terms_of
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import summaries
from functions.services.images.sidecars import read_sidecar
from functions.services.maintenance.restore import restore
from functions.services.usage import ledger

AT_ONCE = 8


@dataclass(kw_only=True)
class Report:
    """Progress of a rebuild, and unreadable blobs."""

    total: int
    created: int = 0
    updated: int = 0  # documents that existed and had a newer sidecar
    kept: int = 0
    thumbnails: int = 0  # thumbnails created again
    documents: int = 0  # settings, schedules, presets, saved searches, and albums created from the backup
    broken: list[tuple[str, str]] = field(default_factory=list)  # blob, reason

    @property
    def done(self) -> int:
        return self.created + self.updated + self.kept


async def rebuild(deps: Dependencies, *, on_progress: Callable[[Report], None] = lambda report: None) -> Report:
    """Restore the backup, and create document and thumbnail for every original. Existing documents are kept.

    The rebuild can be repeated and can run while the library is in use. Unreadable blobs are reported and skipped;
    any other error stops the rebuild.
    """
    originals, thumbnails, sidecars = await asyncio.gather(
        *(deps.blobs.names(container) for container in ("originals", "thumbnails", "sidecars"))
    )
    # First, because the day of an image depends on the time zone in the settings.
    report = Report(total=len(originals), documents=await restore(deps))
    settings = await library_settings.settings(deps)
    one = _Rebuild(deps, report, ZoneInfo(settings.timezone), set(thumbnails), set(sidecars))

    async def restored(name: str) -> None:
        await one.restore(name)
        on_progress(report)

    await for_each(originals, restored, at_once=AT_ONCE)
    for day, entries in one.usage.items():
        await ledger.record(deps, day, entries)
    return report


@dataclass(frozen=True)
class _Rebuild:
    deps: Dependencies
    report: Report
    zone: ZoneInfo
    thumbnails: set[str]
    sidecars: set[str]
    usage: dict[str, dict[str, tuple[int, float]]] = field(default_factory=dict)  # of this month, by day and job

    async def restore(self, original_name: str) -> None:
        """Restore one image, or report why it can't be restored."""
        image_id = PurePosixPath(original_name).stem
        if not is_image_id(image_id) or blob_names(image_id).original != original_name:
            self._broken("originals", original_name, "The file name isn't a valid image name.")
            return
        names = blob_names(image_id)
        sidecar = await self._sidecar(image_id) if names.sidecar in self.sidecars else None
        stored = await self._stored_image(image_id)
        if stored is not None and (stored.purging or names.thumbnail in self.thumbnails):
            await self._update(stored, sidecar)
            return
        try:
            original = await self.deps.blobs.download("originals", original_name)
        except NotFound:
            return  # deleted after the list was loaded
        try:
            created = await self._create_image(image_id, original)
        except Permanent as exc:
            self._broken("originals", original_name, exc.message)
            return
        if stored is not None:
            await self._update(stored, sidecar)
            return
        image = sidecar.applied_to(created) if sidecar else created
        await summaries.mark_dirty(self.deps, image.month)
        try:
            await self.deps.catalog.images.create(image.evolve(terms=terms_of(image)))
            self.report.created += 1
            self._count(image)
        except AlreadyExists:
            self.report.kept += 1

    async def _stored_image(self, image_id: str) -> Image | None:
        try:
            return await self.deps.catalog.images.get(image_id)
        except NotFound:
            return None

    async def _sidecar(self, image_id: str) -> Sidecar | None:
        try:
            return await read_sidecar(self.deps, image_id)
        except Permanent as exc:
            self._broken("sidecars", blob_names(image_id).sidecar, exc.message)
            return None

    async def _create_image(self, image_id: str, original: bytes) -> Image:
        """Return the document at creation, with the day in the library's current time zone, and store its thumbnail."""
        image = await asyncio.to_thread(image_from_metadata, original)
        if image.id != image_id:
            raise Permanent(f"The embedded metadata belongs to another image, {image.id}.")
        image = image.evolve(day=f"{created_at_of(image_id).astimezone(self.zone):%Y-%m-%d}")
        if image.thumbnail_blob in self.thumbnails and image.thumbhash:
            return image
        made = await asyncio.to_thread(thumbnail, original)
        try:
            await self.deps.blobs.upload("thumbnails", image.thumbnail_blob, made.webp, content_type="image/webp")
            self.report.thumbnails += 1
        except AlreadyExists:
            pass
        return image.evolve(thumbhash=made.thumbhash, average_colour=made.average_colour)

    async def _update(self, stored: Image, sidecar: Sidecar | None) -> None:
        """Apply a sidecar that is newer than the document."""
        if stored.purging or sidecar is None or sidecar.updated_at <= stored.updated_at:
            self.report.kept += 1
            return
        image = sidecar.applied_to(stored)
        await summaries.mark_dirty(self.deps, image.month)
        try:
            await self.deps.catalog.images.replace(image.evolve(terms=terms_of(image)))
            self.report.updated += 1
        except (Stale, NotFound):
            self.report.kept += 1  # the document was changed in the meantime, so it is newer

    def _count(self, image: Image) -> None:
        """Count a restored image in the usage of its UTC day, if that still counts toward a limit."""
        day = f"{image.created_at:%Y-%m-%d}"
        if not image.imported and day in usage_days(self.deps.clock()):
            jobs = self.usage.setdefault(day, {})
            images, cost_usd = jobs.get(image.job_id, (0, 0.0))
            jobs[image.job_id] = (images + 1, cost_usd + image.cost_usd)

    def _broken(self, container: str, name: str, why: str) -> None:
        self.report.broken.append((f"{container}/{name}", why))
