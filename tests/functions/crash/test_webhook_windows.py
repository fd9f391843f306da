"""A process may die at any call between a run's end and its message: the message arrives, under one id."""

from __future__ import annotations

from contextlib import suppress

import pytest

from functions.models.caller import Caller
from functions.models.history import schedule_owner
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.webhooks import webhooks
from tests.fakes import Clock, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal

pytestmark = pytest.mark.slow

ANNA = Caller.of_key("anna", role="editor")
MAX_CALLS = 400
DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_message_arrives_wherever_the_process_died(before: bool) -> None:
    """A try that was not noted may be made again; nothing else is sent twice, and nothing is lost."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        await sweep(deps)
        schedule = await schedules.create(deps, DRAFT, caller=ANNA)
        await webhooks.set_webhook(
            deps,
            schedule.id,
            url="https://example.org/hook",
            events=["pictures.painted"],
            include_prompts=False,
            new_secret_wanted=False,
        )
        await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key=None)
        host = Host(deps, clock)
        death = Death(at, before=before)

        with suppress(Killed):
            await host.deliver(mortal(deps, death))
        await host.settle()
        await sweep(deps)
        await host.settle()

        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        posted = deps.webhook_client.posted
        (delivery,) = (await deps.catalog.deliveries.page(schedule_owner(schedule.id))).items
        assert delivery.state == "delivered", where
        assert 1 <= len(posted) <= 2, where
        assert {one.headers["webhook-id"] for one in posted} == {delivery.id}, where
        await close_dependencies(deps)
        if not death.dead:
            assert len(posted) == 1
            return
    pytest.fail("The run never came to its end.")
