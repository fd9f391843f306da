"""Models from folders and from Hugging Face: which are loaded and which are rejected."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.models.model_folder import NotAModel, model_folder
from inference_service.models.weight_files import parameters_in, shapes_in, weight_files
from tests.inference import tiny_models

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


def loaded(model_id: Any, **settings: Any) -> Any:
    engine = DiffusionEngine(Settings(model_id=str(model_id), device="cpu", **settings))
    return engine, engine.setup(lambda percent: None)[0]


@pytest.fixture(scope="module")
def sd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture
def copied(sd: Path, tmp_path: Path) -> Path:
    """The tiny model in a folder that a test may change."""
    folder = tmp_path / "copied"
    shutil.copytree(sd, folder)
    return folder


def change(file: Any, **values: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_a_hugging_face_model_is_pinned_to_its_commit(
    sd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Hugging Face model is found in the cache, offline, and its revision is the commit."""
    import huggingface_hub.constants

    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "v1").write_text(commit)
    (repository / "snapshots").mkdir()
    (repository / "snapshots" / commit).symlink_to(sd)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("diffusers.pipelines.pipeline_utils.HF_HUB_CACHE", str(tmp_path), raising=False)

    _, profile = loaded("someone/tiny", model_revision="v1", safety_checker="off")

    assert (profile.model, profile.revision) == ("someone/tiny", commit)


@pytest.mark.parametrize("model_id", ["./nowhere", "{folder}"])
def test_a_folder_without_a_model_is_named(tmp_path: Path, model_id: str) -> None:
    """The error contains the folder that isn't a model."""
    model_id = model_id.format(folder=tmp_path)

    with pytest.raises(NotAModel, match="isn't a diffusers model"):
        loaded(model_id)


def test_weights_in_another_format_are_not_loaded(copied: Path) -> None:
    """A component with only pickle files is rejected by name, because a pickle can run code."""
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))

    with pytest.raises(NotAModel, match="no safetensors file for its unet"):
        loaded(copied)


def test_unused_components_are_ignored(copied: Path) -> None:
    """A component that reads images is ignored, even if its file is invalid."""
    (copied / "image_encoder").mkdir()
    (copied / "image_encoder" / "config.json").write_text("{}")
    (copied / "image_encoder" / "pytorch_model.bin").write_bytes(b"no pickle")
    change(copied / "model_index.json", image_encoder=["transformers", "CLIPVisionModelWithProjection"])

    engine, profile = loaded(copied)

    assert engine._models.loaded(profile.model).pipeline.pipe.image_encoder is None


def test_a_model_in_place_of_a_scheduler_is_not_unpickled(copied: Path) -> None:
    """The pipeline only reads safetensors, whatever class the index names."""
    shutil.copy(copied / "vae" / "config.json", copied / "scheduler" / "config.json")
    (copied / "scheduler" / "diffusion_pytorch_model.bin").write_bytes(b"no pickle")
    change(copied / "model_index.json", scheduler=["diffusers", "AutoencoderKL"])

    with pytest.raises(OSError, match=r"diffusion_pytorch_model\.safetensors"):
        loaded(copied)


def test_a_models_own_code_is_not_run(copied: Path) -> None:
    """Custom code of a pipeline or a component is rejected and never run."""
    (copied / "pipeline.py").write_text("raise SystemExit('it ran')")
    (copied / "unet" / "mine.py").write_text("raise SystemExit('it ran')")
    change(copied / "model_index.json", unet=["mine", "UNet"])

    with pytest.raises(NotAModel, match="custom code for its unet"):
        loaded(copied)

    change(copied / "model_index.json", _class_name=["pipeline", "MyPipeline"])
    with pytest.raises(NotAModel, match="Supported pipelines: StableDiffusion, StableDiffusionXL"):
        loaded(copied)


def test_a_pipeline_of_another_kind_is_named(copied: Path) -> None:
    """The error contains the pipeline and the supported ones."""
    change(copied / "model_index.json", _class_name="AudioLDMPipeline")

    with pytest.raises(NotAModel, match="uses pipeline AudioLDMPipeline, which isn't supported"):
        loaded(copied)


def test_a_file_that_only_looks_like_safetensors_is_named(tmp_path: Path) -> None:
    """A pickle or a truncated file isn't accepted as safetensors."""
    for content in (b"PK\x03\x04 this is a zip of pickles", b"\x10\0\0\0\0\0\0\0{broken", b"ab"):
        file = tmp_path / "weights.safetensors"
        file.write_bytes(content)

        with pytest.raises(ValueError, match=r"weights\.safetensors isn't a valid safetensors file"):
            shapes_in(file)


def test_a_models_size_is_read_from_its_files(sd: Path) -> None:
    """The headers count as many parameters as the loaded model has."""
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(sd / "unet")

    (file,) = weight_files(sd / "unet")

    assert parameters_in(file) == sum(parameter.numel() for parameter in unet.parameters())


def test_a_variant_is_used_where_it_exists(sd: Path, tmp_path: Path) -> None:
    """Shards and variants are distinguished by name, and files without a variant are the fallback."""
    for name in ("model.safetensors", "model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"):
        (tmp_path / name).touch()

    assert [file.name for file in weight_files(tmp_path)] == ["model.safetensors"]
    assert len(weight_files(tmp_path, "fp16")) == 2
    assert weight_files(tmp_path, "bf16") == weight_files(tmp_path)


def test_a_variant_is_loaded(copied: Path) -> None:
    """MODEL_VARIANT loads files of the variant where they exist, and others where they don't."""
    weights = copied / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(copied / "unet" / "diffusion_pytorch_model.fp16.safetensors")

    _, profile = loaded(copied, model_variant="fp16")

    assert profile.family == "sd"


def test_a_folder_may_have_a_revision(sd: Path) -> None:
    """A folder's revision is only reported."""
    folder = model_folder(sd, Source(str(sd), "v3"))

    assert (folder.name, folder.revision) == (sd.name, "v3")
    assert replace(folder, source=Source("org/x")).name == "org/x"
