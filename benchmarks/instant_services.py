"""Services that answer at once, in memory, to measure the use cases without them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime

from functions.errors import AlreadyExists, NotFound
from functions.models.history import WebhookResponse
from functions.models.inference import InferenceRequest, InferenceResult
from functions.models.job import Message
from functions.models.prompt import ModelProfile, PromptSource, WritingRequest, WrittenPrompt
from functions.ports import Catalog, OnProgress
from functions.services.dependencies import Dependencies

SIDE = 64
PROFILE = ModelProfile(
    model="instant", width=SIDE, height=SIDE, steps=4, max_steps=50, guidance=5.0, sampler="ddim", samplers=("ddim",)
)


def small_png() -> bytes:
    """Return a PNG whose encoding takes next to no time."""
    from PIL import Image

    file = io.BytesIO()
    Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB").save(file, "PNG")
    return file.getvalue()


class Messages:
    """A queue in memory."""

    def __init__(self) -> None:
        self._sent: list[Message] = []

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        self._sent.append(message)

    async def oldest_inserted_at(self) -> datetime | None:
        return None

    def take_all(self) -> Sequence[Message]:
        """Return all messages and remove them."""
        taken, self._sent = self._sent, []
        return taken

    async def close(self) -> None: ...


class Blobs:
    """Names of blobs in memory; their content isn't kept."""

    def __init__(self) -> None:
        self._names: set[tuple[str, str]] = set()

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        if (container, name) in self._names and not overwrite:
            raise AlreadyExists
        self._names.add((container, name))

    async def replace(self, container: str, name: str, data: bytes, *, content_type: str, etag: str | None) -> None:
        self._names.add((container, name))

    async def stage(self, container: str, name: str, block: str, data: bytes) -> None: ...

    async def assemble(self, container: str, name: str, blocks: Sequence[str], *, content_type: str) -> None:
        self._names.add((container, name))

    async def download(self, container: str, name: str) -> bytes:
        raise NotFound

    async def download_with_etag(self, container: str, name: str) -> tuple[bytes, str]:
        raise NotFound

    async def delete(self, container: str, name: str) -> None:
        self._names.discard((container, name))

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        return sorted(name for stored, name in self._names if stored == container and name.startswith(prefix))

    async def signed_url(self, container: str, name: str, *, now: datetime, filename: str | None = None) -> str:
        return f"https://blobs.invalid/{container}/{name}"

    async def close(self) -> None: ...


class InstantServices:
    """A prompt writer, an inference service, and a webhook client without any delay."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._png, self._prompts = clock, small_png(), 0

    def dependencies(self, catalog: Catalog) -> Dependencies:
        """Return dependencies with this catalog and these services."""
        return Dependencies(
            catalog=catalog,
            blobs=Blobs(),
            site_blobs=Blobs(),
            generation_queue=Messages(),
            library_queue=Messages(),
            prompt_writer=self,
            image_generator=self,
            webhook_client=self,
            default_profile=PROFILE,
            clock=self._clock,
            ready_wait_s=0.0,
        )

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        self._prompts += 1
        number = self._prompts
        return WrittenPrompt(
            prompt=f"an owl, number {number}",
            title=f"Owl {number}",
            alt_text="An owl.",
            tags=("owl",),
            source=PromptSource.OFFLINE,
        )

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        return InferenceResult(
            png=self._png, model=request.model, model_revision="", painting_ms=1, sampler=request.sampler
        )

    async def model_profile(self) -> ModelProfile:
        return PROFILE

    async def is_ready(self, *, wait_s: float) -> bool:
        return True

    async def cancel(self, request_id: str) -> None: ...

    async def validate_url(self, url: str) -> None: ...

    async def post(self, url: str, body: bytes, *, headers: object) -> WebhookResponse:
        return WebhookResponse(status=200)

    async def close(self) -> None: ...
