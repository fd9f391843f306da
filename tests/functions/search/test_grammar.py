"""A typed search becomes a query, or an error that states what to change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import BadRequest
from functions.search.grammar import parse
from functions.search.query import ImageQuery, Span
from functions.search.terms import tag_key

SCHEDULES = {"01S": "01S", "Daily animals": "01S", "daily": "02S", "02S": "02S", "Twin": "03S", "TWIN": "04S"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", ImageQuery()),
        ("   ", ImageQuery()),
        ("Foxes in snow", ImageQuery(terms=("fox", "in", "snow"))),
        ("fox -snow", ImageQuery(terms=("fox",), without_terms=("snow",))),
        ('"red foxes" “at night”', ImageQuery(terms=("red", "fox", "at", "night"))),
        ('-"snow"', ImageQuery(without_terms=("snow",))),
        ("sci-fi 16:9", ImageQuery(terms=("sci", "fi", "16", "9"))),
        ('tag:Night -tag:"City at  night"', ImageQuery(tags=("night",), without_tags=("city at night",))),
        ("TAG:a tag:b", ImageQuery(tags=("a", "b"))),
        ("model:StabilityAI/SDXL", ImageQuery(model="stabilityai/sdxl")),
        ("seed:18446744073709551615", ImageQuery(seed=2**64 - 1)),
        ("steps:25", ImageQuery(steps=Span(low=25, high=25))),
        ("steps:20-30", ImageQuery(steps=Span(low=20, high=30))),
        ("steps:20..30", ImageQuery(steps=Span(low=20, high=30))),
        ("steps:>20", ImageQuery(steps=Span(low=21))),
        ("steps:<=20", ImageQuery(steps=Span(high=20))),
        ("rating:>3", ImageQuery(rating=Span(low=4))),
        ("rating:4", ImageQuery(rating=Span(low=4, high=4))),
        ("rating:2-4", ImageQuery(rating=Span(low=2, high=4))),
        ("rating:0", ImageQuery(rating=Span(low=0, high=0))),
        ("size:512x768", ImageQuery(size=(512, 768))),
        ("size:512×768", ImageQuery(size=(512, 768))),
        ("schedule:daily", ImageQuery(schedule_id="02S")),
        ('schedule:"daily ANIMALS"', ImageQuery(schedule_id="01S")),
        ("schedule:01S", ImageQuery(schedule_id="01S")),
        ("job:01S@20261123T0900Z", ImageQuery(job_id="01S@20261123T0900Z")),
        ("date:2026", ImageQuery(since=date(2026, 1, 1), until=date(2026, 12, 31))),
        ("date:2028-02", ImageQuery(since=date(2028, 2, 1), until=date(2028, 2, 29))),
        ("date:2026-11-24", ImageQuery(since=date(2026, 11, 24), until=date(2026, 11, 24))),
        ("date:2026-11-01..2026-11-24", ImageQuery(since=date(2026, 11, 1), until=date(2026, 11, 24))),
        ("date:2026-10..2026-11", ImageQuery(since=date(2026, 10, 1), until=date(2026, 11, 30))),
        ("date:2026-11..", ImageQuery(since=date(2026, 11, 1))),
        ("date:..2026-11", ImageQuery(until=date(2026, 11, 30))),
        ("date:>2026-11", ImageQuery(since=date(2026, 12, 1))),
        ("date:<2026-11", ImageQuery(until=date(2026, 10, 31))),
        ("fox sort:oldest", ImageQuery(terms=("fox",), sort="oldest")),
        ("sort:newest", ImageQuery(sort="newest")),
        ("SORT:Rating", ImageQuery(sort="rating")),
        ("sort:random", ImageQuery(sort="random")),
        ("sort:random:7", ImageQuery(sort="random", shuffle=7)),
        ("is:favourite -is:approved", ImageQuery(favourite=True, approved=False)),
        ("is:favorite is:favourite", ImageQuery(favourite=True)),
        ("-is:favourite", ImageQuery(favourite=False)),
        ("is:trash", ImageQuery(trash="only")),
        ("is:missing", ImageQuery(missing=True)),
        ("-is:missing", ImageQuery(missing=False)),
        ("-is:trash", ImageQuery(trash="out")),
        ("fox fox foxes", ImageQuery(terms=("fox",))),
        ("steps:20 steps:20-20", ImageQuery(steps=Span(low=20, high=20))),
        ("„red foxes“ -«snow» tag:“Night”", ImageQuery(terms=("red", "fox"), without_terms=("snow",), tags=("night",))),
        ('tag:"«night»"', ImageQuery(tags=("«night»",))),
        (r'tag:"say \"hi\""', ImageQuery(tags=('say "hi"',))),
    ],
)
def test_query_is_understood(q: str, expected: Any) -> None:
    """Every form of the grammar has one meaning."""
    assert parse(q, schedules=SCHEDULES) == expected


@pytest.mark.parametrize(
    ("q", "names", "remedy"),
    [
        ("???", "???", "Remove it"),
        ("fox -", "-", "Remove it"),
        ('"red fox', '"red', "Add a closing quotation mark"),
        ("“red", "“red", "Add a closing quotation mark"),
        ('tag:"night', 'tag:"night', "Add a closing quotation mark"),
        ('-"red fox"', '-"red fox"', "-red -fox"),
        ("-sci-fi", "-sci-fi", "-sci -fi"),
        ("tag:", "tag:", "tag:night"),
        ("model:", "model:", "has no value. Add one"),
        ("seed:abc", "seed:abc", "seed:123"),
        ("seed:-1", "seed:-1", "seed:123"),
        ("steps:many", "steps:many", "steps:2-4"),
        ("steps:-5", "steps:-5", "steps:2-4"),
        ("steps:30-20", "steps:30-20", "steps:20-30"),
        ("steps:>10000", "steps:>10000", "ranges from 1 to 10,000"),
        ("steps:²", "steps:²", "steps:2-4"),
        ("rating:>5", "rating:>5", "ranges from 0 to 5"),
        ("rating:<0", "rating:<0", "ranges from 0 to 5"),
        ("size:16:0", "size:16:0", "size:512x768"),
        ("date:yesterday", "date:yesterday", "date:2026-11"),
        ("date:2026-13", "date:2026-13", "date:2026-11"),
        ("date:2026-02-30", "date:2026-02-30", "date:2026-11"),
        ("date:0026", "date:0026", "date:2026-11"),
        ("date:..", "date:..", "date:2026-11"),
        ("date:2026-12..2026-11", "date:2026-12..2026-11", "earlier date first"),
        ("is:nice", "is:nice", "is:favorite"),
        ("schedule:dayly", "schedule:dayly", "Did you mean “daily”"),
        ("schedule:zzz", "schedule:zzz", "list of schedules"),
        ("schedule:twin", "schedule:twin", "schedule:ID"),
        ("stpes:20", "stpes:20", "Did you mean steps:?"),
        ("re:zero", "re:zero", "quotation marks"),
        ("model:a model:b", "model:b", "can't be combined. Remove one"),
        ("steps:20 steps:30", "steps:30", "can't be combined. Remove one"),
        ("is:favourite -is:favourite", "-is:favourite", "can't be combined. Remove one"),
        ("fox -foxes", "fox", "both included and excluded. Remove one"),
        ("tag:a -tag:A", "a", "both included and excluded. Remove one"),
    ],
)
def test_what_cannot_be_searched_is_rejected(q: str, names: str, remedy: str) -> None:
    """The sentence names the piece that is wrong and what to write instead."""
    with pytest.raises(BadRequest) as caught:
        parse(q, schedules=SCHEDULES)

    assert caught.value.details == {"field": "q", "token": names}
    assert remedy in caught.value.message


@pytest.mark.parametrize("q", ["x" * 1001, " ".join(f"w{n}" for n in range(51))])
def test_endless_query_is_rejected(q: Any) -> None:
    """A query has a longest length and a largest number of conditions."""
    with pytest.raises(BadRequest, match=r"Remove some|Shorten it"):
        parse(q, schedules={})


def test_matched_words_serve_highlighting() -> None:
    """Words as typed and their stems are returned, without excluded ones."""
    query = parse("Happy foxes -snow tag:Night", schedules={})

    assert query.matched == ("happy", "happi", "foxes", "fox", "night")


NAMES = st.text(st.characters(categories=["Ll", "Nd"], max_codepoint=0x24F), min_size=1, max_size=8)


@st.composite
def written(draw: Any) -> Any:
    """Return a query and its usual text."""
    span = st.tuples(st.integers(1, 99), st.integers(0, 50)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    low, high = draw(span)
    since = draw(st.dates(date(1971, 1, 1), date(2190, 1, 1)))
    until = draw(st.dates(since, date(2190, 1, 1)))
    tag = draw(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10))
    escaped = tag.replace("\\", "\\\\").replace('"', '\\"')
    parts = draw(
        st.permutations(
            [
                (f"steps:{low}-{high}", {"steps": Span(low=low, high=high)}),
                (f"date:{since}..{until}", {"since": since, "until": until}),
                (f'-tag:"{escaped}"', {"tag": tag}),
                ("is:approved", {"approved": True}),
                ("is:trash", {"trash": "only"}),
                (f"seed:{low}", {"seed": low}),
            ]
        )
    )
    return [part for part in parts if draw(st.booleans())]


@given(written())
def test_conditions_combine_in_any_order(parts: Any) -> None:
    """Each condition is in the query, whatever the adjacent ones."""
    query = parse("  ".join(text for text, _ in parts), schedules={})

    for _, expected in parts:
        for attribute, value in expected.items():
            if attribute == "tag":
                assert query.without_tags == (tag_key(value),)
            else:
                assert getattr(query, attribute) == value


@given(st.text(max_size=80))
def test_any_text_is_either_understood_or_refused(q: Any) -> None:
    """Any text is parsed into a query or rejected, without another error."""
    refused: BadRequest | None = None
    query = ImageQuery()

    try:
        query = parse(q, schedules={})
    except BadRequest as exc:
        refused = exc

    if refused is not None:
        assert refused.details["field"] == "q"
        assert refused.message.endswith((".", "?"))
    else:
        assert query != ImageQuery() or not q.strip() or "is:trash" in q
