"""The same seed gives the same image: by diffusers' pipeline, alone, and in any batch.

On the CPU in float32, images differ by at most 2 of 255 levels, with a PSNR of at least 60 dB; `gaps` explains the
bound. Injected defects that are typical of step-level batching must be far outside.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from inference_service.config.settings import STARTER_MODEL
from inference_service.diffusion.runners import decoding, sampling, step_runner
from inference_service.diffusion.runners.clip_prompts import PromptEncoder
from inference_service.diffusion.runners.sampling import Samplers, Sampling
from inference_service.engine import ImageSpec
from tests.inference import tiny_models
from tests.inference.gaps import far_apart, same
from tests.inference.side_by_side import FOX, SideBySide, load, neighbors_of, without_gradients

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

STARTER_SAMPLERS = ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _inference() -> Iterator[None]:
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter() -> Any:
    return load(STARTER_MODEL)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    models = {}

    def tiny(name: Any, save: Any, **options: Any) -> Any:
        if name not in models:
            folder = tmp_path_factory.mktemp(name)
            save(folder, **options)
            models[name] = load(folder)
        return models[name]

    return tiny


def image_and_neighbors(sampler: str) -> tuple[ImageSpec, list[ImageSpec]]:
    """Return an image, and neighbors with the same and with other samplers."""
    spec = replace(FOX, sampler=sampler)
    return spec, neighbors_of(spec, [name for name in STARTER_SAMPLERS if name != sampler])


@pytest.fixture(scope="module")
def batched(starter: SideBySide) -> Callable[[str], np.ndarray]:
    """Return a function that generates the image of a sampler in a mixed batch, once."""
    return functools.cache(lambda sampler: starter.in_batch(*image_and_neighbors(sampler)))


@pytest.mark.parametrize("sampler", STARTER_SAMPLERS)
def test_an_image_is_the_same_alone_and_in_a_batch(
    starter: SideBySide, batched: Callable[[str], np.ndarray], sampler: str
) -> None:
    """For each sampler, the pipeline's image, the image alone, and the image in a mixed batch are equal."""
    spec, _ = image_and_neighbors(sampler)

    plain = starter.plain(spec)

    assert plain.std() > 10
    assert same(plain, starter.alone(spec))
    assert same(plain, batched(sampler))


@pytest.mark.parametrize(
    "spec",
    [
        replace(FOX, guidance=1.0),
        replace(FOX, guidance=1.0, sampler="euler_a"),
        replace(FOX, negative_prompt="blurry, a red sky"),
        replace(FOX, width=64, height=128, steps=1),
    ],
    ids=["unguided", "unguided ancestral", "negative prompt", "one step, upright"],
)
def test_any_kind_of_image_is_the_same_in_a_batch(starter: SideBySide, spec: Any) -> None:
    """Images without guidance, with a negative prompt, or of another shape are the same in a batch."""
    plain = starter.plain(spec)

    assert same(plain, starter.alone(spec))
    assert same(plain, starter.in_batch(spec, neighbors_of(spec, ["euler_a", "dpmpp_2m"])))


@pytest.mark.parametrize("sampler", ["default", "pndm", "euler", "dpmpp_2m"])
def test_an_sd15_shaped_model_matches_its_pipeline(tiny: Any, sampler: str) -> None:
    """Noise prediction works, also with the model's own PNDM, which needs one forward more than steps."""
    sd = tiny("sd", tiny_models.save_sd)
    spec = replace(SMALL, sampler=sampler)

    plain = sd.plain(spec)

    assert same(plain, sd.alone(spec))
    assert same(plain, sd.in_batch(spec, neighbors_of(spec, ["default", "euler_a"])))


def test_an_sd2_shaped_model_matches_its_pipeline(tiny: Any) -> None:
    """Velocity prediction works, and guidance is only rescaled for zero terminal SNR."""
    sd2 = tiny("sd2", tiny_models.save_sd, predicts="v_prediction")
    spec = replace(SMALL, sampler="euler")

    plain = sd2.plain(spec)

    assert same(plain, sd2.alone(spec))
    assert same(plain, sd2.in_batch(spec, neighbors_of(spec, ["ddim", "euler_a"])))


@pytest.mark.parametrize("negative", [None, "", "blurry"], ids=["absent", "empty", "given"])
@pytest.mark.parametrize("sampler", ["default", "euler_a"])
def test_an_sdxl_shaped_model_matches_its_pipeline(tiny: Any, sampler: str, negative: str | None) -> None:
    """Pooled embeddings and time IDs are used, and an absent negative prompt is zeros."""
    sdxl = tiny("sdxl", tiny_models.save_sdxl)
    spec = replace(SMALL, sampler=sampler, height=72, negative_prompt=negative)

    plain = sdxl.plain(spec)

    assert same(plain, sdxl.alone(spec))
    assert same(plain, sdxl.in_batch(spec, neighbors_of(spec, ["default", "lcm"])))
    if negative is None:
        assert far_apart(plain, sdxl.plain(replace(spec, negative_prompt="")))


