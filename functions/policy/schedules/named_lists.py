"""Replace named lists in a text, such as `__animals__`, by alternatives. All functions are pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from functions.errors import BadRequest
from functions.models.schedule import ScheduleDraft

Draft = TypeVar("Draft", bound=ScheduleDraft)
LIST = re.compile(r"__([a-z0-9]+(?:[_-][a-z0-9]+)*)__")


def names(draft: ScheduleDraft) -> list[str]:
    """Return the names of the lists in theme and instructions, in order."""
    return [name for text in (draft.theme, draft.instructions) for name in LIST.findall(text)]


def expanded(text: str, lists: Mapping[str, Sequence[str]]) -> str:
    """Return the text with the entries of each list as alternatives. Unknown lists stay as they are."""

    def joined(match: re.Match[str]) -> str:
        return "|".join(lists.get(match[1], [match[0]]))

    def group(match: re.Match[str]) -> str:
        found = joined(match)
        return f"{{{found}}}" if "|" in found else found

    def in_braces(part: str) -> str:
        only = LIST.fullmatch(part[1:-1].strip())
        # Alternatives can't be nested: a list among others adds its entries to them.
        return group(only) if only and only[1] in lists else LIST.sub(joined, part)

    parts = re.split(r"(\{[^{}]*\})", text)
    return "".join(in_braces(part) if index % 2 else LIST.sub(group, part) for index, part in enumerate(parts))


def with_lists(draft: Draft, lists: Mapping[str, Sequence[str]]) -> Draft:
    """Return the draft with the entries of its lists in theme and instructions."""
    if not names(draft):
        return draft
    return draft.evolve(theme=expanded(draft.theme, lists), instructions=expanded(draft.instructions, lists))


def check_known(draft: ScheduleDraft, lists: Mapping[str, Sequence[str]]) -> None:
    """Raise `BadRequest` naming the field if the theme or the instructions contain an unknown list."""
    for field in ("theme", "instructions"):
        for name in LIST.findall(getattr(draft, field)):
            if name not in lists:
                raise BadRequest(f"No list named “{name}” exists. Add the list in Settings.", field=field)


def check_unused(drafts: Iterable[ScheduleDraft], before: Iterable[str], lists: Mapping[str, Sequence[str]]) -> None:
    """Raise `BadRequest` if a removed list is used by one of these schedules. `before` are the earlier names."""
    removed = set(before) - set(lists)
    for draft in drafts:
        for name in names(draft):
            if name in removed:
                raise BadRequest(
                    f"List “{name}” is used by the schedule “{draft.name}”. Change the schedule first.", field="lists"
                )
