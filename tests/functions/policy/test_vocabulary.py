"""Which words a small model doesn't know, and how they are reported."""

from __future__ import annotations

from typing import Any

import pytest

from functions.models.prompt import ModelProfile
from functions.policy.prompts.english_words import approximate_tokens, forms, root
from functions.policy.prompts.vocabulary import over_budget, sentence, suggestions, unknown_words, with_article
from functions.profiles import profile_for, starter

STARTER = profile_for("starter")


@pytest.mark.parametrize(
    "text",
    [
        "a watercolor painting of a curious flamingo in a neon city, soft lighting, whimsical",
        "Animals in unexpected places",
        "sunflowers, cherries, mice & geese",
        "three kittens playing with yarn",
        "a japanese castle, tokyo tower and the statue of liberty",
        "t-rex’s e-mail at two o'clock",
        "hot dogs and french fries on wooden tables",
        "a castle under the starry sky, 8k, trending on artstation",
        "",
        "12 34 — !?",
    ],
)
def test_known_words_are_not_named(text: str) -> None:
    """Subjects, plurals, settings, styles, and other words without a subject are known."""
    assert unknown_words(text, STARTER) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a lighthouse in the snow", ("lighthouse",)),
        ("Lighthouses, a lighthouse and an IGLOO", ("lighthouses", "igloo")),
        ("stallions galloping quickly", ("stallions",)),
        ("people walking dogs in Paris", ("Paris",)),
        ("an elefant riding a skateboard", ("elefant",)),
        ("a hot lighthouse dog", ("lighthouse",)),
    ],
)
def test_unknown_things_are_named_in_order_and_once(text: str, expected: Any) -> None:
    """An unknown subject is reported once, as written, in order."""
    assert unknown_words(text, STARTER) == expected


def test_part_of_a_name_is_not_the_thing() -> None:
    """Of a longer known name, the last word alone is known and the others are not."""
    profile = ModelProfile(model="small", vocabulary=("zuni kestrel", "bowl with spoon"))

    found = unknown_words("a zuni, a kestrel, a zuni kestrel, bowls and spoons", profile)

    assert found == ("zuni",)


def test_model_that_knows_english_has_no_unknown_words() -> None:
    """Without a vocabulary, no word is unknown."""
    profile = profile_for("sdxl")

    assert unknown_words("a lighthouse", profile) == ()
    assert suggestions(("lighthouse",), profile) == ()
    assert sentence(("lighthouse",), profile) == ""


def test_sentence_of_the_design() -> None:
    """The message about a lighthouse is the one of the design, word for word."""
    reported = sentence(unknown_words("a lighthouse", STARTER), STARTER)

    assert reported == "The starter model doesn't know a lighthouse. Try castle or sailboat."


@pytest.mark.parametrize(
    ("unknown", "expected"),
    [
        (("lighthouses",), "The starter model doesn't know lighthouses. Try castle or sailboat."),
        (("moss",), "The starter model doesn't know moss. Try herb or shamrock."),
        (
            ("lighthouse", "igloo"),
            "The starter model doesn't know a lighthouse or an igloo. Try castle or house with garden.",
        ),
        (
            ("quokka", "tapir", "zeppelin", "igloo", "stallion"),
            "The starter model doesn't know a quokka, a tapir, a zeppelin or 2 other terms. Try pig or airplane.",
        ),
        (("Paris",), "The starter model doesn't know Paris. Try flamingo or castle."),
        ((), ""),
    ],
)
def test_sentence_reads_as_english(unknown: Any, expected: str) -> None:
    """Articles, plurals, mass nouns, names, and long lists are grammatical."""
    assert sentence(unknown, STARTER) == expected


def test_suggestions_are_known_and_always_the_same() -> None:
    """Suggestions are in the vocabulary, limited in number, and the same on every call."""
    for word in ("lighthouse", "elefant", "pony", "quokka", "violinist", "armchair", "zzzzz"):
        found = suggestions((word,), STARTER)

        assert 1 <= len(found) <= 2
        assert set(found) <= set(STARTER.vocabulary or ())
        assert unknown_words(" and ".join(found), STARTER) == ()
        assert found == suggestions((word,), STARTER)


def test_every_kin_is_a_thing_of_the_starter_model() -> None:
    """Every related subject is known to the starter model."""
    from functions.profiles import english

    things = {thing for group in starter().things.values() for thing in group}

    assert {near for nearby in english().near.values() for near in nearby} <= things


def test_suggestions_keep_to_the_models_own_vocabulary() -> None:
    """A small custom model never gets subjects that only the starter model supports."""
    profile = ModelProfile(model="mine/tiny", vocabulary=("castle", "blue"))

    assert suggestions(("lighthouse",), profile) == ("castle",)
    assert sentence(("yurt",), profile) == "Model mine/tiny doesn't know a yurt."


def test_sorted_vocabulary_of_the_service_gives_the_same_answer() -> None:
    """The order and split of the vocabulary don't change the message."""
    words = {word for entry in STARTER.vocabulary or () for word in entry.split()} | set(STARTER.vocabulary or ())
    served = STARTER.evolve(vocabulary=tuple(sorted(words)))

    assert unknown_words("a lighthouse and a hot dog in the neon city", served) == ("lighthouse",)
    assert sentence(("lighthouse",), served) == "The starter model doesn't know a lighthouse. Try castle or sailboat."


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("unicorn", "a unicorn"),
        ("hourglass", "an hourglass"),
        ("ewe", "a ewe"),
        ("rhinoceros", "a rhinoceros"),
        ("octopus", "an octopus"),
        ("french fries", "french fries"),
        ("nest with eggs", "a nest with eggs"),
        ("railway car", "a railway car"),
        ("geese", "geese"),
        ("spaghetti", "spaghetti"),
    ],
)
def test_articles(noun: str, expected: str) -> None:
    """A noun gets its usual article, or none."""
    assert with_article(noun) == expected


@pytest.mark.parametrize(
    ("inflected", "word"),
    [
        ("cherries", "cherry"),
        ("foxes", "fox"),
        ("running", "run"),
        ("baked", "bake"),
        ("mice", "mouse"),
        ("cat's", "cat"),
    ],
)
def test_inflections_lead_to_the_word(inflected: str, word: str) -> None:
    """Plurals, -ing, -ed, and the genitive equal their word."""
    assert word in forms(inflected)
    assert root(inflected) == root(word)


# Counted with CLIP's own tokenizer (the one of SD 1.5 and SDXL), without start and end.
COUNTED = [
    ("a fox in the snow", 5),
    ("an oil painting of a lighthouse on a cliff during a thunderstorm, dramatic lighting", 15),
    ("a 3d render of a rhinoceros in a cyberpunk city, volumetric light, highly detailed", 20),
    ("a children's book illustration of a hedgehog among autumn leaves, warm tones, storybook feeling", 18),
]


@pytest.mark.parametrize(("text", "counted"), COUNTED)
def test_tokens_are_counted_about_right(text: Any, counted: Any) -> None:
    """The estimate is within a fifth of the count of the tokenizer."""
    assert approximate_tokens(text) == pytest.approx(counted, rel=0.2, abs=1)


def test_over_budget() -> None:
    """A prompt of 100 words is beyond a limit of 75 tokens and within one of 250."""
    assert over_budget("castle " * 100, profile_for("sd15"))
    assert not over_budget("castle " * 100, profile_for("flux-schnell"))
