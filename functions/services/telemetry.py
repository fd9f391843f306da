"""Log events with facts as single lines, without prompts, keys, and signed URLs."""

from __future__ import annotations

import json
import logging

from functions.models.job import Job

log = logging.getLogger("auto_image_gen")


def event(name: str, **facts: object) -> None:
    """Log an event: a fixed name to search for, then its facts."""
    log.info("%s %s", name, json.dumps(facts, default=str, sort_keys=True))


def ended(job: Job) -> None:
    """Log once how a job ended. Alerts and the workbook in infra/ use these facts."""
    event(
        "job.ended",
        job_id=job.id,
        kind=job.kind,
        schedule_id=job.schedule_id,
        status=job.status,
        reason=job.reason.code if job.reason else None,
        pictures=len(job.stored),
        failures=job.failures,
        cost_usd=job.cost_usd,
        **job.timings.model_dump(),
    )


def failure(name: str, error: BaseException, **facts: object) -> None:
    """Log an error: its type and where it was raised, but not its text.

    Error texts can contain user input or signed URLs.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    facts |= {"error": type(error).__name__, "where": where}
    log.warning("%s %s", name, json.dumps(facts, default=str, sort_keys=True))
