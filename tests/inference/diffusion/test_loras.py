"""LoRAs: sets with weights on top of a model, exchanged without a trace."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import Occupied, Picture
from inference_service.errors import BadField
from inference_service.models.lora_files import fits, reads_text
from inference_service.models.model_folder import NotAModel, model_folder
from inference_service.models.weight_files import shapes_in
from tests.inference import tiny_loras, tiny_models, tiny_pipelines

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
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
def shelf(tmp_path_factory):
    """A model of each of two families, and a LoRA for each; `ink` also changes the text encoder."""
    root = tmp_path_factory.mktemp("shelf")
    tiny_models.save_sd(root / "tiny-sd")
    tiny_models.save_sdxl(root / "tiny-sdxl")
    tiny_pipelines.save_sd3(root / "tiny-sd3")
    tiny_loras.save_lora(root / "tiny-sd", root / "ink.safetensors", seed=1, reads_text=True)
    tiny_loras.save_lora(root / "tiny-sd", root / "toy.safetensors", seed=2)
    tiny_loras.save_lora(root / "tiny-sdxl", root / "neon.safetensors", seed=3)
    tiny_loras.save_lora(root / "tiny-sd3", root / "wool.safetensors", seed=4)
    return root


@pytest.fixture(scope="module")
def engine(shelf):
    loras = ",".join(f"{name}={shelf / name}.safetensors" for name in ("ink", "toy", "neon", "wool"))
    models = ",".join(str(shelf / name) for name in ("tiny-sd", "tiny-sdxl", "tiny-sd3"))
    engine = DiffusionEngine(Settings(models=models, loras=loras, device="cpu"))
    engine.profiles = engine.setup(lambda percent: None)
    return engine


def pixels(engine, picture):
    row = engine.enter(picture)
    while row.turns_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image).astype(int)


def apart(one, other):
    return np.abs(one - other).mean()


def test_each_model_offers_the_loras_that_were_made_for_it(engine):
    """
    What fits is read from the tensors' names and shapes, without loading a weight.
    """
    offered = {profile.model: profile.loras for profile in engine.profiles}

    assert offered == {"tiny-sd": ("ink", "toy"), "tiny-sdxl": ("neon",), "tiny-sd3": ("wool",)}


@pytest.mark.parametrize(("model", "name"), [("tiny-sd", "ink"), ("tiny-sd", "toy"), ("tiny-sdxl", "neon")])
def test_a_lora_changes_the_picture_by_its_weight_and_leaves_no_trace(engine, model, name):
    """
    More weight changes more, weight 0 is the plain model, and the plain picture afterwards is the same to the bit.
    """
    picture = replace(FOX, model=model)
    before = pixels(engine, picture)

    slightly = pixels(engine, replace(picture, loras=((name, 0.1),)))
    fully = pixels(engine, replace(picture, loras=((name, 1.0),)))
    unweighted = pixels(engine, replace(picture, loras=((name, 0.0),)))
    after = pixels(engine, picture)

    assert 0 < apart(before, slightly) < apart(before, fully)
    assert np.array_equal(before, unweighted)
    assert np.array_equal(before, after)


@pytest.mark.filterwarnings("ignore:Already found a `peft_config` attribute:UserWarning")  # the plain way to have two
def test_a_merged_lora_paints_as_diffusers_own_adapters_do(engine, shelf):
    """
    The picture is that of the plain pipeline with the LoRA hung in, but for rounding.
    """
    import torch
    from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(shelf / "tiny-sd")
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    pipe.load_lora_weights(shelf, weight_name="ink.safetensors", adapter_name="ink")
    pipe.load_lora_weights(shelf, weight_name="toy.safetensors", adapter_name="toy")
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


def test_a_pipelines_transformer_takes_loras_too(engine):
    """
    SD3 with its LoRA paints something else, and afterwards what it painted before.
    """
    picture = replace(FOX, model="tiny-sd3", sampler="default")
    before = pixels(engine, picture)

    with_wool = pixels(engine, replace(picture, loras=(("wool", 1.0),)))

    assert apart(before, with_wool) > 0.5
    assert np.array_equal(before, pixels(engine, picture))


def test_a_set_stays_while_rows_of_it_are_open(engine):
    """
    Another set has to wait; once the row is dropped or decoded, it may enter.
    """
    row = engine.enter(replace(FOX, loras=INK))
    engine.step([row], lambda: None)

    for loras in ((), TOY, (("ink", 0.7),)):
        with pytest.raises(Occupied):
            engine.enter(replace(FOX, loras=loras))
    company = engine.enter(replace(FOX, loras=INK, seed=8))

    del row, company
    engine.enter(replace(FOX, loras=TOY))


def test_switching_again_and_again_takes_no_more_memory(engine):
    """
    After many exchanges there are as many tensors, and as large, as after the first.
    """
    import torch

    def held():
        gc.collect()
        tensors = {id(one): one for one in gc.get_objects() if issubclass(type(one), torch.Tensor)}
        return len(tensors), sum(one.numel() for one in tensors.values())

    for loras in (INK, TOY, ()):
        engine.enter(replace(FOX, loras=loras))
    before = held()

    for _ in range(5):
        for loras in (INK, TOY, ()):
            engine.enter(replace(FOX, loras=loras))

    assert held() == before


def test_a_lora_that_does_not_fit_is_named_and_leaves_the_model_as_it_was(engine, shelf):
    """
    A file whose names tell nothing is offered; when it then fails, the model still paints as before.
    """
    before = pixels(engine, FOX)
    engine._models.resident("tiny-sd").loras._files = {"neon": shelf / "neon.safetensors"}

    with pytest.raises(BadField, match="does not fit this model: neon") as refused:
        engine.enter(replace(FOX, loras=(("neon", 1.0),)))

    assert refused.value.param == "loras"
    assert np.array_equal(before, pixels(engine, FOX))


def test_a_fused_lora_is_part_of_the_first_model(engine, shelf):
    """
    LCM-LoRA's way: every picture has it, requests cannot choose it, and others may be put on top.
    """
    chosen = Settings(
        model_id=str(shelf / "tiny-sd"),
        device="cpu",
        loras=f"toy={shelf / 'toy.safetensors'},ink={shelf / 'ink.safetensors'}",
        model_loras="toy:1",
        model_sampler="lcm",
        model_steps=4,
        model_guidance=1.0,
    )
    fused = DiffusionEngine(chosen)
    (profile,) = fused.setup(lambda percent: None)
    engine._models.resident("tiny-sd").loras._files = {name: shelf / f"{name}.safetensors" for name in ("ink", "toy")}

    plain = pixels(fused, FOX)
    inked = pixels(fused, replace(FOX, loras=INK))

    assert (profile.sampler, profile.steps, profile.guidance, profile.loras) == ("lcm", 4, 1.0, ("ink",))
    assert np.array_equal(plain, pixels(engine, replace(FOX, loras=TOY)))
    assert apart(plain, inked) > 0.5
    assert np.array_equal(plain, pixels(fused, FOX))


def test_a_fused_lora_of_another_family_stops_the_start(shelf):
    """
    The reason names it.
    """
    settings = Settings(
        model_id=str(shelf / "tiny-sd"),
        device="cpu",
        loras=f"neon={shelf / 'neon.safetensors'}",
        model_loras="neon:1",
    )

    with pytest.raises(NotAModel, match="neon, which was not made for tiny-sd"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_a_lora_file_that_is_missing_stops_the_start(shelf):
    """
    The reason names the file.
    """
    settings = Settings(model_id=str(shelf / "tiny-sd"), device="cpu", loras="gone=/nowhere/gone.safetensors")

    with pytest.raises(NotAModel, match=r"/nowhere/gone\.safetensors as gone"):
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
def test_the_names_that_trainers_use_are_understood(shelf, name, width, fitting):
    """
    Diffusers' old and new names, kohya's and SDXL's original ones tell the width of the text that was trained on.
    """
    folder = model_folder(shelf / "tiny-sd", Source(str(shelf / "tiny-sd")))

    assert fits({name: (4, width)}, folder) is fitting


def test_a_lora_for_the_text_encoder_is_known_by_its_names(shelf):
    """
    Both ways to name it.
    """
    assert reads_text(shapes_in(shelf / "ink.safetensors"))
    assert not reads_text(shapes_in(shelf / "toy.safetensors"))
    assert reads_text({"lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 8)})
