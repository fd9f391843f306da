"""Everything that the use cases reach, as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from functions.models.job import Job
from functions.models.library import Caller
from functions.models.prompt import ModelProfile
from functions.ports import BlobStore, Catalog, ImageGenerator, JobQueue, PromptWriter, WebhookClient

PRODUCT = Caller(name="auto-image-gen", role="editor")  # the creator of what no person made


@dataclass(frozen=True, kw_only=True)
class ComponentNames:
    """What the components are and where they run, in words for people; none of it is secret."""

    prompt_writer: str = ""  # the model, and its provider
    inference: str = ""  # host
    storage: str = "Azurite"
    emulated_storage: bool = True
    catalog: str = "SQLite"
    embedded_catalog: bool = True


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Use cases are functions whose first argument is this."""

    catalog: Catalog
    blobs: BlobStore
    site_blobs: BlobStore  # the static site's, of which only `$web/p/` is ours
    generation_queue: JobQueue
    library_queue: JobQueue
    prompt_writer: PromptWriter
    image_generator: ImageGenerator
    webhook_client: WebhookClient
    default_profile: ModelProfile  # until the inference service has answered once
    clock: Callable[[], datetime]  # aware, UTC; the triggers and the long use cases read it
    ready_wait_s: float = 60.0
    message_timeout_s: float = 480.0
    lease_s: float = 90.0
    gpu_usd_per_hour: float = 0.0
    library_timezone: str = "UTC"
    components: ComponentNames = ComponentNames()
    site_url: str = ""  # where the static site answers, without a slash at its end; empty: nobody said
    prompts_by: Literal["chatgpt", "offline"] = "offline"  # which kind of prompt writer `prompt_writer` is

    def queue_of(self, job: Job) -> JobQueue:
        """The queue that carries this kind of job."""
        return self.generation_queue if job.kind == "generation" else self.library_queue
