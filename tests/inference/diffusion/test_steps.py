"""The step-level painter: what goes through the denoiser together, what each row counts, and what a failure leaves."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from inference_service.diffusion.runners.memory_estimate import lanes_that_fit
from inference_service.diffusion.runners.step_runner import StepPainter
from tests.inference import tiny_models
from tests.inference.gaps import same
from tests.inference.side_by_side import FOX, load, loaded, nothing, pixels, without_gradients

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients():
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def sd_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture(scope="module")
def sd(sd_folder):
    return load(sd_folder)


class Denoiser:
    """The pipeline's own, which remembers its calls and can be told to fail."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.calls = []
        self.failure = None

    def __call__(self, **arguments):
        self.calls.append(arguments)
        if self.failure is not None:
            raise self.failure
        return self.pipe.unet(**arguments)


@pytest.fixture
def watched(sd):
    """A painter whose denoiser is watched."""
    denoiser = Denoiser(sd.pipe)
    return StepPainter(loaded(sd.pipe, denoise=denoiser)), denoiser


def test_a_turn_is_one_forward_with_a_lane_for_each_prompt(watched):
    """
    Guided rows take two lanes and unguided ones one, each with its own timestep, in a single call.
    """
    painter, denoiser = watched
    rows = [
        painter.enter(replace(SMALL, steps=4, guidance=1.0, sampler="ddim")),
        painter.enter(replace(SMALL, steps=5, sampler="ddim")),
        painter.enter(replace(SMALL, steps=8, guidance=0.0, sampler="ddim")),
    ]

    painter.step(rows, nothing)

    assert [row.lanes for row in rows] == [1, 2, 1]
    assert len(denoiser.calls) == 1
    assert denoiser.calls[0]["sample"].shape == (4, 4, 8, 8)
    assert denoiser.calls[0]["timestep"].tolist() == [801, 801, 751, 876]
    assert denoiser.calls[0]["encoder_hidden_states"].shape == (4, 77, 32)


@pytest.mark.parametrize(
    ("sampler", "steps", "turns"),
    [("default", 5, 6), ("pndm", 1, 1), ("pndm", 12, 13), ("euler", 5, 5), ("dpmpp_2m", 7, 7), ("lcm", 3, 3)],
)
def test_rows_count_turns_and_steps(sd, sampler, steps, turns):
    """
    PNDM takes a turn more than steps; the steps told never exceed those asked for, and end there.
    """
    painter = sd.painter
    row = painter.enter(replace(SMALL, sampler=sampler, steps=steps))
    left, told = [row.turns_left], [row.steps_done]

    while row.turns_left:
        painter.step([row], nothing)
        left.append(row.turns_left)
        told.append(row.steps_done)

    assert left == list(range(turns, -1, -1))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, steps)


def test_a_failed_forward_moves_no_row(watched):
    """
    Rows whose denoiser failed once give the pictures that they would have given anyway.
    """
    painter, denoiser = watched
    wanted = [replace(SMALL, sampler=name, steps=4) for name in ("default", "euler_a", "dpmpp_2m", "lcm")]
    rows = [painter.enter(picture) for picture in wanted]
    painter.step(rows, nothing)
    left = [row.turns_left for row in rows]

    denoiser.failure = RuntimeError("the device is out of memory")
    with pytest.raises(RuntimeError):
        painter.step(rows, nothing)
    after = [row.turns_left for row in rows]
    denoiser.failure = None

    assert after == left
    assert all(same(finished(painter, row), alone(painter, row.picture)) for row in rows)


def test_a_sampler_that_fails_moves_no_row_either(sd, monkeypatch):
    """
    The rows before the failed one in the batch are as they were: schedulers, noise and all.
    """
    painter = sd.painter
    names = ("euler_a", "dpmpp_2m", "lcm", "default", "ddim")
    rows = [painter.enter(replace(SMALL, sampler=name, steps=4)) for name in names]
    painter.step(rows, nothing)
    left = [row.turns_left for row in rows]

    with monkeypatch.context() as patch:
        patch.setattr(type(rows[-1].sampling.scheduler), "step", broken)
        with pytest.raises(MemoryError):
            painter.step(rows, nothing)

    assert [row.turns_left for row in rows] == left
    assert all(same(finished(painter, row), alone(painter, row.picture)) for row in rows)


def test_buckets_hold_what_can_go_together(sd):
    """
    Size, LoRAs and prompt chunks part rows; steps, seed, guidance and sampler do not.
    """
    bucket = sd.painter.bucket
    long = "a fox in the snow, " * 20
    others = [
        replace(SMALL, height=72),
        replace(SMALL, loras=(("ink", 0.5),)),
        replace(SMALL, prompt=long),
        replace(SMALL, negative_prompt=long),
    ]
    alike = [
        replace(SMALL, steps=9, seed=1, guidance=1.0, sampler="lcm", prompt="an owl"),
        replace(SMALL, negative_prompt=long, guidance=1.0),  # without guidance it is not read
    ]

    assert all(bucket(picture) == bucket(SMALL) for picture in alike)
    assert len({bucket(SMALL), *map(bucket, others[:3])}) == 4
    assert bucket(others[3]).chunks == 2


def test_room_is_for_at_least_one_and_shrinks_with_the_picture(sd):
    """
    More lanes of small pictures fit than of large ones, and one is always tried.
    """
    import torch

    lanes = [
        lanes_that_fit(sd.pipe.unet.config, places=side * side, dtype=torch.float32, device="cpu")
        for side in (8, 256, 1024, 100_000)
    ]

    assert lanes == sorted(lanes, reverse=True)
    assert lanes[0] == 128
    assert lanes[-1] == 1
    assert sd.painter.row_cap(sd.painter.bucket(SMALL)) == 64


def test_a_painter_given_up_takes_its_model_with_it(sd_folder):
    """
    At once, not when the garbage collector comes by: another model waits for the memory.
    """
    gc.collect()
    gc.disable()
    try:
        model = load(sd_folder)
        painter, unet = model.painter, weakref.ref(model.painter._pipe.unet)
        finished(painter, painter.enter(SMALL))
        assert unet() is not None

        del model, painter

        assert unet() is None
    finally:
        gc.enable()


def broken(*args, **kwargs):
    raise MemoryError


def finished(painter, row):
    while row.turns_left:
        painter.step([row], nothing)
    return pixels(painter.decode([row])[0].image)


def alone(painter, picture):
    return finished(painter, painter.enter(picture))
