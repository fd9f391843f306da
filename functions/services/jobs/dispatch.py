"""Send the message of a job after its document is saved, so that a short queue outage loses nothing."""

from __future__ import annotations

import asyncio

from functions.errors import Conflict, NotFound, Transient
from functions.models.job import Job, Message
from functions.services.dependencies import Dependencies
from functions.services.telemetry import failure


async def send_job_message(deps: Dependencies, job: Job, *, delay_s: float = 0.0, patient: bool = False) -> None:
    """Send the message of a saved job. With `patient`, failures are retried; otherwise the next sweep sends it."""
    message = Message(job_id=job.id, attempt=job.attempt)
    for pause_s in (*(deps.send_pauses_s if patient else ()), None):
        try:
            await deps.queue_of(job).send(message, delay_s=delay_s)
            return
        except Transient as exc:
            failure("job.message_not_sent", exc, job_id=job.id)
        if pause_s is not None:
            await asyncio.sleep(pause_s)
    try:
        await deps.catalog.jobs.replace(job.evolve(sent_at=None))
    except (Conflict, NotFound, Transient) as exc:
        failure("job.left_to_sweep", exc, job_id=job.id)  # the sweep finds the job by its age
