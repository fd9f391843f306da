"""The built-in model profiles, and profiles derived from the name of a model."""

from __future__ import annotations

import pytest

from functions.policy.prompts.vocabulary import unknown_words
from functions.profiles import data, profile_for, starter
from functions.profiles.word_lists import load_word_lists
from inference_service.config.settings import STARTER_MODEL
from inference_service.models.profile import card_in, vocabulary_in
from tests.present import present


@pytest.mark.parametrize(
    ("model_id", "family", "size", "steps", "guidance", "tokens"),
    [
        ("starter", "sd", 256, 20, 4.0, 75),
        ("inference_service/starter_model/", "sd", 256, 20, 4.0, 75),
        ("stabilityai/sd-turbo", "sd", 512, 1, 0.0, 75),
        ("runwayml/stable-diffusion-v1-5", "sd", 512, 30, 7.5, 75),
        ("stabilityai/stable-diffusion-2-1", "sd", 768, 30, 7.5, 75),
        ("stabilityai/stable-diffusion-xl-base-1.0", "sdxl", 1024, 30, 6.0, 75),
        ("/models/SDXL-Turbo", "sdxl", 512, 4, 0.0, 75),
        ("stabilityai/stable-diffusion-3.5-medium", "sd3", 1024, 28, 4.5, 250),
        ("black-forest-labs/FLUX.1-schnell", "flux", 1024, 4, 0.0, 250),
    ],
)
def test_builtin_profiles(model_id: str, family: str, size: int, steps: int, guidance: float, tokens: int) -> None:
    """A known model is found by hub id, short name or folder, with what its maker recommends."""
    profile = profile_for(model_id)

    assert (profile.family, profile.width, profile.height) == (family, size, size)
    assert (profile.steps, profile.guidance, profile.token_budget) == (steps, guidance, tokens)


@pytest.mark.parametrize(
    ("model_id", "family", "size", "steps", "guidance"),
    [
        ("somebody/anime-diffusion", "sd", 512, 30, 7.5),
        ("somebody/dreamy-xl-v9", "sdxl", 1024, 30, 6.0),
        ("ByteDance/SDXL-Lightning", "sdxl", 1024, 4, 0.0),
        ("somebody/flux-fine-tune", "flux", 1024, 28, 3.5),
        ("", "sd", 512, 30, 7.5),
    ],
)
def test_unknown_model_is_guessed_from_its_name(
    model_id: str, family: str, size: int, steps: int, guidance: float
) -> None:
    """An unknown model keeps its id and gets the values of the family in its name."""
    profile = profile_for(model_id)

    assert profile.model == model_id
    assert (profile.family, profile.width, profile.steps, profile.guidance) == (family, size, steps, guidance)
    assert profile.vocabulary is None


def test_steps_stay_within_the_models_own_limit() -> None:
    """The steps of a profile are within its limit, and its samplers start with the default."""
    for entry in data("models"):
        for name in entry["names"]:
            profile = profile_for(name)

            assert 1 <= profile.steps <= profile.max_steps
            assert profile.sampler == profile.samplers[0] == "default"
            assert profile.style_hint


def test_starter_profile_knows_its_vocabulary() -> None:
    """The starter's profile lists all its things, and suggests only those."""
    profile = profile_for("starter")
    things = {thing for group in starter().things.values() for thing in group}

    assert profile.vocabulary is not None
    assert things <= set(profile.vocabulary)
    assert set(profile.suggestions) <= things


def test_builtin_starter_profile_agrees_with_the_service() -> None:
    """The built-in profile equals the model card of the starter model."""
    card, served = card_in(STARTER_MODEL), vocabulary_in(STARTER_MODEL)
    profile = profile_for("starter")

    assert (profile.model, profile.steps, profile.max_steps) == (card.name, card.steps, card.max_steps)
    assert profile.guidance == card.guidance
    as_served = profile.evolve(vocabulary=served)
    assert [phrase for phrase in present(profile.vocabulary) if unknown_words(phrase, as_served)] == []


def test_word_lists_keep_to_the_starter_model() -> None:
    """Every subject of the word lists for the starter model is in its vocabulary."""
    profile, lists = profile_for("starter"), load_word_lists()
    things = {thing for group in starter().things.values() for thing in group}
    drawn = [phrase for style in lists.styles.values() for phrase in style.phrases]
    drawn += [phrase for setting in lists.settings.values() for phrase in (*setting.phrases, *setting.lights)]
    drawn += [*lists.moods, *(word for group in lists.groups.values() for word in group.adjectives)]

    assert {thing for group in lists.groups.values() for thing in group.homes} <= things
    assert {thing for concept in lists.concepts for thing in concept.things} <= things
    assert set(lists.settings) == set(starter().settings)
    assert [phrase for phrase in drawn if unknown_words(phrase, profile)] == []
