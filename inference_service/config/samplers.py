"""Samplers by name: the diffusers scheduler of each, and the samplers that a model supports.

Contains the names of diffusers classes, but doesn't import diffusers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT = "default"  # The scheduler saved with the model.


@dataclass(frozen=True)
class Sampler:
    """A scheduler class, its options, and its name in other programs."""

    scheduler: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict)
    max_steps: int | None = None


SAMPLERS: Mapping[str, Sampler] = {
    "euler": Sampler("EulerDiscreteScheduler", "Euler"),
    "euler_a": Sampler("EulerAncestralDiscreteScheduler", "Euler a"),
    "ddim": Sampler("DDIMScheduler", "DDIM"),
    "dpmpp_2m": Sampler("DPMSolverMultistepScheduler", "DPM++ 2M"),
    # A consistency model is distilled over 50 steps, and its scheduler rejects more.
    "lcm": Sampler("LCMScheduler", "LCM", max_steps=50),
    # Runge-Kutta steps need three forwards each and aren't what other programs call PNDM.
    "pndm": Sampler("PNDMScheduler", "PLMS", options={"skip_prk_steps": True}),
}


def supported_samplers(scheduler: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the samplers that a model with this scheduler and configuration supports."""
    # The named samplers require noise or velocity predictions and the usual noise scaling.
    prediction_type = config.get("prediction_type", "epsilon")
    if scheduler.startswith(("FlowMatch", "EDM")) or prediction_type not in ("epsilon", "v_prediction"):
        return (DEFAULT,)
    names = [DEFAULT, *SAMPLERS]
    if config.get("rescale_betas_zero_snr"):
        names.remove("pndm")  # PNDM divides by the last alpha, which is zero for these models.
    return tuple(names)


def max_steps_of(scheduler: str, config: Mapping[str, Any]) -> int | None:
    """Return the maximum number of steps of the model's own scheduler, or None if it has no limit."""
    if scheduler in ("LCMScheduler", "TCDScheduler"):
        return int(config.get("original_inference_steps", 50))
    return None


def name_of(scheduler: str) -> str:
    """Return the sampler name of a scheduler class, or the class name if it has none."""
    for name, sampler in SAMPLERS.items():
        if sampler.scheduler == scheduler:
            return name
    return scheduler


def title_of(name: str) -> str:
    """Return the name of a sampler in A1111 and programs that read its format."""
    return SAMPLERS[name].title if name in SAMPLERS else name
