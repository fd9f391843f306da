"""One unit of queued work, its states, its lease and the moves that are legal."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, field_serializer, model_validator

from functions.errors import Conflict
from functions.models.document import Document, Instant, Value
from functions.models.image import Timings
from functions.models.library_work import LibraryWork
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import PaintOptions

JobKind = Literal["generation", "bulk", "undo", "export", "publish", "webhook", "rewrite-days"]

LEASE_SECONDS = 90
MAX_FAILURES = 5
DEADLINE_SECONDS = 30 * 60  # how long a job may wait for a painter that is not ready


class Status(StrEnum):
    QUEUED = "queued"
    WRITING = "writing"  # the prompt
    PAINTING = "painting"
    STORING = "storing"
    RUNNING = "running"  # library jobs only
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"  # a content filter refused all of it
    CANCELLED = "cancelled"
    SKIPPED = "skipped"  # a slot that was planned and not run; `reason` says why

    @property
    def label(self) -> str:
        """The status as a word of an English sentence."""
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

# A return to QUEUED is a retry; STORING → PAINTING is the next picture of the same job.
MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.WRITING, Status.PAINTING, Status.STORING, Status.RUNNING, Status.SUCCEEDED})
    | ENDS,
    Status.WRITING: frozenset({Status.QUEUED, Status.PAINTING}) | ENDS,
    Status.PAINTING: frozenset({Status.QUEUED, Status.STORING, Status.SUCCEEDED}) | ENDS,
    Status.STORING: frozenset({Status.QUEUED, Status.PAINTING, Status.SUCCEEDED}) | ENDS,
    Status.RUNNING: frozenset({Status.QUEUED, Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}),
}


class Reason(Value):
    """Why a job ended, is waiting, or was skipped."""

    code: str
    message: str


class Lease(Value):
    """The right to work on a job, until it expires.  `token` is random: only its holder may save."""

    token: str
    expires_at: Instant

    def lives(self, now: datetime) -> bool:
        return now < self.expires_at


class Progress(Value):
    """Progress of the job."""

    percent: int = 0  # of the whole job
    picture: int = 0  # which one is being painted, from 1
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    position: int | None = None  # requests ahead at the painter
    note: str = ""  # "waking the painter", say
    preview: str | None = Field(
        default=None, description="Preview of the image being generated: a Base64-encoded WebP image of at most 8 KB."
    )


class Picture(Value):
    """One image of the job. Its ID and seed are assigned before generation."""

    id: str
    seed: int
    state: Literal["pending", "stored", "blocked", "cancelled"] = "pending"
    reason: str = ""


class GenerationRequest(Value):
    """What was asked for.  With `prompt`, nothing is written."""

    theme: str
    instructions: str = ""
    prompt: WrittenPrompt | None = None
    options: PaintOptions = PaintOptions()
    avoid: tuple[str, ...] = ()  # the schedule's last prompts when the job was planned
    variables: dict[str, str] = {}


class Job(Document):
    """One job.  Every change returns a new value; `attempt` only fences stale messages."""

    kind: JobKind = "generation"
    status: Status = Status.QUEUED
    request: GenerationRequest | None = None  # generation jobs
    work: LibraryWork | None = Field(default=None, json_schema_extra={"default": {}})  # `{}` in JSON is None
    request_hash: str = ""  # of the body that came with an Idempotency-Key
    schedule_id: str | None = None
    schedule_name: str | None = None
    slot: str | None = None  # 20261123T0900Z
    folded_slots: int = 0  # earlier missed slots that this one stands for
    retry_of: str | None = None
    attempt: int = 1
    failures: int = 0
    waited_s: float = 0.0  # for a painter that was not ready, against DEADLINE_SECONDS
    not_before: Instant
    sent_at: Instant | None  # when its message was (about to be) sent; None: the sweep has to send one
    lease: Lease | None = None
    cancel_requested: bool = False
    reason: Reason | None = None
    prompt: WrittenPrompt | None = None
    options: PaintOptions | None = None  # complete, fixed together with the prompt
    pictures: tuple[Picture, ...] = ()
    progress: Progress = Progress()
    timings: Timings = Timings()
    cost_usd: float = 0.0
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

    @property
    def pending(self) -> tuple[Picture, ...]:
        return tuple(picture for picture in self.pictures if picture.state == "pending")

    @property
    def stored(self) -> tuple[Picture, ...]:
        return tuple(picture for picture in self.pictures if picture.state == "stored")

    @property
    def asked(self) -> GenerationRequest:
        """What a generation job was asked for; `Conflict` for any other kind."""
        if self.request is None:
            raise Conflict(f"A {self.kind} job generates no images.")
        return self.request

    @property
    def written(self) -> tuple[WrittenPrompt, PaintOptions]:
        """What is painted from, saved together; `Conflict` before that."""
        if self.prompt is None or self.options is None:
            raise Conflict("This job's prompt hasn't been written yet.")
        return self.prompt, self.options

    def leased(self, now: datetime) -> bool:
        return self.lease is not None and self.lease.lives(now)

    def held_by(self, token: str) -> bool:
        return self.lease is not None and self.lease.token == token

    def to(self, status: Status, *, now: datetime, **changes: Any) -> Self:
        """The job in another state, or `Conflict` if the table has no such move.

        An end gives the lease back and drops the preview; the first move from QUEUED sets `started_at`.
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
        """The job under a lease of `token`, new or renewed; `Conflict` while another's lives."""
        if self.leased(now) and not self.held_by(token):
            raise Conflict("Another process is working on this job.")
        return self.evolve(lease=Lease(token=token, expires_at=now + timedelta(seconds=seconds)), updated_at=now)

    def with_picture(self, picture_id: str, **changes: Any) -> Self:
        """The job with one of its pictures changed."""
        return self.evolve(
            pictures=tuple(p.evolve(**changes) if p.id == picture_id else p for p in self.pictures),
        )


class Message(Value):
    """What travels through the queue: never more than which attempt of which job."""

    job_id: str
    attempt: int
