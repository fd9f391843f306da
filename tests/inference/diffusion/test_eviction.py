"""Several models on one device: which stay, which make room, and which must not."""

from __future__ import annotations

import base64
import io
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.eviction import evictions
from inference_service.engine import Occupied, Picture
from inference_service.errors import UnknownModel
from inference_service.models.model_folder import NotAModel
from tests.inference import tiny_loras, tiny_models
from tests.inference.conftest import PATH, until

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
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
    ("needed", "in_use", "leaving"),
    [
        (20, set(), ()),  # there is room
        (40, set(), ("old",)),  # one makes room
        (60, set(), ("old", "older")),  # two do
        (40, {"old"}, ("older",)),  # the next, when the longest unused is in use
        (90, {"old"}, None),  # not enough leave
        (40, {"old", "older", "new"}, None),  # nobody leaves
        (120, set(), ("old", "older", "new")),  # larger than the budget: alone, and the device may say no
        (120, {"new"}, None),
    ],
)
def test_the_longest_unused_models_make_room(needed, in_use, leaving):
    """
    As few as are needed, oldest first, and never one that open rows need.
    """
    resident = {"old": 20, "older": 30, "new": 30}

    assert evictions(resident, needed, 100, in_use) == leaving


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    for name in NAMES:
        tiny_models.save_sd(root / name)
    return root


@pytest.fixture
def engine(folders):
    """Three models, and room for two."""
    models = ",".join(str(folders / name) for name in NAMES)
    one = tiny_bytes(folders / "a")
    engine = DiffusionEngine(Settings(models=models, device="cpu", model_memory_gb=2.5 * one / 1e9))
    engine.setup(lambda percent: None)
    return engine


def tiny_bytes(folder):
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors"))


def loaded(engine):
    return [name for name in NAMES if engine._models.at_hand(name) is not None]


def painted(engine, row):
    while row.turns_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image)


def test_only_the_first_model_is_loaded_at_the_start(engine):
    """
    The others are known by their files: their buckets can be told, and they cap themselves at one row.
    """
    bucket = engine.bucket(replace(FOX, model="b"))

    assert loaded(engine) == ["a"]
    assert (bucket.model, bucket.chunks) == ("b", 1)
    assert (engine.row_cap(bucket), engine.decode_cap(bucket)) == (1, 1)
    assert engine.row_cap(engine.bucket(FOX)) > 1


def test_the_model_used_longest_ago_goes_and_comes_back_the_same(engine):
    """
    With room for two, the third takes the place of the first, which later paints the same picture again.
    """
    first = painted(engine, engine.enter(FOX))
    painted(engine, engine.enter(replace(FOX, model="b")))

    painted(engine, engine.enter(replace(FOX, model="c")))

    assert loaded(engine) == ["b", "c"]
    assert np.array_equal(first, painted(engine, engine.enter(FOX)))
    assert loaded(engine) == ["a", "c"]


def test_a_model_that_is_given_up_leaves_nothing_behind(engine):
    """
    Its weights are free at once, not when Python next looks for circles.
    """
    resident = engine._models.at_hand("a")
    weights = [weakref.ref(one) for one in resident.loaded.pipe.unet.parameters()]
    painted(engine, engine.enter(FOX))
    del resident

    for name in ("b", "c"):
        engine.enter(replace(FOX, model=name))

    assert loaded(engine) == ["b", "c"]
    assert not any(reference() is not None for reference in weights)


def test_a_model_in_use_stays_until_its_rows_are_done(engine):
    """
    While two models have open rows a third has to wait; a decoded row and a dropped one no longer count.
    """
    mine, other = engine.enter(FOX), engine.enter(replace(FOX, model="b"))

    with pytest.raises(Occupied):
        engine.enter(replace(FOX, model="c"))
    assert loaded(engine) == ["a", "b"]

    painted(engine, mine)
    third = engine.enter(replace(FOX, model="c"))
    assert loaded(engine) == ["b", "c"]

    del other
    engine.enter(FOX)
    assert loaded(engine) == ["a", "c"]
    assert third.turns_left == 2


def test_callers_of_different_models_and_loras_all_get_their_pictures(folders, tmp_path, make_client, pool):
    """
    With room for one model, requests of two and of a LoRA set arrive at once; each answer is the one it gets alone.
    """
    tiny_loras.save_lora(folders / "a", tmp_path / "ink.safetensors", seed=1, reads_text=True)
    settings = Settings(
        models=f"{folders / 'a'},{folders / 'b'}",
        device="cpu",
        loras=f"ink={tmp_path / 'ink.safetensors'}",
        model_memory_gb=1.5 * tiny_bytes(folders / "a") / 1e9,
    )
    client = make_client(DiffusionEngine(settings), wait=False)
    until(lambda: client.get("/readyz").status_code == 200, seconds=120)
    body = {"prompt": "a fox", "size": "64x64", "steps": 4, "seed": 7, "output_format": "png"}
    kinds = [{"model": "a"}, {"model": "b"}, {"model": "a", "loras": [{"name": "ink", "weight": 1.0}]}]

    def asked(kind):
        answer = client.post(PATH, json=body | kind)
        assert answer.status_code == 200, answer.text
        picture = io.BytesIO(base64.b64decode(answer.json["data"][0]["b64_json"]))
        return np.asarray(Image.open(picture)).astype(int)

    alone = [asked(kind) for kind in kinds]
    together = list(pool.map(asked, kinds * 4))

    assert all(np.abs(one - other).max() <= 2 for one, other in zip(together, alone * 4, strict=True))
    assert np.abs(alone[0] - alone[2]).mean() > 1


def test_an_unknown_model_is_refused_by_name(engine):
    """
    The error names the field and the model.
    """
    with pytest.raises(UnknownModel, match="does not serve the model `d`") as refused:
        engine.bucket(replace(FOX, model="d"))

    assert refused.value.param == "model"


def test_two_models_of_one_name_stop_the_start(folders):
    """
    Callers could not tell them apart.
    """
    settings = Settings(models=f"{folders / 'a'},{folders}/./a", device="cpu")

    with pytest.raises(NotAModel, match="Two models are called a"):
        DiffusionEngine(settings).setup(lambda percent: None)
