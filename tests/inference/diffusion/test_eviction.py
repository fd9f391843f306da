"""Several models on one device: which stay, and which are evicted."""

from __future__ import annotations

import base64
import io
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.eviction import models_to_evict
from inference_service.engine import ImageSpec, WeightsInUse
from inference_service.errors import ModelNotFound
from inference_service.models.model_folder import NotAModel
from tests.inference import tiny_loras, tiny_models
from tests.inference.conftest import PATH, wait_until
from tests.present import present

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = ImageSpec(
    model="a",
    prompt="a fox",
    negative_prompt=None,
    width=64,
    height=64,
    steps=2,
    guidance=4.0,
    seed=7,
    sampler="euler",
)
NAMES = ("a", "b", "c")


@pytest.mark.parametrize(
    ("needed", "in_use", "evicted"),
    [
        (20, set(), ()),  # Enough memory.
        (40, set(), ("old",)),  # One is evicted.
        (60, set(), ("old", "older")),  # Two are evicted.
        (40, {"old"}, ("older",)),  # The next one, if the least recently used one is in use.
        (90, {"old"}, None),  # Not enough can be evicted.
        (40, {"old", "older", "new"}, None),  # All are in use.
        # A model larger than the budget is loaded alone, if the device has enough memory.
        (120, set(), ("old", "older", "new")),
        (120, {"new"}, None),
    ],
)
def test_the_least_recently_used_models_are_evicted(needed: int, in_use: Any, evicted: Any) -> None:
    """As few models as necessary are evicted, the least recently used first, and none in use."""
    loaded = {"old": 20, "older": 30, "new": 30}

    assert models_to_evict(loaded, needed, 100, in_use) == evicted


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    for name in NAMES:
        tiny_models.save_sd(root / name)
    return root


@pytest.fixture
def engine(folders: Path) -> DiffusionEngine:
    """Three models, and memory for two."""
    models = ",".join(str(folders / name) for name in NAMES)
    one = weight_bytes(folders / "a")
    engine = DiffusionEngine(Settings(models=models, device="cpu", model_memory_gb=2.5 * one / 1e9))
    engine.setup(lambda percent: None)
    return engine


def weight_bytes(folder: Any) -> Any:
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors"))


def loaded_names(engine: DiffusionEngine) -> Any:
    return [name for name in NAMES if engine._models.if_loaded(name) is not None]


def generate(engine: DiffusionEngine, row: Any) -> Any:
    while row.forwards_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image)


def test_only_the_first_model_is_loaded_at_the_start(engine: DiffusionEngine) -> None:
    """Other models are known from their files, so they have buckets, with a limit of one row."""
    bucket = engine.bucket(replace(FOX, model="b"))

    assert loaded_names(engine) == ["a"]
    assert (bucket.model, bucket.chunks) == ("b", 1)
    assert (engine.row_cap(bucket), engine.decode_cap(bucket)) == (1, 1)
    assert engine.row_cap(engine.bucket(FOX)) > 1


def test_an_evicted_model_generates_the_same_image_later(engine: DiffusionEngine) -> None:
    """With memory for two, the third replaces the first, which later generates the same image."""
    first = generate(engine, engine.start(FOX))
    generate(engine, engine.start(replace(FOX, model="b")))

    generate(engine, engine.start(replace(FOX, model="c")))

    assert loaded_names(engine) == ["b", "c"]
    assert np.array_equal(first, generate(engine, engine.start(FOX)))
    assert loaded_names(engine) == ["a", "c"]


def test_an_evicted_model_leaves_nothing_behind(engine: DiffusionEngine) -> None:
    """The weights are freed at once, without garbage collection."""
    loaded = present(engine._models.if_loaded("a"))
    weights = [weakref.ref(one) for one in loaded.pipeline.pipe.unet.parameters()]
    generate(engine, engine.start(FOX))
    del loaded

    for name in ("b", "c"):
        engine.start(replace(FOX, model=name))

    assert loaded_names(engine) == ["b", "c"]
    assert not any(reference() is not None for reference in weights)


def test_a_model_in_use_stays_until_its_rows_are_done(engine: DiffusionEngine) -> None:
    """While two models have open rows, a third has to wait until a row is decoded or dropped."""
    mine, other = engine.start(FOX), engine.start(replace(FOX, model="b"))

    with pytest.raises(WeightsInUse):
        engine.start(replace(FOX, model="c"))
    assert loaded_names(engine) == ["a", "b"]

    generate(engine, mine)
    third = engine.start(replace(FOX, model="c"))
    assert loaded_names(engine) == ["b", "c"]

    del other
    engine.start(FOX)
    assert loaded_names(engine) == ["a", "c"]
    assert third.forwards_left == 2


def test_concurrent_requests_for_models_and_loras_get_their_images(
    folders: Path, tmp_path: Path, make_client: Callable[..., FlaskClient], pool: ThreadPoolExecutor
) -> None:
    """With memory for one model, concurrent requests for two models and a LoRA get the same images as alone."""
    tiny_loras.save_lora(folders / "a", tmp_path / "ink.safetensors", seed=1, reads_text=True)
    settings = Settings(
        models=f"{folders / 'a'},{folders / 'b'}",
        device="cpu",
        loras=f"ink={tmp_path / 'ink.safetensors'}",
        model_memory_gb=1.5 * weight_bytes(folders / "a") / 1e9,
    )
    client = make_client(DiffusionEngine(settings), wait=False)
    wait_until(lambda: client.get("/readyz").status_code == 200, seconds=120)
    body = {"prompt": "a fox", "size": "64x64", "steps": 4, "seed": 7, "output_format": "png"}
    kinds = [{"model": "a"}, {"model": "b"}, {"model": "a", "loras": [{"name": "ink", "weight": 1.0}]}]

    def generate_image(kind: Any) -> Any:
        response = client.post(PATH, json=body | kind)
        assert response.status_code == 200, response.text
        file = io.BytesIO(base64.b64decode(response.get_json()["data"][0]["b64_json"]))
        return np.asarray(Image.open(file)).astype(int)

    alone = [generate_image(kind) for kind in kinds]
    together = list(pool.map(generate_image, kinds * 4))

    assert all(np.abs(one - other).max() <= 2 for one, other in zip(together, alone * 4, strict=True))
    assert np.abs(alone[0] - alone[2]).mean() > 1


def test_an_unknown_model_is_rejected_by_name(engine: DiffusionEngine) -> None:
    """The error contains the field and the model."""
    with pytest.raises(ModelNotFound, match="Model `d` isn't available") as rejected:
        engine.bucket(replace(FOX, model="d"))

    assert rejected.value.param == "model"


def test_two_models_with_one_name_fail_at_startup(folders: Path) -> None:
    """Two models with the same name fail at startup."""
    settings = Settings(models=f"{folders / 'a'},{folders}/./a", device="cpu")

    with pytest.raises(NotAModel, match="Two models are named a"):
        DiffusionEngine(settings).setup(lambda percent: None)
