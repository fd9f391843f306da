"""The browser test of the pseudo-locale finds text outside of messages and messages that are glued together."""

from __future__ import annotations

import pytest

from tests.browser.pseudo_locale import fragments, outside


@pytest.mark.parametrize(
    "run",
    ["Save", "⟦Save⟧ now", "⟦Saved by ⟦Ada⟧⟧ yesterday"],
)
def test_text_outside_of_a_message_is_found(run: str) -> None:
    assert len(outside([run], [])) == 1


@pytest.mark.parametrize(
    ("run", "data"),
    [("⟦Saved by Ada⟧", ""), ("⟦Saved⟧ 12 · Ctrl+S", ""), ("⟦Theme⟧ red foxes", '{"theme": "Red foxes"}')],
)
def test_messages_and_what_the_service_answered_are_not(run: str, data: str) -> None:
    assert outside([run], [data]) == []


@pytest.mark.parametrize(
    "run",
    [
        "⟦Paused⟧⟦: too many failures⟧",
        "⟦Sign in⟧ ⟦As Ada⟧",
        "12 ⟦images⟧",
        "⟦Fox⟧, ⟦Owl⟧",
        "⟦Approve⟧⟦: your key is ⟦read-only⟧⟧",
    ],
)
def test_messages_glued_to_one_sentence_are_found(run: str) -> None:
    assert fragments([run]) == [run]


@pytest.mark.parametrize(
    "run",
    ["⟦Next attempt ⟦in 5 min⟧⟧", "⟦Saved.⟧ ⟦Undo⟧", "⟦Queued⟧ · ⟦3 jobs ahead⟧", "⟦min ago⟧", "⟦Images⟧ 12"],
)
def test_whole_messages_are_not(run: str) -> None:
    assert fragments([run]) == []
