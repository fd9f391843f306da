"""Record failed attempts in a job. All functions are pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath

from pydantic import ValidationError

from functions.errors import AppError
from functions.models.failed_attempt import DETAIL_CHARS, KEPT_ATTEMPTS, FailedAttempt
from functions.models.job import GenerationRequest, Job, Reason
from functions.models.library_work import BulkWork, ExportWork
from functions.models.prompt import WrittenPrompt
from functions.policy.security.redaction import redacted

MAX_CAUSES = 5


def with_failed_attempt(job: Job, reason: Reason, *, now: datetime, error: BaseException | None = None) -> Job:
    """Return the job with its current attempt recorded as failed; only the latest `KEPT_ATTEMPTS` are kept.

    Recording the same attempt again replaces it.
    """
    entry = FailedAttempt(
        attempt=job.attempt,
        at=now,
        stage=job.status,
        code=reason.code,
        message=reason.message,
        detail=detail_of(error, job) if error is not None else "",
    )
    earlier = tuple(one for one in job.failed_attempts if one.attempt != job.attempt)
    return job.evolve(failed_attempts=(*earlier, entry)[-KEPT_ATTEMPTS:])


def detail_of(error: BaseException, job: Job) -> str:
    """Return the exception and its causes, one per line, without keys, signed URLs, and the job's own texts."""
    texts = tuple(private_texts(job))
    lines = [redacted(line, private=texts) for line in chain(error)]
    text = "\n".join(lines)
    return text if len(text) <= DETAIL_CHARS else f"{text[: DETAIL_CHARS - 1]}…"


def chain(error: BaseException) -> Iterator[str]:
    """Yield one line for the exception and for each cause: its type, its text, and where it was raised."""
    current: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        yield f"{type(current).__name__}: {text_of(current)}{raised_at(current)}"
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def text_of(error: BaseException) -> str:
    """Return the text of an exception. For invalid data, it names the fields and not the values, which can be texts."""
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return ", ".join(f"{'.'.join(map(str, one['loc'])) or 'data'}: {one['type']}" for one in found[:5])
    return error.message if isinstance(error, AppError) else " ".join(str(error).split())


def raised_at(error: BaseException) -> str:
    """Return the file's name and the line where the exception was raised, in parentheses, or nothing if unknown."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""


def private_texts(job: Job) -> Iterator[str]:
    """Yield the texts of users in the job: themes, instructions, prompts, and queries."""
    if job.request is not None:
        yield from request_texts(job.request)
    if job.prompt is not None:
        yield from prompt_texts(job.prompt)
    if job.options is not None and job.options.negative_prompt:
        yield job.options.negative_prompt
    if isinstance(job.work, BulkWork | ExportWork) and job.work.q:
        yield job.work.q


def request_texts(request: GenerationRequest) -> Iterator[str]:
    """Yield the texts of a request."""
    yield from (request.theme, request.instructions, *request.avoid, *request.variables.values())
    if request.options.negative_prompt:
        yield request.options.negative_prompt
    if request.prompt is not None:
        yield from prompt_texts(request.prompt)


def prompt_texts(prompt: WrittenPrompt) -> Iterator[str]:
    """Yield the texts of a prompt."""
    yield from (prompt.prompt, prompt.negative_prompt, prompt.title, prompt.alt_text)
