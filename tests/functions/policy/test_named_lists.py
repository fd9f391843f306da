"""Named lists in theme and instructions."""

from __future__ import annotations

import pytest

from functions.errors import BadRequest
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.policy.schedules.named_lists import check_known, check_unused, expanded, names, with_lists
from functions.policy.schedules.wildcards import for_run

LISTS = {"animals": ("fox", "owl"), "big_cats": ("lion", "tiger"), "one": ("hare",)}


def draft(theme: str, instructions: str = "") -> ScheduleDraft:
    return ScheduleDraft(
        name="Owls", theme=theme, instructions=instructions, timing=CronTiming(cron="0 9 * * *", timezone="UTC")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a __animals__ at night", "a {fox|owl} at night"),
        ("__animals__ and __big_cats__", "{fox|owl} and {lion|tiger}"),
        ("a {castle|__animals__|pier} on a hill", "a {castle|fox|owl|pier} on a hill"),
        ("a __one__", "a hare"),
        ("a {__animals__} at {night", "a {fox|owl} at {night"),
        ("a { __animals__, {__one__}", "a { {fox|owl}, hare"),
        ("a __fish__ and {__fish__|b}", "a __fish__ and {__fish__|b}"),
        ("on a {weekday} in {season}: __one__", "on a {weekday} in {season}: hare"),
        ("__ANIMALS__ ____ snake_case", "__ANIMALS__ ____ snake_case"),
    ],
)
def test_list_stands_for_its_entries(text: str, expected: str) -> None:
    """Also among other alternatives; an unknown list and everything else stay as they are."""
    assert expanded(text, LISTS) == expected


def test_runs_walk_through_the_entries() -> None:
    """A list in the theme and one in the instructions are combined."""
    planned = with_lists(draft("a __animals__", "like a __big_cats__"), LISTS)

    assert [for_run(planned, "s1", n=n) for n in (1, 2, 3)] == [
        ("a fox", "like a lion"),
        ("a fox", "like a tiger"),
        ("a owl", "like a lion"),
    ]
    assert names(draft("a __animals__", "__one__")) == ["animals", "one"]


@pytest.mark.parametrize(
    ("theme", "instructions", "field"), [("__fish__", "", "theme"), ("an owl", "__fish__", "instructions")]
)
def test_unknown_list_is_refused(theme: str, instructions: str, field: str) -> None:
    """The error names the field and the list."""
    with pytest.raises(BadRequest, match="No list named “fish” exists") as caught:
        check_known(draft(theme, instructions), LISTS)

    assert caught.value.details["field"] == field
    check_known(draft("a __animals__"), LISTS)


def test_list_that_a_schedule_uses_cannot_be_removed() -> None:
    """The error names both; other lists can be removed, and lists that never existed don't matter."""
    using = [draft("a __animals__"), draft("a __fish__")]

    with pytest.raises(BadRequest, match="List “animals” is used by the schedule “Owls”"):
        check_unused(using, LISTS, {"big_cats": ("lion",)})
    check_unused(using, LISTS, {"animals": ("hare",)})