@pytest.mark.parametrize("steps", [1, 4])
def test_a_turbo_model_matches_its_pipeline(tiny: Any, steps: int) -> None:
    """SDXL-Turbo's scheduler works without guidance, next to a guided row."""
    turbo = tiny("turbo", tiny_models.save_sdxl, turbo=True)
    spec = replace(SMALL, steps=steps, guidance=0.0)
    neighbors = [replace(spec, seed=1), replace(spec, seed=2, steps=3, guidance=5.0), replace(spec, seed=3)]

    plain = turbo.plain(spec)

    assert same(plain, turbo.alone(spec))
    assert same(plain, turbo.in_batch(spec, neighbors))


@pytest.mark.parametrize("guidance", [1.0, 8.0])
def test_a_distilled_model_reads_its_guidance_as_an_input(tiny: Any, guidance: float) -> None:
    """Guidance is an input of the denoiser, so an image uses one row, and rows with other guidance share batches."""
    lcm = tiny("lcm", tiny_models.save_lcm)
    spec = replace(SMALL, guidance=guidance, steps=4)

    plain = lcm.plain(spec)

    assert same(plain, lcm.alone(spec))
    assert same(plain, lcm.in_batch(spec, neighbors_of(spec, ["default", "ddim"])))
    assert lcm.runner.start(spec).batch_rows == 1
    assert far_apart(plain, lcm.plain(replace(spec, guidance=4.0)))


def stale_timestep(patch: Any) -> None:
    now = vars(Sampling)["timestep"].fget

    def stale(self: Any) -> Any:
        return now(self) if self.forwards_done == 0 else self.timesteps[self.forwards_done - 1 : self.forwards_done]

    patch.setattr(Sampling, "timestep", property(stale))


def neighbors_timestep(patch: Any) -> None:
    denoiser_arguments = vars(step_runner)["denoiser_arguments"]

    def rolled(rows: Any, scaled: Any, *, dtype: Any) -> Any:
        arguments = denoiser_arguments(rows, scaled, dtype=dtype)
        return {**arguments, "timestep": arguments["timestep"].roll(1)}

    patch.setattr(step_runner, "denoiser_arguments", rolled)


def neighbors_generator(patch: Any) -> None:
    start = Samplers.start
    generators: list[Any] = []

    def sharing(self: Any, *arguments: Any) -> Any:
        row = start(self, *arguments)
        generators.append(row.generator)
        return replace(row, generator=row.generator and next(filter(None, generators)))

    patch.setattr(Samplers, "start", sharing)


def neighbors_guidance(patch: Any) -> None:
    predictions = vars(step_runner)["predictions"]

    def swapped(rows: Any, output: Any, *, rescale: Any) -> Any:
        strangers = [replace(row, guidance=rows[0].guidance) for row in rows]
        return predictions(strangers, output, rescale=rescale)

    patch.setattr(step_runner, "predictions", swapped)


def neighbors_scheduler(patch: Any) -> None:
    # Rows of one schedule would share the list with their history.
    patch.setattr(sampling, "_copy_mutable", lambda value: value)


def truncation(patch: Any) -> None:
    def truncated(values: Any) -> Any:
        return ((values.float() / 2 + 0.5).clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).contiguous()

    patch.setattr(decoding, "to_bytes", truncated)


def padding_to_a_neighbor(patch: Any) -> None:
    encode = PromptEncoder.encode
    patch.setattr(PromptEncoder, "encode", lambda self, spec, chunks: encode(self, spec, chunks + 1))


@pytest.mark.parametrize(
    ("defect", "sampler"),
    [
        (stale_timestep, "default"),
        (neighbors_timestep, "default"),
        (neighbors_generator, "euler_a"),
        (neighbors_generator, "lcm"),
        (neighbors_guidance, "default"),
        (neighbors_scheduler, "dpmpp_2m"),
        (truncation, "default"),
        (padding_to_a_neighbor, "default"),
    ],
)
def test_injected_defects_are_detected(
    starter: SideBySide,
    batched: Callable[[str], np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
    defect: Any,
    sampler: str,
) -> None:
    """With a defect the images are far apart, and without it they are the same."""
    spec, neighbors = image_and_neighbors(sampler)
    plain, sound = starter.plain(spec), batched(sampler)

    with monkeypatch.context() as patch:
        defect(patch)
        defective = starter.in_batch(spec, neighbors)

    assert same(plain, sound)
    assert far_apart(plain, defective)
