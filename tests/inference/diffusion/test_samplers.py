"""Samplers: which a model supports, and separate state and noise for each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference_service.config.samplers import max_steps_of, supported_samplers
from inference_service.diffusion.runners import sampling
from inference_service.diffusion.runners.step_runner import StepRunner
from inference_service.errors import InvalidField
from tests.inference import tiny_models
from tests.inference.side_by_side import FOX, load, loaded_pipeline, without_gradients

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with without_gradients():
        yield


def test_state_changed_in_place_belongs_to_the_row() -> None:
    """Advancing a state doesn't change it, although PNDM's Runge-Kutta start sums predictions in place."""
    import torch
    from diffusers import PNDMScheduler

    own = PNDMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
    state = sampling.Samplers(Scheduled(own), device="cpu").start("default", 8, 3, (1, 4, 8, 8))
    predictions = [torch.full((1, 4, 8, 8), value) for value in (0.5, -0.25, 0.125, 1.0)]
    for prediction in predictions[:2]:
        state = state.advance(prediction)

    once = state.advance(predictions[2]).advance(predictions[3])
    again = state.advance(predictions[2]).advance(predictions[3])

    assert torch.equal(once.latents, again.latents)


class Scheduled:
    """The part of a pipeline that samplers need."""

    def __init__(self, scheduler: Any) -> None:
        self.scheduler = scheduler


def test_noise_depends_only_on_the_seed(tmp_path: Path) -> None:
    """Noise is drawn on the CPU in float32 for any dtype of the model, and differs for another seed."""
    import torch

    tiny_models.save_sd(tmp_path)
    sd = load(tmp_path)
    narrow = StepRunner(loaded_pipeline(sd.pipe, dtype=torch.bfloat16))

    wide_row, narrow_row = sd.runner.start(SMALL), narrow.start(SMALL)

    assert torch.equal(wide_row.sampling.latents, narrow_row.sampling.latents)
    assert narrow_row.prompt.states.dtype == torch.bfloat16
    assert not torch.equal(wide_row.sampling.latents, sd.runner.start(replace(SMALL, seed=8)).sampling.latents)


def test_noise_for_a_gpu_is_drawn_on_the_cpu() -> None:
    """Noise that a scheduler draws during a GPU's step comes from the generator and is copied without waiting."""
    import torch
    from diffusers.utils.torch_utils import randn_tensor

    shape, gpu, copied = (1, 4, 8, 8), torch.device("meta"), []

    def to_device(noise: Any, device: Any) -> Any:
        copied.append(noise)
        return noise.to(device)

    with sampling._noise_sender()(gpu, to_device):
        noise = randn_tensor(shape, generator=torch.Generator("cpu").manual_seed(3), device=gpu)

    assert noise.device == gpu
    assert len(copied) == 1
    assert torch.equal(copied[0], torch.randn(shape, generator=torch.Generator("cpu").manual_seed(3)))
    assert isinstance(sampling._async_noise_copies(torch.device("cuda")), sampling._noise_sender())


@pytest.mark.parametrize("sampler", ["default", "lcm"])
def test_unsupported_steps_are_an_invalid_field(tmp_path: Path, sampler: str) -> None:
    """More than the 50 steps of a distilled LCM are an invalid field, also for the model's own sampler."""
    tiny_models.save_lcm(tmp_path)
    runner = load(tmp_path).runner

    with pytest.raises(InvalidField, match="Sampler lcm doesn't support 51 steps") as rejected:
        runner.start(replace(SMALL, sampler=sampler, steps=51))

    assert rejected.value.param == "steps"
    assert max_steps_of("LCMScheduler", {"original_inference_steps": 50}) == 50
    assert max_steps_of("PNDMScheduler", {}) is None


def test_models_offer_only_supported_samplers() -> None:
    """PNDM excludes zero terminal SNR, and named samplers exclude flow matching, EDM, and sample prediction."""
    noise = {"prediction_type": "epsilon"}

    assert "pndm" in supported_samplers("EulerDiscreteScheduler", noise)
    assert supported_samplers("PNDMScheduler", {}) == supported_samplers(
        "PNDMScheduler", noise
    )  # Old configurations don't contain the prediction type.
    assert "pndm" not in supported_samplers(
        "DDIMScheduler", {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    )
    assert supported_samplers("FlowMatchEulerDiscreteScheduler", {}) == ("default",)
    assert supported_samplers("EDMDPMSolverMultistepScheduler", noise) == ("default",)
    assert supported_samplers("DDIMScheduler", {"prediction_type": "sample"}) == ("default",)
