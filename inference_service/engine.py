"""What an engine is: the one contract between the studio, which schedules, and a model, which paints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PIL.Image import Image

from inference_service.profile import Profile


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture to paint, complete: nothing is left to a default."""

    prompt: str = field(repr=False)
    negative_prompt: str | None = field(repr=False)  # to some models an absent one is not an empty one
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    sampler: str

    @property
    def work(self) -> float:
        """Denoiser rows times megapixels: what painting time grows with."""
        return self.steps * (2 if self.guidance > 1 else 1) * self.megapixels

    @property
    def megapixels(self) -> float:
        return self.width * self.height / 1e6


@dataclass(frozen=True, kw_only=True)
class Painting:
    """A painted picture, not yet encoded."""

    image: Image
    sampler: str  # the one that was used, where `default` was asked for
    text_tokens: int
    ms: int
    blocked: bool = False  # the model's own safety checker refused it; `image` is then blank


class Abandoned(Exception):
    """Nobody waits for the picture any more: raised by `OnStep`, through the engine, to end the painting."""


OnStep = Callable[[int], None]
"""Told after each step how many are done; may raise `Abandoned`."""


class Engine(Protocol):
    """A model on a device.  Engines: `DiffusionEngine`, and a few lines in the tests.

    Both methods are called on the one thread that owns the device.
    """

    def setup(self) -> Profile:
        """Load the model and say what it is good at; any exception means that it cannot serve."""
        ...

    def paint(self, picture: Picture, on_step: OnStep) -> Painting:
        """Paint one picture; the same picture asked again comes out the same.

        Raises `ServiceError` with a sentence for the caller, or `EngineBroken` when only a restart helps.
        """
        ...


class EngineBroken(Exception):
    """The device is in a state that only a restart of the process mends."""
