"""Timer functions. The host's clock is UTC; schedules have their own time zones."""

from __future__ import annotations

import azure.functions as func

from functions import bootstrap

bp = func.Blueprint()


@bp.function_name("plan_due_work")
@bp.timer_trigger(arg_name="timer", schedule="0 * * * * *")
async def plan_due_work(timer: func.TimerRequest) -> None:
    """Create the jobs of all schedules that are due."""
    from functions.services.schedules import planner

    await planner.plan_due_work(await bootstrap.dependencies())


@bp.function_name("sweep")
@bp.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
async def sweep(timer: func.TimerRequest) -> None:
    """Finish work that a crash or a lost message left incomplete."""
    from functions.services.maintenance import sweep as sweeping

    await sweeping.sweep(await bootstrap.dependencies())
