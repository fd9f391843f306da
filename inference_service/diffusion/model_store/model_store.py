"""The served models: the files of all of them, and on the device as many as have room, those used last."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.background_compiler import Compiler
from inference_service.diffusion.devices import weights_budget
from inference_service.diffusion.model_store import loading
from inference_service.diffusion.model_store.eviction import evictions
from inference_service.diffusion.model_store.loaded_model import Resident
from inference_service.diffusion.model_store.safety_checkers import SafetyChecker, checker_of
from inference_service.diffusion.model_store.served_model import ServedModel, assembled, files_of
from inference_service.diffusion.runners.clip_prompts import PromptTokens
from inference_service.diffusion.runners.t5_prompts import PromptLengths
from inference_service.engine import Occupied
from inference_service.errors import OutOfMemory, UnknownModel
from inference_service.events import event
from inference_service.models.lora_files import fits
from inference_service.models.model_folder import ModelFolder, NotAModel, profile_of
from inference_service.models.profile import Profile
from inference_service.models.weight_files import shapes_in

OnShare = Callable[[float], None]
"""Hears what part of something is done, from 0 to 1."""


class ModelStore:
    """Opened once; `resident` then loads what is asked for and gives up what was used longest ago."""

    def __init__(self, settings: Settings, place: loading.Placement) -> None:
        self._settings, self.place = settings, place
        self.compiler = Compiler(place.device, settings.lanes)
        self._budget = weights_budget(settings, place.device)
        self._served: dict[str, ServedModel] = {}
        self._checkers: dict[Path, SafetyChecker] = {}
        self._resident: dict[str, Resident] = {}  # the longest unused first

    def open(self, on_share: OnShare) -> tuple[Profile, ...]:
        """Fetch the files of all models, their LoRAs and checkers; the profiles, the default model's first."""
        wanted = self._settings.model_sources
        loras = {one.name: loading.fetched_lora(one) for one in self._settings.lora_sources}
        for number, source in enumerate(wanted):
            folder = loading.fetched_model(source, self._settings)
            if folder.name in self._served:
                raise NotAModel(f"Two models are called {folder.name}; rename one's folder or its profile.json.")
            self._served[folder.name] = self._model(folder, loras, first=number == 0)
            on_share((number + 1) / len(wanted))
        return self.profiles()

    def profiles(self) -> tuple[Profile, ...]:
        """Of all served models, the default first."""
        return tuple(one.profile for one in self._served.values())

    def served(self, name: str) -> ServedModel:
        """The model of this name, or `UnknownModel`."""
        if name not in self._served:
            raise UnknownModel(f"This service does not serve the model `{name}`.", param="model")
        return self._served[name]

    def resident(self, name: str, on_share: OnShare = lambda _: None) -> Resident:
        """The model on the device, loaded if need be; `Occupied` where open rows of others leave no room."""
        if name not in self._resident:
            model = self.served(name)
            self._make_room(model.folder.parameters(self.place.variant) * self.place.dtype.itemsize)
            self._resident[name] = self._loaded(model, on_share)
        self._resident[name] = self._resident.pop(name)  # used last
        return self._resident[name]

    def at_hand(self, name: str) -> Resident | None:
        """The model if it is on the device; counts as no use of it."""
        return self._resident.get(name)

    def _model(self, folder: ModelFolder, loras: Mapping[str, Path], *, first: bool) -> ServedModel:
        fitting = {name: file for name, file in loras.items() if fits(shapes_in(file), folder)}
        fused = self._settings.fused_loras if first else ()
        for name, _ in fused:
            if name not in fitting:
                raise NotAModel(f"MODEL_LORAS names {name}, which was not made for {folder.name}.")
        choice = [name for name in fitting if name not in dict(fused)]
        tokenizers = loading.tokenizers_of(folder)
        negatives = folder.config("unet").get("time_cond_proj_dim") is None
        steps = folder.denoiser == "unet"
        return ServedModel(
            folder=folder,
            profile=profile_of(folder, self._settings, first=first, loras=choice),
            tokenizers=tokenizers,
            tokens=PromptTokens([*tokenizers.values()], negatives=negatives)
            if steps
            else PromptLengths(folder, tokenizers),
            checker=checker_of(folder, self._settings, self.place.device, self._checkers),
            loras=fitting,
            fused=fused,
        )

    def _make_room(self, needed: int) -> None:
        in_use = {name for name, one in self._resident.items() if one.rows()}
        leaving = evictions({name: one.size for name, one in self._resident.items()}, needed, self._budget, in_use)
        if leaving is None:
            raise Occupied
        for name in leaving:
            self._evict(name)

    def _evict(self, name: str) -> None:
        import torch

        del self._resident[name]
        self.compiler.forget(name)
        gc.collect()  # its parts know each other in circles, and each holds weights
        if self.place.device == "cuda":
            torch.cuda.empty_cache()
        event("model.evicted", model=name)

    def _loaded(self, model: ServedModel, on_share: OnShare) -> Resident:
        import torch

        try:
            return self._load(model, on_share)
        except torch.OutOfMemoryError:
            idle = [name for name, one in self._resident.items() if not one.rows()]
        # Outside of the handler, whose traceback keeps what was loaded so far.
        for name in idle:
            self._evict(name)
        if len(self._resident) > 0:
            raise Occupied
        try:
            return self._load(model, on_share)
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            raise OutOfMemory(f"The device has no room for the model {model.profile.model}.", param="model") from None

    def _load(self, model: ServedModel, on_share: OnShare) -> Resident:
        resident = assembled(model, self._settings, self.place, on_share)
        if resident.modules:
            files = files_of(model.folder, self._settings, self.place)
            self.compiler.serve(model.profile.model, files, resident.modules)
        event("model.loaded", model=model.profile.model, megabytes=round(resident.size / 1e6))
        return resident
