"""SD3.5 and FLUX: several pictures through diffusers' own pipeline at once, each as it would be alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import Abandoned, Picture
from inference_service.errors import BadField
from tests.inference import tiny_pipelines
from tests.inference.gaps import same

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
    model="",
    prompt="a red fox in the snow",
    negative_prompt="a castle",
    width=64,
    height=96,
    steps=3,
    guidance=3.5,
    seed=7,
    sampler="default",
)
KINDS = {
    "sd3": (tiny_pipelines.save_sd3, {}),
    "sd3-without-t5": (tiny_pipelines.save_sd3, {"reads_long": False}),
    "flux-dev": (tiny_pipelines.save_flux, {}),
    "flux-schnell": (tiny_pipelines.save_flux, {"guided": False}),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of each kind."""
    root = tmp_path_factory.mktemp("pipelines")
    for name, (save, options) in KINDS.items():
        save(root / name, **options)
    return root


@pytest.fixture(scope="module")
def engine(folders):
    """All four behind one engine, loaded as they are asked for."""
    engine = DiffusionEngine(Settings(models=",".join(str(folders / name) for name in KINDS), device="cpu"))
    engine.setup(lambda percent: None)
    return engine


def painted(engine, *pictures):
    rows = [engine.enter(picture) for picture in pictures]
    engine.step(rows, lambda: None)
    return [np.asarray(engine.decode([row])[0].image).astype(int) for row in rows]


def plain(folder, picture):
    """What the pipeline itself paints, asked for this picture alone."""
    import torch
    from diffusers import DiffusionPipeline

    flux = "flux" in folder.name
    left_out = {"text_encoder_3": None, "tokenizer_3": None} if "without" in folder.name else {}
    pipe = DiffusionPipeline.from_pretrained(folder, **left_out)
    pipe.set_progress_bar_config(disable=True)
    image = pipe(
        picture.prompt,
        **({} if flux else {"negative_prompt": picture.negative_prompt}),
        **({"max_sequence_length": 256} if "schnell" in folder.name else {}),
        width=picture.width,
        height=picture.height,
        num_inference_steps=picture.steps,
        guidance_scale=picture.guidance,
        generator=torch.Generator("cpu").manual_seed(picture.seed),
    ).images[0]
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_in_company_are_those_of_the_plain_pipeline(engine, folders, kind):
    """
    Three pictures run together; each differs from the pipeline's own by rounding at most.
    """
    mine = replace(FOX, model=kind)
    others = [replace(mine, seed=8, prompt="owls"), replace(mine, seed=9, prompt="a much longer prompt about a whale")]

    pictures = painted(engine, mine, *others)

    for picture, ours in zip([mine, *others], pictures, strict=True):
        theirs = plain(folders / kind, picture)
        assert theirs.std() > 10
        assert same(ours, theirs)
    assert (pictures[0] != pictures[1]).mean() > 0.5


def test_each_step_is_told_and_an_abandoned_run_ends(engine):
    """
    Between its steps the pipeline lets others be heard; what they raise ends the run, and no row has moved.
    """
    row = engine.enter(replace(FOX, model="sd3", steps=4))
    heard = []

    def between():
        heard.append((row.steps_done, row.turns_left))
        if row.steps_done == 2:
            raise Abandoned

    with pytest.raises(Abandoned):
        engine.step([row], between)

    assert heard == [(1, 4), (2, 4)]
    assert (row.steps_done, row.turns_left) == (0, 4)
    engine.step([row], lambda: None)
    assert (row.steps_done, row.turns_left) == (4, 0)


def test_only_what_runs_alike_shares_a_bucket(engine):
    """
    Seeds and words may differ; steps, guidance and the length that a prompt takes may not.
    """
    mine = replace(FOX, model="sd3")

    bucket = engine.bucket(mine)

    assert bucket == engine.bucket(replace(mine, seed=1, prompt="an owl"))
    assert bucket != engine.bucket(replace(mine, steps=4))
    assert bucket != engine.bucket(replace(mine, guidance=1.0))
    assert bucket != engine.bucket(replace(mine, prompt="snow " * 60))  # letters are tokens here
    assert str(bucket) == "sd3 64x96 1"


def test_sd3_reads_a_prompt_of_five_hundred_tokens_to_its_end(engine, folders):
    """
    Beyond 256 tokens both prompts are read in 512, as the pipeline does when it is told to.
    """
    long = "snow and " * 40  # 360 tokens

    foxes, owls = painted(
        engine, replace(FOX, model="sd3", prompt=f"{long}a fox"), replace(FOX, model="sd3", prompt=f"{long}an owl")
    )

    assert not np.array_equal(foxes, owls)


@pytest.mark.parametrize(
    ("kind", "field", "tokens", "room"),
    [
        ("sd3", "prompt", 512, 511),
        ("sd3", "negative_prompt", 512, 511),
        ("sd3-without-t5", "prompt", 76, 75),
        ("flux-dev", "prompt", 512, 511),
        ("flux-schnell", "prompt", 256, 255),
    ],
)
def test_a_prompt_is_refused_rather_than_cut(engine, kind, field, tokens, room):
    """
    One token too many is named, with how many there are and how many the model reads; one less is taken.
    """
    tokenizer = "x " if kind == "sd3-without-t5" else "x"
    ends = 0 if kind == "sd3-without-t5" else 1  # T5's tokenizer begins a text with a token for its space

    with pytest.raises(BadField, match=rf"`{field}` has {tokens} tokens.*at most {room}\.") as refused:
        engine.bucket(replace(FOX, model=kind, **{field: tokenizer * (tokens - ends)}))

    assert refused.value.param == field
    assert engine.bucket(replace(FOX, model=kind, **{field: tokenizer * (tokens - ends - 1)}))


def test_flux_reads_no_negative_prompt(engine):
    """
    Its guidance is an input of the denoiser: one lane, and an overlong negative prompt is nothing to it.
    """
    row = engine.enter(replace(FOX, model="flux-dev", negative_prompt="x" * 2000))

    assert row.lanes == 1
    assert engine.enter(replace(FOX, model="sd3")).lanes == 2
    assert engine.enter(replace(FOX, model="sd3", guidance=1.0)).lanes == 1


def test_families_say_what_they_are_good_at(engine, folders):
    """
    The profile is read from the files alone: sides, defaults, sides in steps of 16, and one sampler.
    """
    profiles = {name: engine._models.served(name).profile for name in KINDS}

    assert (profiles["sd3"].family, profiles["sd3"].width, profiles["sd3"].steps) == ("sd3", 64, 28)
    assert (profiles["flux-dev"].width, profiles["flux-dev"].guidance, profiles["flux-dev"].token_budget) == (
        1024,
        3.5,
        500,
    )
    assert (profiles["flux-schnell"].steps, profiles["flux-schnell"].token_budget) == (4, 250)
    assert {one.size_step for one in profiles.values()} == {16}
    assert {one.samplers for one in profiles.values()} == {("default",)}
