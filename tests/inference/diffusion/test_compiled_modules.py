"""A module's stand-in: what it tells apart, and that compiled, padded, split or eager it gives the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.compilation.signatures import lanes_in, signature_of, taken
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import Picture
from tests.inference import tiny_models, tiny_pipelines

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
    model="tiny",
    prompt="a fox",
    negative_prompt=None,
    width=64,
    height=64,
    steps=2,
    guidance=4.0,
    seed=7,
    sampler="default",
)


def arguments(lanes, *, side=8, chunks=1):
    import torch

    torch.manual_seed(lanes)
    return {
        "sample": torch.randn(lanes, 4, side, side),
        "timestep": torch.full((lanes,), 5.0),
        "encoder_hidden_states": torch.randn(lanes, 77 * chunks, 32),
        "return_dict": False,
    }


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
        rows = [engine.enter(replace(FOX, seed=seed)) for seed in (1, 2, 3)]
        engine.step(rows, lambda: None)
        return np.stack([np.asarray(one.image).astype(int) for one in engine.decode(rows)])

    before, compiled = pictures(), Calls()
    for module in engine._models.resident("tiny").modules:
        for signature, _ in list(module.asked):
            module.install(signature, 8, compiled)
    after = pictures()

    assert compiled.sizes == [8] * (FOX.steps + 1)
    assert np.abs(before - after).max() <= 2
