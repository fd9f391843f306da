"""Stored themes have their variables filled in, and each schedule has a name of its own."""

from __future__ import annotations

import pytest

from functions.errors import BadRequest
from functions.models.caller import Caller
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.prompts import prompts
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import deliver, images

ANNA = Caller.of_key("anna", role="editor")
WEEKDAYS = ScheduleDraft(
    name="Weekdays", theme="a {weekday} in {season}", timing=CronTiming(cron="0 * * * *", timezone="UTC")
)


async def test_the_stored_theme_has_its_variables_filled_in(deps: FakeDependencies, clock: Clock) -> None:
    """Image, job, and request to the prompt writer have the theme of that day; the schedule keeps its own."""
    schedule = await schedules.create(deps, WEEKDAYS, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)
    await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key=None, count=1)

    await deliver(deps)

    assert [image.theme for image in await images(deps)] == ["a Monday in autumn"] * 2
    jobs = (await deps.catalog.jobs.page()).items
    assert {job.generation_request.theme for job in jobs} == {"a Monday in autumn"}
    assert {call.theme for call in deps.prompt_writer.calls} == {"a Monday in autumn"}
    assert (await schedules.get(deps, schedule.id)).theme == WEEKDAYS.theme


async def test_a_job_planned_before_stores_the_filled_theme_too(deps: FakeDependencies, clock: Clock) -> None:
    """A job whose theme still has a variable is stored without it."""
    await schedules.create(deps, WEEKDAYS, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)
    (job,) = (await deps.catalog.jobs.page()).items
    raw = job.generation_request.evolve(theme=WEEKDAYS.theme)
    await deps.catalog.jobs.replace(job.evolve(request=raw))

    await deliver(deps)

    (image,) = await images(deps)
    assert image.theme == "a Monday in autumn"


@pytest.mark.parametrize("name", ["Weekdays", "WEEKDAYS"])
async def test_two_schedules_cannot_share_a_name(deps: FakeDependencies, name: str) -> None:
    """A name in use, in any case, is refused for new schedules and for changes of the name."""
    await schedules.create(deps, WEEKDAYS, caller=ANNA)
    other = await schedules.create(deps, WEEKDAYS.evolve(name="Other"), caller=ANNA)

    for attempt in (
        schedules.create(deps, WEEKDAYS.evolve(name=name), caller=ANNA),
        schedules.update(deps, other.id, WEEKDAYS.evolve(name=name), etag="1"),
    ):
        with pytest.raises(BadRequest, match="already exists") as caught:
            await attempt
        assert caught.value.details["field"] == "name"


async def test_a_name_is_free_after_its_schedule_is_deleted(deps: FakeDependencies) -> None:
    """A deleted schedule's name can be used, and a schedule can change its case."""
    first = await schedules.create(deps, WEEKDAYS, caller=ANNA)
    await schedules.delete(deps, first.id)

    second = await schedules.create(deps, WEEKDAYS, caller=ANNA)
    renamed = await schedules.update(deps, second.id, WEEKDAYS.evolve(name="weekdays"), etag="1")

    assert renamed.name == "weekdays"


async def test_schedules_that_share_a_name_already_can_be_edited(deps: FakeDependencies) -> None:
    """An edit that keeps the name is allowed for schedules of an earlier version."""
    first = await schedules.create(deps, WEEKDAYS, caller=ANNA)
    twin = await schedules.create(deps, WEEKDAYS.evolve(name="Twin"), caller=ANNA)
    stored = await deps.catalog.schedules.get(twin.id)
    await deps.catalog.schedules.replace(stored.evolve(name=first.name))

    edited = await schedules.update(deps, twin.id, WEEKDAYS.evolve(theme="owls"), etag="1")

    assert (edited.name, edited.theme) == (first.name, "owls")


async def test_a_proposal_names_what_it_left_out(deps: FakeDependencies) -> None:
    """The sentence about a prompt names the parts of the theme that it doesn't contain."""
    deps.prompt_writer.left_out = ("two", "playing chess")

    proposal = await prompts.propose(deps, theme="two owls playing chess", instructions="", schedule_id=None)

    assert proposal.check.sentence.endswith("Left out of the prompt: “two”, “playing chess”.")
