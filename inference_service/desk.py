"""The desk: where requests are taken, wait their turn, are joined, watched, cancelled and forgotten.

Knows no threads but its callers', and neither HTTP nor models.  Requests are painted first come first
served; `take` is where another policy would stand.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from inference_service.engine import Abandoned, Picture
from inference_service.errors import (
    Cancelled,
    ContentBlocked,
    ModelFailed,
    OtherBody,
    QueueFull,
    ServiceError,
    ShuttingDown,
    Starting,
    UnknownRequest,
)
from inference_service.events import event
from inference_service.pace import Pace
from inference_service.profile import Profile
from inference_service.schema import Order
from inference_service.tickets import Finished, Names, State, Ticket, View

KEEP_BYTES = 256 * 2**20  # of finished pictures, over all names
STARTING_RETRY_S, FAILED_RETRY_S, FULL_RETRY_S = 5.0, 60.0, 5.0


@dataclass(frozen=True, kw_only=True)
class Status:
    """What the readiness probe says."""

    state: str  # starting, ready, busy or failed
    accepts: bool  # whether a new request would be taken
    waiting: int
    running: int
    callers: int
    reason: str = ""
    broken: bool = False  # only a restart of the process helps


class Seat:
    """One caller's hold on a request; when the last one is left, an unfinished request is abandoned."""

    def __init__(self, desk: Desk, ticket: Ticket) -> None:
        self._desk, self.ticket = desk, ticket
        self._seen = -1
        self._left = False

    def wait(self, timeout_s: float) -> View:
        """The request as it stands, as soon as it differs from what was seen last or the time is over."""
        with self.ticket.changed:
            self.ticket.changed.wait_for(lambda: self.ticket.version != self._seen, timeout_s)
            self._seen = self.ticket.version
            return self._desk.view(self.ticket)

    def leave(self) -> None:
        """Stop waiting; leaving twice is the same as once."""
        with self.ticket.changed:
            if not self._left:
                self._left = True
                self._desk.left(self.ticket)


