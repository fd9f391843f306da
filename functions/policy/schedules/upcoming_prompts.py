"""Prompts that are written before their runs: which run takes which.  Pure.

They are taken in their order.  One whose theme or instructions mention a variable may name its day, so it is for its
own run alone; one that a person edited is for whichever comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from functions.models.prompt import WrittenPrompt
from functions.models.schedule import Schedule, ScheduleDraft, UpcomingPrompt

REMEMBERED = 50  # prompts of a schedule
VARIABLES = ("{date}", "{weekday}", "{season}", "{n}")


def names_its_day(draft: ScheduleDraft) -> bool:
    """Whether what is written for one run may be wrong for another."""
    return any(name in text for name in VARIABLES for text in (draft.theme, draft.instructions))


def next_for(schedule: Schedule, *, job_id: str, slot: datetime | None) -> UpcomingPrompt | None:
    """What this run shall be painted from: what it took before, else the first that fits it."""
    taken = next((entry for entry in schedule.upcoming if entry.job_id == job_id), None)
    return taken or next((entry for entry in free(schedule) if fits(schedule, entry, slot)), None)


def free(schedule: Schedule) -> Sequence[UpcomingPrompt]:
    """Those that no run has taken, in order."""
    return [entry for entry in schedule.upcoming if entry.job_id is None]


def fits(schedule: Schedule, entry: UpcomingPrompt, slot: datetime | None) -> bool:
    return entry.edited or not names_its_day(schedule) or entry.slot == slot


def still_fitting(schedule: Schedule, draft: ScheduleDraft) -> tuple[UpcomingPrompt, ...]:
    """What stays when the schedule becomes this: everything, or after another theme only what people wrote."""
    if all(getattr(schedule, name) == getattr(draft, name) for name in ("theme", "instructions", "timing")):
        return schedule.upcoming
    return tuple(entry for entry in schedule.upcoming if entry.edited or entry.job_id is not None)


def without_passed(schedule: Schedule, *, now: datetime) -> tuple[UpcomingPrompt, ...]:
    """All but those that no run can take any more."""
    return tuple(
        entry
        for entry in schedule.upcoming
        if entry.job_id is not None or entry.slot > now or fits(schedule, entry, None)
    )


def by_slot(
    schedule: Schedule, slots: Iterable[datetime]
) -> tuple[Sequence[tuple[UpcomingPrompt, datetime | None]], Sequence[datetime]]:
    """Each free prompt with the run that will take it, and the runs among these that have none yet."""
    waiting, pairs, open_slots = list(free(schedule)), list[tuple[UpcomingPrompt, datetime | None]](), list[datetime]()
    for slot in slots:
        entry = next((entry for entry in waiting if fits(schedule, entry, slot)), None)
        if entry is None:
            open_slots.append(slot)
            continue
        waiting.remove(entry)
        pairs.append((entry, slot))
    return [*pairs, *((entry, None) for entry in waiting)], open_slots


def known_prompts(schedule: Schedule) -> tuple[str, ...]:
    """What a new prompt must not repeat: those that wait and the last ones, newest first."""
    return (*(entry.prompt.prompt for entry in reversed(free(schedule))), *schedule.recent_prompts)


def remembered(schedule: Schedule, prompt: WrittenPrompt) -> tuple[str, ...]:
    """The schedule's last prompts, this one the newest."""
    return (prompt.prompt, *schedule.recent_prompts)[:REMEMBERED]
