"""Models from folders and from the hub: what is loaded, what is refused, and what is said of them."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from inference_service.engine import EngineBroken, Picture
from inference_service.errors import OutOfMemory
from inference_service.model_folder import NotAModel, model_folder, profile_of
from inference_service.painting.devices import Memory, dtype_of, failures_named, vae_dtype, weights_budget
from inference_service.painting.engine import DiffusionEngine
from inference_service.profile import family_of
from inference_service.settings import STARTER_MODEL, Settings
from inference_service.sources import Source
from inference_service.weight_files import parameters_in, shapes_in, weight_files
from tests.inference import tiny_models

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


def loaded(model_id, **settings):
    engine = DiffusionEngine(Settings(model_id=str(model_id), device="cpu", **settings))
    return engine, engine.setup(lambda percent: None)[0]


@pytest.fixture(scope="module")
def sd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture
def copied(sd, tmp_path):
    """The tiny model in a folder that a test may spoil."""
    folder = tmp_path / "spoilt"
    shutil.copytree(sd, folder)
    return folder


def change(file, **values):
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_the_starter_models_profile_says_what_it_knows():
    """
    Native size, its maker's settings, its vocabulary, and only the samplers that it can use.
    """
    profile = profile_of(model_folder(STARTER_MODEL, Source("starter")), Settings(), first=True)

    assert (profile.model, profile.family, profile.width, profile.height) == ("starter", "sd", 256, 256)
    assert (profile.steps, profile.guidance, profile.token_budget) == (20, 4.0, 75)
    assert profile.samplers == ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
    assert {"castle", "sailboat", "at sunset", "watercolor", "giant", "next to"} <= set(profile.vocabulary)
    assert "lighthouse" not in profile.vocabulary
    assert all(phrase == phrase.lower() for phrase in profile.vocabulary)
    assert set(profile.suggestions) <= set(profile.vocabulary)


@pytest.mark.parametrize(
    ("pipeline", "model", "steps", "guidance", "sampler", "budget"),
    [
        ("StableDiffusionPipeline", "stable-diffusion-v1-5", 30, 7.5, "default", 75),
        ("StableDiffusionPipeline", "stabilityai/sd-turbo", 1, 0.0, "default", 75),
        ("StableDiffusionXLPipeline", "stabilityai/sdxl-turbo", 4, 0.0, "default", 75),
        ("StableDiffusionXLPipeline", "someone/dreamer-xl-lightning", 4, 0.0, "default", 75),
        ("StableDiffusionPipeline", "someone/dreamer-lcm", 4, 1.0, "lcm", 75),
        ("LatentConsistencyModelPipeline", "SimianLuo/LCM_Dreamshaper_v7", 4, 8.0, "default", 75),
        ("StableDiffusion3Pipeline", "stabilityai/stable-diffusion-3.5-medium", 28, 4.5, "default", 250),
        ("StableDiffusion3Pipeline", "stabilityai/stable-diffusion-3.5-large-turbo", 4, 0.0, "default", 250),
        ("FluxPipeline", "black-forest-labs/FLUX.1-dev", 28, 3.5, "default", 500),
        ("FluxPipeline", "black-forest-labs/FLUX.1-schnell", 4, 0.0, "default", 250),
    ],
)
def test_a_familys_defaults_are_those_of_its_kind(pipeline, model, steps, guidance, sampler, budget):
    """
    Distilled models, known by their names alone, paint in a few steps and mostly without guidance.
    """
    family = family_of(pipeline, model)

    assert (family.steps, family.guidance, family.sampler, family.token_budget) == (steps, guidance, sampler, budget)


def test_settings_and_the_models_card_say_more_than_its_family(copied):
    """
    A setting comes before `profile.json`, which comes before the family; settings are the first model's alone.
    """
    card = {"name": "mine", "revision": "7", "steps": 6, "guidance": 1.5, "sampler": "euler_a", "max_steps": 40}
    (copied / "profile.json").write_text(json.dumps(card))
    folder, settings = model_folder(copied, Source(str(copied))), Settings(model_steps=9, model_sampler="ddim")

    first, other = profile_of(folder, settings, first=True), profile_of(folder, settings, first=False)

    assert (first.model, first.revision, first.max_steps) == ("mine", "7", 40)
    assert (first.steps, first.guidance, first.sampler) == (9, 1.5, "ddim")
    assert (other.steps, other.guidance, other.sampler) == (6, 1.5, "euler_a")


def test_a_default_sampler_that_the_model_cannot_use_stops_the_start():
    """
    The reason names those that it has.
    """
    folder = model_folder(STARTER_MODEL, Source("starter"))

    with pytest.raises(NotAModel, match="starter cannot be painted with the sampler pndm; it has default, euler"):
        profile_of(folder, Settings(model_sampler="pndm"), first=True)


def test_a_hub_model_is_pinned_to_its_commit(sd, tmp_path, monkeypatch):
    """
    A model named by the hub is found in its cache, offline, and its revision is the commit.
    """
    import huggingface_hub.constants

    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "v1").write_text(commit)
    (repository / "snapshots").mkdir()
    os.symlink(sd, repository / "snapshots" / commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("diffusers.pipelines.pipeline_utils.HF_HUB_CACHE", str(tmp_path), raising=False)

    _, profile = loaded("someone/tiny", model_revision="v1", safety_checker="off")

    assert (profile.model, profile.revision) == ("someone/tiny", commit)


@pytest.mark.parametrize("model_id", ["./nowhere", "{folder}"])
def test_a_folder_without_a_model_is_named(tmp_path, model_id):
    """
    The failure says which folder holds no model.
    """
    model_id = model_id.format(folder=tmp_path)

    with pytest.raises(NotAModel, match="holds no diffusers model"):
        loaded(model_id)


def test_weights_in_another_format_are_not_loaded(copied):
    """
    A pickle can run code: a component that has nothing else stops the start, by name.
    """
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))

    with pytest.raises(NotAModel, match="no safetensors file for its unet"):
        loaded(copied)


def test_a_models_own_code_is_not_run(copied):
    """
    Neither a pipeline nor a component of its own is loaded, and its file never runs.
    """
    (copied / "pipeline.py").write_text("raise SystemExit('it ran')")
    (copied / "unet" / "mine.py").write_text("raise SystemExit('it ran')")
    change(copied / "model_index.json", unet=["mine", "UNet"])

    with pytest.raises(NotAModel, match="code of its own for its unet"):
        loaded(copied)

    change(copied / "model_index.json", _class_name=["pipeline", "MyPipeline"])
    with pytest.raises(NotAModel, match="this service paints with StableDiffusion, StableDiffusionXL"):
        loaded(copied)


def test_a_pipeline_of_another_kind_is_named(copied):
    """
    The reason says what it is and what can be served.
    """
    change(copied / "model_index.json", _class_name="AudioLDMPipeline")

    with pytest.raises(NotAModel, match="is a AudioLDMPipeline; this service paints with"):
        loaded(copied)


def test_a_file_that_only_looks_like_safetensors_is_named(tmp_path):
    """
    Neither a pickle nor a cut file is taken for one.
    """
    for content in (b"PK\x03\x04 this is a zip of pickles", b"\x10\0\0\0\0\0\0\0{broken", b"ab"):
        file = tmp_path / "weights.safetensors"
        file.write_bytes(content)

        with pytest.raises(ValueError, match=r"weights\.safetensors is not a safetensors file"):
            shapes_in(file)


def test_a_models_size_is_told_by_its_files(sd):
    """
    The headers count as many numbers as the loaded modules have.
    """
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(sd / "unet")

    (file,) = weight_files(sd / "unet")

    assert parameters_in(file) == sum(parameter.numel() for parameter in unet.parameters())


def test_a_variant_is_taken_where_a_component_has_it(sd, tmp_path):
    """
    Shards and variants are told apart by name; without the variant the plain files are taken.
    """
    for name in ("model.safetensors", "model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"):
        (tmp_path / name).touch()

    assert [file.name for file in weight_files(tmp_path)] == ["model.safetensors"]
    assert len(weight_files(tmp_path, "fp16")) == 2
    assert weight_files(tmp_path, "bf16") == weight_files(tmp_path)


def test_a_variant_paints(copied):
    """
    MODEL_VARIANT loads the files of that name where they are, and the others where they are not.
    """
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(copied / "unet" / "diffusion_pytorch_model.fp16.safetensors")

    _, profile = loaded(copied, model_variant="fp16")

    assert profile.family == "sd"


def test_a_vae_that_overflows_stays_in_float32(sd, tmp_path):
    """
    In float16 SDXL's does unless it says that it was mended; SD 1.5's never overflows, and bfloat16 has the range.
    """
    import torch

    tiny_models.save_sdxl(tmp_path)
    folder = model_folder(sd, Source(str(sd)))
    xl = model_folder(tmp_path, Source(str(tmp_path)))

    assert vae_dtype(folder, torch.float16) is torch.float16
    assert vae_dtype(xl, torch.float16) is torch.float32
    assert vae_dtype(xl, torch.bfloat16) is torch.bfloat16
    change(tmp_path / "vae" / "config.json", force_upcast=False)
    assert vae_dtype(xl, torch.float16) is torch.float16


def test_the_dtype_follows_the_device():
    """
    Float32 on a CPU, or what was set.
    """
    import torch

    assert dtype_of(Settings(), "cpu") is torch.float32
    assert dtype_of(Settings(dtype="bfloat16"), "cpu") is torch.bfloat16


def test_half_precision_paints_nearly_the_same(sd):
    """
    The whole engine in bfloat16 gives a picture close to that in float32.
    """
    picture = Picture(
        model=sd.name,
        prompt="a fox",
        negative_prompt=None,
        width=64,
        height=64,
        steps=2,
        guidance=4.0,
        seed=7,
        sampler="euler",
    )
    images = []
    for dtype in ("float32", "bfloat16"):
        engine, _ = loaded(sd, dtype=dtype)
        row = engine.enter(picture)
        while row.turns_left:
            engine.step([row], lambda: None)
        images.append(np.asarray(engine.decode([row])[0].image).astype(int))

    assert 0 < np.abs(images[0] - images[1]).mean() < 4


def test_torchs_failures_become_the_services_own():
    """
    Out of memory can be mended by asking for less; a broken device only by a restart; the rest passes as it is.
    """
    import torch

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ):
        with pytest.raises(OutOfMemory), failures_named():
            raise error
    with pytest.raises(EngineBroken, match="illegal address"), failures_named():
        raise torch.AcceleratorError("illegal address")
    with pytest.raises(RuntimeError, match="shapes"), failures_named():
        raise RuntimeError("shapes do not match")


def test_a_cpu_has_no_memory_of_its_own_to_tell():
    """
    Nothing is measured, rows are not capped, and half of the machine is for weights unless set.
    """
    memory = Memory("cpu")

    with memory.measured("a", 1.0):
        pass

    assert memory.use() == {}
    assert memory.cap("a", 1.0) == 64
    assert weights_budget(Settings(model_memory_gb=1.5), "cpu") == 1_500_000_000
    assert weights_budget(Settings(), "cpu") > 1_000_000_000


def test_a_revision_may_be_a_folders_too(sd):
    """
    It is only said, never checked.
    """
    folder = model_folder(sd, Source(str(sd), "v3"))

    assert (folder.name, folder.revision) == (sd.name, "v3")
    assert replace(folder, source=Source("org/x")).name == "org/x"
