"""How runs choose from alternatives in theme and instructions."""

from __future__ import annotations

from itertools import pairwise

import pytest

from functions.errors import BadRequest
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.policy.schedules.wildcards import check, combinations, drawn, for_run


def draft(theme: str, instructions: str = "", wildcards: str = "order") -> ScheduleDraft:
    return ScheduleDraft.model_validate(
        {
            "name": "Owls",
            "theme": theme,
            "instructions": instructions,
            "wildcards": wildcards,
            "timing": CronTiming(cron="0 9 * * *", timezone="UTC"),
        }
    )


def themes(planned: ScheduleDraft, count: int, schedule_id: str = "s1") -> list[str]:
    return [for_run(planned, schedule_id, n=n)[0] for n in range(1, count + 1)]


def test_runs_walk_through_all_combinations_in_order() -> None:
    """The last alternatives change first, and after the last combination the first follows."""
    found = themes(draft("a {red | blue} {fox|owl}"), 5)

    assert found == ["a red fox", "a red owl", "a blue fox", "a blue owl", "a red fox"]


def test_alternatives_of_theme_and_instructions_are_combined() -> None:
    """Each color occurs with each light, and variables and other braces stay."""
    planned = draft("a {red|blue} fox in {season} {x}", "in the {morning|evening}")

    assert [for_run(planned, "s1", n=n) for n in (1, 2, 3)] == [
        ("a red fox in {season} {x}", "in the morning"),
        ("a red fox in {season} {x}", "in the evening"),
        ("a blue fox in {season} {x}", "in the morning"),
    ]


def test_alternative_can_be_empty() -> None:
    """Every other run leaves the word out."""
    assert themes(draft("a {|sleeping} fox"), 2) == ["a fox", "a sleeping fox"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_random_order_uses_each_combination_once_before_any_repeats(count: int) -> None:
    """Also from one cycle to the next, no combination follows itself, and the order stays the same."""
    theme = "{" + "|".join(f"owl {number}" for number in range(count)) + "|}"
    planned = draft(theme, wildcards="random")
    total = count + 1

    found = themes(planned, 40 * total)

    for start in range(0, len(found), total):
        assert len(set(found[start : start + total])) == total
    assert all(one != following for one, following in pairwise(found))
    assert found == themes(planned, 40 * total)


def test_random_order_differs_from_the_given_one_and_between_schedules_and_cycles() -> None:
    """Twelve owls in three orders."""
    theme = "{" + "|".join(f"owl {number}" for number in range(12)) + "}"
    planned = draft(theme, wildcards="random")

    found = themes(planned, 24)

    assert found[:12] != themes(draft(theme), 12)
    assert found[:12] != found[12:]
    assert found[:12] != themes(planned, 12, "s2")


def test_text_without_alternatives_stays_as_it_is() -> None:
    """One word in braces isn't a choice."""
    planned = draft("an owl in {weekday}, {once}", "be | kind", wildcards="random")

    assert combinations((planned.theme, planned.instructions)) == 1
    assert for_run(planned, "s1", n=7) == ("an owl in {weekday}, {once}", "be | kind")


def test_single_jobs_draw_all_combinations() -> None:
    """The choice follows from the ID, so a repeated request has the same one."""
    found = {drawn("a {red|blue} {fox|owl}", "", seed=f"job-{number}")[0] for number in range(60)}

    assert len(found) == 4
    assert drawn("{1|2|3|4}", "", seed="job-1") == drawn("{1|2|3|4}", "", seed="job-1")


@pytest.mark.parametrize(("theme", "instructions", "field"), [(5, 0, "theme"), (4, 1, "instructions"), (4, 0, None)])
def test_too_many_combinations_are_refused(theme: int, instructions: int, field: str | None) -> None:
    """10,000 combinations are allowed, and the error names the field and the number."""
    planned = draft("{0|1|2|3|4|5|6|7|8|9}" * theme, "{a|b}" * instructions)

    if field is None:
        check(planned)
        return
    with pytest.raises(BadRequest, match=r"at most 10,000 combinations .* but have \d\d+,000") as caught:
        check(planned)
    assert caught.value.details["field"] == field
