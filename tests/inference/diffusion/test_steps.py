"""The step runner: batches of the denoiser, progress of rows, and the state after a failure."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference_service.diffusion.runners.memory_estimate import max_batch_rows
from inference_service.diffusion.runners.step_runner import StepRunner
from tests.inference import tiny_models
from tests.inference.gaps import same
from tests.inference.side_by_side import FOX, load, loaded_pipeline, nothing, pixels, without_gradients

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


@pytest.fixture(scope="module")
def sd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture(scope="module")
def sd(sd_folder: Path) -> Any:
    return load(sd_folder)


class Denoiser:
    """The pipeline's denoiser, which records its calls and can fail."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self.calls: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    def __call__(self, **arguments: Any) -> Any:
        self.calls.append(arguments)
        if self.failure is not None:
            raise self.failure
        return self.pipe.unet(**arguments)


@pytest.fixture
def watched(sd: Any) -> tuple[StepRunner, Denoiser]:
    """A runner with a recording denoiser."""
    denoiser = Denoiser(sd.pipe)
    return StepRunner(loaded_pipeline(sd.pipe, denoise=denoiser)), denoiser


def test_a_step_is_one_forward_with_a_row_for_each_prompt(watched: Any) -> None:
    """Guided rows use two batch rows and unguided ones one, each with its own timestep, in a single call."""
    runner, denoiser = watched
    rows = [
        runner.start(replace(SMALL, steps=4, guidance=1.0, sampler="ddim")),
        runner.start(replace(SMALL, steps=5, sampler="ddim")),
        runner.start(replace(SMALL, steps=8, guidance=0.0, sampler="ddim")),
    ]

    runner.step(rows, nothing)

    assert [row.batch_rows for row in rows] == [1, 2, 1]
    assert len(denoiser.calls) == 1
    assert denoiser.calls[0]["sample"].shape == (4, 4, 8, 8)
    assert denoiser.calls[0]["timestep"].tolist() == [801, 801, 751, 876]
    assert denoiser.calls[0]["encoder_hidden_states"].shape == (4, 77, 32)


@pytest.mark.parametrize(
    ("sampler", "steps", "forwards"),
    [("default", 5, 6), ("pndm", 1, 1), ("pndm", 12, 13), ("euler", 5, 5), ("dpmpp_2m", 7, 7), ("lcm", 3, 3)],
)
def test_rows_count_forwards_and_steps(sd: Any, sampler: str, steps: int, forwards: int) -> None:
    """PNDM needs one forward more than steps, and the reported steps end at the requested number."""
    runner = sd.runner
    row = runner.start(replace(SMALL, sampler=sampler, steps=steps))
    left, steps_done_seen = [row.forwards_left], [row.steps_done]

    while row.forwards_left:
        runner.step([row], nothing)
        left.append(row.forwards_left)
        steps_done_seen.append(row.steps_done)

    assert left == list(range(forwards, -1, -1))
    assert steps_done_seen == sorted(steps_done_seen)
    assert (steps_done_seen[0], steps_done_seen[-1]) == (0, steps)


def test_a_failed_forward_advances_no_row(watched: Any) -> None:
    """Rows whose denoiser failed once still give the same images."""
    runner, denoiser = watched
    specs = [replace(SMALL, sampler=name, steps=4) for name in ("default", "euler_a", "dpmpp_2m", "lcm")]
    rows = [runner.start(spec) for spec in specs]
    runner.step(rows, nothing)
    left = [row.forwards_left for row in rows]

    denoiser.failure = RuntimeError("the device is out of memory")
    with pytest.raises(RuntimeError):
        runner.step(rows, nothing)
    after = [row.forwards_left for row in rows]
    denoiser.failure = None

    assert after == left
    assert all(same(finished(runner, row), alone(runner, row.spec)) for row in rows)


def test_a_failed_sampler_advances_no_row(sd: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a sampler fails, the rows before it in the batch are unchanged."""
    runner = sd.runner
    names = ("euler_a", "dpmpp_2m", "lcm", "default", "ddim")
    rows = [runner.start(replace(SMALL, sampler=name, steps=4)) for name in names]
    runner.step(rows, nothing)
    left = [row.forwards_left for row in rows]

    with monkeypatch.context() as patch:
        patch.setattr(type(rows[-1].sampling.scheduler), "step", broken)
        with pytest.raises(MemoryError):
            runner.step(rows, nothing)

    assert [row.forwards_left for row in rows] == left
    assert all(same(finished(runner, row), alone(runner, row.spec)) for row in rows)


def test_buckets_contain_rows_that_can_share_a_batch(sd: Any) -> None:
    """Size, LoRAs, and prompt chunks separate buckets; steps, seed, guidance, and sampler don't."""
    bucket = sd.runner.bucket
    long = "a fox in the snow, " * 20
    others = [
        replace(SMALL, height=72),
        replace(SMALL, loras=(("ink", 0.5),)),
        replace(SMALL, prompt=long),
        replace(SMALL, negative_prompt=long),
    ]
    alike = [
        replace(SMALL, steps=9, seed=1, guidance=1.0, sampler="lcm", prompt="an owl"),
        replace(SMALL, negative_prompt=long, guidance=1.0),  # Without guidance the negative prompt isn't read.
    ]

    assert all(bucket(spec) == bucket(SMALL) for spec in alike)
    assert len({bucket(SMALL), *map(bucket, others[:3])}) == 4
    assert bucket(others[3]).chunks == 2


def test_fewer_rows_of_larger_images_fit(sd: Any) -> None:
    """More rows of small images fit than of large ones, and at least one is allowed."""
    import torch

    batch_rows = [
        max_batch_rows(sd.pipe.unet.config, latent_pixels=side * side, dtype=torch.float32, device="cpu")
        for side in (8, 256, 1024, 100_000)
    ]

    assert batch_rows == sorted(batch_rows, reverse=True)
    assert batch_rows[0] == 128
    assert batch_rows[-1] == 1
    assert sd.runner.row_cap(sd.runner.bucket(SMALL)) == 64


def test_a_released_runner_frees_its_model(sd_folder: Path) -> None:
    """The model is freed at once, without garbage collection, because another model waits for the memory."""
    gc.collect()
    gc.disable()
    try:
        model = load(sd_folder)
        runner, unet = model.runner, weakref.ref(model.runner._pipe.unet)
        finished(runner, runner.start(SMALL))
        assert unet() is not None

        del model, runner

        assert unet() is None
    finally:
        gc.enable()


def broken(*args: Any, **kwargs: Any) -> None:
    raise MemoryError


def finished(runner: Any, row: Any) -> Any:
    while row.forwards_left:
        runner.step([row], nothing)
    return pixels(runner.decode([row])[0].image)


def alone(runner: Any, spec: Any) -> Any:
    return finished(runner, runner.start(spec))
