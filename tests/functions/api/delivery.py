"""The queue of library jobs, worked off as the host would."""

from __future__ import annotations

from functions.services.library_jobs.worker import run_library_job
from tests.fakes import Clock, FakeDependencies


async def deliver(deps: FakeDependencies, clock: Clock | None = None) -> int:
    """Deliver messages until none is left; how many there were."""
    delivered = 0
    while deps.library_queue.sent:
        if clock is not None:
            clock.now = max(clock.now, min(sent.visible_at for sent in deps.library_queue.sent))
        message = deps.library_queue.take()
        assert message is not None
        await run_library_job(deps, message)
        delivered += 1
    return delivered
