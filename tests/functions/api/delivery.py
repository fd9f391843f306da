"""Process the queue of library jobs as the host does."""

from __future__ import annotations

from collections.abc import Mapping

from functions.models.job import JobKind
from functions.services.library_jobs.worker import STEPS, Step, run_library_job
from tests.fakes import Clock, FakeDependencies


async def deliver(deps: FakeDependencies, clock: Clock | None = None, *, steps: Mapping[JobKind, Step] = STEPS) -> int:
    """Deliver messages until the queue is empty, and return how many there were."""
    delivered = 0
    while deps.library_queue.sent:
        if clock is not None:
            clock.now = max(clock.now, min(sent.visible_at for sent in deps.library_queue.sent))
        message = deps.library_queue.take()
        assert message is not None
        await run_library_job(deps, message, steps=steps)
        delivered += 1
    return delivered
