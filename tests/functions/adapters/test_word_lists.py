"""The word lists write varied prompts about the theme, within the token limit of the model."""

from __future__ import annotations

from typing import Any

import pytest

from functions.adapters.prompt_writers.word_lists import WordListPromptWriter, compose
from functions.models.prompt import ModelProfile, PromptSource, WritingRequest
from functions.policy.prompts.english_words import approximate_tokens
from functions.policy.prompts.similarity import too_similar
from functions.policy.prompts.vocabulary import sentence, unknown_words
from functions.profiles import profile_for
from functions.profiles.word_lists import load_word_lists

STARTER, LARGE = profile_for("starter"), profile_for("sdxl")
UNEXPECTED = "Animals in unexpected places"


def series(theme: str, count: int, *, profile: ModelProfile = STARTER, seed: int = 1, **more: Any) -> Any:
    """Return successive prompts of a schedule, each avoiding the last fifty."""
    written: list[Any] = []
    for number in range(count):
        avoid = tuple(prompt.prompt for prompt in reversed(written))[:50]
        written.append(compose(WritingRequest(theme=theme, seed=seed + number, avoid=avoid, **more), profile))
    return written


def thing_of(written: Any) -> Any:
    return written.tags[0]


async def test_word_lists_are_a_prompt_writer() -> None:
    """Both methods of the port work, and the source is the word lists."""
    writer = WordListPromptWriter()

    written = await writer.write(WritingRequest(theme=UNEXPECTED), STARTER)
    await writer.close()

    assert written.source is PromptSource.OFFLINE
    assert written.cost_usd == 0


def test_same_seed_gives_the_same_prompt() -> None:
    """A prompt depends only on seed, theme, and earlier prompts."""
    request = WritingRequest(theme=UNEXPECTED, seed=7, avoid=("a castle at night",))

    first, again = compose(request, STARTER), compose(request, STARTER)

    assert first == again
    assert compose(request.evolve(seed=8), STARTER).prompt != first.prompt


def test_animals_in_unexpected_places() -> None:
    """The theme of the first schedule gives a dozen different animals in unexpected places."""
    lists = load_word_lists()

    written = series(UNEXPECTED, 12)

    for one in written:
        thing, kind, setting = one.tags[:3]
        assert thing in lists.groups["animal"].homes
        assert kind == "animal"
        assert setting in lists.places
        assert setting not in lists.homes(thing)
        assert one.unknown_words == ()
    assert len({thing_of(one) for one in written}) == 12
    assert len({one.tags[2] for one in written}) >= 5


def test_cozy_food_in_winter() -> None:
    """Prompts contain both the kind and the setting of the theme."""
    written = series("cozy food in winter", 12)

    assert {one.tags[2] for one in written} == {"snow"}
    assert {thing_of(one) for one in written} <= set(load_word_lists().groups["food"].homes)


@pytest.mark.parametrize(
    ("theme", "things"),
    [
        ("A castle by the sea", {"castle"}),
        ("hot dogs", {"hot dog"}),
        ("polar bears on the moon", {"polar bear"}),
        ("A lonely robot", {"robot"}),
        ("A lighthouse", {"castle", "sailboat"}),
    ],
)
def test_named_thing_is_generated(theme: str, things: Any) -> None:
    """A known subject is used, and an unknown one is replaced by related ones."""
    written = series(theme, 6)

    assert {thing_of(one) for one in written} == things
    assert all(thing_of(one) in one.prompt for one in written)


def test_two_named_things_stand_side_by_side() -> None:
    """A theme with two things puts both into the image."""
    for one in series("cats and dogs", 4):
        assert "a cat " in one.prompt
        assert "a dog " in one.prompt
        assert {"cat", "dog"} <= set(one.tags)


def test_unknown_words_of_the_theme_are_reported() -> None:
    """The prompt is returned with the words that the model doesn't know."""
    written = compose(WritingRequest(theme="A lighthouse at night"), STARTER)

    assert written.unknown_words == ("lighthouse",)
    assert "lighthouse" not in written.prompt
    assert sentence(written.unknown_words, STARTER).endswith("Try castle or sailboat.")


