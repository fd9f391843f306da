"""Stand-ins for what the use cases reach: ports in memory, a clock that moves by hand, and dependencies made of them.

The catalog is the real SQLite one, in memory or in a file of the test's own.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from functions.models.inference import InferenceProgress, InferenceRequest, InferenceResult
from functions.models.job import Message
from functions.models.prompt import ModelProfile, PromptSource, WritingRequest, WrittenPrompt
from functions.ports import OnProgress
from functions.services.dependencies import Dependencies
from tests.fake_blobs import FakeBlobs
from tests.fake_webhooks import FakeWebhookClient
from tests.faults import Faulty

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

PROFILE = ModelProfile(
    model="test-model",
    revision="r1",
    width=64,
    height=64,
    steps=4,
    max_steps=50,
    guidance=5.0,
    sampler="ddim",
    samplers=("ddim", "euler"),
    token_budget=75,
    vocabulary=("a", "in", "fox", "snow", "castle", "sailboat", "red"),
    suggestions=("fox", "castle", "sailboat"),
)


class Clock:
    """The time, until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float = 0, **more: float) -> datetime:
        self.now += timedelta(seconds=seconds, **more)
        return self.now


@dataclass(frozen=True)
class Sent:
    message: Message
    inserted_at: datetime
    visible_at: datetime


class FakeQueue(Faulty):
    """Messages in the order they were sent, with their visibility."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.sent: list[Sent] = []
        self.closed = False

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        self._fault()
        now = self._clock()
        self.sent.append(Sent(message, now, now + timedelta(seconds=delay_s)))

    async def oldest_inserted_at(self) -> datetime | None:
        self._fault()
        visible = [sent.inserted_at for sent in self.sent if sent.visible_at <= self._clock()]
        return min(visible, default=None)

    def take(self) -> Message | None:
        """The oldest visible message, removed; None when there is none."""
        for sent in self.sent:
            if sent.visible_at <= self._clock():
                self.sent.remove(sent)
                return sent.message
        return None

    def take_one(self) -> Message:
        """The oldest visible message, removed; there must be one."""
        message = self.take()
        assert message is not None
        return message

    @property
    def messages(self) -> list[Message]:
        return [sent.message for sent in self.sent]

    async def close(self) -> None:
        self.closed = True


class FakeImageGenerator(Faulty):
    """Generates a plain square whose color comes from the seed.  `available` is what `is_ready` returns.

    While `hold` is set to an unset event, generation waits for it after the first step.
    """

    def __init__(self, profile: ModelProfile = PROFILE) -> None:
        super().__init__()
        self.served = profile
        self.available = True
        self.hold: asyncio.Event | None = None
        self.calls: list[InferenceRequest] = []
        self.canceled: list[str] = []
        self.profile_calls = 0
        self.closed = False

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        self.calls.append(request)
        self._fault()
        for step in range(1, request.steps + 1):
            await on_progress(
                InferenceProgress(step=step, steps=request.steps, seconds_left=float(request.steps - step))
            )
            if self.hold is not None:
                await self.hold.wait()
        return InferenceResult(
            png=png(request.width, request.height, seed=request.seed),
            model=request.model,
            model_revision=self.served.revision,
            painting_ms=1200,
            sampler=request.sampler,
        )

    async def model_profile(self) -> ModelProfile:
        self.profile_calls += 1
        self._fault()
        return self.served

    async def is_ready(self, *, wait_s: float) -> bool:
        return self.available

    async def cancel(self, request_id: str) -> None:
        self.canceled.append(request_id)

    async def close(self) -> None:
        self.closed = True


class FakePromptWriter(Faulty):
    """Writes `THEME, number N`, so that no two prompts are the same."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[WritingRequest] = []
        self.unknown_words: tuple[str, ...] = ()
        self.left_out: tuple[str, ...] = ()
        self.closed = False

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        self.calls.append(request)
        self._fault()
        number = len(self.calls)
        return WrittenPrompt(
            prompt=f"{request.theme}, number {number}",
            negative_prompt="blurry",
            title=f"{request.theme.title()} {number}",
            alt_text=f"A picture of {request.theme}.",
            tags=("test", f"n{number}"),
            source=PromptSource.OFFLINE,
            unknown_words=self.unknown_words,
            left_out=self.left_out,
        )

    async def close(self) -> None:
        self.closed = True


def png(width: int = 64, height: int = 64, *, seed: int = 0) -> bytes:
    """Return a PNG of one color."""
    from PIL import Image

    buffer = io.BytesIO()
    color = tuple(hashlib.sha256(str(seed).encode()).digest()[:3])
    Image.new("RGB", (width, height), color).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class FakeDependencies(Dependencies):
    """Dependencies whose fakes a test can reach as such."""

    blobs: FakeBlobs
    site_blobs: FakeBlobs
    generation_queue: FakeQueue
    library_queue: FakeQueue
    prompt_writer: FakePromptWriter
    image_generator: FakeImageGenerator
    webhook_client: FakeWebhookClient
    clock: Clock


async def make_dependencies(
    clock: Clock | None = None, *, folder: Path | None = None, **overrides: Any
) -> FakeDependencies:
    """Dependencies with fresh fakes, and the SQLite catalog in this folder or in memory.

    Close them with `close_dependencies`.
    """
    from functions.adapters.sqlite.catalog import open_sqlite
    from tests.memory_catalog import open_in_memory

    clock = clock or Clock()
    values: dict[str, Any] = {
        "blobs": FakeBlobs(),
        "site_blobs": FakeBlobs(),
        "site_url": "https://site.test",
        "generation_queue": FakeQueue(clock),
        "library_queue": FakeQueue(clock),
        "prompt_writer": FakePromptWriter(),
        "image_generator": FakeImageGenerator(),
        "webhook_client": FakeWebhookClient(),
        "default_profile": PROFILE,
        "clock": clock,
        "ready_wait_s": 0.0,
        "message_timeout_s": 30.0,
    }
    if "catalog" not in overrides:
        in_file = open_sqlite(folder / "catalog.sqlite", clock) if folder else None
        values["catalog"] = await (in_file or open_in_memory(clock))
    return FakeDependencies(**values | overrides)


async def close_dependencies(deps: Dependencies) -> None:
    await deps.catalog.close()
