"""What is known of a served model while its weights are not there, and how they are brought there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles, compiled_files
from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.model_store import loading
from inference_service.diffusion.model_store.loaded_model import Resident
from inference_service.diffusion.model_store.loras import LoraSet
from inference_service.diffusion.model_store.quantization import quantise
from inference_service.diffusion.model_store.safety_checkers import SafetyChecker
from inference_service.diffusion.runners.clip_prompts import PromptTokens
from inference_service.diffusion.runners.pipeline_runner import PipelinePainter
from inference_service.diffusion.runners.rows import bucket_of
from inference_service.diffusion.runners.runner import LoadedModel, Painter
from inference_service.diffusion.runners.step_runner import StepPainter
from inference_service.diffusion.runners.t5_prompts import PromptLengths
from inference_service.engine import Bucket, Picture
from inference_service.models.model_folder import ModelFolder
from inference_service.models.profile import Profile


@dataclass(frozen=True, kw_only=True)
class ServedModel:
    """All that is known of a model while its weights are not there."""

    folder: ModelFolder
    profile: Profile
    tokenizers: Mapping[str, Any]
    tokens: PromptTokens | PromptLengths
    checker: SafetyChecker | None
    loras: Mapping[str, Path]  # that fit it, fused ones included
    fused: tuple[tuple[str, float], ...] = ()

    def bucket(self, picture: Picture) -> Bucket:
        return (
            self.tokens.bucket(picture) if isinstance(self.tokens, PromptLengths) else bucket_of(picture, self.tokens)
        )


def assembled(
    model: ServedModel, settings: Settings, place: loading.Placement, on_share: Callable[[float], None]
) -> Resident:
    """The model on its device, with all that the settings ask of it."""
    pipe = loading.loaded_pipeline(model.folder, model.tokenizers, place, on_share)
    loras = LoraSet(pipe, model.loras)
    loras.fuse(model.fused)
    denoiser = getattr(pipe, model.folder.denoiser)
    if settings.quantize != "off":
        quantise(denoiser)
    loaded = LoadedModel(
        name=model.profile.model, profile=model.profile, pipe=pipe, device=place.device, dtype=place.dtype
    )
    painter: Painter = (
        PipelinePainter(loaded, model.tokens) if isinstance(model.tokens, PromptLengths) else StepPainter(loaded)
    )
    modules: tuple[CompiledModule, ...] = ()
    if compiles(settings, place.device):
        stand_ins = (model.folder.denoiser, denoiser), ("decoder", pipe.vae.decoder)
        modules = tuple(
            CompiledModule(part, module, device=place.device, fit=settings.compile_fit) for part, module in stand_ins
        )
        loaded.denoise, pipe.vae.decoder.forward = modules
    size = loading.parameter_bytes(pipe)
    return Resident(loaded=loaded, painter=painter, loras=loras, size=size, modules=modules)


def compiles(settings: Settings, device: str) -> bool:
    """Whether shapes are compiled here."""
    return bool(settings.compile_cache_dir) and (
        settings.compile == "on" or (settings.compile == "auto" and device == "cuda")
    )


def files_of(folder: ModelFolder, settings: Settings, place: loading.Placement) -> CompiledFiles:
    """Where the model's compiled shapes lie."""
    kind = f"{place.dtype} {settings.quantize}".removeprefix("torch.")
    return compiled_files(settings.compile_cache_dir, place.device, folder.name, folder.revision, kind)


def part_of(folder: ModelFolder, part: str, settings: Settings, place: loading.Placement) -> Any:
    """The module that a compiled part stands for, alone on the device."""
    if part == "decoder":
        return loading.loaded_component(folder, "vae", place).decoder
    module = loading.loaded_component(folder, part, place)
    if settings.quantize != "off":
        quantise(module)
    return module
