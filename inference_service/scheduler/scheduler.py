"""Batch scheduler: all open jobs, and the rows of the next batch.

Flows share the device by deficit round robin. Within a flow, the priority score decides. Rows of the other priority
fill up a batch of their bucket if that is efficient. At most one decode runs between two steps. The scheduler uses
no engine, threads, or clock; callers pass the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference_service.engine import Bucket
from inference_service.scheduler import batching_policy
from inference_service.scheduler.cost_model import CostModel
from inference_service.scheduler.deficit_round_robin import DeficitRoundRobin
from inference_service.scheduler.request_job import Flow, ImageTask, RequestJob

EXPLORE_EVERY = 32  # Number of batches after which one additional row checks whether its cost has changed.
MAX_GROWTH = 2  # The next batch may have up to this multiple of the largest batch so far.
LOWERED_CAP_S = 600.0  # Seconds until more rows are tried again after running out of memory.
MAX_OUT_OF_MEMORY = 2  # Number of times that a single row may run out of memory.
MAX_IDLE_BUCKETS = 256  # Callers choose sizes and weights, and the data of each bucket uses memory.

Rank = Callable[[RequestJob], float]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One forward of the denoiser or one decode, for tasks of one bucket."""

    bucket: Bucket
    tasks: Sequence[ImageTask]
    decodes: bool  # Decodes instead of denoising a step.

    @property
    def batch_rows(self) -> int:
        return sum(task.batch_rows for task in self.tasks)

    def share_out(self, seconds: float) -> None:
        """Add the batch's time to its tasks, in proportion to their rows."""
        rows = self.batch_rows
        for task in self.tasks:
            task.device_s += seconds * task.batch_rows / rows


