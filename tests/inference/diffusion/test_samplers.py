"""Samplers: which a model offers, and that each row has its own state and noise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference_service.config.samplers import most_steps, usable
from inference_service.diffusion.runners import sampling
from inference_service.diffusion.runners.step_runner import StepPainter
from inference_service.errors import BadField
from tests.inference import tiny_models
from tests.inference.side_by_side import FOX, load, loaded, without_gradients

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients():
    with without_gradients():
        yield


def test_what_a_scheduler_adds_up_in_place_is_the_rows_own():
    """
    PNDM's Runge-Kutta start sums predictions; going on from a state leaves that state as it was.
    """
    import torch
    from diffusers import PNDMScheduler

    own = PNDMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012)
    state = sampling.Samplers(Scheduled(own), device="cpu").start("default", 8, 3, (1, 4, 8, 8))
    predictions = [torch.full((1, 4, 8, 8), value) for value in (0.5, -0.25, 0.125, 1.0)]
    for prediction in predictions[:2]:
        state = state.moved(prediction)

    once = state.moved(predictions[2]).moved(predictions[3])
    again = state.moved(predictions[2]).moved(predictions[3])

    assert torch.equal(once.latents, again.latents)


class Scheduled:
    """All of a pipeline that samplers are made from."""

    def __init__(self, scheduler):
        self.scheduler = scheduler


def test_noise_comes_from_the_seed_alone(tmp_path):
    """
    Drawn on the CPU in float32, whatever the model computes in; the next seed is another picture.
    """
    import torch

    tiny_models.save_sd(tmp_path)
    sd = load(tmp_path)
    narrow = StepPainter(loaded(sd.pipe, dtype=torch.bfloat16))

    wide_row, narrow_row = sd.painter.enter(SMALL), narrow.enter(SMALL)

    assert torch.equal(wide_row.sampling.latents, narrow_row.sampling.latents)
    assert narrow_row.prompt.states.dtype == torch.bfloat16
    assert not torch.equal(wide_row.sampling.latents, sd.painter.enter(replace(SMALL, seed=8)).sampling.latents)


def test_noise_for_a_gpu_is_drawn_on_the_cpu_and_sent_in_passing(monkeypatch):
    """
    What a scheduler draws amid a GPU's step is the generator's noise, copied by us, so that nothing waits.
    """
    import torch
    from diffusers.utils.torch_utils import randn_tensor

    shape, gpu, copied = (1, 4, 8, 8), torch.device("meta"), []

    def sent(noise, device):
        copied.append(noise)
        return noise.to(device)

    monkeypatch.setattr(sampling, "sent", sent)

    with sampling._noise_sender()(gpu):
        noise = randn_tensor(shape, generator=torch.Generator("cpu").manual_seed(3), device=gpu)

    assert noise.device == gpu
    assert len(copied) == 1
    assert torch.equal(copied[0], torch.randn(shape, generator=torch.Generator("cpu").manual_seed(3)))
    assert isinstance(sampling._copies_in_passing(torch.device("cuda")), sampling._noise_sender())


@pytest.mark.parametrize("sampler", ["default", "lcm"])
def test_steps_that_a_sampler_refuses_name_the_field(tmp_path, sampler):
    """
    LCM was distilled over 50 steps: more are a wrong field, not a failure, also where it is the model's own.
    """
    tiny_models.save_lcm(tmp_path)
    painter = load(tmp_path).painter

    with pytest.raises(BadField, match="`steps` cannot be 51 with the sampler lcm") as refused:
        painter.enter(replace(SMALL, sampler=sampler, steps=51))

    assert refused.value.param == "steps"
    assert most_steps("LCMScheduler", {"original_inference_steps": 50}) == 50
    assert most_steps("PNDMScheduler", {}) is None


def test_models_offer_only_samplers_that_can_paint_with_them():
    """
    No PNDM with zero terminal SNR; no named sampler for flow matching, EDM or models that predict the picture.
    """
    noise = {"prediction_type": "epsilon"}

    assert "pndm" in usable("EulerDiscreteScheduler", noise)
    assert usable("PNDMScheduler", {}) == usable("PNDMScheduler", noise)  # old files do not say what they predict
    assert "pndm" not in usable("DDIMScheduler", {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True})
    assert usable("FlowMatchEulerDiscreteScheduler", {}) == ("default",)
    assert usable("EDMDPMSolverMultistepScheduler", noise) == ("default",)
    assert usable("DDIMScheduler", {"prediction_type": "sample"}) == ("default",)
