"""Model profiles from the family, the model's files, and the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.models.model_folder import NotAModel, model_folder, profile_of
from inference_service.models.profile import family_of
from tests.inference import tiny_models


def test_the_starter_models_profile() -> None:
    """The profile has the native size, recommended settings, vocabulary, and supported samplers."""
    profile = profile_of(model_folder(STARTER_MODEL, Source("starter")), Settings(), first=True)

    assert (profile.model, profile.family, profile.width, profile.height) == ("starter", "sd", 256, 256)
    assert (profile.steps, profile.guidance, profile.token_budget) == (20, 4.0, 75)
    assert profile.samplers == ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
    assert profile.vocabulary is not None
    assert {"castle", "sailboat", "at sunset", "watercolor", "giant", "next to"} <= set(profile.vocabulary)
    assert "lighthouse" not in profile.vocabulary
    assert all(phrase == phrase.lower() for phrase in profile.vocabulary)
    assert set(profile.suggestions) <= set(profile.vocabulary)


@pytest.mark.parametrize(
    ("pipeline", "model", "steps", "guidance", "sampler", "budget"),
    [
        ("StableDiffusionPipeline", "stable-diffusion-v1-5", 30, 7.5, "default", 75),
        ("StableDiffusionPipeline", "stabilityai/sd-turbo", 1, 0.0, "default", 75),
        ("StableDiffusionXLPipeline", "stabilityai/sdxl-turbo", 4, 0.0, "default", 75),
        ("StableDiffusionXLPipeline", "someone/dreamer-xl-lightning", 4, 0.0, "default", 75),
        ("StableDiffusionPipeline", "someone/dreamer-lcm", 4, 1.0, "lcm", 75),
        ("LatentConsistencyModelPipeline", "SimianLuo/LCM_Dreamshaper_v7", 4, 8.0, "default", 75),
        ("StableDiffusion3Pipeline", "stabilityai/stable-diffusion-3.5-medium", 28, 4.5, "default", 250),
        ("StableDiffusion3Pipeline", "stabilityai/stable-diffusion-3.5-large-turbo", 4, 0.0, "default", 250),
        ("FluxPipeline", "black-forest-labs/FLUX.1-dev", 28, 3.5, "default", 500),
        ("FluxPipeline", "black-forest-labs/FLUX.1-schnell", 4, 0.0, "default", 250),
    ],
)
def test_family_defaults(pipeline: str, model: str, steps: int, guidance: float, sampler: str, budget: int) -> None:
    """Distilled models are recognized by name and need few steps and mostly no guidance."""
    family = family_of(pipeline, model)

    assert (family.steps, family.guidance, family.sampler, family.token_budget) == (steps, guidance, sampler, budget)


@pytest.mark.program
def test_settings_and_profile_json_override_the_family(tmp_path: Path) -> None:
    """Settings override `profile.json`, which overrides the family, and settings apply to the first model only."""
    tiny_models.save_sd(tmp_path)
    card = {"name": "mine", "revision": "7", "steps": 6, "guidance": 1.5, "sampler": "euler_a", "max_steps": 40}
    (tmp_path / "profile.json").write_text(json.dumps(card))
    folder, settings = model_folder(tmp_path, Source(str(tmp_path))), Settings(model_steps=9, model_sampler="ddim")

    first, other = profile_of(folder, settings, first=True), profile_of(folder, settings, first=False)

    assert (first.model, first.revision, first.max_steps) == ("mine", "7", 40)
    assert (first.steps, first.guidance, first.sampler) == (9, 1.5, "ddim")
    assert (other.steps, other.guidance, other.sampler) == (6, 1.5, "euler_a")


def test_an_unsupported_default_sampler_fails_at_startup() -> None:
    """The error lists the supported samplers."""
    folder = model_folder(STARTER_MODEL, Source("starter"))

    with pytest.raises(NotAModel, match=r"starter doesn't support sampler pndm\. Supported samplers: default, euler"):
        profile_of(folder, Settings(model_sampler="pndm"), first=True)
