"""Text to pixels with any diffusers text-to-image model, on one device.

Knows nothing of HTTP, queues, files or who asks.  torch and diffusers are imported when the engine starts.
"""

from __future__ import annotations

import contextlib
import inspect
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inference_service.engine import EngineBroken, OnStep, Painting, Picture
from inference_service.errors import OutOfMemory
from inference_service.events import event
from inference_service.long_prompts import embeddings, token_count
from inference_service.profile import Profile, card_in, family_of, vocabulary_in
from inference_service.samplers import DEFAULT, SAMPLERS, name_of, usable
from inference_service.settings import Settings

# Models with zero terminal SNR come out overexposed without it (arXiv 2305.08891, section 3.4).
GUIDANCE_RESCALE = 0.7
WARM_UP_STEPS = 2  # the fewest that every scheduler takes
FALLBACK_SIDE = 512


class DiffusionEngine:
    """One model, loaded from the hub or from a folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def setup(self) -> Profile:
        import diffusers
        import torch
        import transformers

        self._torch: Any = torch
        self._diffusers: Any = diffusers
        libraries: tuple[Any, ...] = (diffusers, transformers)
        for library in libraries:
            library.utils.logging.set_verbosity_error()  # their warnings quote the prompts that they cut
            library.utils.logging.disable_progress_bar()
        self._device = _device(torch, self._settings.device)
        dtype = _dtype(torch, self._settings.dtype, self._device)
        folder, revision = self._files()
        pipe = self._diffusers.AutoPipelineForText2Image.from_pretrained(
            str(folder),
            dtype=dtype,
            variant=self._settings.model_variant or None,
            local_files_only=True,
            use_safetensors=True,
        )
        pipe.set_progress_bar_config(disable=True)
        self._pipe: Any = pipe.to(self._device)
        self._scheduler = pipe.scheduler
        self._accepts = frozenset(inspect.signature(type(pipe).__call__).parameters)
        profile = self._profile(folder, revision)
        event("engine.loaded", device=self._device, dtype=str(dtype), pipeline=type(pipe).__name__)
        self._warm_up(profile)
        return profile

    def paint(self, picture: Picture, on_step: OnStep) -> Painting:
        with self._torch.inference_mode(), self._failures_named():
            return self._painted(picture, on_step)

    def _painted(self, picture: Picture, on_step: OnStep) -> Painting:
        began = time.monotonic()
        pipe = self._pipe
        pipe.scheduler = scheduler = self._fresh_scheduler(picture.sampler)

        def after_step(pipeline: Any, index: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            # Some samplers take a step or two more than was asked for.
            on_step(min(picture.steps, round((index + 1) * picture.steps / pipeline.num_timesteps)))
            return tensors

        asked: dict[str, Any] = {
            "height": picture.height,
            "width": picture.width,
            "num_inference_steps": picture.steps,
            "guidance_scale": picture.guidance,
            # Noise is drawn on the CPU, so that a seed means the same on every device.
            "generator": self._torch.Generator("cpu").manual_seed(picture.seed),
            "callback_on_step_end": after_step,
            "output_type": "pil",
            **embeddings(pipe, picture.prompt, picture.negative_prompt, guided=picture.guidance > 1),
        }
        if scheduler.config.get("prediction_type") == "v_prediction":
            asked["guidance_rescale"] = GUIDANCE_RESCALE
        painted = pipe(**{name: value for name, value in asked.items() if name in self._accepts})
        flags = getattr(painted, "nsfw_content_detected", None)
        return Painting(
            image=painted.images[0],
            sampler=name_of(type(scheduler).__name__),
            text_tokens=token_count(pipe, picture.prompt),
            ms=round((time.monotonic() - began) * 1000),
            blocked=bool(flags and flags[0]),
        )

    def _files(self) -> tuple[Path, str]:
        """Where the model's files lie, downloaded if need be, and their revision."""
        settings = self._settings
        folder = settings.model_folder
        if folder is not None:
            if not (folder / "model_index.json").is_file():
                raise FileNotFoundError(f"MODEL_ID names {folder}, which holds no diffusers model (model_index.json).")
            return folder, settings.model_revision or card_in(folder).revision or ""
        snapshot = Path(
            self._diffusers.DiffusionPipeline.download(
                settings.model_id,
                revision=settings.model_revision or None,
                variant=settings.model_variant or None,
                use_safetensors=True,
            )
        )
        return snapshot, snapshot.name  # the hub's cache names a snapshot by its commit

    def _profile(self, folder: Path, revision: str) -> Profile:
        settings, pipe, card = self._settings, self._pipe, card_in(folder)
        scheduler = type(self._scheduler).__name__
        name = card.name or (folder.resolve().name if settings.model_folder else settings.model_id)
        family = family_of(type(pipe).__name__, name)
        guidance = family.guidance if card.guidance is None else card.guidance
        if settings.model_guidance >= 0:
            guidance = settings.model_guidance
        side = _native_side(pipe)
        return Profile(
            model=name,
            revision=revision,
            family=family.name,
            width=side,
            height=side,
            steps=settings.model_steps or card.steps or family.steps,
            max_steps=min(settings.max_steps, card.max_steps or settings.max_steps),
            guidance=guidance,
            sampler=DEFAULT,
            samplers=usable(scheduler, self._scheduler.config),
            token_budget=family.token_budget,
            style_hint=card.style_hint,
            vocabulary=vocabulary_in(folder),
            suggestions=card.suggestions,
            size_step=family.size_step,
        )

    def _fresh_scheduler(self, sampler: str) -> Any:
        """A scheduler of its own for each picture: they keep state from step to step."""
        config = self._scheduler.config
        if sampler == DEFAULT:
            return type(self._scheduler).from_config(config)
        chosen = SAMPLERS[sampler]
        return getattr(self._diffusers, chosen.scheduler).from_config(config, **chosen.options)

    def _warm_up(self, profile: Profile) -> None:
        """Paint once in passing, so that a model that cannot paint is never called ready."""
        self.paint(
            Picture(
                prompt="a test",
                negative_prompt=None,
                width=profile.width,
                height=profile.height,
                steps=WARM_UP_STEPS,
                guidance=profile.guidance,
                seed=0,
                sampler=DEFAULT,
            ),
            lambda _: None,
        )

    @contextlib.contextmanager
    def _failures_named(self) -> Iterator[None]:
        torch = self._torch
        try:
            yield
        except torch.OutOfMemoryError:
            torch.cuda.empty_cache()
            raise OutOfMemory(param="size") from None
        except torch.AcceleratorError as exc:
            # An error on the device poisons every later call of this process.
            raise EngineBroken(str(exc)) from exc
        except RuntimeError as exc:
            if "can't allocate memory" in str(exc):
                raise OutOfMemory(param="size") from None
            raise


def _device(torch: Any, wanted: str) -> str:
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _dtype(torch: Any, wanted: str, device: str) -> Any:
    if wanted != "auto":
        return getattr(torch, wanted)
    if device != "cuda":
        return torch.float32
    # A T4 has no bfloat16 of its own, and emulates it slowly.
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def _native_side(pipe: Any) -> int:
    """The side of the squares that the model was trained on."""
    denoiser = getattr(pipe, "unet", None) or getattr(pipe, "transformer", None)
    size = getattr(getattr(denoiser, "config", None), "sample_size", None) or getattr(pipe, "default_sample_size", None)
    return size * pipe.vae_scale_factor if isinstance(size, int) else FALLBACK_SIDE
