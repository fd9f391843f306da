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
        self._originals: dict[Any, Any] = {}  # by parameter its own value, in the machine's memory

    def fuse(self, loras: Loras) -> None:
        """Make these part of the model for good."""
        for name, weight in loras:
            self._merge(name, weight)
        self._originals.clear()

    def wear(self, loras: Loras) -> None:
        """Have exactly these on top of the model's own weights; `BadField` where one does not fit it."""
        wanted = tuple((name, weight) for name, weight in loras if weight)
        if wanted == self._worn:
            return
        self._restore()
        for name, weight in wanted:
            self._merge(name, weight)
        self._worn = wanted
        event("loras.changed", loras=dict(wanted))

    def _restore(self) -> None:
        for parameter, original in self._originals.items():
            parameter.data.copy_(original)
        self._originals.clear()
        self._worn = ()

    def _merge(self, name: str, weight: float) -> None:
        pipe = self._pipe
        try:
            file = self._files[name]
            pipe.load_lora_weights(
                file.parent, weight_name=file.name, adapter_name=name, use_safetensors=True, local_files_only=True
            )
            pipe.set_adapters([name], [weight])
            for parameter in self._touched():
                if parameter not in self._originals:
                    self._originals[parameter] = parameter.detach().to("cpu", copy=True)
            present = [one for one in pipe._lora_loadable_modules if getattr(pipe, one, None) is not None]
            pipe.fuse_lora(components=present, adapter_names=[name])
        except (ValueError, RuntimeError, KeyError) as exc:
            self._restore()
            event("loras.failed", lora=name, error=type(exc).__name__)
            raise BadField(f"`loras` has one that does not fit this model: {name}.", param="loras") from exc
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
