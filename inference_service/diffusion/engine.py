"""The engine on a real device: keeps models, gives each picture to its model's painter, and checks what comes out."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from PIL.Image import Image

from inference_service.config.samplers import DEFAULT
from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compile_to
from inference_service.diffusion.compilation.background_compiler import DECODED
from inference_service.diffusion.devices import Memory, device_of, dtype_of, failures_named
from inference_service.diffusion.model_store.loading import Placement, quieten
from inference_service.diffusion.model_store.model_store import ModelStore
from inference_service.diffusion.model_store.quantization import check_fp8
from inference_service.diffusion.model_store.served_model import files_of
from inference_service.engine import Bucket, Painting, Picture, Row, Verdict
from inference_service.events import event
from inference_service.models.profile import Profile

WARM_UP_STEPS = 2  # the fewest that every scheduler takes


class DiffusionEngine:
    """Diffusers' models on one device."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory: Memory | None = None
        self._checking = threading.Lock()

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        on_percent(1)
        quieten()
        device = device_of(self._settings)
        place = Placement(device, dtype_of(self._settings, device), self._settings.model_variant)
        if self._settings.quantize != "off":
            check_fp8(device)
        self._memory = Memory(device)
        self._models = ModelStore(self._settings, place)
        with self._working():
            profiles = self._models.open(lambda share: on_percent(5 + round(25 * share)))
            self._models.resident(profiles[0].model, lambda share: on_percent(30 + round(50 * share)))
            event("engine.loaded", device=device, dtype=str(place.dtype), models=[one.model for one in profiles])
            self._warm_up(profiles[0])
        on_percent(100)
        return profiles

    def bucket(self, picture: Picture) -> Bucket:
        return self._models.served(picture.model).bucket(picture)

    def enter(self, picture: Picture) -> Row:
        with self._working():
            return self._models.resident(picture.model).enter(picture)

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        bucket = rows[0].bucket
        lanes = sum(row.lanes for row in rows)
        self._models.compiler.advance()
        with self._working(), self._meter.measured(bucket.model, lanes * bucket.megapixels):
            self._models.resident(bucket.model).step(rows, between)

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        with self._working():
            return self._models.resident(rows[0].bucket.model).decode(rows)

    def check(self, picture: Picture, image: Image) -> Verdict | None:
        checker = self._models.served(picture.model).checker
        if checker is None:
            return None
        # One at a time: transformers' modules are not made for two threads.
        with self._checking, self._working():
            return checker.check([image])[0]

    def decode_cap(self, bucket: Bucket) -> int:
        resident = self._models.at_hand(bucket.model)
        return resident.painter.decode_cap(bucket) if resident is not None else 1

    def row_cap(self, bucket: Bucket) -> int:
        resident = self._models.at_hand(bucket.model)
        if resident is None:
            return 1  # until its model is there
        return min(resident.painter.row_cap(bucket), self._meter.cap(bucket.model, 2 * bucket.megapixels))

    def preview(self, row: Row) -> Image | None:
        with self._working():
            return self._models.resident(row.bucket.model).painter.preview(row)

    def memory(self) -> Mapping[str, int]:
        return self._memory.use() if self._memory is not None else {}

    def idle(self) -> bool:
        return self._models.compiler.idle()

    def warm(self, say: Callable[[str], None]) -> None:
        """Compile now what idle would: every model at its native size, for each number of lanes that is set.

        For a process that serves nobody, whose `setup` is done.  `say` hears of each shape.
        """
        place = self._models.place
        for profile in self._models.profiles():
            row = self._warm_up(profile)
            resident, folder = self._models.resident(profile.model), self._models.served(profile.model).folder
            files, most = files_of(folder, self._settings, place), self.decode_cap(row.bucket)
            for module in resident.modules:
                decoder = module.part == "decoder"
                sizes = [size for size in DECODED if size <= most] if decoder else self._settings.lanes
                for signature in sorted({signature for signature, _ in module.asked}, key=lambda one: one.key):
                    for lanes in sizes:
                        file = files.file(module.part, signature, lanes)
                        if file.is_file():
                            say(f"{profile.model} {module.part} x {lanes}: is there")
                            continue
                        began = time.monotonic()
                        files.keep(module.part, signature)
                        with self._working(), module.out_of_the_way() as bare:
                            compile_to(file, bare, signature.example(lanes, place.device))
                        say(f"{profile.model} {module.part} x {lanes}: {time.monotonic() - began:.0f} s")

    @property
    def _meter(self) -> Memory:
        assert self._memory is not None, "setup comes first"  # noqa: S101
        return self._memory

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        import torch

        with torch.no_grad(), failures_named():
            yield

    def _warm_up(self, profile: Profile) -> Row:
        """Paint once in passing, so that a model that cannot paint is never called ready."""
        picture = Picture(
            model=profile.model,
            prompt="a test",
            negative_prompt=None,
            width=profile.width,
            height=profile.height,
            steps=WARM_UP_STEPS,
            guidance=profile.guidance,
            seed=0,
            sampler=DEFAULT,
        )
        row = self.enter(picture)
        while row.turns_left:
            self.step([row], lambda: None)
        (painting,) = self.decode([row])
        self.check(picture, painting.image)
        return row
