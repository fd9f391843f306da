"""Responses about jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field, computed_field

from functions.api.schemas.document_fields import known_fields, response_fields
from functions.models.document import Instant
from functions.models.job import GenerationRequest, Job, Lease, Status


class RequestResponse(GenerationRequest):
    """The request of a generation job."""

    avoid: tuple[str, ...] = Field(default=(), exclude=True)


class FileResponse(BaseModel):
    """A file created by an export job."""

    url: str
    url_expires_at: Instant = Field(description="Time when the URL expires.")
    filename: str
    bytes: int = Field(description="Size in bytes.")
    kept_until: Instant = Field(description="Time when the file is deleted.")


class JobResponse(Job):
    """A job with its progress."""

    etag: str = ""  # included in the response, unlike the document's
    lease: Lease | None = Field(default=None, exclude=True)
    request_hash: str = Field(default="", exclude=True)
    waits: int = Field(default=0, exclude=True)
    interruptions: int = Field(default=0, exclude=True)
    request: RequestResponse | None = None
    position: int | None = Field(
        default=None, description="Number of jobs ahead in the queue. `null` unless the job is queued."
    )
    interrupted: bool = Field(
        default=False, description="Whether the worker stopped unexpectedly. The job continues within a few minutes."
    )
    file: FileResponse | None = Field(
        default=None, description="The exported file. Available for one day after the export."
    )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def percent(self) -> int:
        """Progress of the whole job, in percent."""
        return 100 if self.status == Status.SUCCEEDED else self.progress.percent


def job_response(
    job: Job, *, now: datetime, position: int | None = None, file: FileResponse | None = None
) -> JobResponse:
    interrupted = job.worker_stopped(now)
    if interrupted:
        job = job.evolve(progress=job.progress.evolve(seconds_left=None))
    request = None if job.request is None else RequestResponse.model_construct(**dict(known_fields(job.request)))
    return JobResponse.model_construct(
        **response_fields(job, request=request, position=position, file=file, interrupted=interrupted)
    )


class JobPage(BaseModel):
    """One page of jobs."""

    items: Sequence[JobResponse]
    next_cursor: str | None
