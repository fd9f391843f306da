"""A job (one unit of queued work), its states and their transitions, and its lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, field_serializer, model_validator

from functions.errors import Conflict
from functions.models.document import Document, Instant, Value
from functions.models.failed_attempt import FailedAttempt
from functions.models.image import Timings
from functions.models.language import Language
from functions.models.library_work import LibraryWork
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import GenerationOptions

JobKind = Literal["generation", "bulk", "undo", "export", "publish", "webhook", "rewrite-days"]

LEASE_SECONDS = 90
MAX_FAILURES = 5
MAX_INTERRUPTIONS = 20
MESSAGE_DELIVERIES = 5  # before a message moves to the poison queue: `maxDequeueCount` in host.json
DEADLINE_SECONDS = 30 * 60  # maximum total time that a job waits for services that are starting, full, or rate limiting


class Status(StrEnum):
    """Status of a job."""

    QUEUED = "queued"
    WRITING = "writing"  # writing the prompt
    PAINTING = "painting"
    STORING = "storing"
    RUNNING = "running"  # only for library jobs
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"  # a content filter blocked all images
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # a scheduled run that wasn't executed; `reason` has the cause

    @property
    def label(self) -> str:
        """Return the status as a word for an English sentence."""
        return LABELS.get(self, self.value)


LABELS = {
    Status.WRITING: "writing its prompt",
    Status.PAINTING: "generating",
    Status.STORING: "saving",
    Status.SUCCEEDED: "done",
    Status.CANCELLED: "canceled",
}


FINISHED = frozenset({Status.SUCCEEDED, Status.FAILED, Status.BLOCKED, Status.CANCELLED, Status.SKIPPED})
OPEN = frozenset(Status) - FINISHED
ENDS = frozenset({Status.FAILED, Status.BLOCKED, Status.CANCELLED})

# A transition to QUEUED is a retry. STORING to PAINTING starts the next image of the same job.
MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.WRITING, Status.PAINTING, Status.STORING, Status.RUNNING, Status.SUCCEEDED})
    | ENDS,
    # A run is skipped after its prompt was written if the prompt isn't new. A job whose progress was lost generates no
    # image again.
    Status.WRITING: frozenset({Status.QUEUED, Status.PAINTING, Status.STORING, Status.SUCCEEDED, Status.SKIPPED})
    | ENDS,
    Status.PAINTING: frozenset({Status.QUEUED, Status.STORING, Status.SUCCEEDED}) | ENDS,
    Status.STORING: frozenset({Status.QUEUED, Status.PAINTING, Status.SUCCEEDED}) | ENDS,
    Status.RUNNING: frozenset({Status.QUEUED, Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}),
}


class Reason(Value):
    """Why a job ended, is waiting, or was skipped."""

    code: str
    message: str


class Lease(Value):
    """The exclusive right to work on a job until it expires.

    Only the owner of the random `token` can save the job.
    """

    token: str
    expires_at: Instant
    length_s: float = LEASE_SECONDS

    def lives(self, now: datetime) -> bool:
        """Return whether the lease holds. One further ahead than two lengths is from before the clock was set back."""
        return now < self.expires_at <= now + timedelta(seconds=2 * self.length_s)


class Progress(Value):
    """Progress of the job."""

    percent: int = 0  # of the whole job
    picture: int = 0  # number of the image being generated, starting at 1
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    position: int | None = None  # number of requests ahead in the inference service
    note: str = ""  # such as "Starting the inference service, usually 4 minutes"
    preview: str | None = Field(
        default=None, description="Preview of the image being generated: a Base64-encoded WebP image of at most 8 KB."
    )


class JobImage(Value):
    """One image of the job. Its ID and seed are assigned before generation."""

    id: str
    seed: int
    state: Literal["pending", "stored", "blocked", "cancelled"] = "pending"
    reason: str = ""


class GenerationRequest(Value):
    """The request of a generation job. If it has a `prompt`, none is written."""

    theme: str
    instructions: str = ""
    prompt_language: Language | None = None
    text_language: Language = "en"
    prompt: WrittenPrompt | None = None
    options: GenerationOptions = GenerationOptions()
    avoid: tuple[str, ...] = ()  # the schedule's recent prompts at the time of planning
    variables: dict[str, str] = {}
    regenerates: str | None = None  # ID of the image whose missing original the job generates again


class Job(Document):
    """One job. Every change returns a new value. `attempt` is used to ignore outdated queue messages."""

    kind: JobKind = "generation"
    status: Status = Status.QUEUED
    request: GenerationRequest | None = None  # only for generation jobs
    work: LibraryWork | None = Field(default=None, json_schema_extra={"default": {}})  # `{}` in JSON is None
    request_hash: str = ""  # hash of the request body sent with an Idempotency-Key
    schedule_id: str | None = None
    schedule_name: str | None = None
    slot: str | None = None  # 20261123T0900Z
    folded_slots: int = 0  # number of earlier missed runs that this run also covers
    retry_of: str | None = None
    attempt: int = 1
    failures: int = 0
    interruptions: int = 0  # how often the job's worker stopped unexpectedly since the last progress
    waits: int = 0  # number of times in a row that a full or rate limiting service asked to wait
    waited_s: float = 0.0  # time spent waiting for such services, limited by DEADLINE_SECONDS
    not_before: Instant
    sent_at: Instant | None  # when the queue message was or is about to be sent; None if the sweep has to send one
    lease: Lease | None = None
    cancel_requested: bool = False
    reason: Reason | None = None
    prompt: WrittenPrompt | None = None
    options: GenerationOptions | None = None  # complete options, saved together with the prompt
    pictures: tuple[JobImage, ...] = ()
    progress: Progress = Progress()
    timings: Timings = Timings()
    cost_usd: float = 0.0
    estimated_usd: float = 0.0  # at creation, for the budget; 0 if unknown or if no limit needs it
    failed_attempts: tuple[FailedAttempt, ...] = Field(
        default=(), description="The latest attempts that failed, oldest first."
    )
    started_at: Instant | None = None
    finished_at: Instant | None = None

    @model_validator(mode="before")
    @classmethod
    def _work_of_kind(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(work := data.get("work"), dict):
            return data
        return {**data, "work": {**work, "kind": data.get("kind")} if work else None}

    @field_serializer("work")
    def _work_as_stored(self, work: LibraryWork | None) -> dict[str, Any]:
        return work.model_dump(mode="json") if work is not None else {}

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    def worker_stopped(self, now: datetime) -> bool:
        """Return whether the worker stopped without releasing the job, which continues when that is noticed."""
        return not self.finished and self.lease is not None and not self.lease.lives(now)

    @property
    def pending(self) -> tuple[JobImage, ...]:
        return tuple(image for image in self.pictures if image.state == "pending")

    @property
    def stored(self) -> tuple[JobImage, ...]:
        return tuple(image for image in self.pictures if image.state == "stored")

    @property
    def generation_request(self) -> GenerationRequest:
        """Return the request of a generation job. Raises `Conflict` for any other kind."""
        if self.request is None:
            raise Conflict(f"A {self.kind} job generates no images.")
        return self.request

    @property
    def prompt_and_options(self) -> tuple[WrittenPrompt, GenerationOptions]:
        """Return prompt and options, which are saved together. Raises `Conflict` before they are."""
        if self.prompt is None or self.options is None:
            raise Conflict("This job's prompt hasn't been written yet.")
        return self.prompt, self.options

    def leased(self, now: datetime) -> bool:
        return self.lease is not None and self.lease.lives(now)

    def is_leased_by(self, token: str) -> bool:
        return self.lease is not None and self.lease.token == token

    def with_status(self, status: Status, *, now: datetime, **changes: Any) -> Self:
        """Return the job with another status. Raises `Conflict` if the transition isn't allowed.

        A final status releases the lease and removes the preview. The first transition from QUEUED sets `started_at`.
        """
        if status != self.status and status not in MOVES.get(self.status, frozenset()):
            raise Conflict(f"This job is {self.status.label} and can't change to {status.label}.")
        changes |= {"status": status, "updated_at": now}
        if status in FINISHED:
            progress = changes.get("progress", self.progress).evolve(preview=None)
            changes |= {"lease": None, "finished_at": now, "cancel_requested": False, "progress": progress}
        elif status != Status.QUEUED and self.started_at is None:
            changes["started_at"] = now
        return self.evolve(**changes)

    def claimed(self, token: str, *, now: datetime, seconds: float = LEASE_SECONDS) -> Self:
        """Return the job with a new or renewed lease of `token`. Raises `Conflict` while another lease is active."""
        if self.leased(now) and not self.is_leased_by(token):
            raise Conflict("Another process is working on this job.")
        return self.evolve(
            lease=Lease(token=token, expires_at=now + timedelta(seconds=seconds), length_s=seconds), updated_at=now
        )

    def with_image(self, image_id: str, **changes: Any) -> Self:
        """Return the job with one of its images changed."""
        return self.evolve(
            pictures=tuple(p.evolve(**changes) if p.id == image_id else p for p in self.pictures),
        )


class Message(Value):
    """A queue message: the ID of a job and the number of the attempt, nothing else."""

    model_config = ConfigDict(extra="ignore")

    job_id: str
    attempt: int