class Desk:
    """All requests of this process.  Public methods may be called on any thread."""

    def __init__(self, *, queue_limit: int, caller_limit: int, keep_s: float) -> None:
        self._queue_limit, self._caller_limit = queue_limit, caller_limit
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._waiting: deque[Ticket] = deque()
        self._running: Ticket | None = None
        self._open: set[Ticket] = set()
        self._names = Names(keep_s=keep_s, keep_bytes=KEEP_BYTES)
        self._callers = 0
        self._pace = Pace()
        self._profile: Profile | None = None
        self._failure = ""
        self._broken = self._closing = False

    # What callers do.

    def status(self) -> Status:
        with self._lock:
            running = int(self._running is not None)
            if self._failure:
                state = "failed"
            elif self._profile is None:
                state = "starting"
            else:
                state = "busy" if running or self._waiting else "ready"
            return Status(
                state=state,
                accepts=state in ("ready", "busy") and not self._closing and not self._is_full(),
                waiting=len(self._waiting),
                running=running,
                callers=self._callers,
                reason=self._failure,
                broken=self._broken,
            )

    def profile(self) -> Profile:
        """What the model is good at; `NotServing` while there is no model."""
        with self._lock:
            return self._serving()

    def submit(self, order: Order, name: str | None = None) -> Seat:
        """Take a seat at this order: at the running or finished request of that name, or at a new one.

        Raises `QueueFull`, `OtherBody` when the name has another order, or `NotServing`.
        """
        with self._lock:
            self._serving()
            ticket = self._names.get(name) if name is not None else None
            if ticket is not None and ticket.state in (State.FAILED, State.CANCELLED):
                ticket = None  # what came to nothing is painted anew
            if ticket is not None and ticket.order.digest != order.digest:
                raise OtherBody(param="X-Request-Id")
            if self._callers >= self._caller_limit or (ticket is None and self._is_full()):
                left = self._seconds_left(self._running) if self._running is not None else None
                raise QueueFull(retry_after_s=FULL_RETRY_S if left is None else left)
            if ticket is None:
                ticket = Ticket(order, self._lock)
                self._waiting.append(ticket)
                self._open.add(ticket)
                self._work.notify()
                if name is not None:
                    self._names.put(name, ticket)
            ticket.callers += 1
            self._callers += 1
            return Seat(self, ticket)

    def find(self, name: str) -> tuple[Order, View]:
        """The request of that name as it stands, or `UnknownRequest`."""
        with self._lock:
            ticket = self._names.get(name)
            if ticket is None:
                raise UnknownRequest()
            return ticket.order, self.view(ticket)

    def cancel(self, name: str) -> None:
        """End the request of that name for everybody, and forget its pictures; or `UnknownRequest`."""
        with self._lock:
            ticket = self._names.get(name)
            if ticket is None:
                raise UnknownRequest()
            self._end(ticket, State.CANCELLED, Cancelled())
            self._names.drop(name)

    # What the engine thread and the encoders do.

    def opens(self, profile: Profile) -> None:
        """The model is there: take requests from now on."""
        with self._lock:
            self._profile = profile

    def fails(self, reason: str, *, broken: bool = False) -> None:
        """There is no model any more: refuse requests, and end those that are open."""
        with self._lock:
            self._failure, self._broken = reason, broken
            for ticket in list(self._open):
                self._end(ticket, State.FAILED, ModelFailed(reason, retry_after_s=FAILED_RETRY_S))

    def drains(self) -> None:
        """The process is about to end: refuse requests, and end those that wait."""
        with self._lock:
            self._closing = True
            self._shut(list(self._waiting))
            self._work.notify_all()

    def closes(self) -> None:
        """The process ends: as `drains`, and end what is being painted."""
        self.drains()
        with self._lock:
            self._shut(list(self._open))

    def take(self) -> Ticket | None:
        """The next request to paint, waited for; None when the desk closes."""
        with self._lock:
            self._running = None
            self._tell_waiting()
            self._work.wait_for(lambda: self._waiting or self._closing)
            if self._closing:
                return None
            self._running = self._waiting.popleft()
            self._running.move(State.PAINTING)
            self._tell_waiting()
            return self._running

    def stepped(self, ticket: Ticket, picture: Picture, step: int, seconds: float) -> None:
        """`step` steps of the request are done, the last one in so long; `Abandoned` if nobody waits any more."""
        with self._lock:
            self._pace.learn_step(picture.work / picture.steps, seconds)
            if ticket.state is not State.PAINTING:
                raise Abandoned
            ticket.step = step
            ticket.touch()

    def painted(self, ticket: Ticket, picture: Picture, seconds: float) -> None:
        """One more picture of the request is painted; from its last step on it took so long."""
        with self._lock:
            ticket.painted += 1
            self._pace.learn_ending(picture.megapixels, seconds)

    def deliver(self, ticket: Ticket, finished: Finished) -> None:
        """One picture is encoded; with the last one the request is done."""
        with self._lock:
            if not ticket.is_open:
                return
            ticket.finished.append(finished)
            if len(ticket.finished) < len(ticket.order.pictures):
                ticket.touch()
            elif any(picture.data for picture in ticket.finished):
                self._end(ticket, State.SUCCEEDED)
            else:
                self._end(ticket, State.FAILED, ContentBlocked())

    def fail(self, ticket: Ticket, error: ServiceError) -> None:
        """The request came to nothing, for this reason."""
        with self._lock:
            self._end(ticket, State.FAILED, error)

    # What seats do, with the lock held.

    def view(self, ticket: Ticket) -> View:
        position = 0
        if ticket.state is State.WAITING:
            position = self._waiting.index(ticket) + (self._running is not None)
        return View(
            state=ticket.state,
            step=ticket.step,
            steps=ticket.order.steps,
            position=position,
            seconds_left=self._seconds_left(ticket),
            finished=tuple(ticket.finished),
            error=ticket.error,
        )

    def left(self, ticket: Ticket) -> None:
        ticket.callers -= 1
        self._callers -= 1
        if ticket.callers == 0 and ticket.is_open:
            event("request.abandoned", state=ticket.state, step=ticket.step, steps=ticket.order.steps)
            self._end(ticket, State.CANCELLED, Cancelled())

    def _serving(self) -> Profile:
        if self._closing:
            raise ShuttingDown(retry_after_s=STARTING_RETRY_S)
        if self._failure:
            raise ModelFailed(self._failure, retry_after_s=FAILED_RETRY_S)
        if self._profile is None:
            raise Starting(retry_after_s=STARTING_RETRY_S)
        return self._profile

    def _is_full(self) -> bool:
        return len(self._waiting) + (self._running is not None) > self._queue_limit

    def _seconds_left(self, ticket: Ticket) -> float | None:
        """Until this request is done, those before it included; None when that cannot be told."""
        line = [self._running] if self._running is not None else []
        if ticket in self._waiting:
            line += list(self._waiting)[: self._waiting.index(ticket) + 1]
        elif ticket is not self._running:
            return 0.0 if ticket.is_open else None  # painted, being encoded
        work = megapixels = 0.0
        for one in line:
            pictures = one.order.pictures
            work += (1 - one.step / one.order.steps) * sum(picture.work for picture in pictures)
            megapixels += sum(picture.megapixels for picture in pictures[one.painted :])
        return self._pace.seconds(work, megapixels)

    def _end(self, ticket: Ticket, state: State, error: ServiceError | None = None) -> None:
        if not ticket.is_open:
            return
        if ticket.state is State.WAITING:
            self._waiting.remove(ticket)
            self._tell_waiting()
        self._open.discard(ticket)
        ticket.move(state, error)

    def _shut(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            self._end(ticket, State.FAILED, ShuttingDown(retry_after_s=STARTING_RETRY_S))

    def _tell_waiting(self) -> None:
        for ticket in self._waiting:
            ticket.touch()
