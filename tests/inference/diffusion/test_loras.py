"""LoRAs: weighted sets on a model, applied and removed exactly."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import ImageSpec, WeightsInUse
from inference_service.errors import InvalidField
from inference_service.models.lora_files import fits, reads_text
from inference_service.models.model_folder import NotAModel, model_folder
from inference_service.models.weight_files import shapes_in
from tests.inference import tiny_loras, tiny_models, tiny_pipelines

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = ImageSpec(
    model="tiny-sd",
    prompt="a fox",
    negative_prompt="an owl",
    width=64,
    height=64,
    steps=3,
    guidance=4.0,
    seed=7,
    sampler="euler",
)
INK, TOY = (("ink", 0.8),), (("toy", 1.0),)


@pytest.fixture(scope="module")
def models_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models of three families, and LoRAs for each; `ink` also changes the text encoder."""
    root = tmp_path_factory.mktemp("models")
    tiny_models.save_sd(root / "tiny-sd")
    tiny_models.save_sdxl(root / "tiny-sdxl")
    tiny_pipelines.save_sd3(root / "tiny-sd3")
    tiny_loras.save_lora(root / "tiny-sd", root / "ink.safetensors", seed=1, reads_text=True)
    tiny_loras.save_lora(root / "tiny-sd", root / "toy.safetensors", seed=2)
    tiny_loras.save_lora(root / "tiny-sdxl", root / "neon.safetensors", seed=3)
    tiny_loras.save_lora(root / "tiny-sd3", root / "wool.safetensors", seed=4)
    return root


class Loaded(DiffusionEngine):
    """An engine that has loaded its models, with their profiles."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.profiles = self.setup(lambda percent: None)


@pytest.fixture(scope="module")
def engine(models_folder: Path) -> Loaded:
    loras = ",".join(f"{name}={models_folder / name}.safetensors" for name in ("ink", "toy", "neon", "wool"))
    models = ",".join(str(models_folder / name) for name in ("tiny-sd", "tiny-sdxl", "tiny-sd3"))
    return Loaded(Settings(models=models, loras=loras, device="cpu"))


def pixels(engine: DiffusionEngine, spec: Any) -> Any:
    row = engine.start(spec)
    while row.forwards_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image).astype(int)


def apart(one: Any, other: Any) -> Any:
    return np.abs(one - other).mean()


def test_each_model_offers_compatible_loras(engine: Loaded) -> None:
    """Compatibility is read from names and shapes of tensors, without loading weights."""
    offered = {profile.model: profile.loras for profile in engine.profiles}

    assert offered == {"tiny-sd": ("ink", "toy"), "tiny-sdxl": ("neon",), "tiny-sd3": ("wool",)}


@pytest.mark.parametrize(("model", "name"), [("tiny-sd", "ink"), ("tiny-sd", "toy"), ("tiny-sdxl", "neon")])
def test_a_lora_changes_the_image_by_its_weight_and_is_removed(engine: Loaded, model: str, name: str) -> None:
    """A larger weight changes more, weight 0 changes nothing, and the plain image afterwards is identical."""
    spec = replace(FOX, model=model)
    before = pixels(engine, spec)

    slightly = pixels(engine, replace(spec, loras=((name, 0.1),)))
    fully = pixels(engine, replace(spec, loras=((name, 1.0),)))
    unweighted = pixels(engine, replace(spec, loras=((name, 0.0),)))
    after = pixels(engine, spec)

    assert 0 < apart(before, slightly) < apart(before, fully)
    assert np.array_equal(before, unweighted)
    assert np.array_equal(before, after)


@pytest.mark.filterwarnings("ignore:Already found a `peft_config` attribute:UserWarning")  # The usual way to load two.
def test_a_merged_lora_matches_diffusers_adapters(engine: Loaded, models_folder: Path) -> None:
    """The image is the same as with diffusers' adapters, except for rounding."""
    import torch
    from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline

    pipe: Any = StableDiffusionPipeline.from_pretrained(models_folder / "tiny-sd")
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    pipe.load_lora_weights(models_folder, weight_name="ink.safetensors", adapter_name="ink")
    pipe.load_lora_weights(models_folder, weight_name="toy.safetensors", adapter_name="toy")
    pipe.set_adapters(["ink", "toy"], [0.8, -0.5])
    image = pipe(
        FOX.prompt,
        negative_prompt=FOX.negative_prompt,
        width=64,
        height=64,
        num_inference_steps=3,
        guidance_scale=4.0,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]

    ours = pixels(engine, replace(FOX, loras=(("ink", 0.8), ("toy", -0.5))))

    assert np.abs(ours - np.asarray(image).astype(int)).max() <= 2


def test_a_pipelines_transformer_supports_loras(engine: Loaded) -> None:
    """A LoRA changes SD3's image, and afterwards the image is the same as before."""
    spec = replace(FOX, model="tiny-sd3", sampler="default")
    before = pixels(engine, spec)

    with_wool = pixels(engine, replace(spec, loras=(("wool", 1.0),)))

    assert apart(before, with_wool) > 0.5
    assert np.array_equal(before, pixels(engine, spec))


