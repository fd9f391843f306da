"""Engine for diffusers models: loads models, runs each image with its model's runner, and checks results."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from PIL.Image import Image

from inference_service.config.samplers import DEFAULT
from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compile_to
from inference_service.diffusion.compilation.background_compiler import DECODER_BATCH_SIZES
from inference_service.diffusion.devices import (
    Memory,
    device_name,
    device_of,
    driver_version,
    dtype_of,
    translate_errors,
)
from inference_service.diffusion.model_store.loading import DevicePlacement, silence_library_logs
from inference_service.diffusion.model_store.model_store import ModelStore
from inference_service.diffusion.model_store.quantization import check_fp8
from inference_service.diffusion.model_store.served_model import files_of
from inference_service.engine import Bucket, DecodedImage, ImageSpec, Row, SafetyVerdict
from inference_service.events import event
from inference_service.models.profile import Profile

WARM_UP_STEPS = 2  # The minimum that every scheduler supports.


class DiffusionEngine:
    """Diffusers models on one device."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._memory: Memory | None = None
        self._checking = threading.Lock()

    def setup(self, on_percent: Callable[[int], None]) -> tuple[Profile, ...]:
        on_percent(1)
        silence_library_logs()
        device = device_of(self._settings)
        event("device.found", device=device, name=device_name(device), driver=driver_version())
        placement = DevicePlacement(device, dtype_of(self._settings, device), self._settings.model_variant)
        if self._settings.quantize != "off":
            check_fp8(device)
        self._memory = Memory(device)
        self._models = ModelStore(self._settings, placement)
        with self._torch_context():
            profiles = self._models.open(lambda share: on_percent(5 + round(25 * share)))
            self._models.loaded(profiles[0].model, lambda share: on_percent(30 + round(50 * share)))
            event("engine.loaded", device=device, dtype=str(placement.dtype), models=[one.model for one in profiles])
            self._warm_up(profiles[0])
        on_percent(100)
        return profiles

    def bucket(self, spec: ImageSpec) -> Bucket:
        return self._models.served(spec.model).bucket(spec)

    def start(self, spec: ImageSpec) -> Row:
        with self._torch_context():
            return self._models.loaded(spec.model).start(spec)

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        bucket = rows[0].bucket
        batch_rows = sum(row.batch_rows for row in rows)
        self._models.compiler.advance()
        with self._torch_context(), self._device_memory.measured(bucket.model, batch_rows * bucket.megapixels):
            self._models.loaded(bucket.model).step(rows, on_step)

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        with self._torch_context():
            return self._models.loaded(rows[0].bucket.model).decode(rows)

    def check(self, spec: ImageSpec, image: Image) -> SafetyVerdict | None:
        checker = self._models.served(spec.model).checker
        if checker is None:
            return None
        # transformers' modules aren't thread-safe.
        with self._checking, self._torch_context():
            return checker.check([image])[0]

    def decode_cap(self, bucket: Bucket) -> int:
        loaded = self._models.if_loaded(bucket.model)
        return loaded.runner.decode_cap(bucket) if loaded is not None else 1

    def row_cap(self, bucket: Bucket) -> int:
        loaded = self._models.if_loaded(bucket.model)
        if loaded is None:
            return 1  # Until the model is loaded.
        return min(loaded.runner.row_cap(bucket), self._device_memory.cap(bucket.model, 2 * bucket.megapixels))

    def preview(self, row: Row) -> Image | None:
        with self._torch_context():
            return self._models.loaded(row.bucket.model).runner.preview(row)

    def memory(self) -> Mapping[str, int]:
        return self._memory.use() if self._memory is not None else {}

    def idle(self) -> bool:
        return self._models.compiler.idle()

    def precompile(self, report: Callable[[str], None]) -> None:
        """Compile every model at its native size for all configured batch sizes.

        For a process that serves no requests, after `setup`. `report` is called with the result for each shape.
        """
        placement = self._models.placement
        for profile in self._models.profiles():
            row = self._warm_up(profile)
            loaded, folder = self._models.loaded(profile.model), self._models.served(profile.model).folder
            files, max_images = files_of(folder, self._settings, placement), self.decode_cap(row.bucket)
            for module in loaded.modules:
                batch_sizes: Sequence[int] = self._settings.batch_sizes
                if module.component == "decoder":
                    batch_sizes = [size for size in DECODER_BATCH_SIZES if size <= max_images]
                for signature in sorted({signature for signature, _ in module.calls}, key=lambda one: one.key):
                    for batch_rows in batch_sizes:
                        file = files.file(module.component, signature, batch_rows)
                        if file.is_file():
                            report(f"{profile.model} {module.component} x {batch_rows}: already compiled")
                            continue
                        began = time.monotonic()
                        files.save_signature(module.component, signature)
                        with self._torch_context(), module.original_module() as original:
                            compile_to(file, original, signature.example(batch_rows, placement.device))
                        report(f"{profile.model} {module.component} x {batch_rows}: {time.monotonic() - began:.0f} s")

    @property
    def _device_memory(self) -> Memory:
        assert self._memory is not None, "setup comes first"  # noqa: S101
        return self._memory

    @contextlib.contextmanager
    def _torch_context(self) -> Iterator[None]:
        import torch

        with torch.no_grad(), translate_errors():
            yield

    def _warm_up(self, profile: Profile) -> Row:
        """Generate one image, so that a model that can't generate is never reported as ready."""
        spec = ImageSpec(
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
        row = self.start(spec)
        while row.forwards_left:
            self.step([row], lambda: None)
        (decoded,) = self.decode([row])
        self.check(spec, decoded.image)
        return row
