"""One model on the device: its painter, its LoRAs, and the rows that still need it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.model_store.loras import LoraSet
from inference_service.diffusion.runners.runner import LoadedModel, Painter
from inference_service.engine import Occupied, Painting, Picture, Row


@dataclass(kw_only=True)
class Resident:
    """Paints with one model.  While a row is open, neither the model nor its LoRAs change."""

    loaded: LoadedModel
    painter: Painter
    loras: LoraSet
    size: int  # bytes of weights
    modules: tuple[CompiledModule, ...] = ()  # that run compiled where it is known how
    _rows: list[weakref.ref[Row]] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Those that somebody holds and that are not decoded yet."""
        self._rows = [reference for reference in self._rows if reference() is not None]
        return [row for reference in self._rows if (row := reference()) is not None]

    def enter(self, picture: Picture) -> Row:
        if any(row.picture.loras != picture.loras for row in self.rows()):
            raise Occupied
        self.loras.wear(picture.loras)
        row = self.painter.enter(picture)
        self._rows.append(weakref.ref(row))
        return row

    def step(self, rows: Sequence[Row], between: Callable[[], None]) -> None:
        self.painter.step(rows, between)

    def decode(self, rows: Sequence[Row]) -> list[Painting]:
        paintings = self.painter.decode(rows)
        decoded = set(map(id, rows))
        self._rows = [reference for reference in self._rows if id(reference()) not in decoded]
        return paintings
