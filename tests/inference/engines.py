"""A fake engine without a model: solid colors, at a speed set by the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from inference_service.engine import Bucket, DecodedImage, ImageSpec, Row, SafetyVerdict
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
    spec: ImageSpec
    bucket: Bucket
    forwards_left: int
    steps_done: int = 0

    @property
    def batch_rows(self) -> int:
        return 2 if self.spec.guidance > 1 else 1


@dataclass
class FakeEngine:
    """Generates an image in the color of its seed; while `gate` is closed, steps wait for it or for a permit."""

    gate: threading.Event = field(default_factory=threading.Event)
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    checking: threading.Event = field(default_factory=threading.Event)  # While cleared, safety checks wait.
    started: threading.Event = field(default_factory=threading.Event)
    profile: Profile = PROFILE
    failure: Exception | None = None  # Raised once, by the next step.
    faulty: Mapping[int, Exception] = field(default_factory=dict)  # By seed, raised by each step with that seed.
    blocked: frozenset[int] = frozenset()  # Seeds.
    memory_rows: int = 8  # Rows that fit in memory.
    reported_cap: int = 64  # Rows that the engine reports as fitting in memory.
    calls: list[tuple[str, list[int]]] = field(default_factory=list)  # `step`, `decode`, or `idle`, and seeds.
    idle_work: int = 0  # Number of background tasks.
    step_s: float = 0.0  # Seconds of a step with any number of rows.

    def __post_init__(self) -> None:
        self.gate.set()
        self.checking.set()

    @property
    def decoded_seeds(self) -> list[int]:
        """Seeds in the order of decoding."""
        return [seed for call, seeds in self.calls if call == "decode" for seed in seeds]

    @property
    def stepped_seeds(self) -> list[list[int]]:
        """Seeds of the rows in each step."""
        return [seeds for call, seeds in self.calls if call == "step"]

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        on_percent(50)
        return (self.profile,)

    def bucket(self, spec: ImageSpec) -> Bucket:
        words = len(spec.prompt.split())
        return Bucket(
            model=spec.model,
            loras=spec.loras,
            width=spec.width,
            height=spec.height,
            chunks=1 + words // 75,
        )

    def start(self, spec: ImageSpec) -> Row:
        return PlainRow(spec, self.bucket(spec), spec.steps)

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        self.started.set()
        while not self.gate.is_set() and not self.permits.acquire(timeout=0.01):
            on_step()
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        for row in rows:
            if row.spec.seed in self.faulty:
                raise self.faulty[row.spec.seed]
        if len(rows) > self.memory_rows:
            raise OutOfMemory(param="size")
        time.sleep(self.step_s)
        self.calls.append(("step", [row.spec.seed for row in rows]))
        for row in rows:
            assert isinstance(row, PlainRow)
            row.forwards_left -= 1
            row.steps_done += 1

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        if len(rows) > self.memory_rows:
            raise OutOfMemory(param="size")
        self.calls.append(("decode", [row.spec.seed for row in rows]))
        return [self._decoded(row.spec) for row in rows]

    def check(self, spec: ImageSpec, image: Image.Image) -> SafetyVerdict | None:
        self.checking.wait()
        return SafetyVerdict(category="nsfw", score=0.9) if spec.seed in self.blocked else None

    def decode_cap(self, bucket: Bucket) -> int:
        return 1

    def row_cap(self, bucket: Bucket) -> int:
        return self.reported_cap

    def preview(self, row: Row) -> Image.Image | None:
        return Image.new("RGB", (8, 8), _color(row.spec.seed))

    def memory(self) -> Mapping[str, int]:
        return {}

    def idle(self) -> bool:
        if self.idle_work == 0:
            return False
        self.idle_work -= 1
        self.calls.append(("idle", []))
        return True

    def _decoded(self, spec: ImageSpec) -> DecodedImage:
        return DecodedImage(
            image=Image.new("RGB", (spec.width, spec.height), _color(spec.seed)),
            sampler="ddim" if spec.sampler == "default" else spec.sampler,
            text_tokens=len(spec.prompt.split()),
        )


def _color(seed: int) -> tuple[int, int, int]:
    return seed % 256, seed // 256 % 256, seed // 65536 % 256