def test_a_set_stays_while_rows_of_it_are_open(engine: Loaded) -> None:
    """Another set has to wait until the row is dropped or decoded."""
    row = engine.start(replace(FOX, loras=INK))
    engine.step([row], lambda: None)

    for loras in ((), TOY, (("ink", 0.7),)):
        with pytest.raises(WeightsInUse):
            engine.start(replace(FOX, loras=loras))
    neighbors = engine.start(replace(FOX, loras=INK, seed=8))

    del row, neighbors
    engine.start(replace(FOX, loras=TOY))


def test_repeated_changes_use_no_more_memory(engine: Loaded) -> None:
    """After many changes, there are as many tensors of the same size as after the first."""
    import torch

    def tensor_count_and_size() -> Any:
        gc.collect()
        tensors = {id(one): one for one in gc.get_objects() if issubclass(type(one), torch.Tensor)}
        return len(tensors), sum(one.numel() for one in tensors.values())

    for loras in (INK, TOY, ()):
        engine.start(replace(FOX, loras=loras))
    before = tensor_count_and_size()

    for _ in range(5):
        for loras in (INK, TOY, ()):
            engine.start(replace(FOX, loras=loras))

    assert tensor_count_and_size() == before


def test_an_incompatible_lora_is_named_and_changes_nothing(engine: Loaded, models_folder: Path) -> None:
    """A LoRA with unknown names is offered, and if it fails, the model is unchanged."""
    before = pixels(engine, FOX)
    engine._models.loaded("tiny-sd").loras._files = {"neon": models_folder / "neon.safetensors"}

    with pytest.raises(InvalidField, match="LoRA neon in `loras` isn't compatible") as rejected:
        engine.start(replace(FOX, loras=(("neon", 1.0),)))

    assert rejected.value.param == "loras"
    assert np.array_equal(before, pixels(engine, FOX))


def test_a_fused_lora_is_part_of_the_first_model(engine: Loaded, models_folder: Path) -> None:
    """Every image has the fused LoRA, requests can't choose it, and others can be added."""
    chosen = Settings(
        model_id=str(models_folder / "tiny-sd"),
        device="cpu",
        loras=f"toy={models_folder / 'toy.safetensors'},ink={models_folder / 'ink.safetensors'}",
        model_loras="toy:1",
        model_sampler="lcm",
        model_steps=4,
        model_guidance=1.0,
    )
    fused = DiffusionEngine(chosen)
    (profile,) = fused.setup(lambda percent: None)
    engine._models.loaded("tiny-sd").loras._files = {
        name: models_folder / f"{name}.safetensors" for name in ("ink", "toy")
    }

    plain = pixels(fused, FOX)
    inked = pixels(fused, replace(FOX, loras=INK))

    assert (profile.sampler, profile.steps, profile.guidance, profile.loras) == ("lcm", 4, 1.0, ("ink",))
    assert np.array_equal(plain, pixels(engine, replace(FOX, loras=TOY)))
    assert apart(plain, inked) > 0.5
    assert np.array_equal(plain, pixels(fused, FOX))


def test_an_incompatible_fused_lora_fails_at_startup(models_folder: Path) -> None:
    """The error contains the LoRA's name."""
    settings = Settings(
        model_id=str(models_folder / "tiny-sd"),
        device="cpu",
        loras=f"neon={models_folder / 'neon.safetensors'}",
        model_loras="neon:1",
    )

    with pytest.raises(NotAModel, match="neon isn't compatible with tiny-sd"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_a_missing_lora_file_fails_at_startup(models_folder: Path) -> None:
    """The error contains the file."""
    settings = Settings(model_id=str(models_folder / "tiny-sd"), device="cpu", loras="gone=/nowhere/gone.safetensors")

    with pytest.raises(NotAModel, match=r"/nowhere/gone\.safetensors of gone doesn't exist"):
        DiffusionEngine(settings).setup(lambda percent: None)


@pytest.mark.parametrize(
    ("name", "width", "fitting"),
    [
        ("unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight", 32, True),
        ("unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight", 32, True),
        ("lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight", 32, True),
        ("lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight", 64, False),
        ("transformer.transformer_blocks.0.attn.to_q.lora_A.weight", 32, False),
        ("lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight", 32, False),
        ("unet.conv_in.lora_A.weight", 4, True),
    ],
)
def test_the_names_of_common_trainers_are_recognized(models_folder: Path, name: str, width: int, fitting: bool) -> None:
    """diffusers' old and new names, kohya's, and SDXL's original names are recognized."""
    folder = model_folder(models_folder / "tiny-sd", Source(str(models_folder / "tiny-sd")))

    assert fits({name: (4, width)}, folder) is fitting


def test_a_lora_for_the_text_encoder_is_recognized_by_names(models_folder: Path) -> None:
    """A LoRA for the text encoder is recognized by both naming schemes."""
    assert reads_text(shapes_in(models_folder / "ink.safetensors"))
    assert not reads_text(shapes_in(models_folder / "toy.safetensors"))
    assert reads_text({"lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 8)})
