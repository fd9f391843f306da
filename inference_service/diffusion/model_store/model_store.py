"""Available models: the files of all, and the recently used ones loaded on the device."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.background_compiler import Compiler
from inference_service.diffusion.devices import weights_budget
from inference_service.diffusion.model_store import loading
from inference_service.diffusion.model_store.eviction import models_to_evict
from inference_service.diffusion.model_store.loaded_model import LoadedModel
from inference_service.diffusion.model_store.safety_checkers import SafetyChecker, checker_of
from inference_service.diffusion.model_store.served_model import ServedModel, files_of, load_model
from inference_service.diffusion.runners.clip_prompts import PromptTokens
from inference_service.diffusion.runners.t5_prompts import T5PromptLengths
from inference_service.engine import WeightsInUse
from inference_service.errors import ModelNotFound, OutOfMemory
from inference_service.events import event
from inference_service.models.lora_files import fits
from inference_service.models.model_folder import ModelFolder, NotAModel, profile_of
from inference_service.models.profile import Profile
from inference_service.models.weight_files import shapes_in

OnShare = Callable[[float], None]
"""Called with the completed share, from 0 to 1."""


class ModelStore:
    """Available models. After `open`, `loaded` loads a requested model and evicts the least recently used ones."""

    def __init__(self, settings: Settings, placement: loading.DevicePlacement) -> None:
        self._settings, self.placement = settings, placement
        self.compiler = Compiler(placement.device, settings.batch_sizes)
        self._budget = weights_budget(settings, placement.device)
        self._served: dict[str, ServedModel] = {}
        self._checkers: dict[Path, SafetyChecker] = {}
        self._loaded: dict[str, LoadedModel] = {}  # The least recently used first.

    def open(self, on_share: OnShare) -> tuple[Profile, ...]:
        """Download all models, LoRAs, and checkers if necessary, and return the profiles, the default model's first."""
        wanted = self._settings.model_sources
        loras = {one.name: loading.fetched_lora(one) for one in self._settings.lora_sources}
        for index, source in enumerate(wanted):
            folder = loading.fetched_model(source, self._settings)
            if folder.name in self._served:
                raise NotAModel(
                    f"Two models are named {folder.name}. Rename one folder, or change its name in profile.json."
                )
            self._served[folder.name] = self._served_model(folder, loras, first=index == 0)
            on_share((index + 1) / len(wanted))
        return self.profiles()

    def profiles(self) -> tuple[Profile, ...]:
        """Return the profiles of all models, the default first."""
        return tuple(one.profile for one in self._served.values())

    def served(self, name: str) -> ServedModel:
        """Return the model with this name, or raise ModelNotFound."""
        if name not in self._served:
            raise ModelNotFound(f"Model `{name}` isn't available.", param="model")
        return self._served[name]

    def loaded(self, name: str, on_share: OnShare = lambda _: None) -> LoadedModel:
        """Return the model on the device, loaded if necessary, or raise WeightsInUse if open rows leave no room."""
        if name not in self._loaded:
            model = self.served(name)
            self._evict_for(model.folder.parameters(self.placement.variant) * self.placement.dtype.itemsize)
            self._loaded[name] = self._load_with_eviction(model, on_share)
        self._loaded[name] = self._loaded.pop(name)  # Moves the model to the end, as the most recently used.
        return self._loaded[name]

    def if_loaded(self, name: str) -> LoadedModel | None:
        """Return the model if it is on the device, without marking it as used."""
        return self._loaded.get(name)

    def _served_model(self, folder: ModelFolder, loras: Mapping[str, Path], *, first: bool) -> ServedModel:
        fitting = {name: file for name, file in loras.items() if fits(shapes_in(file), folder)}
        fused = self._settings.fused_loras if first else ()
        for name, _ in fused:
            if name not in fitting:
                raise NotAModel(f"MODEL_LORAS: {name} isn't compatible with {folder.name}.")
        selectable = [name for name in fitting if name not in dict(fused)]
        tokenizers = loading.tokenizers_of(folder)
        negatives = folder.config("unet").get("time_cond_proj_dim") is None
        steps = folder.denoiser == "unet"
        return ServedModel(
            folder=folder,
            profile=profile_of(folder, self._settings, first=first, loras=selectable),
            tokenizers=tokenizers,
            tokens=PromptTokens([*tokenizers.values()], negatives=negatives)
            if steps
            else T5PromptLengths(folder, tokenizers),
            checker=checker_of(folder, self._settings, self.placement.device, self._checkers),
            loras=fitting,
            fused=fused,
        )

    def _evict_for(self, needed: int) -> None:
        in_use = {name for name, one in self._loaded.items() if one.rows()}
        evicted = models_to_evict({name: one.size for name, one in self._loaded.items()}, needed, self._budget, in_use)
        if evicted is None:
            raise WeightsInUse
        for name in evicted:
            self._evict(name)

    def _evict(self, name: str) -> None:
        import torch

        del self._loaded[name]
        self.compiler.remove(name)
        gc.collect()  # Its components form reference cycles that hold weights.
        if self.placement.device == "cuda":
            torch.cuda.empty_cache()
        event("model.evicted", model=name)

    def _load_with_eviction(self, model: ServedModel, on_share: OnShare) -> LoadedModel:
        import torch

        try:
            return self._load(model, on_share)
        except torch.OutOfMemoryError:
            unused = [name for name, one in self._loaded.items() if not one.rows()]
        # Outside of the handler, whose traceback keeps what was loaded so far.
        for name in unused:
            self._evict(name)
        if len(self._loaded) > 0:
            raise WeightsInUse
        try:
            return self._load(model, on_share)
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            raise OutOfMemory(f"Model {model.profile.model} doesn't fit in device memory.", param="model") from None

    def _load(self, model: ServedModel, on_share: OnShare) -> LoadedModel:
        loaded = load_model(model, self._settings, self.placement, on_share)
        if loaded.modules:
            files = files_of(model.folder, self._settings, self.placement)
            self.compiler.add(model.profile.model, files, loaded.modules)
        event("model.loaded", model=model.profile.model, megabytes=round(loaded.size / 1e6))
        return loaded
