"""Wrapped modules: their signatures, and equal results if run compiled, padded, split, or eagerly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.compiled_module import CompiledModule
from inference_service.diffusion.compilation.signatures import batch_rows_in, signature_of, slice_rows
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import ImageSpec
from tests.inference import tiny_models, tiny_pipelines

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = ImageSpec(
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


def arguments(batch_rows: Any, *, side: Any = 8, chunks: Any = 1) -> Any:
    import torch

    torch.manual_seed(batch_rows)
    return {
        "sample": torch.randn(batch_rows, 4, side, side),
        "timestep": torch.full((batch_rows,), 5.0),
        "encoder_hidden_states": torch.randn(batch_rows, 77 * chunks, 32),
        "return_dict": False,
    }


def test_a_signature_does_not_contain_the_batch_size() -> None:
    """Sides, prompt chunks, dtypes, and constants are part of the signature, values and rows aren't."""
    import torch

    mine = signature_of(arguments(2))

    assert mine == signature_of(arguments(5))
    assert mine != signature_of(arguments(2, side=16))
    assert mine != signature_of(arguments(2, chunks=2))
    assert mine != signature_of({**arguments(2), "return_dict": True})
    assert mine != signature_of({**arguments(2), "sample": torch.zeros(2, 4, 8, 8, dtype=torch.bfloat16)})
    assert len({signature_of(arguments(2, chunks=chunks)).key for chunks in range(1, 5)}) == 4


def test_a_signature_has_examples_of_any_batch_size() -> None:
    """The example has the same signature, including nested and shared arguments."""
    import torch

    inputs = {
        "hidden_states": torch.zeros(2, 16, 4),
        "img_ids": torch.zeros(16, 3),
        "added": {"text_embeds": torch.zeros(2, 8)},
        "joint_attention_kwargs": None,
    }
    signature = signature_of(inputs)

    example = signature.example(6, "cpu")

    assert signature_of(example) == signature
    assert batch_rows_in(example) == 6
    assert example["img_ids"].shape == (16, 3)
    assert example["added"]["text_embeds"].shape == (6, 8)
    assert signature_of(slice_rows(inputs, 1, 2, 4)) == signature


class Calls:
    """A compiled function that runs the module itself and records the batch sizes."""

    def __init__(self, fails: Any = False) -> None:
        self.sizes: list[int] = []
        self.fails = fails

    def __call__(self, module: Any, inputs: Any) -> Any:
        self.sizes.append(batch_rows_in(inputs))
        if self.fails:
            raise AssertionError("expected size 2==3")
        return type(module).forward(module, **inputs)


@pytest.fixture(scope="module")
def unet() -> Any:
    import torch

    torch.manual_seed(0)
    return tiny_models.unet().eval()


@pytest.mark.parametrize(("fit", "sizes"), [("pad", [4, 2]), ("split", [4])])
def test_padded_and_split_batches_have_the_same_result(unet: Any, fit: str, sizes: Any) -> None:
    """Five rows in sizes of 4 and 2 give the same result as five rows at once, except for rounding."""
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit=fit), Calls()
    inputs = arguments(5)
    for size in (2, 4):
        module.install(signature_of(inputs), size, compiled)

    with torch.no_grad():
        ours, theirs = module(**inputs)[0], unet(**inputs)[0]

    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs, atol=1e-5)
    assert compiled.sizes == sizes


def test_a_shape_that_is_not_compiled_runs_eagerly(unet: Any) -> None:
    """A function compiled for one signature isn't used for another."""
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit="pad"), Calls()
    module.install(signature_of(arguments(2)), 2, compiled)
    other = arguments(2, side=16)

    with torch.no_grad():
        ours = module(**other)[0]

    assert torch.equal(ours, unet(**other)[0])
    assert compiled.sizes == []
    assert module.calls[signature_of(other), 2] == 1


def test_a_failing_compiled_function_is_replaced_by_eager_mode(unet: Any) -> None:
    """The call succeeds eagerly, and the function isn't called again."""
    import torch

    module, compiled = CompiledModule("unet", unet, device="cpu", fit="pad"), Calls(fails=True)
    inputs = arguments(2)
    module.install(signature_of(inputs), 2, compiled)

    with torch.no_grad():
        ours = [module(**inputs)[0] for _ in range(2)]

    assert all(torch.equal(one, unet(**inputs)[0]) for one in ours)
    assert compiled.sizes == [2]


@pytest.mark.parametrize("save", [tiny_pipelines.save_sd3, tiny_pipelines.save_flux])
def test_a_pipelines_transformer_and_decoder_run_compiled_too(tmp_path: Path, save: Any) -> None:
    """Three images padded to a larger compiled size are the same as without."""
    save(tmp_path / "tiny")
    settings = Settings(
        model_id=str(tmp_path / "tiny"),
        device="cpu",
        compile="on",
        compile_cache_dir=str(tmp_path / "compiled"),
        compile_batch_fit="pad",
    )
    engine = DiffusionEngine(settings)
    engine.setup(lambda percent: None)

    def generate_images() -> Any:
        rows = [engine.start(replace(FOX, seed=seed)) for seed in (1, 2, 3)]
        engine.step(rows, lambda: None)
        return np.stack([np.asarray(one.image).astype(int) for one in engine.decode(rows)])

    before, compiled = generate_images(), Calls()
    for module in engine._models.loaded("tiny").modules:
        for signature, _ in list(module.calls):
            module.install(signature, 8, compiled)
    after = generate_images()

    assert compiled.sizes == [8] * (FOX.steps + 1)
    assert np.abs(before - after).max() <= 2
