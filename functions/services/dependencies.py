"""Everything that the use cases reach, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from functions.models.job import Job
from functions.models.prompt import ModelProfile
from functions.ports import BlobStore, Catalog, Courier, JobQueue, Painter, PromptWriter


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the parts are and where, in words for people; nothing of it is a secret."""

    writer: str = ""  # the model, and whose
    painter: str = ""  # host
    storage: str = "Azurite"
    emulated_storage: bool = True
    catalog: str = "SQLite"
    embedded_catalog: bool = True


@dataclass(frozen=True, kw_only=True)
class World:
    """Use cases are functions whose first argument is this."""

    catalog: Catalog
    blobs: BlobStore
    site: BlobStore  # the static site's, of which only `$web/p/` is ours
    generation_queue: JobQueue
    library_queue: JobQueue
    writer: PromptWriter
    painter: Painter
    courier: Courier
    default_profile: ModelProfile  # until the inference service has answered once
    clock: Callable[[], datetime]  # aware, UTC; the triggers and the long use cases read it
    ready_wait_s: float = 60.0
    paint_timeout_s: float = 480.0
    lease_s: float = 90.0
    gpu_usd_per_hour: float = 0.0
    library_timezone: str = "UTC"
    parts: Parts = Parts()
    site_url: str = ""  # where the static site answers, without a slash at its end; empty: nobody said
    prompts_by: Literal["chatgpt", "offline"] = "offline"  # which kind of writer `writer` is

    def queue_of(self, job: Job) -> JobQueue:
        """The queue that carries this kind of job."""
        return self.generation_queue if job.kind == "generation" else self.library_queue
