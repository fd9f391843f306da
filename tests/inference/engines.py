"""A model that needs no model: plain colours, as slow as a test wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from inference_service.engine import Bucket, Painting, Picture, Row, Verdict
from inference_service.errors import OutOfMemory
from inference_service.models.profile import Profile

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


@dataclass(eq=False)
class PlainRow:
    picture: Picture
    bucket: Bucket
    turns_left: int
    steps_done: int = 0

    @property
    def lanes(self) -> int:
        return 2 if self.picture.guidance > 1 else 1


@dataclass
class FakeEngine:
    """Paints the seed's colour; while `gate` is closed, a step waits for it or for one of `permits`."""

    gate: threading.Event = field(default_factory=threading.Event)
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    checking: threading.Event = field(default_factory=threading.Event)  # cleared, checks wait for it
    started: threading.Event = field(default_factory=threading.Event)
    profile: Profile = PROFILE
    failure: Exception | None = None  # of the next step, once
    faulty: Mapping[int, Exception] = field(default_factory=dict)  # by seed, of each step with it
    blocked: frozenset[int] = frozenset()  # seeds
    room: int = 8  # rows that the device has memory for
    cap: int = 64  # rows that it says it has memory for
    calls: list[tuple[str, list[int]]] = field(default_factory=list)  # `step`, `decode` or `idle`, and seeds
    pieces: int = 0  # of work that can wait
    turn_s: float = 0.0  # seconds of a step, however many rows it has

    def __post_init__(self) -> None:
        self.gate.set()
        self.checking.set()

    @property
    def painted(self) -> list[int]:
        """Seeds, in the order of their decoding."""
        return [seed for call, seeds in self.calls if call == "decode" for seed in seeds]

    @property
    def turns(self) -> list[list[int]]:
        """Seeds of the rows that stepped together."""
        return [seeds for call, seeds in self.calls if call == "step"]

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        on_percent(50)
        return (self.profile,)

    def bucket(self, picture: Picture) -> Bucket:
        words = len(picture.prompt.split())
        return Bucket(
            model=picture.model,
            loras=picture.loras,
            width=picture.width,
            height=picture.height,
            chunks=1 + words // 75,
        )

    def enter(self, picture: Picture) -> Row:
        return PlainRow(picture, self.bucket(picture), picture.steps)

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        self.started.set()
        while not self.gate.is_set() and not self.permits.acquire(timeout=0.01):
            between()
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        for row in rows:
            if row.picture.seed in self.faulty:
                raise self.faulty[row.picture.seed]
        if len(rows) > self.room:
            raise OutOfMemory(param="size")
        time.sleep(self.turn_s)
        self.calls.append(("step", [row.picture.seed for row in rows]))
        for row in rows:
            row.turns_left -= 1
            row.steps_done += 1

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        if len(rows) > self.room:
            raise OutOfMemory(param="size")
        self.calls.append(("decode", [row.picture.seed for row in rows]))
        return [self._painting(row.picture) for row in rows]

    def check(self, picture: Picture, image: Image.Image) -> Verdict | None:
        self.checking.wait()
        return Verdict(category="nsfw", score=0.9) if picture.seed in self.blocked else None

    def decode_cap(self, bucket: Bucket) -> int:
        return 1

    def row_cap(self, bucket: Bucket) -> int:
        return self.cap

    def preview(self, row: Row) -> Image.Image | None:
        return Image.new("RGB", (8, 8), _colour(row.picture.seed))

    def memory(self) -> Mapping[str, int]:
        return {}

    def idle(self) -> bool:
        if self.pieces == 0:
            return False
        self.pieces -= 1
        self.calls.append(("idle", []))
        return True

    def _painting(self, picture: Picture) -> Painting:
        return Painting(
            image=Image.new("RGB", (picture.width, picture.height), _colour(picture.seed)),
            sampler="ddim" if picture.sampler == "default" else picture.sampler,
            text_tokens=len(picture.prompt.split()),
        )


def _colour(seed: int) -> tuple[int, int, int]:
    return seed % 256, seed // 256 % 256, seed // 65536 % 256
