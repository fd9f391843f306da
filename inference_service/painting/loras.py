"""LoRAs of one loaded model: a set is merged into the weights when its rows begin, and taken out to the bit after.

Merged, a LoRA costs nothing per step, compiled denoisers stay valid, and no adapter piles up in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inference_service.errors import BadField
from inference_service.events import event

Loras = tuple[tuple[str, float], ...]  # name and weight, sorted by name


class LoraSet:
    """Which LoRAs a pipeline's weights hold."""

    def __init__(self, pipe: Any, files: Mapping[str, Path]) -> None:
        self._pipe = pipe
        self._files = files
        self._worn: Loras = ()
        self._originals: list[tuple[Any, Any]] = []  # parameter, and its own value in the machine's memory

    def fuse(self, loras: Loras) -> None:
        """Make these part of the model for good."""
        self._merge(loras)
        self._originals = []

    def wear(self, loras: Loras) -> None:
        """Have exactly these on top of the model's own weights; `BadField` where one does not fit it."""
        wanted = tuple((name, weight) for name, weight in loras if weight)
        if wanted == self._worn:
            return
        self._restore()
        self._merge(wanted)
        self._worn = wanted
        event("loras.changed", loras=dict(wanted))

    def _restore(self) -> None:
        for parameter, original in self._originals:
            parameter.data.copy_(original)
        self._originals, self._worn = [], ()

    def _merge(self, loras: Loras) -> None:
        if not loras:
            return
        pipe, names = self._pipe, [name for name, _ in loras]
        try:
            for name in names:
                file = self._files[name]
                pipe.load_lora_weights(
                    file.parent, weight_name=file.name, adapter_name=name, use_safetensors=True, local_files_only=True
                )
            pipe.set_adapters(names, [weight for _, weight in loras])
            self._originals = [(one, one.detach().to("cpu", copy=True)) for one in self._touched()]
            present = [name for name in pipe._lora_loadable_modules if getattr(pipe, name, None) is not None]
            pipe.fuse_lora(components=present, adapter_names=names)
        except (ValueError, RuntimeError, KeyError) as exc:
            event("loras.failed", loras=names, error=type(exc).__name__)
            raise BadField(f"`loras` has one that does not fit this model: {', '.join(names)}.", param="loras") from exc
        finally:
            # What was merged stays; what was only hung in goes.
            pipe.unload_lora_weights()

    def _touched(self) -> Iterator[Any]:
        """The parameters that the adapters will be merged into."""
        from peft.tuners.tuners_utils import BaseTunerLayer

        for name in self._pipe._lora_loadable_modules:
            component = getattr(self._pipe, name, None)
            for module in component.modules() if component is not None else ():
                if isinstance(module, BaseTunerLayer):
                    yield module.get_base_layer().weight
