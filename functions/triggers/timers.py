"""What happens by the clock.  The host's clock is UTC; time zones are the schedules' affair."""

from __future__ import annotations

import azure.functions as func

from functions import bootstrap

bp = func.Blueprint()


@bp.function_name("plan_due_work")
@bp.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def plan_due_work(timer: func.TimerRequest) -> None:
    """Make the jobs of every schedule that is due."""
    from functions.services.schedules import planner

    await planner.plan_due_work(await bootstrap.dependencies())


@bp.function_name("sweep")
@bp.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
async def sweep(timer: func.TimerRequest) -> None:
    """Finish what a crash or a lost message left behind."""
    from functions.services.maintenance import sweep as sweeping

    await sweeping.sweep(await bootstrap.dependencies())
