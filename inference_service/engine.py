"""What an engine is: the one contract between the studio, which schedules, and models, which paint.

The unit is a `Row`: one picture on its way, with a sampler state of its own.  Each turn the studio picks
rows of one bucket and has the engine step them together; rows join between any two turns and leave when
their steps are done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PIL.Image import Image

from inference_service.models.profile import Profile


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture to paint, complete: nothing is left to a default."""

    model: str
    prompt: str = field(repr=False)
    negative_prompt: str | None = field(repr=False)  # to some models an absent one is not an empty one
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    sampler: str
    loras: tuple[tuple[str, float], ...] = ()  # name and weight, sorted by name

    @property
    def work(self) -> float:
        """Denoiser rows times megapixels over all steps: what painting time grows with."""
        return self.steps * (2 if self.guidance > 1 else 1) * self.megapixels

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What rows must share to go through the denoiser together."""

    model: str
    loras: tuple[tuple[str, float], ...]
    width: int
    height: int
    chunks: int  # of the prompt, in the text encoder's length
    run: str = ""  # what else must agree where a model only runs as a whole: steps, guidance and sampler

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6

    def __str__(self) -> str:
        loras = "".join(f"+{name}:{weight:g}" for name, weight in self.loras)
        return f"{self.model}{loras} {self.width}x{self.height} {self.chunks}"


class Row(Protocol):
    """One picture on its way.  Made by `Engine.enter`; advanced by `Engine.step`."""

    @property
    def picture(self) -> Picture: ...

    @property
    def bucket(self) -> Bucket: ...

    @property
    def turns_left(self) -> int:
        """Denoiser forwards still to do; some samplers take one or two more than the picture's steps."""
        ...

    @property
    def steps_done(self) -> int:
        """Of `picture.steps`, never more."""
        ...

    @property
    def lanes(self) -> int:
        """Rows of the denoiser's batch that one turn takes: two with guidance, one without."""
        ...


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a safety checker says of a picture that must not be shown."""

    category: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Painting:
    """A painted picture, not yet encoded."""

    image: Image
    sampler: str  # the one that was used, where `default` was asked for
    text_tokens: int


class Engine(Protocol):
    """Models on one device.  Engines: `DiffusionEngine`, and a few lines in the tests.

    Every method but the constructor, `check` and `memory` is called on the one thread that owns the device.
    A method may raise `ServiceError` with a sentence for the caller, `OutOfMemory` where fewer rows or a
    smaller picture would fit, or `EngineBroken` when only a restart of the process helps.
    """

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        """Load the first model and say what each served one is good at; any exception means: cannot serve."""
        ...

    def bucket(self, picture: Picture) -> Bucket:
        """Where the picture belongs; cheap, loads nothing."""
        ...

    def enter(self, picture: Picture) -> Row:
        """Encode the prompts, draw the noise, make the sampler; loads the picture's model if need be.

        Raises `Occupied` where that would change weights which open rows still need: then nothing has
        changed, and the same call works once those rows are decoded or dropped.  A row is open as long as
        somebody holds it and it has not been decoded.
        """
        ...

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        """Take rows of one bucket one denoiser forward further.

        Returns when the device has done it: the schedule learns from how long this takes.

        A model that only runs as a whole takes them to their end, and calls `between` after each step of
        its own, when the rows' `steps_done` are up to date; what `between` raises (`Abandoned`, when nobody
        waits for any of them) ends the run.  When anything else is raised, no row has moved.
        """
        ...

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        """The pictures of finished rows of one bucket, at most `decode_cap` of them, in order."""
        ...

    def check(self, picture: Picture, image: Image) -> Verdict | None:
        """Why what came of a picture must not be shown, or None; on any thread, so that no step waits for it."""
        ...

    def decode_cap(self, bucket: Bucket) -> int:
        """How many pictures of this bucket are best decoded at once on this device."""
        ...

    def row_cap(self, bucket: Bucket) -> int:
        """How many rows of this bucket fit into memory at once; no wish, a limit."""
        ...

    def preview(self, row: Row) -> Image | None:
        """What the row's picture seems to become, small and at once; None where the model has no such view."""
        ...

    def memory(self) -> Mapping[str, int]:
        """Bytes of the device by use (`allocated`, `reserved`, `total`), empty on a CPU; on any thread."""
        ...

    def idle(self) -> bool:
        """Do one piece of what can wait, such as compiling a shape; False when nothing is left."""
        ...


class Abandoned(Exception):
    """Nobody waits for these rows any more."""


class Occupied(Exception):
    """Open rows need other weights: those of a model that would have to make room, or another LoRA set's."""


class EngineBroken(Exception):
    """The device is in a state that only a restart of the process mends."""
