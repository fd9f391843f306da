"""The request units of an idle deployment are those of the documents and of the check after an idle hour."""

from __future__ import annotations

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.services.maintenance.sweep import sweep
from functions.services.schedules.planner import plan_due_work
from infra.verify.idle import RU_PER_MAINTENANCE_RUN, RU_PER_SCHEDULING_RUN
from tests.cosmos_documented.server import documented_cosmos
from tests.cosmos_server import cosmos_database
from tests.fakes import Clock, make_dependencies

pytestmark = pytest.mark.cosmos


async def test_an_idle_deployment_costs_what_the_check_expects(cosmos_endpoint: str) -> None:
    """After the first runs, a scheduling run and a maintenance run have the expected charges, by the documentation."""
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

    assert [round(ru) for ru in charges[-2:]] == [RU_PER_SCHEDULING_RUN, RU_PER_MAINTENANCE_RUN]
