"""Queue functions: run one job per message, and recover jobs from the poison queues."""

from __future__ import annotations

import azure.functions as func
from pydantic import ValidationError

from functions import bootstrap
from functions.models.job import Message
from functions.services.telemetry import event

bp = func.Blueprint()

CONNECTION = "AzureWebJobsStorage"


@bp.function_name("run_job")
@bp.queue_trigger(arg_name="msg", queue_name=bootstrap.GENERATION_QUEUE, connection=CONNECTION)
async def run_job(msg: func.QueueMessage) -> None:
    """Run a generation job, then its follow-up work."""
    from functions.services.maintenance import follow_up

    if message := read(msg):
        await follow_up.work(await bootstrap.dependencies(), message)


@bp.function_name("fail_poisoned_job")
@bp.queue_trigger(arg_name="msg", queue_name=f"{bootstrap.GENERATION_QUEUE}-poison", connection=CONNECTION)
async def fail_poisoned_job(msg: func.QueueMessage) -> None:
    """Requeue a generation job whose worker stopped repeatedly, or fail it."""
    from functions.services.generation.run import Generation
    from functions.services.jobs import worker

    if message := read(msg):
        await worker.recover_poisoned(await bootstrap.dependencies(), message, Generation)


@bp.function_name("run_library_job")
@bp.queue_trigger(arg_name="msg", queue_name=bootstrap.LIBRARY_QUEUE, connection=CONNECTION)
async def run_library_job(msg: func.QueueMessage) -> None:
    """Run a library job."""
    from functions.services.library_jobs import worker

    if message := read(msg):
        await worker.run_library_job(await bootstrap.dependencies(), message)


@bp.function_name("fail_poisoned_library_job")
@bp.queue_trigger(arg_name="msg", queue_name=f"{bootstrap.LIBRARY_QUEUE}-poison", connection=CONNECTION)
async def fail_poisoned_library_job(msg: func.QueueMessage) -> None:
    """Requeue a library job whose worker stopped repeatedly, or fail it."""
    from functions.services.jobs import worker
    from functions.services.library_jobs.worker import LibraryRun

    if message := read(msg):
        await worker.recover_poisoned(await bootstrap.dependencies(), message, LibraryRun)


def read(msg: func.QueueMessage) -> Message | None:
    """Return the message, or None if it isn't one of this app. Retrying such a message would not help."""
    try:
        return Message.model_validate_json(msg.get_body())
    except ValidationError:
        event("message.unreadable", message_id=msg.id)
        return None
