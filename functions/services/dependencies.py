"""Dependencies of the use cases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from functions.models.caller import PRODUCT_ID, Caller
from functions.models.job import Job
from functions.models.prompt import ModelProfile
from functions.policy.health_cache import HealthCache
from functions.policy.security.key_cache import KeyCache
from functions.ports import BlobStore, Catalog, ImageGenerator, JobQueue, PromptWriter, WebhookClient

# the creator of everything that no user created
PRODUCT = Caller(id=PRODUCT_ID, name="auto-image-gen", role="editor")


@dataclass(frozen=True, kw_only=True)
class ComponentNames:
    """Names and locations of the components as shown to users. They contain no secrets."""

    prompt_writer: str = ""  # model and provider
    inference: str = ""  # host
    storage: str = "Azurite"
    emulated_storage: bool = True
    catalog: str = "SQLite"
    embedded_catalog: bool = True


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Upper bounds of what one step, file, or response contains."""

    job_chunk: int = 50  # images per save of the progress of a bulk change, undo, or export
    export_chunk_bytes: int = 32 * 1024 * 1024
    export_images: int = 20_000  # at most two blocks each; Azure allows 50,000 blocks
    published_images: int = 20
    counted_images: int = 1000  # larger numbers are shown as "1,000+"


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """The dependencies of the use cases, which are functions with this as their first argument."""

    catalog: Catalog
    blobs: BlobStore
    site_blobs: BlobStore  # the static website, of which only `$web/p/` is managed by the app
    generation_queue: JobQueue
    library_queue: JobQueue
    prompt_writer: PromptWriter
    image_generator: ImageGenerator
    webhook_client: WebhookClient
    default_profile: ModelProfile  # used until the inference service has responded once
    clock: Callable[[], datetime]  # returns the time in UTC, with time zone; called by triggers and long use cases
    ready_wait_s: float = 60.0
    message_timeout_s: float = 480.0
    lease_s: float = 90.0
    send_pauses_s: tuple[float, ...] = (1.0, 3.0, 6.0)  # between tries to send a message while the queue is down
    inference_timeout_s: float = 1.5  # of requests and pages, which must not wait for a starting inference service
    backup_timeout_s: float = 5.0  # of a request that has saved its change
    sizes: Sizes = Sizes()
    gpu_usd_per_hour: float = 0.0
    gpu_cooldown_s: float = 300.0
    hosted_image_usd: float = 0.0  # price that forecasts compare with; 0 for no comparison
    longest_start_s: float | None = None  # usual maximum of an inference service that scales to zero
    library_timezone: str = "UTC"
    components: ComponentNames = ComponentNames()
    log_workspace_id: str = ""  # resource ID of the Log Analytics workspace; empty if not set
    site_url: str = ""  # base URL of the static website, without a trailing slash; empty if not set
    prompts_by: Literal["chatgpt", "offline"] = "offline"  # the type of `prompt_writer`

    key_cache: KeyCache = field(default_factory=KeyCache)
    health_cache: HealthCache = field(default_factory=HealthCache)
    health_check: asyncio.Lock = field(default_factory=asyncio.Lock)  # one check at a time
    backup_lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # one backup at a time
    background: set[asyncio.Task[None]] = field(default_factory=set)  # work that no request waits for

    def queue_of(self, job: Job) -> JobQueue:
        """Return the queue for this kind of job."""
        return self.generation_queue if job.kind == "generation" else self.library_queue
