"""Samplers: diffusers' schedulers, one per row, advanced without waiting for the device.

Noise is drawn on the CPU in float32, so that a seed means the same on every device and in every dtype. Latents
remain in float32 between steps.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from inference_service.config.samplers import DEFAULT, SAMPLERS, name_of
from inference_service.errors import InvalidField

CACHED_SCHEDULES = 64  # Schedules of a few kilobytes each.


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Sampler state of one row. `advance` returns the next state and doesn't change this one."""

    scheduler: Any
    timesteps: Any  # [forwards] float32, on the device.
    generator: Any | None  # A torch.Generator on the CPU, if the sampler adds noise.
    latents: Any  # [1, channels, height / 8, width / 8] float32.
    forwards_done: int = 0

    @property
    def forwards_left(self) -> int:
        return len(self.scheduler.timesteps) - self.forwards_done

    @property
    def name(self) -> str:
        return name_of(type(self.scheduler).__name__)

    @property
    def timestep(self) -> Any:
        """[1] float32, on the device."""
        return self.timesteps[self.forwards_done : self.forwards_done + 1]

    def scaled(self) -> Any:
        """Return the latents scaled to unit variance for the denoiser."""
        return self.scheduler.scale_model_input(self.latents, self.scheduler.timesteps[self.forwards_done])

    def advance(self, prediction: Any) -> Sampling:
        """Return the next state for the denoiser's guided prediction ([1, channels, ...] float32)."""
        scheduler, timestep = _copy(self.scheduler), self.scheduler.timesteps[self.forwards_done]
        if self.generator is None:
            latents = scheduler.step(prediction, timestep, self.latents, return_dict=False)[0]
            return replace(self, scheduler=scheduler, latents=latents, forwards_done=self.forwards_done + 1)
        generator = self.generator.clone_state()
        with _async_noise_copies(self.latents.device):
            latents = scheduler.step(prediction, timestep, self.latents, generator=generator, return_dict=False)[0]
        return replace(
            self, scheduler=scheduler, generator=generator, latents=latents, forwards_done=self.forwards_done + 1
        )

    def predicted_original(self, scaled: Any, prediction: Any) -> Any | None:
        """Return the latents of the finished image as predicted by the last forward, from its input and output.

        Formula (9) of arXiv 2010.02502 for noise predictions, appendix D of 2202.00512 for velocities. None for
        samplers with other predictions.
        """
        scheduler, index = self.scheduler, self.forwards_done - 1
        if not hasattr(scheduler, "alphas_cumprod"):
            return None
        sigmas = getattr(scheduler, "sigmas", None)
        if sigmas is not None:
            signal = 1 / (1 + float(sigmas[index]) ** 2)
        else:
            signal = float(scheduler.alphas_cumprod[scheduler.timesteps[index]])
        kind = scheduler.config.prediction_type
        if kind == "sample":
            return prediction
        if kind == "v_prediction":
            return signal**0.5 * scaled - (1 - signal) ** 0.5 * prediction
        return (scaled - (1 - signal) ** 0.5 * prediction) / max(signal, 1e-8) ** 0.5


class Samplers:
    """Samplers of one model, created from its scheduler's configuration."""

    def __init__(self, pipe: Any, *, device: str) -> None:
        self._model_scheduler = pipe.scheduler
        self._device = device
        self._scheduler_of = functools.cache(self._from_config)
        self._configured = functools.lru_cache(CACHED_SCHEDULES)(self._with_steps)

    def start(self, sampler: str, steps: int, seed: int, shape: tuple[int, ...]) -> Sampling:
        """Return a row's first state from its seed, or raise InvalidField if the sampler rejects the steps."""
        import torch

        _, adds_noise = self._scheduler_of(sampler)
        scheduler, timesteps = self._configured(sampler, steps)
        generator = torch.Generator("cpu").manual_seed(seed)
        noise = torch.randn(shape, generator=generator, dtype=torch.float32) * scheduler.init_noise_sigma
        return Sampling(
            scheduler=_copy(scheduler),
            timesteps=timesteps,
            generator=generator if adds_noise else None,
            latents=to_device(noise, self._device),
        )

    def _from_config(self, sampler: str) -> tuple[Any, bool]:
        """Return a scheduler, and whether it adds noise."""
        import diffusers

        kind: Any = type(self._model_scheduler)
        options: Mapping[str, Any] = {}
        if sampler != DEFAULT:
            chosen = SAMPLERS[sampler]
            kind, options = getattr(diffusers, chosen.scheduler), chosen.options
        scheduler = kind.from_config(self._model_scheduler.config, **options)
        return scheduler, _adds_noise(scheduler)

    def _with_steps(self, sampler: str, steps: int) -> tuple[Any, Any]:
        """Return a scheduler before its first step, and its timesteps on the device."""
        scheduler = _copy(self._scheduler_of(sampler)[0])
        try:
            _set_steps(scheduler, steps)
        except ValueError as exc:
            name = name_of(type(scheduler).__name__)
            remedy = "Use 4 to 50 steps, which every sampler supports."
            raise InvalidField(f"Sampler {name} doesn't support {steps} steps. {remedy}", param="steps") from exc
        return scheduler, to_device(scheduler.timesteps.float(), self._device)


def to_device(tensor: Any, device: Any) -> Any:
    """Copy a CPU tensor to the device without waiting for the device."""
    if "cuda" in str(device):
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def _copy(scheduler: Any) -> Any:
    """Copy the scheduler with its mutable state. The shared rest is never changed."""
    copied = object.__new__(type(scheduler))
    copied.__dict__ = {name: _copy_mutable(value) for name, value in vars(scheduler).items()}
    return copied


def _copy_mutable(value: Any) -> Any:
    """Copy values that schedulers change in place: lists, and sums of predictions."""
    if type(value) is list:
        return list(value)
    return value.clone() if getattr(value, "ndim", 0) == 4 else value


def _set_steps(scheduler: Any, steps: int) -> None:
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # Otherwise the scheduler searches the index on the device, which waits.


def _adds_noise(scheduler: Any) -> bool:
    """Return whether a scheduler adds noise in its steps; many accept a generator and never use it."""
    import torch

    if "generator" not in inspect.signature(scheduler.step).parameters:
        return False
    probe, zeros, generator = _copy(scheduler), torch.zeros(1, 1, 1, 1), torch.Generator("cpu")
    _set_steps(probe, steps=4)
    before = generator.get_state()
    probe.scale_model_input(zeros, probe.timesteps[0])
    probe.step(zeros, probe.timesteps[0], zeros, generator=generator)
    return not torch.equal(before, generator.get_state())


def _async_noise_copies(device: Any) -> contextlib.AbstractContextManager[Any]:
    """Copy noise that diffusers draws on the CPU to a CUDA device without waiting."""
    if device.type != "cuda":
        return contextlib.nullcontext()
    sender: contextlib.AbstractContextManager[Any] = _noise_sender()(device)
    return sender


@functools.cache
def _noise_sender() -> Any:
    import torch

    class NoiseSender(torch.overrides.TorchFunctionMode):
        def __init__(self, device: Any, copy: Callable[[Any, Any], Any] = to_device) -> None:
            super().__init__()
            self._device, self._copy = device, copy

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = func(*args, **(kwargs or {}))
            return self._copy(result, self._device) if func is torch.randn else result

    return NoiseSender
