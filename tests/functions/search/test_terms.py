"""Texts are split into words and stems, the same way everywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.search.terms import LONGEST_WORD, model_keys, stem, tag_key, terms, terms_of, words, words_of


@dataclass(frozen=True)
class Texts:
    theme: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A red fox, at NIGHT!", ("a", "red", "fox", "at", "night")),
        ("The fox’s den; don't", ("the", "fox", "den", "dont")),
        ("Café in Tōkyō", ("cafe", "in", "tokyo")),
        ("ﬁre ½ 16:9 x_y", ("fire", "1", "2", "16", "9", "x", "y")),
        ("straße İstanbul", ("strasse", "istanbul")),
        ("黑猫 sleeps", ("黑", "猫", "sleeps")),
        ("हिन्दी", ("हिन्दी",)),
        ("й", ("и",)),
        ("🦊 — ???", ()),
        ("a" * 200, ("a" * LONGEST_WORD,)),
    ],
)
def test_text_is_split_into_folded_words(text: Any, expected: Any) -> None:
    """Case, accents, ligatures and punctuation do not matter; other scripts keep their letters."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("running", "runs"), ("foxes", "fox"), ("ponies", "pony"), ("happiness", "happy"), ("lighthouse", "Lighthouses")],
)
def test_forms_of_a_word_share_a_term(one: str, other: str) -> None:
    """Any form of a word finds the others."""
    assert terms(one) == terms(other)


def test_terms_are_distinct_and_in_order() -> None:
    """A repeated word, in whatever form, is one term."""
    assert terms("Foxes and a fox and snow") == ("fox", "and", "a", "snow")


def test_image_is_found_by_all_its_texts_but_not_by_what_it_must_not_show() -> None:
    """Theme, prompt, title, alt text and tags count; the negative prompt does not."""
    texts = Texts(
        theme="animals",
        prompt="a red fox",
        negative_prompt="blurry dogs",
        title="Dusk",
        alt_text="Fox in the snow",
        tags=("city at night",),
    )

    assert terms_of(texts) == ("anim", "a", "red", "fox", "dusk", "in", "the", "snow", "citi", "at", "night")
    assert words_of(texts) == ("animals", "a", "red", "fox", "dusk", "in", "the", "snow", "city", "at", "night")


@given(st.text(max_size=200))
def test_words_of_words_are_the_same_words(text: Any) -> None:
    """Splitting is stable: what was split once splits into the same again."""
    once = words(text)

    assert words(" ".join(once)) == once


@given(st.text(st.characters(max_codepoint=0x7F), max_size=200))
def test_plain_text_splits_like_any_other(text: Any) -> None:
    """The fast path for ASCII gives the same terms as the general one."""
    with_another_script = words(text + " ж")

    assert words(text) == with_another_script[:-1]


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_text_has_the_terms_of_its_parts(one: Any, other: Any) -> None:
    """Words do not depend on adjacent words."""
    assert set(terms(one + " \n " + other)) == set(terms(one)) | set(terms(other))


@given(st.text(max_size=200))
def test_terms_hold_no_space_quote_or_colon(text: Any) -> None:
    """A term can never be mistaken for two, nor for a filter of the index."""
    for term in terms(text):
        assert term
        assert not set(term) & set(" \t\n\"':*-")


def test_stemming_is_safe_from_several_threads() -> None:
    """Two threads never mix their words."""
    forms = [(f"{word}ing{'x' * (n % 7)}", n) for n, word in enumerate(["paint", "walk", "snow", "sleep"] * 500)]
    expected = [stem.__wrapped__(word) for word, _ in forms]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda form: stem.__wrapped__(form[0]), forms))

    assert found == expected


def test_tags_and_models_are_compared_without_case() -> None:
    """Tags ignore case and double spaces; a model is also known by the last part of its id."""
    assert tag_key("  City  at NIGHT ") == "city at night"
    assert model_keys("StabilityAI/SDXL-Turbo") == ("stabilityai/sdxl-turbo", "sdxl-turbo")
    assert model_keys("starter") == ("starter",)
