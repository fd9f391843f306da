"""The same seed gives the same picture: by diffusers' pipeline, alone, and in any company.

On the CPU in float32 two of these differ nowhere by more than 2 of 255 levels, and their PSNR is at least 60 dB;
`gaps` has the reasons.  Defects that step-level batching invites must be far outside, or the promise would say nothing.
"""

from __future__ import annotations

import functools
from dataclasses import replace

import pytest

from inference_service.config.settings import STARTER_MODEL
from inference_service.diffusion.runners import decoding, sampling, step_runner
from inference_service.diffusion.runners.sampling import Samplers, Sampling
from tests.inference import tiny_models
from tests.inference.gaps import far_apart, same
from tests.inference.side_by_side import FOX, company_of, load, without_gradients

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

STARTER_SAMPLERS = ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _inference():
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter():
    return load(STARTER_MODEL)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    models = {}

    def tiny(name, save, **options):
        if name not in models:
            folder = tmp_path_factory.mktemp(name)
            save(folder, **options)
            models[name] = load(folder)
        return models[name]

    return tiny


@pytest.mark.parametrize("sampler", STARTER_SAMPLERS)
def test_a_picture_is_the_same_alone_and_in_company(starter, sampler):
    """
    With each sampler: the pipeline's picture, the picture alone, and among rows of every other kind.
    """
    picture = replace(FOX, sampler=sampler)
    others = [name for name in STARTER_SAMPLERS if name != sampler]

    plain = starter.plain(picture)

    assert plain.std() > 10
    assert same(plain, starter.alone(picture))
    assert same(plain, starter.in_company(picture, company_of(picture, others)))


@pytest.mark.parametrize(
    "picture",
    [
        replace(FOX, guidance=1.0),
        replace(FOX, guidance=1.0, sampler="euler_a"),
        replace(FOX, negative_prompt="blurry, a red sky"),
        replace(FOX, width=64, height=128, steps=1),
    ],
    ids=["unguided", "unguided ancestral", "negative prompt", "one step, upright"],
)
def test_any_kind_of_picture_is_the_same_in_company(starter, picture):
    """
    Without guidance, with a negative prompt, in another shape.
    """
    plain = starter.plain(picture)

    assert same(plain, starter.alone(picture))
    assert same(plain, starter.in_company(picture, company_of(picture, ["euler_a", "dpmpp_2m"])))


@pytest.mark.parametrize("sampler", ["default", "pndm", "euler", "dpmpp_2m"])
def test_an_sd15_shaped_model_paints_as_its_pipeline(tiny, sampler):
    """
    Noise prediction, with the model's own PNDM, which takes one turn more than steps.
    """
    sd = tiny("sd", tiny_models.save_sd)
    picture = replace(SMALL, sampler=sampler)

    plain = sd.plain(picture)

    assert same(plain, sd.alone(picture))
    assert same(plain, sd.in_company(picture, company_of(picture, ["default", "euler_a"])))


def test_an_sd2_shaped_model_paints_as_its_pipeline(tiny):
    """
    Velocity prediction with an ordinary schedule: guidance is rescaled only where the last step is pure noise.
    """
    sd2 = tiny("sd2", tiny_models.save_sd, predicts="v_prediction")
    picture = replace(SMALL, sampler="euler")

    plain = sd2.plain(picture)

    assert same(plain, sd2.alone(picture))
    assert same(plain, sd2.in_company(picture, company_of(picture, ["ddim", "euler_a"])))


@pytest.mark.parametrize("negative", [None, "", "blurry"], ids=["absent", "empty", "given"])
@pytest.mark.parametrize("sampler", ["default", "euler_a"])
def test_an_sdxl_shaped_model_paints_as_its_pipeline(tiny, sampler, negative):
    """
    Pooled embeddings and time ids; an absent negative prompt is zeros, an empty one is read.
    """
    sdxl = tiny("sdxl", tiny_models.save_sdxl)
    picture = replace(SMALL, sampler=sampler, height=72, negative_prompt=negative)

    plain = sdxl.plain(picture)

    assert same(plain, sdxl.alone(picture))
    assert same(plain, sdxl.in_company(picture, company_of(picture, ["default", "lcm"])))
    if negative is None:
        assert far_apart(plain, sdxl.plain(replace(picture, negative_prompt="")))


