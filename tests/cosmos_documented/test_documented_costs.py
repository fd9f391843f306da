"""The request units in docs/cost.md and in the check after an idle hour are those of the catalog's calls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.models.job import Status
from functions.services.maintenance.sweep import sweep
from functions.services.schedules.planner import plan_due_work
from infra.verify.idle import RU_PER_SCHEDULING_RUN, RU_PER_SWEEP
from tests.cosmos_documented.server import documented_cosmos
from tests.cosmos_server import cosmos_database
from tests.fakes import Clock, make_dependencies
from tests.functions.services.working import ask, deliver, latest

pytestmark = pytest.mark.cosmos
COST = Path(__file__).parents[2] / "docs" / "cost.md"


async def test_an_idle_deployment_costs_what_the_check_expects(cosmos_endpoint: str) -> None:
    """After the first ones, a scheduling run and a sweep cost the expected request units, by the documentation."""
    clock = Clock()
    async with documented_cosmos(cosmos_endpoint) as standin, cosmos_database(cosmos_endpoint) as access:
        catalog = open_cosmos(standin.endpoint, access.key, access.database, clock)
        deps = await make_dependencies(clock, catalog=catalog)
        charges: list[float] = []
        for _ in range(2):
            for run in (plan_due_work, sweep):
                standin.calls.clear()
                await run(deps)
                charges.append(sum(call.ru for call in standin.calls))
            clock.advance(300)
        await catalog.close()

    assert [round(ru) for ru in charges[-2:]] == [RU_PER_SCHEDULING_RUN, RU_PER_SWEEP]


async def test_a_job_of_one_image_costs_no_more_than_the_documents_say(cosmos_endpoint: str) -> None:
    """A job of one image needs at most the request units in docs/cost.md, and at least 80% of them."""
    clock = Clock()
    async with documented_cosmos(cosmos_endpoint) as standin, cosmos_database(cosmos_endpoint) as access:
        catalog = open_cosmos(standin.endpoint, access.key, access.database, clock)
        deps = await make_dependencies(clock, catalog=catalog)
        await ask(deps)  # the first of the day also creates the documents that count it
        await deliver(deps)
        standin.calls.clear()
        job = await ask(deps)
        await deliver(deps)
        ru = sum(call.ru for call in standin.calls)
        status = (await latest(deps, job)).status
        await catalog.close()
    match = re.search(r"(\d+) RU per image", COST.read_text(encoding="utf-8"))

    assert match is not None
    assert status == Status.SUCCEEDED
    assert 0.8 * int(match[1]) < ru <= int(match[1])
