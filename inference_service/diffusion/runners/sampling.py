"""Samplers: diffusers' own schedulers, one for each row, advanced without waiting for the device.

Noise is drawn on the CPU in float32, so that a seed means the same on every device and in every dtype;
latents stay in float32 from step to step.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inference_service.config.samplers import DEFAULT, SAMPLERS, name_of
from inference_service.errors import BadField

REMEMBERED = 64  # schedules, of some kilobytes each


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """Where one row stands; `moved` gives the next value and leaves this one as it is."""

    scheduler: Any
    timesteps: Any  # [turns] float32, on the device
    generator: Any | None  # torch.Generator on the CPU, for a sampler that adds noise
    latents: Any  # [1, channels, height / 8, width / 8] float32
    turn: int = 0

    @property
    def turns_left(self) -> int:
        return len(self.scheduler.timesteps) - self.turn

    @property
    def name(self) -> str:
        return name_of(type(self.scheduler).__name__)

    @property
    def timestep(self) -> Any:
        """[1] float32, on the device."""
        return self.timesteps[self.turn : self.turn + 1]

    def scaled(self) -> Any:
        """The latents as the denoiser takes them, in the scale of variance one."""
        return self.scheduler.scale_model_input(self.latents, self.scheduler.timesteps[self.turn])

    def moved(self, prediction: Any) -> Sampling:
        """One turn further, by the denoiser's guided prediction ([1, channels, ...] float32)."""
        scheduler, timestep = _twin(self.scheduler), self.scheduler.timesteps[self.turn]
        if self.generator is None:
            latents = scheduler.step(prediction, timestep, self.latents, return_dict=False)[0]
            return replace(self, scheduler=scheduler, latents=latents, turn=self.turn + 1)
        generator = self.generator.clone_state()
        with _copies_in_passing(self.latents.device):
            latents = scheduler.step(prediction, timestep, self.latents, generator=generator, return_dict=False)[0]
        return replace(self, scheduler=scheduler, generator=generator, latents=latents, turn=self.turn + 1)

    def foreseen(self, scaled: Any, prediction: Any) -> Any | None:
        """The finished picture's latents as the last turn foresaw them, which took `scaled` and gave `prediction`.

        Formula (9) of arXiv 2010.02502 for noise predictions, appendix D of 2202.00512 for velocities; None
        for a sampler in other terms.
        """
        scheduler, turn = self.scheduler, self.turn - 1
        if not hasattr(scheduler, "alphas_cumprod"):
            return None
        sigmas = getattr(scheduler, "sigmas", None)
        if sigmas is not None:
            signal = 1 / (1 + float(sigmas[turn]) ** 2)
        else:
            signal = float(scheduler.alphas_cumprod[scheduler.timesteps[turn]])
        kind = scheduler.config.prediction_type
        if kind == "sample":
            return prediction
        if kind == "v_prediction":
            return signal**0.5 * scaled - (1 - signal) ** 0.5 * prediction
        return (scaled - (1 - signal) ** 0.5 * prediction) / max(signal, 1e-8) ** 0.5


class Samplers:
    """The samplers of one model, made from its scheduler's configuration."""

    def __init__(self, pipe: Any, *, device: str) -> None:
        self._own = pipe.scheduler
        self._device = device
        self._made = functools.cache(self._from_config)
        self._set = functools.lru_cache(REMEMBERED)(self._with_steps)

    def start(self, sampler: str, steps: int, seed: int, shape: tuple[int, ...]) -> Sampling:
        """A row's first state, from its seed alone; `BadField` where the sampler refuses the steps."""
        import torch

        _, adds_noise = self._made(sampler)
        scheduler, timesteps = self._set(sampler, steps)
        generator = torch.Generator("cpu").manual_seed(seed)
        noise = torch.randn(shape, generator=generator, dtype=torch.float32) * scheduler.init_noise_sigma
        return Sampling(
            scheduler=_twin(scheduler),
            timesteps=timesteps,
            generator=generator if adds_noise else None,
            latents=sent(noise, self._device),
        )

    def _from_config(self, sampler: str) -> tuple[Any, bool]:
        """A scheduler, and whether it adds noise."""
        import diffusers

        kind: Any = type(self._own)
        options: Mapping[str, Any] = {}
        if sampler != DEFAULT:
            chosen = SAMPLERS[sampler]
            kind, options = getattr(diffusers, chosen.scheduler), chosen.options
        scheduler = kind.from_config(self._own.config, **options)
        return scheduler, _adds_noise(scheduler)

    def _with_steps(self, sampler: str, steps: int) -> tuple[Any, Any]:
        """A scheduler before its first turn, and its timesteps on the device."""
        scheduler = _twin(self._made(sampler)[0])
        try:
            _begin(scheduler, steps)
        except ValueError as exc:
            name = name_of(type(scheduler).__name__)
            remedy = "from 4 to 50 every sampler works"
            raise BadField(f"`steps` cannot be {steps} with the sampler {name}; {remedy}.", param="steps") from exc
        return scheduler, sent(scheduler.timesteps.float(), self._device)


def sent(tensor: Any, device: Any) -> Any:
    """A CPU tensor on the device, without waiting for what the device does."""
    if "cuda" in str(device):
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)


def _twin(scheduler: Any) -> Any:
    """A scheduler that stands where this one does; what they share is never written to."""
    twin = object.__new__(type(scheduler))
    twin.__dict__ = {name: _own(value) for name, value in vars(scheduler).items()}
    return twin


def _own(value: Any) -> Any:
    """What a scheduler changes in place: its lists, and the sums of predictions that some keep."""
    if type(value) is list:
        return list(value)
    return value.clone() if getattr(value, "ndim", 0) == 4 else value


def _begin(scheduler: Any, steps: int) -> None:
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else it looks its place up on the device, which waits


def _adds_noise(scheduler: Any) -> bool:
    """Whether a scheduler draws noise as it steps; many take a generator and never use it."""
    import torch

    if "generator" not in inspect.signature(scheduler.step).parameters:
        return False
    tried, nothing, generator = _twin(scheduler), torch.zeros(1, 1, 1, 1), torch.Generator("cpu")
    _begin(tried, steps=4)
    before = generator.get_state()
    tried.scale_model_input(nothing, tried.timesteps[0])
    tried.step(nothing, tried.timesteps[0], nothing, generator=generator)
    return not torch.equal(before, generator.get_state())


def _copies_in_passing(device: Any) -> contextlib.AbstractContextManager[Any]:
    """Within it noise that diffusers draws on the CPU reaches a CUDA device without a wait."""
    if device.type != "cuda":
        return contextlib.nullcontext()
    sender: contextlib.AbstractContextManager[Any] = _noise_sender()(device)
    return sender


@functools.cache
def _noise_sender() -> Any:
    import torch

    class NoiseSender(torch.overrides.TorchFunctionMode):
        def __init__(self, device: Any) -> None:
            super().__init__()
            self._device = device

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            made = func(*args, **(kwargs or {}))
            return sent(made, self._device) if func is torch.randn else made

    return NoiseSender
