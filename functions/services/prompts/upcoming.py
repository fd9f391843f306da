"""Upcoming prompts of a schedule: write, list, edit, and delete. No images are generated."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from functions.errors import NotFound, Stale, TooMany
from functions.models.identity import new_image_id
from functions.models.prompt import WritingRequest, WrittenPrompt
from functions.models.schedule import Schedule, UpcomingPrompt
from functions.policy.prompts.similarity import too_similar
from functions.policy.schedules import slots as slot_times
from functions.policy.schedules.random_delay import decided_until
from functions.policy.schedules.upcoming_prompts import ABOUT_PROMPTS, by_slot, known_prompts, unclaimed, without_passed
from functions.policy.schedules.variables import variables
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.library_backup import backed_up
from functions.services.prompts import prompts
from functions.services.schedules import schedules
from functions.services.schedules.run_texts import texts_of_run
from functions.services.telemetry import event, failure
from functions.services.update import update
from functions.services.usage import paid_prompts

MAX_UPCOMING = 5
SLOTS_LOOKED_AT = 50


@dataclass(frozen=True, kw_only=True)
class UpcomingPromptDetails:
    """An upcoming prompt and the run that will use it, or None while there is no such run."""

    entry: UpcomingPrompt
    slot: datetime | None
    check: prompts.Check


async def list_upcoming(deps: Dependencies, schedule_id: str) -> Sequence[UpcomingPromptDetails]:
    """Return the upcoming prompts in the order of their runs."""
    schedule = await latest(deps, schedule_id)
    profile = await library_settings.profile(deps)
    pairs, _ = by_slot(schedule, slots(schedule, now=deps.clock()))
    return [
        UpcomingPromptDetails(
            entry=entry,
            slot=slot,
            check=prompts.checked(entry.prompt.prompt, profile, left_out=entry.prompt.left_out),
        )
        for entry, slot in pairs
    ]


async def write_ahead(deps: Dependencies, schedule_id: str, *, count: int) -> Sequence[UpcomingPromptDetails]:
    """Write and save prompts until the next `count` runs have one. Each is paid for once.

    If a cost limit leaves no room for further prompts, those written so far are returned. Raises `TooMany`, with
    the numbers, if there is no room for the first.
    """
    profile = await library_settings.profile(deps)
    written = 0
    while True:
        now = deps.clock()
        schedule = await latest(deps, schedule_id)
        _, open_slots = by_slot(schedule, slots(schedule, now=now)[:count])
        if not open_slots or len(unclaimed(schedule)) >= MAX_UPCOMING:
            return await list_upcoming(deps, schedule_id)
        slot = open_slots[0]
        run = schedule.runs + 1 + slots(schedule, now=now).index(slot)
        theme, instructions = await texts_of_run(deps, schedule, n=run)
        request = WritingRequest(
            theme=theme,
            instructions=instructions,
            prompt_language=schedule.prompt_language,
            text_language=schedule.text_language,
            variables=variables(slot, schedule.timing.timezone, n=run),
            avoid=known_prompts(schedule),
            seed=secrets.randbelow(2**32),
        )
        id = new_image_id(now)
        try:
            prompt = await paid_prompts.write(deps, id, request, profile)
        except TooMany as exc:
            if not written:
                raise
            failure("prompt.not_written_ahead", exc, schedule_id=schedule_id)
            return await list_upcoming(deps, schedule_id)
        written += 1
        repeats = too_similar(prompt.prompt, known_prompts(schedule))
        entry = UpcomingPrompt(id=id, slot=slot, prompt=prompt.evolve(not_new=repeats))
        await save(deps, schedule, entry)


async def save(deps: Dependencies, written_for: Schedule, entry: UpcomingPrompt) -> None:
    """Add a written prompt, unless the schedule was changed while it was written."""

    def added(schedule: Schedule) -> Schedule:
        same = all(getattr(schedule, name) == getattr(written_for, name) for name in ABOUT_PROMPTS)
        _, open_slots = by_slot(schedule, slots(schedule, now=deps.clock()))
        if not same or entry.slot not in open_slots or len(unclaimed(schedule)) >= MAX_UPCOMING:
            return schedule
        return schedule.evolve(upcoming=tuple(sorted((*schedule.upcoming, entry), key=lambda one: one.slot)))

    await change(deps, written_for.id, added)
    event("prompt.written_ahead", schedule_id=written_for.id, source=entry.prompt.source)


async def edit(deps: Dependencies, schedule_id: str, id: str, prompt: WrittenPrompt, *, etag: str) -> None:
    """Replace an upcoming prompt.

    Raises `NotFound` once a run has claimed it, and `Stale` after another user's edit.
    """

    def edited(schedule: Schedule) -> Schedule:
        if find(schedule, id).etag != etag:
            raise Stale
        return schedule.evolve(
            upcoming=tuple(
                one.evolve(prompt=prompt.evolve(cost_usd=one.prompt.cost_usd), edited=True) if one.id == id else one
                for one in schedule.upcoming
            )
        )

    await change(deps, schedule_id, edited)


async def delete(deps: Dependencies, schedule_id: str, id: str) -> None:
    """Delete an upcoming prompt, so that its run uses a new one. Raises `NotFound` once a run has claimed it."""

    def dropped(schedule: Schedule) -> Schedule:
        find(schedule, id)
        return schedule.evolve(upcoming=tuple(one for one in schedule.upcoming if one.id != id))

    await change(deps, schedule_id, dropped)


async def change(deps: Dependencies, schedule_id: str, wanted: Callable[[Schedule], Schedule]) -> None:
    """Apply a change to the latest version. It doesn't cause a conflict for a user who edits the schedule."""

    def changed(stored: Schedule) -> Schedule | None:
        schedule = current(schedules.check_exists(stored), now=deps.clock())
        result = wanted(schedule)
        return None if result == schedule else result

    await backed_up(deps, update(deps.catalog.schedules, schedule_id, changed))


async def latest(deps: Dependencies, schedule_id: str) -> Schedule:
    """Return the schedule without prompts whose day has passed."""
    return current(await schedules.get(deps, schedule_id), now=deps.clock())


def current(schedule: Schedule, *, now: datetime) -> Schedule:
    """Return the schedule without prompts whose day has passed."""
    return schedule.evolve(upcoming=without_passed(schedule, until=open_since(schedule, now=now)))


def find(schedule: Schedule, id: str) -> UpcomingPrompt:
    """Return the unclaimed prompt with this ID, or raise `NotFound`."""
    for entry in unclaimed(schedule):
        if entry.id == id:
            return entry
    raise NotFound("No upcoming prompt with this ID exists. Its run may have started.")


def slots(schedule: Schedule, *, now: datetime) -> Sequence[datetime]:
    """Return the times of the next runs as if the schedule weren't paused."""
    return list(islice(slot_times.slots(schedule, after=open_since(schedule, now=now)), SLOTS_LOOKED_AT))


def open_since(schedule: Schedule, *, now: datetime) -> datetime:
    """Return the present, or the time before a slot whose run waits for its random delay."""
    return decided_until(schedule, schedule.id, after=schedule.planned_until, now=now)
