"""Samplers by name: which diffusers scheduler each is, and which a model can use.

Knows diffusers' names, not diffusers: the engine looks the classes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT = "default"  # the scheduler that the model came with


@dataclass(frozen=True)
class Sampler:
    """One scheduler class, what it is made with, and how other programs call it."""

    scheduler: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict)
    max_steps: int | None = None


SAMPLERS: Mapping[str, Sampler] = {
    "euler": Sampler("EulerDiscreteScheduler", "Euler"),
    "euler_a": Sampler("EulerAncestralDiscreteScheduler", "Euler a"),
    "ddim": Sampler("DDIMScheduler", "DDIM"),
    "dpmpp_2m": Sampler("DPMSolverMultistepScheduler", "DPM++ 2M"),
    # A consistency model is distilled over 50 steps; its scheduler refuses more.
    "lcm": Sampler("LCMScheduler", "LCM", max_steps=50),
    # Runge-Kutta steps cost three forwards each and are not what others call PNDM.
    "pndm": Sampler("PNDMScheduler", "PLMS", options={"skip_prk_steps": True}),
}


def usable(scheduler: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a model with this scheduler and configuration can be painted with."""
    # The named samplers take noise or velocity predictions in the usual scaling of the noise.
    predicted = config.get("prediction_type", "epsilon")
    if scheduler.startswith(("FlowMatch", "EDM")) or predicted not in ("epsilon", "v_prediction"):
        return (DEFAULT,)
    names = [DEFAULT, *SAMPLERS]
    if config.get("rescale_betas_zero_snr"):
        names.remove("pndm")  # it divides by the last alpha, which is zero then
    return tuple(names)


def most_steps(scheduler: str, config: Mapping[str, Any]) -> int | None:
    """The most steps that a model's own scheduler takes, where there is such a limit."""
    if scheduler in ("LCMScheduler", "TCDScheduler"):
        return int(config.get("original_inference_steps", 50))
    return None


def name_of(scheduler: str) -> str:
    """The name of a scheduler class, its own where we have none."""
    for name, sampler in SAMPLERS.items():
        if sampler.scheduler == scheduler:
            return name
    return scheduler


def title_of(name: str) -> str:
    """How A1111 and its readers call a sampler."""
    return SAMPLERS[name].title if name in SAMPLERS else name
