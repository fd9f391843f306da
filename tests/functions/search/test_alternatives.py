"""Alternatives, parentheses, exclusions, dates, ratios, and other forms of words in a search."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from functions.errors import BadRequest
from functions.search.grammar import parse
from functions.search.plurals import other_forms, pairs
from functions.search.query import ImageQuery, Span, has_ratio
from functions.search.terms import stem, tag_keys, words

TODAY = date(2026, 11, 24)
Q = ImageQuery


def term(*words: str) -> ImageQuery:
    return Q(terms=words)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("fox OR owl", Q(any_of=((term("fox"), term("owl")),))),
        ("fox snow OR owl", Q(any_of=((term("fox", "snow"), term("owl")),))),
        ("(fox OR owl) snow", Q(terms=("snow",), any_of=((term("fox"), term("owl")),))),
        ("fox AND snow", Q(terms=("fox", "snow"))),
        ("fox or snow and not", Q(terms=("fox", "or", "snow", "and", "not"))),
        ('"OR" fox', Q(terms=("or", "fox"))),
        ("NOT snow fox", Q(terms=("fox",), without_terms=("snow",))),
        ("NOT -snow", Q(terms=("snow",))),
        ("NOT NOT snow", Q(terms=("snow",))),
        ("-(fox snow)", Q(none_of=(term("fox", "snow"),))),
        ("NOT (fox OR owl)", Q(none_of=(Q(any_of=((term("fox"), term("owl")),)),))),
        ("((fox))", Q(any_of=((term("fox"),),))),
        ("fox(red) (sci-fi)", Q(terms=("fox", "red"), any_of=((term("sci", "fi"),),))),
        ("(tag:night OR -is:approved)", Q(any_of=((Q(tags=("night",)), Q(approved=False)),))),
        ("-model:sdxl", Q(none_of=(Q(model="sdxl"),))),
        ("-rating:0 -steps:>20", Q(none_of=(Q(rating=Span(low=0, high=0)), Q(steps=Span(low=21))))),
        ("NOT seed:7", Q(none_of=(Q(seed=7),))),
        ("size:16:9", Q(ratio=(16, 9))),
        ("-size:1:1", Q(none_of=(Q(ratio=(1, 1)),))),
        ("before:2026-11", Q(until=date(2026, 10, 31))),
        ("after:2026-11-24", Q(since=date(2026, 11, 25))),
        ("after:2025 before:2026-06", Q(since=date(2026, 1, 1), until=date(2026, 5, 31))),
        ("fox 2025-03", Q(terms=("fox",), since=date(2025, 3, 1), until=date(2025, 3, 31))),
        ("-2025-03-01", Q(none_of=(Q(since=date(2025, 3, 1), until=date(2025, 3, 1)),))),
        ("2025", Q(terms=("2025",))),
        ('"2025-03"', Q(terms=("2025", "03"))),
        ("march", Q(terms=("march",))),
        ("date:november", Q(since=date(2026, 11, 1), until=date(2026, 11, 30))),
        ("date:Dec", Q(since=date(2025, 12, 1), until=date(2025, 12, 31))),
        ('date:"March 2024"', Q(since=date(2024, 3, 1), until=date(2024, 3, 31))),
        ("date:2024-sept", Q(since=date(2024, 9, 1), until=date(2024, 9, 30))),
        ("before:march", Q(until=date(2026, 2, 28))),
        ("date:jan..mar", Q(since=date(2026, 1, 1), until=date(2026, 3, 31))),
    ],
)
def test_query_is_understood(q: str, expected: Any) -> None:
    """Every form of the grammar has one meaning."""
    assert parse(q, schedules={}, today=TODAY) == expected


@pytest.mark.parametrize(
    ("q", "names", "remedy"),
    [
        ("fox OR", "OR", "needs a condition on both sides"),
        ("OR fox", "OR", "needs a condition on both sides"),
        ("fox OR OR owl", "OR", "needs a condition on both sides"),
        ("fox AND", "AND", "needs a condition on both sides"),
        ("AND fox", "AND", "put it in quotation marks"),
        ("fox NOT", "NOT", "NOT needs a condition after it"),
        ("NOT OR fox", "NOT", "put it in quotation marks"),
        ("(fox", "(", "Add a closing one"),
        ("fox)", ")", "has no opening one"),
        (")", ")", "has no opening one"),
        ("fox ()", "()", "The parentheses are empty"),
        ("(((((fox)))))", "(", "more than 4 levels"),
        ("fox OR is:trash", "is:trash", "applies to the whole search"),
        ("NOT (is:trash)", "is:trash", "applies to the whole search"),
        ("(fox -foxes)", "fox", "both included and excluded"),
        ("goose -geese", "goos", "both included and excluded"),
        ("is:favorites", "is:favorites", "Did you mean is:favorite?"),
        ("date:novembr", "date:novembr", "Did you mean date:november?"),
        ("before:soon", "before:soon", "before:2026-11"),
        ("size:big", "size:big", "size:16:9"),
        ("title:fox", "title:fox", "leave out the field"),
        ("width:512", "width:512", "Use size:512x768."),
        ("favorite:yes", "favorite:yes", "Use is:favorite."),
        ("since:2026", "since:2026", "Use date:>=2026-11."),
        ("sort:ratings", "sort:ratings", "Did you mean sort:rating?"),
        ("sort:stars", "sort:stars", "Did you mean sort:rating?"),
        ("sort:upside-down", "sort:upside-down", "Use sort:newest, sort:oldest, sort:rating, or sort:random."),
        ("sort:oldest:7", "sort:oldest:7", "Only sort:random has a number"),
        ("sort:random:1000000", "sort:random:1000000", "below 1,000,000"),
        ("-sort:oldest", "-sort:oldest", "can't be excluded"),
        ("sort:oldest sort:rating", "sort:rating", "can't be combined"),
        ("fox OR sort:oldest", "sort:oldest", "Move it out of OR and parentheses."),
        ("order:rating", "order:rating", "Use sort:oldest, sort:rating, or sort:random."),
        ("afters:2026", "afters:2026", "Did you mean after:?"),
    ],
)
def test_what_cannot_be_searched_is_rejected_with_a_suggestion(q: str, names: str, remedy: str) -> None:
    """The sentence names the part that is wrong and what to write instead."""
    with pytest.raises(BadRequest) as caught:
        parse(q, schedules={}, today=TODAY)

    assert caught.value.details == {"field": "q", "token": names}
    assert remedy in caught.value.message


def test_a_month_without_year_needs_to_know_the_day() -> None:
    """Without today's date, a month needs a year."""
    with pytest.raises(BadRequest, match="isn't a valid date"):
        parse("date:november", schedules={})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("goose", "geese"),
        ("leaf", "leaves"),
        ("child", "children"),
        ("snowman", "snowmen"),
        ("grandchild", "grandchildren"),
        ("werewolf", "werewolves"),
        ("canvas", "canvases"),
        ("lens", "lenses"),
        ("bus", "buses"),
        ("oasis", "oases"),
        ("cactus", "cacti"),
        ("bacterium", "bacteria"),
        ("chateau", "châteaux"),
        ("person", "People"),
    ],
)
def test_irregular_plurals_find_each_other(one: str, other: str) -> None:
    """Either form requires one of both stems, excludes both, and highlights both."""
    stems = {stem(word) for word in (*words(one), *words(other))}

    for word in (one, other):
        query = parse(word, schedules={})
        assert query.terms == ()
        assert {part.terms[0] for part in query.any_of[0]} >= stems
        assert stems <= set(query.matched)
        assert stems <= set(parse(f"-{word}", schedules={}).without_terms)


