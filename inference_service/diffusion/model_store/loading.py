"""Loads models from Hugging Face or a folder onto the device: only safetensors, and no custom code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.config.model_sources import LoraSource, Source
from inference_service.config.settings import Settings
from inference_service.diffusion.devices import vae_dtype
from inference_service.models.model_folder import WEIGHED, ModelFolder, NotAModel, model_folder
from inference_service.models.weight_files import parameters_in, weight_files

UNUSED = ("image_encoder",)  # Reads images, which requests don't contain.


@dataclass(frozen=True)
class DevicePlacement:
    """Device and number format of a model."""

    device: str
    dtype: Any  # A torch.dtype.
    variant: str = ""


def silence_library_logs() -> None:
    """Keep warnings and progress bars of libraries out of the log, because some contain prompts."""
    import diffusers
    import transformers

    libraries: tuple[Any, ...] = (diffusers, transformers)
    for library in libraries:
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()


def fetched_model(source: Source, settings: Settings) -> ModelFolder:
    """Return the model's files, from the Hugging Face cache if possible, otherwise downloaded."""
    if source.folder is not None:
        return model_folder(source.folder, source)
    from diffusers import DiffusionPipeline

    wanted = {"revision": source.revision or None, "variant": settings.model_variant or None, "use_safetensors": True}
    try:
        # Files that are part of an image are used even if the repository has changed.
        path = DiffusionPipeline.download(source.text, local_files_only=True, **wanted)
        return model_folder(Path(path), source)
    except Exception:  # noqa: BLE001 - whatever the cache lacks is downloaded
        path = DiffusionPipeline.download(source.text, **wanted)
        return model_folder(Path(path), source)


def fetched_lora(lora: LoraSource) -> Path:
    """Return the LoRA's file, from the Hugging Face cache if possible, otherwise downloaded."""
    if lora.source.folder is not None:
        file = lora.source.folder / lora.file
        if not file.is_file():
            raise NotAModel(f"LORAS: file {file} of {lora.name} doesn't exist.")
        return file
    return _hub_file(lora.source, lora.file)


def fetched_folder(source: Source, patterns: tuple[str, ...]) -> Path:
    """Return a repository's files with these patterns, from the Hugging Face cache or downloaded."""
    if source.folder is not None:
        if not source.folder.is_dir():
            raise NotAModel(f"{source.text} isn't a folder.")
        return source.folder
    from huggingface_hub import snapshot_download

    wanted: dict[str, Any] = {"revision": source.revision or None, "allow_patterns": list(patterns)}
    try:
        path = Path(snapshot_download(source.text, local_files_only=True, **wanted))
        if weight_files(path):
            return path
    except Exception:  # noqa: BLE001, S110 - whatever the cache lacks is downloaded
        pass  # Not in the cache.
    return Path(snapshot_download(source.text, **wanted))


def tokenizers_of(folder: ModelFolder) -> Mapping[str, Any]:
    """Return the model's tokenizers by component. They are small and stay loaded without the model."""
    import transformers

    return {
        name: getattr(transformers, folder.index[name][1]).from_pretrained(folder.path / name, local_files_only=True)
        for name in folder.tokenizers
    }


def loaded_pipeline(
    folder: ModelFolder, tokenizers: Mapping[str, Any], placement: DevicePlacement, on_share: Callable[[float], None]
) -> Any:
    """Return the model's pipeline on its device without a safety checker; `on_share` is called with the share read."""
    import diffusers

    left_out = {name: None for name, kind in folder.index.items() if isinstance(kind, list) and not all(kind)}
    left_out |= {name: None for name in UNUSED if name in folder.index}
    components: dict[str, Any] = {**left_out, **tokenizers}
    weighed = [name for name in WEIGHED if folder.has(name)]
    sizes = {name: sum(map(parameters_in, weight_files(folder.path / name, placement.variant))) for name in weighed}
    for name in weighed:
        components[name] = loaded_component(folder, name, placement)
        on_share(sum(sizes[one] for one in components if one in sizes) / sum(sizes.values()))
    if folder.index.get("safety_checker") is not None:
        components |= {"safety_checker": None, "requires_safety_checker": False}
    pipe = getattr(diffusers, folder.pipeline).from_pretrained(
        folder.path, use_safetensors=True, local_files_only=True, **components
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def loaded_component(folder: ModelFolder, name: str, placement: DevicePlacement) -> Any:
    """Return one of the model's modules on its device."""
    import diffusers
    import transformers

    library, kind = folder.index[name]
    libraries: dict[str, Any] = {"diffusers": diffusers, "transformers": transformers}
    dtype = vae_dtype(folder, placement.dtype) if name == "vae" else placement.dtype
    has_variant = weight_files(folder.path / name, placement.variant) != weight_files(folder.path / name)
    module = getattr(libraries[library], kind).from_pretrained(
        folder.path / name,
        dtype=dtype,
        variant=placement.variant if has_variant else None,
        use_safetensors=True,
        local_files_only=True,
    )
    module = module.to(placement.device)
    return with_channels_last(module) if name in ("unet", "vae") and placement.device != "mps" else module


def with_channels_last(module: Any) -> Any:
    """Convert to channels-last, with which convolutions are faster on NVIDIA's tensor cores and on CPUs."""
    import torch

    return module.to(memory_format=torch.channels_last)


def parameter_bytes(pipe: Any) -> int:
    """Return the bytes of the pipeline's weights on the device."""
    modules = (getattr(pipe, name, None) for name in WEIGHED)
    tensors = (tensor for module in modules if module is not None for tensor in module.parameters())
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _hub_file(source: Source, file: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    revision = source.revision or None
    try:
        return Path(hf_hub_download(source.text, file, revision=revision, local_files_only=True))
    except LocalEntryNotFoundError:
        return Path(hf_hub_download(source.text, file, revision=revision))
