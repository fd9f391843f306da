"""The scheduler on a simulated device, compared with a FIFO queue and with shortest job first."""

from __future__ import annotations

import heapq
import math
import random
import statistics
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from inference_service.engine import Bucket, ImageSpec
from inference_service.requests.queued_request import QueuedRequest
from inference_service.requests.validation import ValidatedRequest
from inference_service.scheduler.request_job import create_job
from inference_service.scheduler.scheduler import Batch, BatchScheduler
from tests.inference.engines import PlainRow

STEPS = (4, 8, 20, 30)
BUCKET = Bucket(model="m", loras=(), width=128, height=128, chunks=1)


@dataclass(frozen=True, kw_only=True)
class Device:
    """Durations in seconds. A guided row uses two batch rows."""

    base_s: float
    row_s: float
    decode_s: float
    start_s: float = 0.005
    rows: int = 64
    decode_cap: int = 1
    noise: float = 0.0  # Standard deviation of the logarithm of a duration.
    overhead_s: float = 0.0  # Per batch of the scheduler.

    def step_s(self, batch_rows: int) -> float:
        return self.base_s + self.row_s * batch_rows

    def plain(self, steps: int) -> float:
        """Return the duration of one image alone."""
        return self.start_s + steps * self.step_s(2) + self.decode_s

    @property
    def capacity(self) -> float:
        """Images per second of the plain pipeline."""
        return 1 / statistics.mean(map(self.plain, STEPS))


@dataclass(frozen=True, kw_only=True)
class Arrival:
    at_s: float
    steps: int
    bucket: Bucket = BUCKET
    priority: Literal["interactive", "batch"] = "interactive"
    images: int = 1


@dataclass(frozen=True, kw_only=True)
class Completion:
    arrival: Arrival
    latency_s: float


@dataclass(kw_only=True)
class Run:
    """Result of a trace."""

    completions: list[Completion] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    busy_s: dict[str, float] = field(default_factory=dict)  # By priority.

    def p95(self, steps: int) -> float:
        latencies = sorted(each.latency_s for each in self.completions if each.arrival.steps == steps)
        return latencies[math.ceil(0.95 * len(latencies)) - 1]

    @property
    def mean(self) -> float:
        return statistics.mean(each.latency_s for each in self.completions)


def poisson(seed: int, *, count: int, rate: float, steps: Sequence[int] = STEPS) -> list[Arrival]:
    """Return `count` requests at random times, equally many for each number of steps."""
    rng = random.Random(seed)
    times = sorted(rng.random() * count / rate for _ in range(count))
    step_counts = [steps[number % len(steps)] for number in range(count)]
    rng.shuffle(step_counts)
    return [Arrival(at_s=at_s, steps=steps_of) for at_s, steps_of in zip(times, step_counts, strict=True)]


def first_in_first_out(trace: Sequence[Arrival], device: Device) -> Run:
    """Run the plain pipeline behind a FIFO queue."""
    now, run = 0.0, Run()
    for arrival in trace:
        now = max(now, arrival.at_s) + device.plain(arrival.steps)
        run.completions.append(Completion(arrival=arrival, latency_s=now - arrival.at_s))
    return run


def shortest_first(trace: Sequence[Arrival], device: Device) -> Run:
    """Run the plain pipeline behind a queue with the fewest steps first."""
    now, run = 0.0, Run()
    arriving, queued = list(reversed(trace)), list[tuple[int, float, Arrival]]()
    while arriving or queued:
        now = max(now, arriving[-1].at_s) if not queued else now
        while arriving and arriving[-1].at_s <= now:
            arrival = arriving.pop()
            heapq.heappush(queued, (arrival.steps, arrival.at_s, arrival))
        _, _, arrival = heapq.heappop(queued)
        now += device.plain(arrival.steps)
        run.completions.append(Completion(arrival=arrival, latency_s=now - arrival.at_s))
    return run


def run_scheduler(
    trace: Sequence[Arrival], device: Device, *, until_s: float = math.inf, scheduler: BatchScheduler | None = None
) -> Run:
    """Run the service's scheduler, which only learns about the device from measurements."""
    now, run, rng = 0.0, Run(), random.Random(1)
    scheduler = scheduler or BatchScheduler()
    arriving = list(reversed(trace))
    arrivals: dict[QueuedRequest, Arrival] = {}
    while (arriving or scheduler.jobs) and now < until_s:
        while arriving and arriving[-1].at_s <= now:
            arrival = arriving.pop()
            request = queued_request(arrival)
            arrivals[request] = arrival
            scheduler.add(create_job(request, arrival.bucket))
        batch = scheduler.next(now)
        if batch is None:
            now = arriving[-1].at_s
            continue
        run.batches.append(batch)
        now += sum(device.start_s for task in batch.tasks if task.row is None) + device.overhead_s
        seconds = device.decode_s * len(batch.tasks) if batch.decodes else device.step_s(batch.batch_rows)
        seconds *= math.exp(rng.gauss(-(device.noise**2) / 2, device.noise))
        now += seconds
        for task in batch.tasks:
            priority = task.job.flow.priority
            run.busy_s[priority] = run.busy_s.get(priority, 0.0) + seconds * task.batch_rows / batch.batch_rows
        if batch.decodes:
            scheduler.record_duration(batch, seconds)
            for task in batch.tasks:
                task.job.remove_task(task)
                if task.job.is_done:
                    scheduler.remove(task.job)
                    arrival = arrivals[task.job.request]
                    run.completions.append(Completion(arrival=arrival, latency_s=now - arrival.at_s))
        else:
            advance_rows(batch.tasks, now)
            scheduler.record_duration(batch, seconds)
        scheduler.set_caps(batch.bucket, step=device.rows, decode=device.decode_cap)
    return run


def advance_rows(tasks: Iterable[Any], now: float) -> None:
    """Advance each task by one forward."""
    for task in tasks:
        if task.row is None:
            task.start(PlainRow(task.spec, task.job.flow.bucket, task.spec.steps), now=now)
        task.row.forwards_left -= 1
        task.row.steps_done += 1
        task.advance()


def queued_request(arrival: Arrival) -> QueuedRequest:
    """Return a request of this kind that has just arrived."""
    spec = ImageSpec(
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
    validated = ValidatedRequest(
        images=(spec,) * arrival.images,
        model=spec.model,
        revision="",
        output_format="png",
        quality=90,
        stream=False,
        priority=arrival.priority,
        digest="",
    )
    request = QueuedRequest(validated, threading.Lock())
    request.accepted_at = arrival.at_s
    return request
