"""Model folders in diffusers layout, read from their JSON files without loading weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.config.model_sources import Source
from inference_service.config.samplers import DEFAULT, max_steps_of, supported_samplers
from inference_service.config.settings import Settings
from inference_service.models.profile import FAMILIES, Profile, card_in, family_of, vocabulary_in
from inference_service.models.weight_files import parameters_in, weight_files

LIBRARIES = ("diffusers", "transformers")  # Libraries whose components are allowed. Any other one means custom code.
WEIGHED = ("unet", "transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")
FALLBACK_SIDE = 512
FLUX_SIDE = 128  # In latents. FLUX's configuration doesn't contain it.


class NotAModel(Exception):
    """A configured model can't be served. The message contains the reason and a remedy."""


@dataclass(frozen=True)
class ModelFolder:
    """Files of one model on this machine."""

    path: Path
    source: Source
    index: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name of the model: from its profile.json, else its Hugging Face name, else the folder's name."""
        return card_in(self.path).name or (self.path.resolve().name if self.source.folder else self.source.text)

    @property
    def revision(self) -> str:
        """Commit of a Hugging Face model, else the configured revision, else the one in profile.json."""
        if self.source.folder is None:
            return self.path.name  # The Hugging Face cache names a snapshot by its commit.
        return self.source.revision or card_in(self.path).revision or ""

    @property
    def pipeline(self) -> str:
        """Class name of the pipeline."""
        return str(self.index["_class_name"])

    @property
    def tokenizers(self) -> tuple[str, ...]:
        return tuple(name for name in ("tokenizer", "tokenizer_2", "tokenizer_3") if self.has(name))

    def has(self, component: str) -> bool:
        """Return whether the model has this component; `[null, null]` in the index means that it was left out."""
        return all(self.index.get(component) or [None])

    def config(self, component: str) -> Mapping[str, Any]:
        """Return the configuration of a component; empty if there is none."""
        for name in ("config.json", f"{component}_config.json"):
            file = self.path / component / name
            if file.is_file():
                config: dict[str, Any] = json.loads(file.read_bytes())
                return config
        return {}

    @property
    def denoiser(self) -> str:
        return "unet" if self.has("unet") else "transformer"

    @property
    def native_side(self) -> int:
        """Side in pixels of the square images that the model was trained on."""
        size = self.config(self.denoiser).get("sample_size") or (FLUX_SIDE if "Flux" in self.pipeline else None)
        blocks = self.config("vae").get("block_out_channels")
        return size * 2 ** (len(blocks) - 1) if isinstance(size, int) and blocks else FALLBACK_SIDE

    def parameters(self, variant: str = "") -> int:
        """Return the number of parameters of the model."""
        folders = (self.path / component for component in WEIGHED if self.has(component))
        return sum(parameters_in(file) for folder in folders for file in weight_files(folder, variant))


def model_folder(path: Path, source: Source) -> ModelFolder:
    """Return the model in this folder, or raise NotAModel if it can't be served."""
    file = path / "model_index.json"
    if not file.is_file():
        raise NotAModel(f"{source.text} points to {path}, which isn't a diffusers model (no model_index.json).")
    folder = ModelFolder(path, source, json.loads(file.read_bytes()))
    if str(folder.index.get("_class_name")) not in FAMILIES:
        kinds = ", ".join(name.removesuffix("Pipeline") for name in FAMILIES)
        raise NotAModel(
            f"{source.text} uses pipeline {folder.index.get('_class_name')}, which isn't supported. "
            f"Supported pipelines: {kinds}."
        )
    for component, kind in folder.index.items():
        if isinstance(kind, list) and all(kind) and kind[0] not in (*LIBRARIES, "stable_diffusion"):
            raise NotAModel(f"{source.text} contains custom code for its {component}. Custom code isn't supported.")
    for component in WEIGHED:
        if folder.has(component) and not any((path / component).glob("*.safetensors")):
            raise NotAModel(
                f"{source.text} has no safetensors file for its {component}. Other formats aren't supported."
            )
    return folder


def profile_of(folder: ModelFolder, settings: Settings, *, first: bool, loras: Sequence[str] = ()) -> Profile:
    """Return the model's profile. The defaults in settings apply to the first model only."""
    card = card_in(folder.path)
    family = family_of(folder.pipeline, folder.name)
    side = folder.native_side
    scheduler, config = str((folder.index.get("scheduler") or ["", ""])[1]), folder.config("scheduler")
    samplers = supported_samplers(scheduler, config)
    steps, guidance, sampler = card.steps or family.steps, card.guidance, card.sampler or family.sampler
    if first:
        steps = settings.model_steps or steps
        guidance = settings.model_guidance if settings.model_guidance >= 0 else guidance
        sampler = settings.model_sampler if settings.model_sampler != DEFAULT else sampler
    if sampler not in samplers:
        raise NotAModel(f"{folder.name} doesn't support sampler {sampler}. Supported samplers: {', '.join(samplers)}.")
    return Profile(
        model=folder.name,
        revision=folder.revision,
        family=family.name,
        width=side,
        height=side,
        steps=steps,
        max_steps=min(filter(None, (settings.max_steps, card.max_steps, max_steps_of(scheduler, config)))),
        guidance=family.guidance if guidance is None else guidance,
        sampler=sampler,
        samplers=samplers,
        token_budget=family.token_budget,
        style_hint=card.style_hint,
        vocabulary=vocabulary_in(folder.path),
        suggestions=card.suggestions,
        size_step=family.size_step,
        loras=tuple(sorted(loras)),
    )