@pytest.mark.parametrize("word", ["fox", "house", "mongoose", "human", "roman", "box", "olives", "glasses", "men's"])
def test_regular_words_have_no_other_forms(word: str) -> None:
    """Words that only resemble an irregular one, and regular ones, stay a single term."""
    if word != "men's":
        assert other_forms(word) == ()
        assert len(parse(word, schedules={}).terms) == 1


def test_pairs_are_needed() -> None:
    """No pair is listed whose stems are equal already."""
    assert [word for word, others in pairs().items() if stem(word) in map(stem, others)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wa\u00adter\u00adcolor", ("watercolor",)),
        ("wa\u200bter", ("water",)),
        ("\ufeffwater\u2060", ("water",)),
        ("Łódź, Tromsø, Cœur, Æsir, ħ, Đà", ("lodz", "tromso", "coeur", "aesir", "h", "da")),
        ("1\ufe0f", ("1",)),
    ],
)
def test_unshown_characters_and_letters_with_strokes(text: str, expected: Any) -> None:
    """Characters that aren't shown don't split words, and letters with strokes are found by plain ones."""
    assert words(text) == expected
    for word in expected:
        query = parse(word, schedules={})
        assert stem(word) in (*query.terms, *(part.terms[0] for group in query.any_of for part in group))


def test_words_stored_by_an_earlier_version_are_found() -> None:
    """A typed word matches the terms of before and of now."""
    assert parse("Łódź", schedules={}).any_of == ((term("lodz"), term("łodz")),)
    assert set(parse("-Łódź", schedules={}).without_terms) == {"lodz", "łodz"}


def test_tags_are_found_without_accents() -> None:
    """A tag has a second key without accents, and soft hyphens don't count."""
    assert tag_keys("Château") == ("château", "chateau")
    assert tag_keys("Smørrebrød") == ("smørrebrød", "smorrebrod")
    assert tag_keys("night") == ("night",)
    assert tag_keys("wa\u00adter") == ("water",)


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((1920, 1080), (16, 9), True),
        ((352, 192), (16, 9), True),
        ((192, 352), (9, 16), True),
        ((192, 352), (16, 9), False),
        ((512, 512), (1, 1), True),
        ((512, 544), (1, 1), False),
        ((224, 288), (3, 4), True),
    ],
)
def test_sizes_have_a_ratio_within_the_rounding_of_sides(size: Any, ratio: Any, expected: bool) -> None:
    """The sizes that Create offers have the ratio that they are named after, and others don't."""
    assert has_ratio(size, ratio) is expected
