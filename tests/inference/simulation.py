"""The schedule on a device that exists on paper alone, beside a plain queue and a shortest-job-first one."""

from __future__ import annotations

import heapq
import math
import random
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from inference_service.engine import Bucket, Picture
from inference_service.requests.queued_request import Ticket
from inference_service.requests.validation import Order
from inference_service.scheduler.request_job import job_of
from inference_service.scheduler.scheduler import Schedule, Turn
from tests.inference.engines import PlainRow

STEPS = (4, 8, 20, 30)
BUCKET = Bucket(model="m", loras=(), width=128, height=128, chunks=1)


@dataclass(frozen=True, kw_only=True)
class Device:
    """Seconds that things take.  A guided row is two lanes."""

    base_s: float
    lane_s: float
    decode_s: float
    enter_s: float = 0.005
    rows: int = 64
    decode_cap: int = 1
    disturbed: float = 0.0  # deviation of the logarithm of what a turn takes
    overhead_s: float = 0.0  # of each turn of ours

    def step(self, lanes: int) -> float:
        return self.base_s + self.lane_s * lanes

    def plain(self, steps: int) -> float:
        """One picture alone, from start to end."""
        return self.enter_s + steps * self.step(2) + self.decode_s

    @property
    def capacity(self) -> float:
        """Pictures per second of the plain pipeline."""
        return 1 / statistics.mean(map(self.plain, STEPS))


@dataclass(frozen=True, kw_only=True)
class Arrival:
    at_s: float
    steps: int
    bucket: Bucket = BUCKET
    priority: str = "interactive"
    pictures: int = 1


@dataclass(frozen=True, kw_only=True)
class Answer:
    arrival: Arrival
    latency_s: float


@dataclass(kw_only=True)
class Run:
    """What came of a trace."""

    answers: list[Answer] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    busy_s: dict[str, float] = field(default_factory=dict)  # by priority

    def p95(self, steps: int) -> float:
        latencies = sorted(each.latency_s for each in self.answers if each.arrival.steps == steps)
        return latencies[math.ceil(0.95 * len(latencies)) - 1]

    @property
    def mean(self) -> float:
        return statistics.mean(each.latency_s for each in self.answers)


def poisson(seed: int, *, count: int, rate: float, steps: Sequence[int] = STEPS) -> list[Arrival]:
    """`count` requests at random moments, equally many of each kind."""
    draw = random.Random(seed)
    moments = sorted(draw.random() * count / rate for _ in range(count))
    kinds = [steps[number % len(steps)] for number in range(count)]
    draw.shuffle(kinds)
    return [Arrival(at_s=at_s, steps=kind) for at_s, kind in zip(moments, kinds, strict=True)]


def first_in_first_out(trace: Sequence[Arrival], device: Device) -> Run:
    """The plain pipeline behind a lock."""
    now, run = 0.0, Run()
    for arrival in trace:
        now = max(now, arrival.at_s) + device.plain(arrival.steps)
        run.answers.append(Answer(arrival=arrival, latency_s=now - arrival.at_s))
    return run


def shortest_first(trace: Sequence[Arrival], device: Device) -> Run:
    """The plain pipeline behind a queue of the fewest steps first."""
    now, run = 0.0, Run()
    coming, waiting = list(reversed(trace)), list[tuple[int, float, Arrival]]()
    while coming or waiting:
        now = max(now, coming[-1].at_s) if not waiting else now
        while coming and coming[-1].at_s <= now:
            arrival = coming.pop()
            heapq.heappush(waiting, (arrival.steps, arrival.at_s, arrival))
        _, _, arrival = heapq.heappop(waiting)
        now += device.plain(arrival.steps)
        run.answers.append(Answer(arrival=arrival, latency_s=now - arrival.at_s))
    return run


def scheduled(
    trace: Sequence[Arrival], device: Device, *, until_s: float = math.inf, schedule: Schedule | None = None
) -> Run:
    """Ours: the service's own schedule, which knows nothing of the device but what it measures."""
    now, run, draw = 0.0, Run(), random.Random(1)
    schedule = schedule or Schedule()
    coming = list(reversed(trace))
    arrivals: dict[Ticket, Arrival] = {}
    while (coming or schedule.jobs) and now < until_s:
        while coming and coming[-1].at_s <= now:
            arrival = coming.pop()
            ticket = ticket_of(arrival)
            arrivals[ticket] = arrival
            schedule.add(job_of(ticket, arrival.bucket))
        turn = schedule.next(now)
        if turn is None:
            now = coming[-1].at_s
            continue
        run.turns.append(turn)
        now += sum(device.enter_s for canvas in turn.canvases if canvas.row is None) + device.overhead_s
        took = device.decode_s * len(turn.canvases) if turn.decodes else device.step(turn.lanes)
        took *= math.exp(draw.gauss(-(device.disturbed**2) / 2, device.disturbed))
        now += took
        for canvas in turn.canvases:
            priority = canvas.job.flow.priority
            run.busy_s[priority] = run.busy_s.get(priority, 0.0) + took * canvas.lanes / turn.lanes
        if turn.decodes:
            schedule.took(turn, took)
            for canvas in turn.canvases:
                canvas.job.drop(canvas)
                if canvas.job.is_done:
                    schedule.remove(canvas.job)
                    arrival = arrivals[canvas.job.ticket]
                    run.answers.append(Answer(arrival=arrival, latency_s=now - arrival.at_s))
        else:
            step(turn.canvases, now)
            schedule.took(turn, took)
        schedule.limit(turn.bucket, step=device.rows, decode=device.decode_cap)
    return run


def step(canvases: Iterable, now: float) -> None:
    """One forward of each canvas."""
    for canvas in canvases:
        if canvas.row is None:
            canvas.enter(PlainRow(canvas.picture, canvas.job.flow.bucket, canvas.picture.steps), now=now)
        canvas.row.turns_left -= 1
        canvas.row.steps_done += 1
        canvas.step()


def ticket_of(arrival: Arrival) -> Ticket:
    """A request of that kind, that has just come."""
    picture = Picture(
        model=arrival.bucket.model,
        prompt="",
        negative_prompt=None,
        width=arrival.bucket.width,
        height=arrival.bucket.height,
        steps=arrival.steps,
        guidance=4.0,
        seed=0,
        sampler="default",
        loras=arrival.bucket.loras,
    )
    order = Order(
        pictures=(picture,) * arrival.pictures,
        model=picture.model,
        revision="",
        output_format="png",
        quality=90,
        stream=False,
        priority=arrival.priority,
        digest="",
    )
    ticket = Ticket(order, None)
    ticket.accepted_at = arrival.at_s
    return ticket
