"""Compiled shapes: which are made, how other sizes fit them, and that nobody waits for one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference_service.engine import Picture
from inference_service.painting.compile_tasks import MOST_SIGNATURES, WORTH, Task, found_tasks, wanted_tasks
from inference_service.painting.compiled_module import CompiledModule
from inference_service.painting.compiling import compiled_files
from inference_service.painting.engine import DiffusionEngine
from inference_service.painting.lane_fitting import Costs, Part, fitted
from inference_service.painting.signatures import Signature, lanes_in, signature_of, taken
from inference_service.settings import Settings
from tests.inference import tiny_models, tiny_pipelines

ROOT = Path(__file__).parents[2]

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SIZES = frozenset({2, 4})


def arguments(lanes, *, side=8, chunks=1):
    import torch

    torch.manual_seed(lanes)
    return {
        "sample": torch.randn(lanes, 4, side, side),
        "timestep": torch.full((lanes,), 5.0),
        "encoder_hidden_states": torch.randn(lanes, 77 * chunks, 32),
        "return_dict": False,
    }


# How other sizes fit.


@pytest.mark.parametrize(
    ("lanes", "padded", "split"),
    [
        (1, [(1, 2)], [(1, None)]),
        (2, [(2, 2)], [(2, 2)]),
        (3, [(3, 4)], [(2, 2), (1, None)]),
        (4, [(4, 4)], [(4, 4)]),
        (7, [(4, 4), (3, 4)], [(4, 4), (2, 2), (1, None)]),
        (9, [(4, 4), (4, 4), (1, 2)], [(4, 4), (4, 4), (1, None)]),
    ],
)
def test_a_batch_is_padded_or_split_as_it_was_set(lanes, padded, split):
    """
    Padding fills the next size up, and whole batches of the largest before it; splitting leaves a rest to eager.
    """
    assert fitted(lanes, SIZES, Costs(), "pad") == tuple(Part(*part) for part in padded)
    assert fitted(lanes, SIZES, Costs(), "split") == tuple(Part(*part) for part in split)


def test_eager_never_pads():
    """
    Without compiled sizes a batch runs as it is.
    """
    assert {fitted(5, frozenset(), Costs(), how) for how in ("auto", "pad", "split")} == {(Part(5, None),)}


@pytest.mark.parametrize(
    ("eager", "compiled", "lanes", "parts"),
    [
        ({3: 30.0}, {2: 10.0, 4: 18.0}, 3, [(3, 4)]),  # padding is quickest
        ({1: 4.0, 3: 30.0}, {2: 10.0, 4: 40.0}, 3, [(2, 2), (1, None)]),  # splitting is
        ({3: 12.0, 4: 12.0}, {2: 30.0, 4: 40.0}, 3, [(3, None)]),  # compiling was no gain
        ({}, {}, 4, [(4, 4)]),  # nothing is known: compiled is thought to be quicker
        ({}, {}, 1, [(1, None)]),
    ],
)
def test_what_was_measured_decides_between_them(eager, compiled, lanes, parts):
    """
    `auto` takes the parts that are thought to be done first.
    """
    costs = Costs(eager=dict(eager), compiled=dict(compiled))

    found = fitted(lanes, SIZES, costs, "auto")

    assert sorted(found, key=lambda part: -part.lanes) == [Part(*part) for part in parts]


def test_costs_are_learned_from_whole_turns():
    """
    A turn's time is shared out among its parts, and repeated turns move what is known.
    """
    costs = Costs(eager={1: 10.0}, compiled={2: 10.0})

    costs.learn((Part(2, 2), Part(1, None)), 40.0)
    costs.learn((Part(4, 4),), 25.0)

    assert costs.compiled == {2: pytest.approx(12.0), 4: 25.0}
    assert costs.eager == {1: pytest.approx(12.0)}
    for _ in range(50):
        costs.learn((Part(4, 4),), 50.0)
    assert costs.compiled[4] == pytest.approx(50.0, rel=0.01)


@pytest.mark.parametrize("lanes", range(1, 20))
@pytest.mark.parametrize("how", ["auto", "pad", "split"])
def test_every_lane_is_in_exactly_one_part(lanes, how):
    """
    Whatever the costs, the parts add up, and none is larger than what it was compiled for.
    """
    costs = Costs(eager={1: 7.0, 5: 20.0}, compiled={2: 5.0, 4: 11.0})

    parts = fitted(lanes, SIZES, costs, how)

    assert sum(part.lanes for part in parts) == lanes
    assert all(part.size is None or (part.size in SIZES and 0 < part.lanes <= part.size) for part in parts)


# What is told apart.


def test_a_signature_is_all_but_the_lanes():
    """
    Sides, prompt chunks, dtypes and constants matter; values and lanes do not.
    """
    import torch

    mine = signature_of(arguments(2))

    assert mine == signature_of(arguments(5))
    assert mine != signature_of(arguments(2, side=16))
    assert mine != signature_of(arguments(2, chunks=2))
    assert mine != signature_of({**arguments(2), "return_dict": True})
    assert mine != signature_of({**arguments(2), "sample": torch.zeros(2, 4, 8, 8, dtype=torch.bfloat16)})
    assert len({signature_of(arguments(2, chunks=chunks)).key for chunks in range(1, 5)}) == 4


def test_a_signature_can_be_called_with_any_number_of_lanes():
    """
    Its example has its own signature again, nested arguments and shared ones included.
    """
    import torch

    given = {
        "hidden_states": torch.zeros(2, 16, 4),
        "img_ids": torch.zeros(16, 3),
        "added": {"text_embeds": torch.zeros(2, 8)},
        "joint_attention_kwargs": None,
    }
    signature = signature_of(given)

    example = signature.example(6, "cpu")

    assert signature_of(example) == signature
    assert lanes_in(example) == 6
    assert example["img_ids"].shape == (16, 3)
    assert example["added"]["text_embeds"].shape == (6, 8)
    assert signature_of(taken(given, 1, 2, 4)) == signature


# A module's stand-in.


class Calls:
    """Stands for a compiled function: runs the module itself, and knows the sizes that it was called with."""

    def __init__(self, fails=False):
        self.sizes, self.fails = [], fails

    def __call__(self, module, given):
        self.sizes.append(lanes_in(given))
        if self.fails:
            raise AssertionError("expected size 2==3")
        return type(module).forward(module, **given)


@pytest.fixture(scope="module")
def unet():
    import torch

    torch.manual_seed(0)
    return tiny_models._unet().eval()


@pytest.mark.parametrize(("how", "sizes"), [("pad", [4, 2]), ("split", [4])])
def test_padded_and_split_lanes_come_out_as_the_whole_does(unet, how, sizes):
    """
    Five lanes in sizes of 4 and 2 give what five lanes at once give, but for rounding.
    """
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit=how), Calls()
    given = arguments(5)
    for size in (2, 4):
        module.install(signature_of(given), size, compiled)

    with torch.no_grad():
        ours, theirs = module(**given)[0], unet(**given)[0]

    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs, atol=1e-5)
    assert compiled.sizes == sizes


def test_a_shape_that_is_not_compiled_runs_eagerly(unet):
    """
    What is ready for one signature says nothing of another.
    """
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit="pad"), Calls()
    module.install(signature_of(arguments(2)), 2, compiled)
    other = arguments(2, side=16)

    with torch.no_grad():
        ours = module(**other)[0]

    assert torch.equal(ours, unet(**other)[0])
    assert compiled.sizes == []
    assert module.asked[signature_of(other), 2] == 1


def test_a_compiled_shape_that_fails_is_dropped_for_the_eager_way(unet):
    """
    The turn succeeds all the same, and the next one does not try again.
    """
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit="pad"), Calls(fails=True)
    given = arguments(2)
    module.install(signature_of(given), 2, compiled)

    with torch.no_grad():
        ours = [module(**given)[0] for _ in range(2)]

    assert all(torch.equal(one, unet(**given)[0]) for one in ours)
    assert compiled.sizes == [2]


@pytest.mark.parametrize("save", [tiny_pipelines.save_sd3, tiny_pipelines.save_flux])
def test_a_pipelines_transformer_and_decoder_run_compiled_too(tmp_path, save):
    """
    Three pictures padded to what was compiled for more of them are what they are without.
    """
    save(tmp_path / "tiny")
    settings = Settings(
        model_id=str(tmp_path / "tiny"),
        device="cpu",
        compile="on",
        compile_cache_dir=str(tmp_path / "compiled"),
        compile_fit="pad",
    )
    engine = DiffusionEngine(settings)
    engine.setup(lambda percent: None)

    def pictures():
        rows = [engine.enter(replace(FOX, sampler="default", seed=seed)) for seed in (1, 2, 3)]
        engine.step(rows, lambda: None)
        return np.stack([np.asarray(one.image).astype(int) for one in engine.decode(rows)])

    before, compiled = pictures(), Calls()
    for module in engine._models.resident("tiny").modules:
        for signature, _ in list(module.asked):
            module.install(signature, 8, compiled)
    after = pictures()

    assert compiled.sizes == [8] * (FOX.steps + 1)
    assert np.abs(before - after).max() <= 2


# Which are made.


def test_what_is_asked_for_most_is_compiled_first():
    """
    Signatures by their calls, sizes by theirs, each rounded up to one that is compiled; rare ones not at all.
    """
    often, seldom, rare = (Signature(f'"{name}"') for name in ("often", "seldom", "rare"))
    asked = Counter({(often, 2): 50, (often, 3): 60, (seldom, 9): WORTH, (rare, 2): WORTH - 1})

    tasks = list(wanted_tasks("unet", asked, (2, 4)))

    assert tasks == [Task("unet", often, 4), Task("unet", often, 2), Task("unet", seldom, 4)]


def test_callers_cannot_have_endless_shapes_compiled():
    """
    However many sizes they ask for, only the most asked are made.
    """
    asked = Counter({(Signature(f'"{number}"'), 2): 100 + number for number in range(50)})

    assert len(list(wanted_tasks("unet", asked, (2,)))) == MOST_SIGNATURES


def test_files_of_another_model_torch_or_device_are_not_found(tmp_path):
    """
    Each has a folder of its own, and a file without its signature counts for nothing.
    """
    import torch

    mine = compiled_files(str(tmp_path), "cpu", "org/model", "abc", "float32 off")
    signature = signature_of(arguments(2))
    mine.keep("unet", signature)
    mine.file("unet", signature, 2).touch()
    (mine.folder / "unet-0123456789abcdef-4.aot").touch()

    found = found_tasks(mine, ["unet", "decoder"])

    assert found == [Task("unet", signature, 2)]
    assert torch.__version__.partition("+")[0] in str(mine.folder)
    for other in (("cpu", "org/model", "def", "float32 off"), ("cpu", "org/model", "abc", "bfloat16 fp8")):
        assert found_tasks(compiled_files(str(tmp_path), *other), ["unet"]) == []


# The whole way, with torch's own compiler.


FOX = Picture(
    model="tiny",
    prompt="a fox",
    negative_prompt=None,
    width=64,
    height=64,
    steps=3,
    guidance=4.0,
    seed=7,
    sampler="euler",
)


def save_minute_sd(folder):
    """A denoiser of two blocks and a decoder of one, which a C++ compiler is done with soon."""
    from diffusers import AutoencoderKL, UNet2DConditionModel

    tiny_models.save_sd(folder)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "mid_block_type": None}
    unet = UNet2DConditionModel(
        **blocks, sample_size=64, block_out_channels=(32,), layers_per_block=1, cross_attention_dim=32
    )
    unet.save_pretrained(folder / "unet")
    AutoencoderKL(block_out_channels=(32,), latent_channels=4, mid_block_add_attention=False).save_pretrained(
        folder / "vae"
    )


def painted(engine, steps=FOX.steps):
    row = engine.enter(replace(FOX, steps=steps))
    while row.turns_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image).astype(int)


def compiled_sizes(engine):
    """Of the denoiser and of the decoder."""
    sizes = []
    for module in engine._models.resident("tiny").modules:
        sizes.append(set().union(*(module.sizes(signature) for signature, _ in module.asked)))
    return sizes


@pytest.mark.timeout(900)  # a C++ compiler, on a machine that may have other work
def test_shapes_are_compiled_beside_the_painting_and_found_by_the_next_start(tmp_path, monkeypatch):
    """
    When idle another process compiles what was asked for; pictures go on meanwhile and stay the same.  The command
    that compiles ahead adds what is missing, and the next start loads it all without ever being idle.
    """
    save_minute_sd(tmp_path / "tiny")
    environment = {
        "MODEL_ID": str(tmp_path / "tiny"),
        "DEVICE": "cpu",
        "COMPILE": "on",
        "COMPILE_CACHE_DIR": str(tmp_path / "compiled"),
        "COMPILE_LANES": "2",
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "compiled" / "inductor"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = DiffusionEngine(Settings.from_env(environment))
    engine.setup(lambda percent: None)
    painted(engine, steps=WORTH)
    before = painted(engine)

    meanwhile, deadline = 0, time.monotonic() + 800
    while engine.idle() and not any(compiled_sizes(engine)):
        assert np.array_equal(before, painted(engine)) or any(compiled_sizes(engine))
        assert time.monotonic() < deadline
        meanwhile += 1
        time.sleep(0.5)

    assert compiled_sizes(engine) == [{2}, set()]
    assert meanwhile > 1
    assert np.abs(before - painted(engine)).max() <= 2

    warmed = subprocess.run(
        [sys.executable, "-m", "inference_service.warm"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    again = DiffusionEngine(Settings.from_env(environment))
    again.setup(lambda percent: None)
    while not all(compiled_sizes(again)):
        assert time.monotonic() < deadline
        painted(again)

    assert re.fullmatch(r"tiny unet x 2: is there\ntiny decoder x 1: \d+ s\n", warmed.stdout)
    assert np.abs(before - painted(again)).max() <= 2


def test_warming_without_a_cache_says_what_to_set():
    """
    The command ends with a sentence rather than in vain.
    """
    environment = {**os.environ, "COMPILE_CACHE_DIR": "", "DEVICE": "cpu"}

    ended = subprocess.run(
        [sys.executable, "-m", "inference_service.warm"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "Nothing is compiled: set COMPILE_CACHE_DIR, and COMPILE=on where there is no CUDA."
    )
