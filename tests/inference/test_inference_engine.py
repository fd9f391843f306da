"""The real engine: the starter model, and random models of other families, through diffusers itself."""

from __future__ import annotations

import logging
import os
from dataclasses import replace

import numpy as np
import pytest

from inference_service.diffusion import DiffusionEngine
from inference_service.engine import Abandoned, Picture
from inference_service.settings import STARTER_MODEL, Settings
from tests.inference import tiny_models

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
    prompt="a watercolor painting of a fox in the snow",
    negative_prompt=None,
    width=256,
    height=256,
    steps=3,
    guidance=4.0,
    seed=7,
    sampler="default",
)
LONG = "a fox in the snow, " * 20  # some 100 tokens


def loaded(model_id):
    engine = DiffusionEngine(Settings(model_id=str(model_id), device="cpu"))
    return engine, engine.setup()


def pixels(engine, picture):
    return np.asarray(engine.paint(picture, lambda step: None).image).astype(int)


@pytest.fixture(scope="module")
def starter():
    return loaded("starter")


@pytest.fixture(scope="module")
def sd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return (*loaded(folder), folder)


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-sdxl-turbo")
    tiny_models.save_sdxl(folder)
    return loaded(folder)


def test_the_starter_models_profile_says_what_it_knows(starter):
    """
    Native size, its maker's settings, its vocabulary, and only the samplers that it can use.
    """
    _, profile = starter

    assert (profile.model, profile.family, profile.width, profile.height) == ("starter", "sd", 256, 256)
    assert (profile.steps, profile.guidance, profile.token_budget) == (20, 4.0, 75)
    assert profile.samplers == ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
    assert {"castle", "sailboat", "at sunset", "watercolor", "giant", "next to"} <= set(profile.vocabulary)
    assert "lighthouse" not in profile.vocabulary
    assert all(phrase == phrase.lower() for phrase in profile.vocabulary)
    assert set(profile.suggestions) <= set(profile.vocabulary)


