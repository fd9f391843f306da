"""The desk: where requests are taken, wait, are joined, watched, cancelled and forgotten.

Knows no threads but its callers', and neither HTTP nor models.  Who is painted when is the schedule's.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from inference_service.errors import Cancelled, ContentBlocked, OtherBody, QueueFull, ServiceError, UnknownRequest
from inference_service.events import event
from inference_service.models.profile import Profile
from inference_service.requests.admission import Doors, Status
from inference_service.requests.queued_request import Finished, Foreseen, Names, Preview, State, Ticket, View
from inference_service.requests.validation import Order

KEEP_BYTES = 256 * 2**20  # of ended requests and their pictures, over all names
FULL_RETRY_S = 5.0  # before anything is known


class Seat:
    """One caller's hold on a request; when the last one is left, an unfinished request is abandoned."""

    def __init__(self, desk: Desk, ticket: Ticket) -> None:
        self._desk, self.ticket = desk, ticket
        self._seen = -1
        self._left = False

    def wait(self, timeout_s: float) -> View:
        """The request as it stands, as soon as it has more to show than was seen last or the time is over.

        A step more is nothing to show: it would wake every caller at every turn.
        """
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
        self._arrival = threading.Condition(self._lock)
        self._arrived: list[Ticket] = []  # and not yet fetched by the engine thread
        self._open: set[Ticket] = set()
        self._names = Names(keep_s=keep_s, keep_bytes=KEEP_BYTES)
        self._callers = 0
        self._doors = Doors()

    # What callers do.

    def status(self) -> Status:
        with self._lock:
            running = sum(ticket.state is State.PAINTING for ticket in self._open)
            return Status(
                state=self._doors.state(busy=bool(self._open)),
                accepts=self._doors.are_open and not self._is_full(),
                percent=self._doors.percent,
                waiting=len(self._open) - running,
                running=running,
                callers=self._callers,
                kinds=Counter((ticket.order.kind, ticket.state.value) for ticket in self._open),
                reason=self._doors.failure,
                broken=self._doors.broken,
            )

    def profiles(self) -> tuple[Profile, ...]:
        """What the models are good at, the default one first; `NotServing` while there is none."""
        with self._lock:
            return self._doors.enter()

    def submit(self, order: Order, name: str | None = None) -> Seat:
        """Take a seat at this order: at the running or finished request of that name, or at a new one.

        Raises `QueueFull`, `OtherBody` when the name has another order, or `NotServing`.
        """
        with self._lock:
            self._doors.enter()
            ticket = self._names.get(name) if name is not None else None
            if ticket is not None and ticket.state in (State.FAILED, State.CANCELLED):
                ticket = None  # what came to nothing is painted anew
            if ticket is not None and ticket.order.digest != order.digest:
                raise OtherBody(param="X-Request-Id")
            if self._callers >= self._caller_limit or (ticket is None and self._is_full()):
                raise QueueFull(retry_after_s=self._next_place_s())
            if ticket is None:
                ticket = Ticket(order, self._lock)
                self._open.add(ticket)
                self._arrived.append(ticket)
                self._arrival.notify()
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

    def loads(self, percent: int) -> None:
        """So much of the loading is done."""
        with self._lock:
            self._doors.percent = percent

    def opens(self, profiles: tuple[Profile, ...]) -> None:
        """The models are there: take requests from now on."""
        with self._lock:
            self._doors.profiles, self._doors.percent = profiles, 100

    def fails(self, reason: str, *, broken: bool = False) -> None:
        """There is no model any more: refuse requests, and end those that are open."""
        with self._lock:
            self._doors.failure, self._doors.broken = reason, broken
            self._end_all(self._open, self._doors.failed())

    def drains(self) -> None:
        """The process is about to end: refuse requests, and end those that wait."""
        with self._lock:
            self._doors.closing = True
            self._end_all((ticket for ticket in self._open if ticket.state is State.WAITING), self._doors.closed())
            self._arrival.notify_all()

    def closes(self) -> None:
        """The process ends: as `drains`, and end what is being painted."""
        self.drains()
        with self._lock:
            self._end_all(self._open, self._doors.closed())

    def arrivals(self, timeout_s: float | None) -> list[Ticket]:
        """Requests that came since the last call, waited for so long (None: until one comes or the desk closes)."""
        with self._lock:
            if timeout_s != 0:
                self._arrival.wait_for(lambda: self._arrived or self._doors.closing, timeout_s)
            arrived, self._arrived = self._arrived, []
            return [ticket for ticket in arrived if ticket.is_open]

    @property
    def is_closing(self) -> bool:
        return self._doors.closing

    def begin(self, ticket: Ticket) -> bool:
        """The request's first row is about to be entered; False when nobody wants it any more."""
        with self._lock:
            if ticket.state is State.WAITING:
                ticket.move(State.PAINTING)
            return ticket.is_open

    def foresee(self, seconds: Sequence[tuple[Ticket, float]]) -> None:
        """All open requests in the order of their likely ends, each with the seconds until then."""
        now = time.monotonic()
        for position, (ticket, left_s) in enumerate(seconds):
            ticket.foreseen = Foreseen(position, now + left_s)

    def show(self, ticket: Ticket, preview: Preview) -> None:
        """One preview is encoded; it comes too late when its picture is there."""
        with self._lock:
            if ticket.is_open and all(finished.index != preview.index for finished in ticket.finished):
                ticket.previews.append(preview)
                ticket.touch()

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
        position, seconds_left = 0, None
        if ticket.is_open and ticket.foreseen is not None:
            seconds_left = max(0.0, ticket.foreseen.ready_at - time.monotonic())
        if ticket.state is State.WAITING:
            foreseen = ticket.foreseen
            position = foreseen.position if foreseen is not None else len(self._open) - 1
        return View(
            state=ticket.state,
            step=ticket.step,
            steps=ticket.order.steps,
            position=position,
            seconds_left=seconds_left,
            previews=tuple(ticket.previews),
            finished=tuple(ticket.finished),
            error=ticket.error,
        )

    def left(self, ticket: Ticket) -> None:
        ticket.callers -= 1
        self._callers -= 1
        if ticket.callers == 0 and ticket.is_open:
            event("request.abandoned", state=ticket.state, step=ticket.step, steps=ticket.order.steps)
            self._end(ticket, State.CANCELLED, Cancelled())

    def _is_full(self) -> bool:
        return len(self._open) > self._queue_limit

    def _next_place_s(self) -> float:
        """Until an open request is done, as far as that can be told."""
        ends = [ticket.foreseen.ready_at for ticket in self._open if ticket.foreseen is not None]
        return min(ends) - time.monotonic() if ends else FULL_RETRY_S

    def _end(self, ticket: Ticket, state: State, error: ServiceError | None = None) -> None:
        if ticket.is_open:
            self._open.discard(ticket)
            ticket.move(state, error)

    def _end_all(self, tickets: Iterable[Ticket], error: ServiceError) -> None:
        for ticket in list(tickets):
            self._end(ticket, State.FAILED, error)