@pytest.mark.parametrize("steps", [1, 4])
def test_a_turbo_model_paints_as_its_pipeline(tiny, steps):
    """
    SDXL-Turbo's scheduler without guidance, beside a neighbour with it.
    """
    turbo = tiny("turbo", tiny_models.save_sdxl, turbo=True)
    picture = replace(SMALL, steps=steps, guidance=0.0)
    company = [replace(picture, seed=1), replace(picture, seed=2, steps=3, guidance=5.0), replace(picture, seed=3)]

    plain = turbo.plain(picture)

    assert same(plain, turbo.alone(picture))
    assert same(plain, turbo.in_company(picture, company))


@pytest.mark.parametrize("guidance", [1.0, 8.0])
def test_a_distilled_model_reads_its_guidance_as_an_input(tiny, guidance):
    """
    One lane whatever the guidance, which goes into the denoiser; rows with different ones go together.
    """
    lcm = tiny("lcm", tiny_models.save_lcm)
    picture = replace(SMALL, guidance=guidance, steps=4)

    plain = lcm.plain(picture)

    assert same(plain, lcm.alone(picture))
    assert same(plain, lcm.in_company(picture, company_of(picture, ["default", "ddim"])))
    assert lcm.painter.enter(picture).lanes == 1
    assert far_apart(plain, lcm.plain(replace(picture, guidance=4.0)))


def stale_timestep(patch):
    now = Sampling.timestep.fget

    def stale(self):
        return now(self) if self.turn == 0 else self.timesteps[self.turn - 1 : self.turn]

    patch.setattr(Sampling, "timestep", property(stale))


def neighbours_timestep(patch):
    lanes_of = step_runner.lanes_of

    def rolled(rows, scaled, *, dtype):
        arguments = lanes_of(rows, scaled, dtype=dtype)
        return {**arguments, "timestep": arguments["timestep"].roll(1)}

    patch.setattr(step_runner, "lanes_of", rolled)


def neighbours_generator(patch):
    start, generators = Samplers.start, []

    def sharing(self, *asked):
        row = start(self, *asked)
        generators.append(row.generator)
        return replace(row, generator=row.generator and next(filter(None, generators)))

    patch.setattr(Samplers, "start", sharing)


def neighbours_guidance(patch):
    predictions = step_runner.predictions

    def swapped(rows, output, *, rescale):
        strangers = [replace(row, guidance=rows[0].guidance) for row in rows]
        return predictions(strangers, output, rescale=rescale)

    patch.setattr(step_runner, "predictions", swapped)


def neighbours_scheduler(patch):
    patch.setattr(sampling, "_own", lambda value: value)  # rows of one schedule keep their history in one list


def truncation(patch):
    def truncated(values):
        return ((values.float() / 2 + 0.5).clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).contiguous()

    patch.setattr(decoding, "in_bytes", truncated)


def padding_to_a_neighbour(patch):
    encode = step_runner.PromptEncoder.encode
    patch.setattr(step_runner.PromptEncoder, "encode", lambda self, picture, chunks: encode(self, picture, chunks + 1))


@pytest.fixture(scope="module")
def sound(starter):
    """A picture of a sampler and its company, in which without a defect the promise holds."""

    @functools.cache
    def sound(sampler):
        picture = replace(FOX, sampler=sampler)
        company = company_of(picture, ["euler_a", "ddim"])
        assert same(starter.plain(picture), starter.in_company(picture, company))
        return picture, company

    return sound


@pytest.mark.parametrize(
    ("defect", "sampler"),
    [
        (stale_timestep, "default"),
        (neighbours_timestep, "default"),
        (neighbours_generator, "euler_a"),
        (neighbours_generator, "lcm"),
        (neighbours_guidance, "default"),
        (neighbours_scheduler, "dpmpp_2m"),
        (truncation, "default"),
        (padding_to_a_neighbour, "default"),
    ],
)
def test_the_promise_notices_what_can_go_wrong(starter, sound, monkeypatch, defect, sampler):
    """
    With a defect put in, the pictures are far apart; without it, they are the same.
    """
    picture, company = sound(sampler)

    with monkeypatch.context() as patch:
        defect(patch)
        spoilt = starter.in_company(picture, company)

    assert far_apart(starter.plain(picture), spoilt)
