"""A model on the device: its runner, its LoRAs, and the rows that use it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.model_store.loras import LoraSet
from inference_service.diffusion.runners.runner import LoadedPipeline, ModelRunner
from inference_service.engine import DecodedImage, ImageSpec, Row, WeightsInUse


@dataclass(kw_only=True)
class LoadedModel:
    """A model on the device. Neither the model nor its LoRAs change while a row is open."""

    pipeline: LoadedPipeline
    runner: ModelRunner
    loras: LoraSet
    size: int  # Bytes of weights.
    modules: tuple[CompiledModule, ...] = ()  # Components that may run compiled.
    _rows: list[weakref.ref[Row]] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Return the rows that are referenced and not decoded yet."""
        self._rows = [reference for reference in self._rows if reference() is not None]
        return [row for reference in self._rows if (row := reference()) is not None]

    def start(self, spec: ImageSpec) -> Row:
        if any(row.spec.loras != spec.loras for row in self.rows()):
            raise WeightsInUse
        self.loras.apply(spec.loras)
        row = self.runner.start(spec)
        self._rows.append(weakref.ref(row))
        return row

    def step(self, rows: Sequence[Row], on_step: Callable[[], None]) -> None:
        self.runner.step(rows, on_step)

    def decode(self, rows: Sequence[Row]) -> list[DecodedImage]:
        decoded_images = self.runner.decode(rows)
        decoded = set(map(id, rows))
        self._rows = [reference for reference in self._rows if id(reference()) not in decoded]
        return decoded_images
