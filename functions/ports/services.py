"""Interfaces to blobs, queues, prompts, images, and webhooks.

Their adapters: `azure_storage` for blobs and queues; `chatgpt` and `word_lists` (offline) for prompts;
`inference_client` for images; `webhook_client` for webhooks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from functions.models.history import WebhookResponse
from functions.models.inference import InferenceProgress, InferenceRequest, InferenceResult
from functions.models.job import Message
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt


class BlobStore(Protocol):
    """Private blobs by container (`originals`, `thumbnails`, `sidecars`, `exports`) and name."""

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        """Save a blob with its cache header. Raises `AlreadyExists` if it exists and `overwrite` is false."""
        ...

    async def replace(self, container: str, name: str, data: bytes, *, content_type: str, etag: str | None) -> None:
        """Replace the version of a blob that has this ETag, or create the blob if `etag` is None.

        Raises `Stale` if another version was saved since, `Stale` or `NotFound` if the blob was deleted, and
        `AlreadyExists` if `etag` is None and the blob exists.
        """
        ...

    async def stage(self, container: str, name: str, block: str, data: bytes) -> None:
        """Upload one block of a blob, replacing a block of the same name. All names must have the same length."""
        ...

    async def assemble(self, container: str, name: str, blocks: Sequence[str], *, content_type: str) -> None:
        """Create the blob from its uploaded blocks in this order, replacing an existing one."""
        ...

    async def download(self, container: str, name: str) -> bytes:
        """Return the content of the blob, or raise `NotFound`."""
        ...

    async def download_with_etag(self, container: str, name: str) -> tuple[bytes, str]:
        """Return the content of the blob and its ETag, or raise `NotFound`."""
        ...

    async def delete(self, container: str, name: str) -> None:
        """Delete a blob. Succeeds if the blob doesn't exist."""
        ...

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        """Return the sorted names of all blobs that start with `prefix`."""
        ...

    async def signed_url(self, container: str, name: str, *, now: datetime, filename: str | None = None) -> str:
        """Return a read-only URL of one blob, valid for 15 to 60 minutes.

        All callers get the same URL in that time.
        """
        ...

    async def close(self) -> None: ...


class JobQueue(Protocol):
    """A queue of job messages. Messages in `generation` start the GPU app, messages in `library` don't."""

    async def send(self, message: Message, *, delay_s: float = 0) -> None: ...

    async def oldest_inserted_at(self) -> datetime | None:
        """Return the insertion time of the oldest visible message, or None if no message is visible."""
        ...

    async def close(self) -> None: ...


class PromptWriter(Protocol):
    """Writes a prompt for a theme. Raises `ContentBlocked`, `QuotaExhausted`, `Permanent`, or `Transient`."""

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt: ...

    async def close(self) -> None: ...


OnProgress = Callable[[InferenceProgress], Awaitable[None]]


class ImageGenerator(Protocol):
    """The inference service.

    Raises `RateLimited` (full), `Busy` (starting), `Unavailable`, `ContentBlocked`, or `Permanent`.
    """

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult: ...

    async def model_profile(self) -> ModelProfile:
        """Return the profile of the served model.

        Raises `Busy` or `Unavailable` while the service doesn't respond.
        """
        ...

    async def is_ready(self, *, wait_s: float) -> bool:
        """Return whether the service accepts requests, checking until it does or `wait_s` seconds have passed."""
        ...

    async def cancel(self, request_id: str) -> None:
        """Cancel a request whose result isn't needed anymore. Errors are ignored."""
        ...

    async def close(self) -> None: ...


class WebhookClient(Protocol):
    """Sends events to URLs that users entered, on the public internet only.

    Raises `Permanent` for a URL that isn't allowed, and `Unavailable` if the endpoint doesn't respond.
    """

    async def validate_url(self, url: str) -> None:
        """Raise an error unless the URL may be called, considering the current IP address of its host."""
        ...

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookResponse:
        """Send a JSON body once. Redirects aren't followed but returned like other responses."""
        ...

    async def close(self) -> None: ...
