"""The interface between scheduling and models.

The unit of work is a `Row`: one image in progress, with its own sampler state. The scheduler selects rows of one
bucket, and the engine advances them together by one step. Rows join between two steps and leave when done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PIL.Image import Image

from inference_service.models.profile import Profile


@dataclass(frozen=True, kw_only=True)
class ImageSpec:
    """A complete description of one image; nothing is left to a default."""

    model: str
    prompt: str = field(repr=False)
    # Some models distinguish an absent negative prompt from an empty one.
    negative_prompt: str | None = field(repr=False)
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    sampler: str
    loras: tuple[tuple[str, float], ...] = ()  # Name and weight, sorted by name.

    @property
    def work(self) -> float:
        """Denoiser rows times megapixels over all steps, to which the generation time is proportional."""
        return self.steps * (2 if self.guidance > 1 else 1) * self.megapixels

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Properties that rows must share to be denoised in one batch."""

    model: str
    loras: tuple[tuple[str, float], ...]
    width: int
    height: int
    chunks: int  # Length of the prompt in chunks of the text encoder.
    run: str = ""  # For pipelines that run as a whole: steps, guidance, and sampler, which must be equal.

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6

    def __str__(self) -> str:
        loras = "".join(f"+{name}:{weight:g}" for name, weight in self.loras)
        return f"{self.model}{loras} {self.width}x{self.height} {self.chunks}"


class Row(Protocol):
    """One image in progress, created by `Engine.start` and advanced by `Engine.step`."""

    @property
    def spec(self) -> ImageSpec: ...

    @property
    def bucket(self) -> Bucket: ...

    @property
    def forwards_left(self) -> int:
        """Remaining denoiser forwards. Some samplers need one or two more than the number of steps."""
        ...

    @property
    def steps_done(self) -> int:
        """Completed steps, at most `spec.steps`."""
        ...

    @property
    def batch_rows(self) -> int:
        """Rows of the denoiser's batch that this image uses: two with guidance, one without."""
        ...


@dataclass(frozen=True, kw_only=True)
class SafetyVerdict:
    """The reason why a safety checker blocked an image."""

    category: str
    score: float


@dataclass(frozen=True, kw_only=True)
class DecodedImage:
    """A generated image that isn't encoded yet."""

    image: Image
    sampler: str  # The sampler used. If `default` was requested, the model's own.
    text_tokens: int


class Engine(Protocol):
    """Models on one device, implemented by `DiffusionEngine` and by fakes in tests.

    All methods except the constructor, `check`, and `memory` are called on the engine thread. A method may raise
    `ServiceError` with a message for the caller, `OutOfMemory` if fewer rows or a smaller image would fit, or
    `EngineBroken` if the process must be restarted.
    """

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        """Load the first model and return the profiles of all models; any exception means that it can't serve."""
        ...

    def bucket(self, spec: ImageSpec) -> Bucket:
        """Return the bucket of an image without loading anything."""
        ...

    def start(self, spec: ImageSpec) -> Row:
        """Encode the prompts, draw the noise, create the sampler, and load the model if necessary.

        Raises `WeightsInUse` if that would change weights that open rows need. Nothing has changed then, and the same
        call succeeds after those rows are decoded or dropped. A row is open while it is referenced and not decoded.
        """
        ...

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        """Advance rows of one bucket by one denoiser forward.

        Returns after the device has finished, because the scheduler learns from the duration.

        A pipeline that runs as a whole completes its rows, and calls `on_step` after each step, when `steps_done` of
        the rows is current. An exception from `on_step` ends the run: `RequestsCanceled` if all requests were canceled.
        After any other exception, no row has changed.
        """
        ...

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        """Return the images of finished rows of one bucket, in order, for at most `decode_cap` rows."""
        ...

    def check(self, spec: ImageSpec, image: Image) -> SafetyVerdict | None:
        """Return why the image must be blocked, or None. Any thread may call, so no step waits for it."""
        ...

    def decode_cap(self, bucket: Bucket) -> int:
        """Return the number of images of this bucket that are best decoded at once on this device."""
        ...

    def row_cap(self, bucket: Bucket) -> int:
        """Return the number of rows of this bucket that fit in memory at once, as an upper limit."""
        ...

    def preview(self, row: Row) -> Image | None:
        """Return a small preview of the row's image, or None if the model has none."""
        ...

    def memory(self) -> Mapping[str, int]:
        """Return bytes of device memory by use (`allocated`, `reserved`, `total`); empty on a CPU. Any thread."""
        ...

    def idle(self) -> bool:
        """Run one background task, such as compiling a shape. Return False if none is left."""
        ...


class RequestsCanceled(Exception):
    """All requests of these rows were canceled."""


class WeightsInUse(Exception):
    """Open rows need the current weights, but another model or LoRA set is requested."""


class EngineBroken(Exception):
    """The device failed, and the process must be restarted."""
