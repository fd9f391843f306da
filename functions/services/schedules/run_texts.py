"""Theme and instructions of a run."""

from __future__ import annotations

from functions.models.schedule import Schedule
from functions.policy.schedules.named_lists import names, with_lists
from functions.policy.schedules.wildcards import for_run
from functions.services import library_settings
from functions.services.dependencies import Dependencies


async def texts_of_run(deps: Dependencies, schedule: Schedule, *, n: int) -> tuple[str, str]:
    """Return theme and instructions of the run with this number, with the chosen alternatives."""
    lists = (await library_settings.settings(deps)).lists if names(schedule) else {}
    return for_run(with_lists(schedule, lists), schedule.id, n=n)