class BatchScheduler:
    """Jobs from their arrival to their last decoded image. Used by one thread."""

    def __init__(self) -> None:
        self.cost_model = CostModel()
        self._queues: dict[Flow, list[RequestJob]] = {}
        self._rounds = DeficitRoundRobin()
        self._caps: dict[Bucket, tuple[int, int]] = {}  # Maximum rows for a step and for a decode.
        # Cap, and the time until which it applies.
        self._lowered_caps: dict[tuple[Bucket, bool], tuple[int, float]] = {}
        self._last_batch_rows: dict[Bucket, int] = {}  # Rows of the last step.
        self._idle_buckets: dict[Bucket, None] = {}  # Buckets without jobs, the most recent last.
        self._deferred: Flow | None = None  # Needs other weights than open rows.
        self._last_was_decode = False
        self._batches_since_explored = 0

    @property
    def jobs(self) -> list[RequestJob]:
        return [job for queue in self._queues.values() for job in queue]

    def add(self, job: RequestJob) -> None:
        self._queues.setdefault(job.flow, []).append(job)

    def remove(self, job: RequestJob) -> None:
        """Remove a job that has ended for any reason."""
        job.release_rows()
        queue = self._queues[job.flow]
        queue.remove(job)
        if not queue:
            del self._queues[job.flow]
            self._mark_idle(job.flow.bucket)

    def next(self, now: float) -> Batch | None:
        """Return the next batch, or None if there is no work."""
        rank = self._ranking(now)
        tasks = self._candidates(rank)
        if tasks and self._last_was_decode:
            return self._step_batch(tasks, now)
        return self._decode_batch(rank, now) or (self._step_batch(tasks, now) if tasks else None)

    def record_duration(self, batch: Batch, seconds: float, *, forwards: int = 1) -> None:
        """Record the duration of a batch; a batch of a pipeline that ran as a whole has several forwards."""
        self._last_was_decode = batch.decodes
        if batch.decodes:
            self.cost_model.record_decode(batch.bucket, len(batch.tasks), seconds)
        else:
            self.cost_model.record_step(batch.bucket, batch.batch_rows, seconds / forwards)
            self._last_batch_rows[batch.bucket] = batch.batch_rows
        for task in batch.tasks:
            self.charge(task, seconds * task.batch_rows / batch.batch_rows)

    def charge(self, task: ImageTask, seconds: float) -> None:
        """Charge device time to the flow of this task."""
        self._rounds.charge(task.job.flow, seconds)

    def set_caps(self, bucket: Bucket, *, step: int, decode: int) -> None:
        """Set the row limits of the engine; before the first call, one row at a time is allowed."""
        self._caps[bucket] = step, decode

    def handle_out_of_memory(self, batch: Batch, now: float) -> bool:
        """Reduce the batch size of the bucket. Return False if a single row has run out of memory too often."""
        if len(batch.tasks) > 1:
            self._lowered_caps[batch.bucket, batch.decodes] = len(batch.tasks) // 2, now + LOWERED_CAP_S
            return True
        batch.tasks[0].out_of_memory_count += 1
        return batch.tasks[0].out_of_memory_count < MAX_OUT_OF_MEMORY

    def defer_flow(self, flow: Flow) -> bool:
        """Start no more rows until open rows with other weights are finished, so that this flow can start.

        Return False if there are no such rows.
        """
        self._deferred = flow
        return bool(self._blocking_tasks())

    def completion_estimates(self, now: float) -> list[tuple[RequestJob, float]]:
        """Return all jobs in the estimated order of completion, each with the remaining seconds."""
        rank = self._ranking(now)
        before_s = 0.0
        estimates = []
        for job in sorted(self.jobs, key=lambda job: (job.flow.priority == "batch", rank(job))):
            batch_rows = self._last_batch_rows.get(job.flow.bucket, 1)
            step_s = self.cost_model.step_cost(job.flow.bucket).seconds(batch_rows)
            decode_s = self.cost_model.decode_s(job.flow.bucket)
            before_s += sum([task.forwards_left * task.batch_rows for task in job.active]) * step_s / batch_rows
            before_s += (len(job.active) + len(job.finished)) * decode_s
            unshared_s = max((task.forwards_left for task in job.active), default=0) * step_s + decode_s
            estimates.append((job, max(before_s, unshared_s)))
        return estimates

    def _mark_idle(self, bucket: Bucket) -> None:
        self._idle_buckets.pop(bucket, None)
        self._idle_buckets[bucket] = None
        if len(self._idle_buckets) > MAX_IDLE_BUCKETS:
            oldest = next(iter(self._idle_buckets))
            del self._idle_buckets[oldest]
            self.cost_model.forget(oldest)
            self._caps.pop(oldest, None)
            self._last_batch_rows.pop(oldest, None)
            for decodes in (False, True):
                self._lowered_caps.pop((oldest, decodes), None)

    def _ranking(self, now: float) -> Rank:
        left_s: dict[RequestJob, float] = {}
        for flow, queue in self._queues.items():
            step_cost, decode_s = self.cost_model.step_cost(flow.bucket), self.cost_model.decode_s(flow.bucket)
            for job in queue:
                steps_s = sum([task.forwards_left * step_cost.seconds(task.batch_rows) for task in job.active])
                left_s[job] = steps_s + decode_s * (len(job.active) + len(job.finished))
        aging_s = batching_policy.aging_constant(list(left_s.values())) if left_s else 0.0
        return lambda job: batching_policy.priority_score(left_s[job], now - job.arrived_at, aging_s)

    def _candidates(self, rank: Rank) -> list[ImageTask]:
        """Return tasks of one bucket that may be in the next step, the most urgent first."""
        if blocking := self._blocking_tasks():
            jobs = sorted({task.job for task in blocking if task.forwards_left}, key=rank)
            first_bucket = [job for job in jobs if job.flow.bucket == jobs[0].flow.bucket]
            return [task for job in first_bucket for task in job.active if task.row is not None]
        flows = [flow for flow, queue in self._queues.items() if any(job.active for job in queue)]
        if not flows:
            return []
        flow = self._rounds.pick(flows, switch_s=self.cost_model.switch_s)
        same_bucket = [other for other in flows if other.bucket == flow.bucket and other != flow]
        return [
            task for one in (flow, *same_bucket) for job in sorted(self._queues[one], key=rank) for task in job.active
        ]

    def _blocking_tasks(self) -> list[ImageTask]:
        """Return open tasks that must finish before the deferred flow can start; without any, it isn't deferred."""
        deferred = self._deferred
        if deferred is not None and deferred in self._queues:
            blocking_jobs = [
                job for flow, queue in self._queues.items() if flow.weights != deferred.weights for job in queue
            ]
            tasks = [task for job in blocking_jobs for task in job.tasks if task.row is not None]
            # Another LoRA set of the same model always conflicts; another model only if memory is short.
            if found := [task for task in tasks if task.job.flow.bucket.model == deferred.bucket.model] or tasks:
                return found
        self._deferred = None
        return []

    def _step_batch(self, tasks: Sequence[ImageTask], now: float) -> Batch:
        bucket = tasks[0].job.flow.bucket
        tasks = _compatible_tasks(tasks)[: self._cap(bucket, now, decodes=False)]
        return Batch(bucket=bucket, tasks=tasks[: self._step_batch_size(bucket, tasks)], decodes=False)

    def _step_batch_size(self, bucket: Bucket, tasks: Sequence[ImageTask]) -> int:
        """Return the size of the next batch; it occasionally adds a row, and first measures what is known least."""
        timings = self.cost_model.timings(bucket)
        if timings is None or len(tasks) == 1:
            return 1
        if not timings.knows_marginal_cost:
            one, two = tasks[0].batch_rows, tasks[0].batch_rows + tasks[1].batch_rows
            return 1 if timings.count(one) <= timings.count(two) else 2
        count = batching_policy.batch_size(
            [task.batch_rows for task in tasks],
            [1 / task.job.size / len(task.job.active) for task in tasks],
            timings.step_cost,
            max_batch_rows=MAX_GROWTH * timings.max_batch_rows,
        )
        self._batches_since_explored += 1
        if count < len(tasks) and self._batches_since_explored >= EXPLORE_EVERY:
            self._batches_since_explored = 0
            return count + 1
        return count

    def _decode_batch(self, rank: Rank, now: float) -> Batch | None:
        jobs = sorted((job for queue in self._queues.values() for job in queue if job.finished), key=rank)
        if not jobs:
            return None
        bucket = jobs[0].flow.bucket
        tasks = _compatible_tasks([task for job in jobs if job.flow.bucket == bucket for task in job.finished])
        return Batch(bucket=bucket, tasks=tasks[: self._cap(bucket, now, decodes=True)], decodes=True)

    def _cap(self, bucket: Bucket, now: float, *, decodes: bool) -> int:
        cap = self._caps.get(bucket, (1, 1))[decodes]
        lowered_cap, until = self._lowered_caps.get((bucket, decodes), (cap, now))
        return max(1, min(cap, lowered_cap)) if now < until else max(1, cap)


def _compatible_tasks(tasks: Sequence[ImageTask]) -> Sequence[ImageTask]:
    """Return the tasks that may share a batch. A task that must run alone does so when it comes first."""
    return tasks[:1] if tasks[0].runs_alone else [task for task in tasks if not task.runs_alone]
