"""Assign prompts that were written in advance to runs. All functions are pure.

Prompts are used in their order. A prompt whose theme or instructions contain a variable can mention a date, so it is
reserved for its own run. A prompt that a user edited is used by the next run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from functions.models.prompt import WrittenPrompt
from functions.models.schedule import Schedule, ScheduleDraft, UpcomingPrompt
from functions.policy.schedules.named_lists import names
from functions.policy.schedules.wildcards import combinations

MAX_REMEMBERED = 50  # prompts that a schedule remembers
# Fields of a schedule that a written prompt depends on.
ABOUT_PROMPTS = ("theme", "instructions", "wildcards", "prompt_language", "text_language")
# Fields that a run, for which a prompt was written, depends on.
ABOUT_SLOTS = ("timing", "excluded_dates", "extra_runs")
VARIABLES = ("{date}", "{weekday}", "{season}", "{n}")


def is_date_specific(draft: ScheduleDraft) -> bool:
    """Return whether a prompt written for one run can be wrong for another."""
    texts = (draft.theme, draft.instructions)
    return combinations(texts) > 1 or bool(names(draft)) or any(name in text for name in VARIABLES for text in texts)


def next_for(schedule: Schedule, *, job_id: str, slot: datetime | None) -> UpcomingPrompt | None:
    """Return the prompt for this run: the one that it claimed before, else the first that fits it."""
    taken = next((entry for entry in schedule.upcoming if entry.job_id == job_id), None)
    return taken or next((entry for entry in unclaimed(schedule) if fits_slot(schedule, entry, slot)), None)


def unclaimed(schedule: Schedule) -> Sequence[UpcomingPrompt]:
    """Return the prompts that no run has claimed, in order."""
    return [entry for entry in schedule.upcoming if entry.job_id is None]


def fits_slot(schedule: Schedule, entry: UpcomingPrompt, slot: datetime | None) -> bool:
    """Return whether the prompt can be used by a run at this time."""
    return entry.edited or not is_date_specific(schedule) or entry.slot == slot


def still_fitting(schedule: Schedule, draft: ScheduleDraft) -> tuple[UpcomingPrompt, ...]:
    """Return the prompts to keep after an edit: all, or after a change of theme or times only those of users."""
    if all(getattr(schedule, name) == getattr(draft, name) for name in (*ABOUT_PROMPTS, *ABOUT_SLOTS)):
        return schedule.upcoming
    return tuple(entry for entry in schedule.upcoming if entry.edited or entry.job_id is not None)


def without_passed(schedule: Schedule, *, until: datetime) -> tuple[UpcomingPrompt, ...]:
    """Return all prompts except those that no run can use anymore, as the slots up to `until` are decided."""
    return tuple(
        entry
        for entry in schedule.upcoming
        if entry.job_id is not None or entry.slot > until or fits_slot(schedule, entry, None)
    )


def by_slot(
    schedule: Schedule, slots: Iterable[datetime]
) -> tuple[Sequence[tuple[UpcomingPrompt, datetime | None]], Sequence[datetime]]:
    """Return each unclaimed prompt with the run that will use it, and the runs without a prompt."""
    waiting, pairs, open_slots = (
        list(unclaimed(schedule)),
        list[tuple[UpcomingPrompt, datetime | None]](),
        list[datetime](),
    )
    for slot in slots:
        entry = next((entry for entry in waiting if fits_slot(schedule, entry, slot)), None)
        if entry is None:
            open_slots.append(slot)
            continue
        waiting.remove(entry)
        pairs.append((entry, slot))
    return [*pairs, *((entry, None) for entry in waiting)], open_slots


def known_prompts(schedule: Schedule) -> tuple[str, ...]:
    """Return the prompts that a new prompt must not repeat: upcoming and recent ones, newest first."""
    return (*(entry.prompt.prompt for entry in reversed(unclaimed(schedule))), *schedule.recent_prompts)


def remembered(schedule: Schedule, prompt: WrittenPrompt) -> tuple[str, ...]:
    """Return the schedule's recent prompts including this one, newest first."""
    return (prompt.prompt, *schedule.recent_prompts)[:MAX_REMEMBERED]
