"""One accepted request from its place in the queue to its pictures, and the names by which requests are found."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

from inference_service.engine import Verdict
from inference_service.errors import ServiceError
from inference_service.requests.validation import Order


class State(StrEnum):
    WAITING = "queued"
    PAINTING = "painting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES = {
    State.WAITING: {State.PAINTING, State.FAILED, State.CANCELLED},
    State.PAINTING: {State.SUCCEEDED, State.FAILED, State.CANCELLED},
}
OPEN = frozenset(MOVES)
TICKET_BYTES = 8 * 1024  # of a request without its texts and pictures, at most
SWEEP_S = 1.0  # how often ended requests are looked through


@dataclass(frozen=True, kw_only=True)
class Finished:
    """One picture of a request, encoded; without data when the safety checker refused it."""

    index: int
    data: bytes | None = field(repr=False)
    sampler: str
    text_tokens: int
    ms: int
    blocked: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What one picture of a request seems to become."""

    index: int  # of the picture
    number: int  # of its previews, from 0
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class View:
    """A request as it stands at one instant."""

    state: State
    step: int
    steps: int
    position: int
    seconds_left: float | None
    previews: tuple[Preview, ...]
    finished: tuple[Finished, ...]
    error: ServiceError | None


@dataclass(frozen=True)
class Foreseen:
    """What the schedule expects of a request."""

    position: int  # requests that are likely to be done before it
    ready_at: float  # on the monotonic clock


class Ticket:
    """A request being worked on.  What callers wait for in it is guarded by the desk's lock.

    `step` and `foreseen` are the engine thread's alone to write: nobody is woken for them.
    """

    def __init__(self, order: Order, lock: threading.Lock) -> None:
        self.order = order
        self.state = State.WAITING
        self.step = 0  # over all pictures
        self.foreseen: Foreseen | None = None
        self.finished: list[Finished] = []
        self.previews: list[Preview] = []
        self.error: ServiceError | None = None
        self.callers = 0
        self.version = 0
        self.changed = threading.Condition(lock)
        self.accepted_at = time.monotonic()
        self.ended_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def bytes(self) -> int:
        """About what it takes to keep the request; one that came to nothing is not free either."""
        asked = self.order.pictures[0]
        texts = 4 * (len(asked.prompt) + len(asked.negative_prompt or ""))
        pictures = sum(len(picture.data or b"") for picture in self.finished)
        return TICKET_BYTES + texts + pictures + sum(len(preview.data) for preview in self.previews)

    def move(self, state: State, error: ServiceError | None = None) -> None:
        """Take one legal step, and tell those who wait."""
        if state not in MOVES.get(self.state, ()):
            raise RuntimeError(f"A request that is {self.state} cannot become {state}.")
        self.state, self.error = state, error
        if state not in OPEN:
            self.ended_at = time.monotonic()
        self.touch()

    def touch(self) -> None:
        """Something changed: wake everybody who waits on this request."""
        self.version += 1
        self.changed.notify_all()


class Names:
    """Requests by the name that their caller gave; ended ones are kept for a while, within a limit of bytes."""

    def __init__(self, *, keep_s: float, keep_bytes: int) -> None:
        self._keep_s, self._keep_bytes = keep_s, keep_bytes
        self._tickets: dict[str, Ticket] = {}
        self._swept_at = 0.0

    def get(self, name: str) -> Ticket | None:
        now = time.monotonic()
        self._sweep(now)
        ticket = self._tickets.get(name)
        return None if ticket is None or self._is_old(ticket, now) else ticket

    def put(self, name: str, ticket: Ticket) -> None:
        self._sweep(time.monotonic())
        self._tickets.pop(name, None)  # so that the newest stands last
        self._tickets[name] = ticket

    def drop(self, name: str) -> None:
        self._tickets.pop(name, None)

    def _is_old(self, ticket: Ticket, now: float) -> bool:
        return ticket.ended_at is not None and now - ticket.ended_at > self._keep_s

    def _sweep(self, now: float) -> None:
        """Forget what is old or beyond the limit; there can be thousands, so not at every call."""
        if now - self._swept_at < SWEEP_S:
            return
        self._swept_at = now
        ended = [(name, t, t.ended_at) for name, t in self._tickets.items() if t.ended_at is not None]
        ended.sort(key=lambda item: item[2])
        kept = sum(ticket.bytes for _, ticket, _ in ended)
        for name, ticket, _ in ended:
            if kept > self._keep_bytes or self._is_old(ticket, now):
                kept -= ticket.bytes
                del self._tickets[name]