@pytest.mark.parametrize("theme", ["Hope", "Montagsgefühl", "夢", "!!!", "x" * 500, "a " * 600, ""])
def test_any_theme_gives_a_prompt(theme: Any) -> None:
    """Any theme gives a valid prompt within the limits."""
    for profile in (STARTER, LARGE, profile_for("flux-schnell")):
        written = compose(WritingRequest(theme=theme), profile)

        assert written.prompt.strip()
        assert written.title
        assert written.alt_text.endswith(".")


def test_settings_styles_and_colors_of_the_theme_are_used() -> None:
    """Style, place, color, and size of the theme appear in every prompt."""
    assert {one.tags[-1] for one in series("pixel art of vehicles at night", 4)} == {"pixel art"}
    assert {one.tags[2] for one in series("pixel art of vehicles at night", 4)} == {"night"}
    assert all("on a blue background" in one.prompt for one in series("blue flowers", 4))
    assert all(" giant " in one.prompt for one in series("giant fruit in the city", 4))


def test_instructions_and_variables_steer_style_and_setting() -> None:
    """Prompt instructions with variables set the style and setting, not the subject."""
    written = series("castles", 4, instructions="Always watercolor, in {season}.", variables={"season": "autumn"})

    assert {thing_of(one) for one in written} == {"castle"}
    assert {one.tags[-2:] for one in written} == {("autumn", "watercolor")}


@pytest.mark.slow
def test_never_twice_the_same_within_the_last_fifty() -> None:
    """Even a theme that leaves little room never repeats one of the fifty prompts before, over two hundred runs."""
    written = [one.prompt for one in series("an ink drawing of a castle in the snow", 200)]

    for place, prompt in enumerate(written):
        assert prompt not in written[max(0, place - 50) : place]


@pytest.mark.parametrize("profile", [STARTER, LARGE], ids=["starter", "sdxl"])
@pytest.mark.slow
def test_wide_theme_is_never_even_close(profile: Any) -> None:
    """With a wide theme, no prompt is similar to one of the last fifty."""
    written = [one.prompt for one in series(UNEXPECTED, 60, profile=profile)]

    for place, prompt in enumerate(written):
        assert not too_similar(prompt, written[max(0, place - 50) : place])


def test_prompts_fit_what_is_read() -> None:
    """At most sixty words, within the token budget, at most eight tags, and every word known to the model."""
    for theme in (UNEXPECTED, "Halloween", "Japanese autumn", "music", "Monday"):
        for one in series(theme, 8):
            assert len(one.prompt.split()) <= 60
            assert approximate_tokens(one.prompt) <= STARTER.token_budget
            assert 1 <= len(one.tags) <= 8
            assert unknown_words(one.prompt, STARTER) == ()


def test_negative_prompt_only_where_it_works() -> None:
    """Every model gets a negative prompt but the starter model and distilled ones, which wouldn't use it."""
    request = WritingRequest(theme="a castle")

    assert compose(request, STARTER).negative_prompt == ""
    assert compose(request, profile_for("sdxl-turbo")).negative_prompt == ""
    assert "watermark" in compose(request, LARGE).negative_prompt


def test_model_that_knows_english_gets_the_themes_own_words() -> None:
    """For a large model a theme that names something stays as it is written, with style and light added."""
    written = series("A lighthouse keeper's cat", 6, profile=LARGE)

    assert all(one.prompt.startswith("A lighthouse keeper's cat, ") for one in written)
    assert len({one.prompt for one in written}) == 6
    assert written[0].unknown_words == ()


def test_foreign_small_vocabulary_is_respected() -> None:
    """A small custom model gets subjects from its own vocabulary."""
    profile = ModelProfile(model="mine", vocabulary=("castle", "zebra", "in the snow"))

    assert {thing_of(one) for one in series("buildings", 3, profile=profile)} == {"castle"}
    assert thing_of(compose(WritingRequest(theme="music"), ModelProfile(model="mine", vocabulary=("blob",)))) == "blob"
