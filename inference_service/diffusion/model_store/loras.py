"""LoRAs of a loaded model. A set is merged into the weights when its rows start, and removed exactly afterwards.

Merged LoRAs cost nothing per step, keep compiled denoisers valid, and don't accumulate adapters in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inference_service.errors import InvalidField
from inference_service.events import event

Loras = tuple[tuple[str, float], ...]  # Name and weight, sorted by name.


class LoraSet:
    """The LoRAs merged into a pipeline's weights."""

    def __init__(self, pipe: Any, files: Mapping[str, Path]) -> None:
        self._pipe = pipe
        self._files = files
        self._applied: Loras = ()
        self._originals: dict[Any, Any] = {}  # Original values by parameter, in system memory.

    def fuse(self, loras: Loras) -> None:
        """Merge these LoRAs permanently."""
        for name, weight in loras:
            self._merge(name, weight)
        self._originals.clear()

    def apply(self, loras: Loras) -> None:
        """Apply exactly these LoRAs to the model, or raise InvalidField if one isn't compatible."""
        requested = tuple((name, weight) for name, weight in loras if weight)
        if requested == self._applied:
            return
        self._restore()
        for name, weight in requested:
            self._merge(name, weight)
        self._applied = requested
        event("loras.changed", loras=dict(requested))

    def _restore(self) -> None:
        for parameter, original in self._originals.items():
            parameter.data.copy_(original)
        self._originals.clear()
        self._applied = ()

    def _merge(self, name: str, weight: float) -> None:
        pipe = self._pipe
        try:
            file = self._files[name]
            pipe.load_lora_weights(
                file.parent, weight_name=file.name, adapter_name=name, use_safetensors=True, local_files_only=True
            )
            pipe.set_adapters([name], [weight])
            for parameter in self._lora_parameters():
                if parameter not in self._originals:
                    self._originals[parameter] = parameter.detach().to("cpu", copy=True)
            present = [one for one in pipe._lora_loadable_modules if getattr(pipe, one, None) is not None]
            pipe.fuse_lora(components=present, adapter_names=[name])
        except (ValueError, RuntimeError, KeyError) as exc:
            self._restore()
            event("loras.failed", lora=name, error=type(exc).__name__)
            raise InvalidField(f"LoRA {name} in `loras` isn't compatible with this model.", param="loras") from exc
        finally:
            # Merged weights remain. Only the adapters are removed.
            pipe.unload_lora_weights()

    def _lora_parameters(self) -> Iterator[Any]:
        """Yield the parameters that the adapters are merged into."""
        from peft.tuners.tuners_utils import BaseTunerLayer

        for name in self._pipe._lora_loadable_modules:
            component = getattr(self._pipe, name, None)
            for module in component.modules() if component is not None else ():
                if isinstance(module, BaseTunerLayer):
                    yield module.get_base_layer().weight
