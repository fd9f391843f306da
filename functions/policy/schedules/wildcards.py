"""Choose from the alternatives in a text, such as `{red|blue|green}`. All functions are pure.

The runs of a schedule use each combination of the alternatives in theme and instructions once before any is repeated:
in order, where the last alternatives change first, or in a random order that follows from the schedule's ID.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from math import prod

from functions.errors import BadRequest
from functions.models.schedule import ScheduleDraft

GROUP = re.compile(r"\{([^{}]*\|[^{}]*)\}( ?)")
MAX_COMBINATIONS = 10_000  # of a schedule; they are sorted for each run


def alternatives(text: str) -> list[list[str]]:
    """Return the alternatives of each group in a text, in order."""
    return [[one.strip() for one in group.split("|")] for group, _ in GROUP.findall(text)]


def combinations(texts: Sequence[str]) -> int:
    """Return the number of combinations of all alternatives in these texts, 1 without any."""
    return prod(len(group) for text in texts for group in alternatives(text))


def check(draft: ScheduleDraft) -> None:
    """Raise `BadRequest` naming the field if theme and instructions have too many combinations."""
    found = combinations((draft.theme, draft.instructions))
    if found > MAX_COMBINATIONS:
        field = "theme" if combinations((draft.theme,)) > MAX_COMBINATIONS else "instructions"
        raise BadRequest(
            f"Alternatives such as {{red|blue}} can have at most {MAX_COMBINATIONS:,} combinations in theme and "
            f"instructions, but have {found:,}. Remove some.",
            field=field,
        )


def for_run(draft: ScheduleDraft, schedule_id: str, *, n: int) -> tuple[str, str]:
    """Return theme and instructions of the run with this number, starting at 1."""
    texts = (draft.theme, draft.instructions)
    count = combinations(texts)
    cycle, place = divmod(n - 1, count)
    if draft.wildcards == "random" and count <= MAX_COMBINATIONS:
        place = shuffled(count, schedule_id, cycle)[place]
    elif draft.wildcards == "random":  # a list has grown since the schedule was saved
        place = number(f"{schedule_id}\0{n}") % count
    return with_combination(texts, place)


def drawn(theme: str, instructions: str, *, seed: str) -> tuple[str, str]:
    """Return theme and instructions with a combination that follows from a seed, such as a job ID."""
    texts = (theme, instructions)
    return with_combination(texts, number(seed) % combinations(texts))


def with_combination(texts: tuple[str, str], place: int) -> tuple[str, str]:
    """Return the texts with the combination at this place, counted from 0."""
    picks: list[str] = []
    for group in reversed([group for text in texts for group in alternatives(text)]):
        place, which = divmod(place, len(group))
        picks.append(group[which])

    def replaced(match: re.Match[str]) -> str:
        pick = picks.pop()
        return pick + match[2] if pick else ""  # without a second space

    theme = GROUP.sub(replaced, texts[0])
    return theme, GROUP.sub(replaced, texts[1])


def shuffled(count: int, schedule_id: str, cycle: int) -> list[int]:
    """Return the places of a cycle in random order. It doesn't begin with the place that ended the cycle before."""
    if count == 2:
        cycle = 0  # any other order would repeat a combination
    order = sorted(range(count), key=lambda place: number(f"{schedule_id}\0{cycle}\0{place}"))
    if (
        cycle
        and count > 1
        and order[0] == max(range(count), key=lambda place: number(f"{schedule_id}\0{cycle - 1}\0{place}"))
    ):
        order[0], order[1] = order[1], order[0]
    return order


def number(seed: str) -> int:
    """Return a number of 64 bits that follows from a text."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
