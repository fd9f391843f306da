"""Data of an available model that stays in memory without its weights, and loading of the weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles, compiled_files
from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.model_store import loading
from inference_service.diffusion.model_store.loaded_model import LoadedModel
from inference_service.diffusion.model_store.loras import LoraSet
from inference_service.diffusion.model_store.quantization import quantize
from inference_service.diffusion.model_store.safety_checkers import SafetyChecker
from inference_service.diffusion.runners.clip_prompts import PromptTokens
from inference_service.diffusion.runners.pipeline_runner import PipelineRunner
from inference_service.diffusion.runners.rows import bucket_of
from inference_service.diffusion.runners.runner import LoadedPipeline, ModelRunner
from inference_service.diffusion.runners.step_runner import StepRunner
from inference_service.diffusion.runners.t5_prompts import T5PromptLengths
from inference_service.engine import Bucket, ImageSpec
from inference_service.models.model_folder import ModelFolder
from inference_service.models.profile import Profile


@dataclass(frozen=True, kw_only=True)
class ServedModel:
    """Data of an available model, whether or not its weights are loaded."""

    folder: ModelFolder
    profile: Profile
    tokenizers: Mapping[str, Any]
    tokens: PromptTokens | T5PromptLengths
    checker: SafetyChecker | None
    loras: Mapping[str, Path]  # Compatible LoRAs, including fused ones.
    fused: tuple[tuple[str, float], ...] = ()

    def bucket(self, spec: ImageSpec) -> Bucket:
        return self.tokens.bucket(spec) if isinstance(self.tokens, T5PromptLengths) else bucket_of(spec, self.tokens)


def load_model(
    model: ServedModel, settings: Settings, placement: loading.DevicePlacement, on_share: Callable[[float], None]
) -> LoadedModel:
    """Load the model onto its device with the configured LoRAs, quantization, and compilation."""
    pipe = loading.loaded_pipeline(model.folder, model.tokenizers, placement, on_share)
    loras = LoraSet(pipe, model.loras)
    loras.fuse(model.fused)
    denoiser = getattr(pipe, model.folder.denoiser)
    if settings.quantize != "off":
        quantize(denoiser)
    pipeline = LoadedPipeline(
        name=model.profile.model, profile=model.profile, pipe=pipe, device=placement.device, dtype=placement.dtype
    )
    runner: ModelRunner = (
        PipelineRunner(pipeline, model.tokens) if isinstance(model.tokens, T5PromptLengths) else StepRunner(pipeline)
    )
    modules: tuple[CompiledModule, ...] = ()
    if compiles(settings, placement.device):
        wrapped = (model.folder.denoiser, denoiser), ("decoder", pipe.vae.decoder)
        modules = tuple(
            CompiledModule(component, module, device=placement.device, fit=settings.compile_batch_fit)
            for component, module in wrapped
        )
        pipeline.denoise, pipe.vae.decoder.forward = modules
    size = loading.parameter_bytes(pipe)
    return LoadedModel(pipeline=pipeline, runner=runner, loras=loras, size=size, modules=modules)


def compiles(settings: Settings, device: str) -> bool:
    """Return whether shapes are compiled on this device."""
    return bool(settings.compile_cache_dir) and (
        settings.compile == "on" or (settings.compile == "auto" and device == "cuda")
    )


def files_of(folder: ModelFolder, settings: Settings, placement: loading.DevicePlacement) -> CompiledFiles:
    """Return the compiled files of this model."""
    kind = f"{placement.dtype} {settings.quantize}".removeprefix("torch.")
    return compiled_files(settings.compile_cache_dir, placement.device, folder.name, folder.revision, kind)


def component_module(
    folder: ModelFolder, component: str, settings: Settings, placement: loading.DevicePlacement
) -> Any:
    """Load a single component of the model for compilation."""
    if component == "decoder":
        return loading.loaded_component(folder, "vae", placement).decoder
    module = loading.loaded_component(folder, component, placement)
    if settings.quantize != "off":
        quantize(module)
    return module