def test_the_picture_is_that_of_the_plain_pipeline(starter):
    """
    With the default sampler a picture differs in nothing from diffusers' own call.
    """
    import torch
    from diffusers import StableDiffusionPipeline

    engine, _ = starter
    pipe = StableDiffusionPipeline.from_pretrained(STARTER_MODEL, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    plain = pipe(
        FOX.prompt,
        num_inference_steps=3,
        guidance_scale=4.0,
        guidance_rescale=0.7,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]

    assert np.array_equal(pixels(engine, FOX), np.asarray(plain).astype(int))


def test_the_same_seed_gives_the_same_picture(starter):
    """
    A seed decides the picture, whatever was painted before it.
    """
    engine, _ = starter

    first = pixels(engine, FOX)
    other = pixels(engine, replace(FOX, seed=8))
    again = pixels(engine, FOX)

    assert np.array_equal(first, again)
    assert np.abs(first - other).mean() > 5


@pytest.mark.parametrize("sampler", ["euler", "euler_a", "ddim", "dpmpp_2m", "lcm"])
def test_each_sampler_paints_and_repeats(starter, sampler):
    """
    Every sampler of the profile gives a picture with contrast, twice the same, and says its name.
    """
    engine, _ = starter
    picture = replace(FOX, sampler=sampler, width=128, height=128, steps=4)

    painting = engine.paint(picture, lambda step: None)

    image = np.asarray(painting.image).astype(int)
    assert painting.sampler == sampler
    assert image.std() > 10
    assert np.array_equal(image, pixels(engine, picture))


def test_each_step_is_told_and_an_abandoned_picture_stops(starter):
    """
    `on_step` hears every step, and what it raises ends the painting there.
    """
    engine, _ = starter
    heard = []

    def on_step(step):
        heard.append(step)
        if step == 2:
            raise Abandoned

    with pytest.raises(Abandoned):
        engine.paint(replace(FOX, width=64, height=64, steps=6), on_step)

    assert heard == [1, 2]
    painted = []
    engine.paint(replace(FOX, width=64, height=64), painted.append)
    assert painted == [1, 2, 3]


def test_a_long_prompt_is_read_to_its_end_and_never_logged(starter, caplog, capfd):
    """
    Words after the 77th token change the picture, in both prompts, and no library prints them.
    """
    engine, _ = starter
    small = replace(FOX, width=128, height=128, prompt=LONG + "at night")
    caplog.set_level(logging.DEBUG)

    at_night = engine.paint(small, lambda step: None)
    at_sunset = pixels(engine, replace(small, prompt=LONG + "at sunset"))
    avoiding = pixels(engine, replace(small, negative_prompt=LONG + "at night"))

    assert at_night.text_tokens > 77
    # Cut at 77 tokens, all three would be the same to the bit.
    assert not np.array_equal(np.asarray(at_night.image), at_sunset)
    assert not np.array_equal(np.asarray(at_night.image), avoiding)
    assert "fox" not in caplog.text
    assert "fox" not in "".join(capfd.readouterr())


def test_an_sd15_shaped_model_paints_with_its_own_scheduler(sd):
    """
    Epsilon prediction with PNDM: the defaults of the family, and steps that never exceed what was asked.
    """
    engine, profile, folder = sd
    steps = []

    painting = engine.paint(replace(FOX, width=64, height=72, steps=5), steps.append)

    assert (profile.model, profile.family, profile.width, profile.steps) == (folder.name, "sd", 64, 30)
    assert (profile.guidance, profile.vocabulary) == (7.5, None)
    assert "pndm" in profile.samplers
    assert painting.sampler == "pndm"
    assert painting.image.size == (64, 72)
    assert steps[-1] == max(steps) == 5


def test_an_sdxl_shaped_model_paints(sdxl):
    """
    Pooled embeddings and time ids; an absent negative prompt is zeros, an empty one is read; Turbo by its name.
    """
    engine, profile = sdxl
    small = replace(FOX, width=64, height=64)

    absent = pixels(engine, small)
    empty = pixels(engine, replace(small, negative_prompt=""))
    long = pixels(engine, replace(small, prompt=LONG))
    long_negative = pixels(engine, replace(small, negative_prompt=LONG))
    unguided = pixels(engine, replace(small, prompt=LONG, guidance=0.0))

    assert profile.family == "sdxl"
    assert (profile.steps, profile.guidance) == (4, 0.0)
    pictures = [absent, empty, long, long_negative, unguided]
    assert all(not np.array_equal(a, b) for i, a in enumerate(pictures) for b in pictures[:i])


def test_a_models_own_safety_checker_is_obeyed(tmp_path):
    """
    A picture that the checker refuses is marked blocked.
    """
    tiny_models.save_sd(tmp_path, blocks_everything=True)
    engine, _ = loaded(tmp_path)

    painting = engine.paint(replace(FOX, width=64, height=64), lambda step: None)

    assert painting.blocked


def test_a_hub_model_is_pinned_to_its_commit(sd, tmp_path, monkeypatch):
    """
    A model named by the hub is found in its cache, offline, and its revision is the commit.
    """
    import huggingface_hub.constants

    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    (repository / "snapshots").mkdir()
    os.symlink(sd[2], repository / "snapshots" / commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("diffusers.pipelines.pipeline_utils.HF_HUB_CACHE", str(tmp_path), raising=False)

    _, profile = loaded("someone/tiny")

    assert (profile.model, profile.revision) == ("someone/tiny", commit)


@pytest.mark.parametrize("model_id", ["./nowhere", "{folder}"])
def test_a_folder_without_a_model_is_named(tmp_path, model_id):
    """
    The failure says which folder holds no model.
    """
    model_id = model_id.format(folder=tmp_path)

    with pytest.raises(FileNotFoundError, match="holds no diffusers model"):
        loaded(model_id)
