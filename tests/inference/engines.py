"""A model that needs no model: plain colours, as slow as a test wants it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from PIL import Image

from inference_service.engine import OnStep, Painting, Picture
from inference_service.profile import Profile

PROFILE = Profile(
    model="plain",
    revision="r1",
    family="sd",
    width=64,
    height=64,
    steps=4,
    max_steps=60,
    guidance=4.0,
    sampler="default",
    samplers=("default", "euler", "lcm"),
    token_budget=75,
    vocabulary=("fox", "snow"),
    suggestions=("fox",),
)


@dataclass
class FakeEngine:
    """Paints the seed's colour; while `gate` is closed, every step waits."""

    gate: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)
    failure: Exception | None = None  # of the next picture
    blocked: frozenset[int] = frozenset()  # seeds
    painted: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def setup(self) -> Profile:
        return PROFILE

    def paint(self, picture: Picture, on_step: OnStep) -> Painting:
        self.started.set()
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        for step in range(picture.steps):
            while not self.gate.wait(0.01):
                on_step(step)
            on_step(step + 1)
        self.painted.append(picture.seed)
        colour = (picture.seed % 256, picture.seed // 256 % 256, picture.seed // 65536 % 256)
        return Painting(
            image=Image.new("RGB", (picture.width, picture.height), colour),
            sampler="ddim" if picture.sampler == "default" else picture.sampler,
            text_tokens=len(picture.prompt.split()),
            ms=12,
            blocked=picture.seed in self.blocked,
        )
