"""Safety checkers: which images are blocked, and that a missing checker isn't ignored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
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
from inference_service.engine import ImageSpec, SafetyVerdict
from inference_service.models.model_folder import model_folder
from tests.inference import tiny_checkers, tiny_models
from tests.inference.conftest import PATH, wait_until
from tests.present import present

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = ImageSpec(
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
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


@pytest.fixture(scope="module")
def guarded_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-guarded-sd")
    tiny_models.save_sd(folder, blocks_everything=True)
    return folder


def generate(settings: Any) -> Any:
    engine = DiffusionEngine(settings)
    (profile,) = engine.setup(lambda percent: None)
    spec = replace(FOX, model=profile.model)
    row = engine.start(spec)
    while row.forwards_left:
        engine.step([row], lambda: None)
    image = engine.decode([row])[0].image
    return image, engine.check(spec, image)


def noise_images(count: Any) -> Any:
    noise = np.random.default_rng(3)
    return [Image.fromarray(noise.integers(0, 256, (64, 48, 3), dtype=np.uint8)) for _ in range(count)]


def test_a_classifier_blocks_images_at_its_threshold(model: Path, tmp_path: Path) -> None:
    """An image at the threshold is blocked with category and score and without changing it, and passes below."""
    tiny_checkers.save_classifier(tmp_path, harmful=0.8)
    settings: dict[str, Any] = {
        "model_id": str(model),
        "device": "cpu",
        "safety_checker": "falconsai",
        "safety_model": str(tmp_path),
    }

    image, verdict = generate(Settings(**settings))
    _, passed = generate(Settings(**settings, safety_threshold=0.81))

    assert isinstance(verdict, SafetyVerdict)
    assert verdict.category == "nsfw"
    assert verdict.score == pytest.approx(0.8, abs=1e-3)
    assert np.asarray(image).std() > 10
    assert passed is None


def test_a_classifier_checks_each_image_of_a_batch(tmp_path: Path) -> None:
    """A batch gets one verdict per image, in order."""
    tiny_checkers.save_classifier(tmp_path, harmful=0.5)
    checker = Classifier(tmp_path, "cpu", threshold=0.0)
    checker._model.classifier.weight.data.normal_()
    one, other = noise_images(2)

    together = checker.check([one, other, one])
    alone = checker.check([other])

    assert together[0] == together[2] != together[1]
    assert present(together[1]).score == pytest.approx(present(alone[0]).score, abs=1e-3)


def test_the_harmful_class_with_the_highest_score_is_the_category(tmp_path: Path) -> None:
    """The category is the harmful class with the highest score, for any classes."""
    tiny_checkers.save_classifier(tmp_path, harmful=0.9, labels=("SFW", "Gore", "porn"))

    verdicts = Classifier(tmp_path, "cpu", threshold=0.5).check(noise_images(1))

    assert [present(one).category for one in verdicts] == ["gore"]


def test_concept_decisions_match_diffusers(tmp_path: Path) -> None:
    """At thresholds around each image's score, the decision is the same as in diffusers."""
    import torch

    tiny_checkers.save_concepts(tmp_path)
    checker = ConceptChecker(tmp_path, tmp_path, "cpu")
    seen = noise_images(4)
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


def test_a_folders_own_checker_is_used_unless_turned_off(guarded_model: Path) -> None:
    """A checker in the model's folder is used, unless SAFETY_CHECKER=off."""
    settings: dict[str, Any] = {"model_id": str(guarded_model), "device": "cpu"}

    image, verdict = generate(Settings(**settings))
    same_image, unchecked = generate(Settings(**settings, safety_checker="off"))

    assert verdict is not None
    assert (verdict.category, verdict.score > 0) == ("nsfw", True)
    assert unchecked is None
    assert np.array_equal(np.asarray(image), np.asarray(same_image))


@pytest.mark.parametrize("kind", ["falconsai", "compvis"])
def test_the_engine_does_not_start_without_its_checker(model: Path, tmp_path: Path, kind: str) -> None:
    """The engine doesn't start, and the error contains a remedy."""
    settings = Settings(model_id=str(model), device="cpu", safety_checker=kind, safety_model=str(tmp_path / "nowhere"))

    with pytest.raises(CheckerMissing, match=rf"Couldn't load safety checker {kind}: .*nowhere.*SAFETY_CHECKER=off"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_readyz_reports_a_missing_checker(model: Path, tmp_path: Path, make_client: Callable[..., FlaskClient]) -> None:
    """The process is alive and refuses requests until the checker is available or turned off."""
    settings: dict[str, Any] = {
        "model_id": str(model),
        "safety_checker": "falconsai",
        "safety_model": str(tmp_path / "nowhere"),
    }
    client = make_client(DiffusionEngine(Settings(device="cpu", **settings)), wait=False)

    wait_until(lambda: client.get("/readyz").get_json()["status"] != "starting", seconds=120)

    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (503, "failed")
    assert "To serve images without a safety check, set SAFETY_CHECKER=off." in ready.get_json()["reason"]
    assert client.get("/healthz").status_code == 200
    rejected = client.post(PATH, json={"prompt": "a fox"})
    assert (rejected.status_code, rejected.get_json()["error"]["code"]) == (503, "model_failed")


def test_a_caller_gets_an_error_for_blocked_images(
    model: Path, tmp_path: Path, make_client: Callable[..., FlaskClient]
) -> None:
    """If all images are blocked, the response is 400 with the code and without an image."""
    tiny_checkers.save_classifier(tmp_path, harmful=0.9)
    settings: dict[str, Any] = {"model_id": str(model), "safety_checker": "falconsai", "safety_model": str(tmp_path)}
    client = make_client(DiffusionEngine(Settings(device="cpu", **settings)), wait=False)
    wait_until(lambda: client.get("/readyz").status_code == 200, seconds=120)

    response = client.post(PATH, json={"prompt": "a fox", "size": "64x64", "steps": 2, "n": 2})

    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "content_blocked")
    assert "b64_json" not in response.text


def test_a_classifier_without_a_harmless_class_is_rejected(model: Path, tmp_path: Path) -> None:
    """A classifier whose classes are all unknown is rejected."""
    tiny_checkers.save_classifier(tmp_path, harmful=0.5, labels=("cat", "dog"))
    settings = Settings(model_id=str(model), device="cpu", safety_checker="falconsai", safety_model=str(tmp_path))

    with pytest.raises(CheckerMissing, match=r"none of its classes \(cat, dog\) is named"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_only_hugging_face_models_are_checked_by_default(model: Path, guarded_model: Path) -> None:
    """`auto` uses Falconsai for Hugging Face models, a folder's own checker if it has one, and none for the starter."""
    automatic = Settings()
    hub = replace(model_folder(model, Source(str(model))), source=Source("org/name"))

    checkers = [
        kind_of(folder, automatic)
        for folder in (
            hub,
            model_folder(model, Source(str(model))),
            model_folder(guarded_model, Source(str(guarded_model))),
            model_folder(STARTER_MODEL, Source("starter")),
        )
    ]

    assert checkers == ["falconsai", "off", "compvis", "off"]
    assert re.fullmatch("[0-9a-f]{40}", FALCONSAI.revision)
    assert kind_of(hub, Settings(safety_checker="off")) == "off"
