"""The diffusion engine with the starter model and random models of other families."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.diffusion.engine import DiffusionEngine
from tests.inference import tiny_models
from tests.inference.gaps import same
from tests.inference.side_by_side import FOX, load, nothing, pixels

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

STARTER_FOX = replace(FOX, model="starter", steps=3)


def opened(model_id: Any) -> Any:
    engine = DiffusionEngine(Settings(model_id=str(model_id), device="cpu"))
    percents: list[int] = []
    profiles = engine.setup(percents.append)
    return engine, profiles[0], percents


@pytest.fixture(scope="module")
def starter() -> Any:
    return opened("starter")


@pytest.fixture(scope="module")
def sd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


def test_loading_progress_is_reported(starter: Any) -> None:
    """The percentage only increases and ends at 100."""
    _, _, percents = starter

    assert percents == sorted(percents)
    assert len(percents) > 5
    assert percents[-1] == 100


def test_the_engine_generates_the_pipelines_image(starter: Any) -> None:
    """Bucket, start, step, preview, and decode give the pixels of diffusers' own call."""
    engine, _, _ = starter
    plain = load(STARTER_MODEL).plain(STARTER_FOX)
    rows = [engine.start(replace(STARTER_FOX, seed=seed)) for seed in (7, 8)]
    bucket = engine.bucket(STARTER_FOX)
    seen = []

    while rows[0].forwards_left:
        engine.step(rows, nothing)
        seen.append(engine.preview(rows[0]))
    decoded_images = [engine.decode([row])[0] for row in rows]

    assert [row.bucket for row in rows] == [bucket, bucket]
    assert (engine.decode_cap(bucket), engine.row_cap(bucket) > 8) == (1, True)
    assert [preview.size for preview in seen] == [(12, 12)] * STARTER_FOX.steps
    assert same(pixels(decoded_images[0].image), plain)
    assert np.abs(pixels(decoded_images[1].image) - plain).mean() > 5
    assert (decoded_images[0].sampler, decoded_images[0].text_tokens) == ("ddim", 9)


def test_an_sd15_shaped_model_has_its_familys_defaults(sd_folder: Path) -> None:
    """Without a profile.json, size and samplers come from the files and the rest from the family."""
    _, profile, _ = opened(sd_folder)

    assert (profile.model, profile.family, profile.width, profile.steps) == (sd_folder.name, "sd", 64, 30)
    assert (profile.guidance, profile.vocabulary) == (7.5, None)
    assert "pndm" in profile.samplers


def test_a_turbo_model_is_recognized_by_name(tmp_path: Path) -> None:
    """A turbo model has few steps and no guidance by default."""
    folder = tmp_path / "tiny-sdxl-turbo"
    tiny_models.save_sdxl(folder, turbo=True)

    engine, profile, _ = opened(folder)

    assert (profile.family, profile.steps, profile.guidance) == ("sdxl", 4, 0.0)
    assert engine.start(replace(FOX, model=profile.model, width=64, height=64, guidance=0.0)).batch_rows == 1


def test_a_distilled_model_limits_its_steps(tmp_path: Path) -> None:
    """The profile doesn't offer more than the 50 steps of an LCM's own sampler."""
    tiny_models.save_lcm(tmp_path)

    _, profile, _ = opened(tmp_path)

    assert (profile.family, profile.max_steps) == ("lcm", 50)
