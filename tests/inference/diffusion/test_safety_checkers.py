"""Safety checkers: what is held back, how it is said, and that none is left out in silence."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from inference_service.config.model_sources import Source
from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.safety_checkers import (
    FALCONSAI,
    CheckerMissing,
    Classifier,
    ConceptChecker,
    kind_of,
)
from inference_service.engine import Picture, Verdict
from inference_service.models.model_folder import model_folder
from tests.inference import tiny_checkers, tiny_models
from tests.inference.conftest import PATH, until

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
    model="",
    prompt="a fox",
    negative_prompt=None,
    width=64,
    height=64,
    steps=2,
    guidance=4.0,
    seed=7,
    sampler="euler",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture(scope="module")
def guarded_model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-guarded-sd")
    tiny_models.save_sd(folder, blocks_everything=True)
    return folder


def painted(settings):
    engine = DiffusionEngine(settings)
    (profile,) = engine.setup(lambda percent: None)
    picture = replace(FOX, model=profile.model)
    row = engine.enter(picture)
    while row.turns_left:
        engine.step([row], lambda: None)
    image = engine.decode([row])[0].image
    return image, engine.check(picture, image)


def pictures(count):
    noise = np.random.default_rng(3)
    return [Image.fromarray(noise.integers(0, 256, (64, 48, 3), dtype=np.uint8)) for _ in range(count)]


def test_a_classifier_holds_back_what_reaches_its_threshold(model, tmp_path):
    """
    The picture comes with the category and the score, and is not painted over; under the threshold it passes.
    """
    tiny_checkers.save_classifier(tmp_path, harmful=0.8)
    chosen = {"model_id": str(model), "device": "cpu", "safety_checker": "falconsai", "safety_model": str(tmp_path)}

    image, held_back = painted(Settings(**chosen))
    _, passed = painted(Settings(**chosen, safety_threshold=0.81))

    assert held_back == Verdict(category="nsfw", score=pytest.approx(0.8, abs=1e-3))
    assert np.asarray(image).std() > 10
    assert passed is None


def test_a_classifier_looks_at_each_picture_of_a_batch(tmp_path):
    """
    One pass gives one answer for each, in order: pictures that differ get scores that differ.
    """
    tiny_checkers.save_classifier(tmp_path, harmful=0.5)
    checker = Classifier(tmp_path, "cpu", threshold=0.0)
    checker._model.classifier.weight.data.normal_()
    one, other = pictures(2)

    together = checker.check([one, other, one])
    alone = checker.check([other])

    assert together[0] == together[2] != together[1]
    assert together[1].score == pytest.approx(alone[0].score, abs=1e-3)


def test_the_harmful_class_with_the_highest_score_is_the_category(tmp_path):
    """
    A classifier with other classes than Falconsai's two names the one that it is.
    """
    tiny_checkers.save_classifier(tmp_path, harmful=0.9, labels=("SFW", "Gore", "porn"))

    verdicts = Classifier(tmp_path, "cpu", threshold=0.5).check(pictures(1))

    assert [one.category for one in verdicts] == ["gore"]


def test_concepts_are_judged_as_diffusers_judges_them(tmp_path):
    """
    At thresholds around each picture's own score the decision is that of the checker's forward.
    """
    import torch

    tiny_checkers.save_concepts(tmp_path)
    checker = ConceptChecker(tmp_path, tmp_path, "cpu")
    seen = pictures(4)
    pixels = checker._processor(images=seen, return_tensors="pt")["pixel_values"]
    decisions = set()
    for threshold in torch.linspace(0.0, 0.8, 33):
        checker._model.concept_embeds_weights.data.fill_(threshold)
        checker._model.special_care_embeds_weights.data.fill_(threshold + 0.02)

        ours = [verdict is not None for verdict in checker.check(seen)]

        _, theirs = checker._model(clip_input=pixels, images=torch.zeros(4, 3, 8, 8))
        assert ours == theirs, float(threshold)
        decisions.update(ours)
    assert decisions == {True, False}


def test_a_folders_own_checker_is_obeyed_until_it_is_turned_off(guarded_model):
    """
    What came with the weights judges their pictures; SAFETY_CHECKER=off loads none.
    """
    chosen = {"model_id": str(guarded_model), "device": "cpu"}

    image, held_back = painted(Settings(**chosen))
    same_image, unchecked = painted(Settings(**chosen, safety_checker="off"))

    assert held_back is not None
    assert (held_back.category, held_back.score > 0) == ("nsfw", True)
    assert unchecked is None
    assert np.array_equal(np.asarray(image), np.asarray(same_image))


@pytest.mark.parametrize("kind", ["falconsai", "compvis"])
def test_no_picture_is_served_while_the_checker_is_missing(model, tmp_path, kind):
    """
    The engine does not start, and the reason says how to start it.
    """
    settings = Settings(model_id=str(model), device="cpu", safety_checker=kind, safety_model=str(tmp_path / "nowhere"))

    with pytest.raises(CheckerMissing, match=rf"{kind} could not be loaded: .*nowhere.*SAFETY_CHECKER=off"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_readyz_says_that_the_checker_is_missing(model, tmp_path, make_client):
    """
    The process lives and refuses requests, until somebody turns the checker off or brings it.
    """
    settings = {"model_id": str(model), "safety_checker": "falconsai", "safety_model": str(tmp_path / "nowhere")}
    client = make_client(DiffusionEngine(Settings(device="cpu", **settings)), wait=False)

    until(lambda: client.get("/readyz").json["status"] != "starting", seconds=120)

    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (503, "failed")
    assert "Set SAFETY_CHECKER=off to serve unchecked pictures." in ready.json["reason"]
    assert client.get("/healthz").status_code == 200
    refused = client.post(PATH, json={"prompt": "a fox"})
    assert (refused.status_code, refused.json["error"]["code"]) == (503, "model_failed")


def test_a_caller_is_told_what_was_held_back(model, tmp_path, make_client):
    """
    When nothing is left to show, the answer is 400 with the code, and holds no picture.
    """
    tiny_checkers.save_classifier(tmp_path, harmful=0.9)
    settings = {"model_id": str(model), "safety_checker": "falconsai", "safety_model": str(tmp_path)}
    client = make_client(DiffusionEngine(Settings(device="cpu", **settings)), wait=False)
    until(lambda: client.get("/readyz").status_code == 200, seconds=120)

    answer = client.post(PATH, json={"prompt": "a fox", "size": "64x64", "steps": 2, "n": 2})

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "content_blocked")
    assert "b64_json" not in answer.text


def test_a_classifier_without_a_harmless_class_is_refused(model, tmp_path):
    """
    Else every picture, or none, would be held back.
    """
    tiny_checkers.save_classifier(tmp_path, harmful=0.5, labels=("cat", "dog"))
    settings = Settings(model_id=str(model), device="cpu", safety_checker="falconsai", safety_model=str(tmp_path))

    with pytest.raises(CheckerMissing, match=r"none of its classes \(cat, dog\) is called"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_hub_models_are_checked_by_default_and_the_starter_is_not(model, guarded_model):
    """
    `auto` is Falconsai's for the hub, a folder's own if it has one, and none for the starter.
    """
    automatic = Settings()
    hub = replace(model_folder(model, Source(str(model))), source=Source("org/name"))

    kinds = [
        kind_of(folder, automatic)
        for folder in (
            hub,
            model_folder(model, Source(str(model))),
            model_folder(guarded_model, Source(str(guarded_model))),
            model_folder(STARTER_MODEL, Source("starter")),
        )
    ]

    assert kinds == ["falconsai", "off", "compvis", "off"]
    assert re.fullmatch("[0-9a-f]{40}", FALCONSAI.revision)
    assert kind_of(hub, Settings(safety_checker="off")) == "off"
