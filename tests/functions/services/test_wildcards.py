"""Alternatives in the theme of schedules, upcoming prompts, and single jobs."""

from __future__ import annotations

from functions.models.job import GenerationRequest
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.jobs.submit import submit
from functions.services.prompts import prompts, upcoming
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA

DRAFT = ScheduleDraft(
    name="Owls",
    theme="a {red|blue|green} owl",
    instructions="in the {morning|evening}",
    timing=CronTiming(cron="0 * * * *", timezone="UTC"),
    overlap="allow",
)


async def test_each_run_of_a_schedule_uses_the_next_combination(deps: FakeDependencies, clock: Clock) -> None:
    """The jobs contain the chosen theme and instructions, and a manual run those of the next run."""
    schedule = await schedules.create(deps, DRAFT, caller=ANNA)
    for _ in range(3):
        clock.advance(hours=1)
        await plan_due_work(deps)
    manual = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="again")
    clock.advance(hours=1)
    await plan_due_work(deps)
    repeated = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="again")

    planned = [job for job in reversed((await deps.catalog.jobs.page()).items) if job.slot is not None]
    assert [(job.generation_request.theme, job.generation_request.instructions) for job in planned] == [
        ("a red owl", "in the morning"),
        ("a red owl", "in the evening"),
        ("a blue owl", "in the morning"),
        ("a blue owl", "in the evening"),
    ]
    assert manual.generation_request.theme == "a blue owl"
    assert repeated.id == manual.id


async def test_upcoming_prompts_are_written_for_the_combination_of_their_run(deps: FakeDependencies) -> None:
    """Each prompt is kept for its own run, because another run has another theme."""
    schedule = await schedules.create(deps, DRAFT.evolve(theme="a {fox|castle}", instructions=""), caller=ANNA)

    written = await upcoming.write_ahead(deps, schedule.id, count=3)

    asked = [request.theme for request in deps.prompt_writer.calls]
    assert asked == ["a fox", "a castle", "a fox"]
    assert [one.slot for one in written] == [one.entry.slot for one in written]


async def test_single_jobs_and_sample_prompts_use_one_alternative(deps: FakeDependencies) -> None:
    """Neither the job nor the prompt writer gets the braces."""
    job = await submit(deps, GenerationRequest(theme="a {red|blue} owl"), caller=ANNA, idempotency_key=None)
    await prompts.propose(deps, theme="a {red|blue} owl", instructions="", schedule_id=None)

    assert job.generation_request.theme in {"a red owl", "a blue owl"}
    assert deps.prompt_writer.calls[-1].theme in {"a red owl", "a blue owl"}
