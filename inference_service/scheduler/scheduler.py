"""The schedule: all open jobs, and which rows of them have the next turn.

Buckets and priorities share the device by deficit round robin; within a flow the planner's order holds.
Rows of the other priority fill a turn of their bucket up where that pays.  One batch of decoding at most
stands between two steps.  It knows neither engine nor threads, and the time is told to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference_service.engine import Bucket
from inference_service.scheduler import batching_policy
from inference_service.scheduler.cost_model import Pace
from inference_service.scheduler.deficit_round_robin import DeficitRoundRobin
from inference_service.scheduler.request_job import Canvas, Flow, Job

EXPLORE_EVERY = 32  # turns: as often a row more than planned shows whether its cost is still the same
GROWTH = 2  # times as many lanes as ever before may be tried next
FORGET_S = 600.0  # after which more rows are tried again where memory ran out
MISFITS = 2  # times that a single row may find no room
REMEMBERED = 256  # buckets; callers choose sizes and weights, and what is known of each is memory

Rank = Callable[[Job], float]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What the device does next: these canvases, all of one bucket."""

    bucket: Bucket
    canvases: Sequence[Canvas]
    decodes: bool  # rather than steps

    @property
    def lanes(self) -> int:
        return sum(canvas.lanes for canvas in self.canvases)


class Schedule:
    """Jobs between their taking and their last decoded picture.  Used by one thread."""

    def __init__(self) -> None:
        self.pace = Pace()
        self._queues: dict[Flow, list[Job]] = {}
        self._rounds = DeficitRoundRobin()
        self._caps: dict[Bucket, tuple[int, int]] = {}  # of rows that step, and that decode
        self._lowered: dict[tuple[Bucket, bool], tuple[int, float]] = {}  # cap, and until when it holds
        self._lanes: dict[Bucket, int] = {}  # of the last turn
        self._rested: dict[Bucket, None] = {}  # buckets that ran empty, the last one last
        self._refused: Flow | None = None  # it needs other weights than open rows
        self._decoded_last = False
        self._unexplored = 0

    @property
    def jobs(self) -> list[Job]:
        return [job for queue in self._queues.values() for job in queue]

    def add(self, job: Job) -> None:
        self._queues.setdefault(job.flow, []).append(job)

    def remove(self, job: Job) -> None:
        """The job is over, one way or another."""
        job.give_up()
        queue = self._queues[job.flow]
        queue.remove(job)
        if not queue:
            del self._queues[job.flow]
            self._rest(job.flow.bucket)

    def next(self, now: float) -> Turn | None:
        """The next turn, or None when nothing is left to do."""
        rank = self._rank(now)
        rows = self._line_up(rank)
        if rows and self._decoded_last:
            return self._stepping(rows, now)
        return self._decoding(rank, now) or (self._stepping(rows, now) if rows else None)

    def took(self, turn: Turn, seconds: float, *, forwards: int = 1) -> None:
        """The turn is over; one that stepped was so many forwards of the denoiser."""
        self._decoded_last = turn.decodes
        if turn.decodes:
            self.pace.learn_decode(turn.bucket, len(turn.canvases), seconds)
        else:
            self.pace.learn_turn(turn.bucket, turn.lanes, seconds / forwards)
            self._lanes[turn.bucket] = turn.lanes
        for canvas in turn.canvases:
            self.charge(canvas, seconds * canvas.lanes / turn.lanes)

    def charge(self, canvas: Canvas, seconds: float) -> None:
        """The device was busy for this canvas."""
        self._rounds.charge(canvas.job.flow, seconds)

    def limit(self, bucket: Bucket, *, step: int, decode: int) -> None:
        """As many rows fit, the engine says; before it was asked, one at a time goes."""
        self._caps[bucket] = step, decode

    def found_no_room(self, turn: Turn, now: float) -> bool:
        """The turn ran out of memory.  Whether to go on with smaller ones; else its one canvas has no hope."""
        if len(turn.canvases) > 1:
            self._lowered[turn.bucket, turn.decodes] = len(turn.canvases) // 2, now + FORGET_S
            return True
        turn.canvases[0].misfits += 1
        return turn.canvases[0].misfits < MISFITS

    def refused(self, flow: Flow) -> bool:
        """The engine cannot change to this flow's weights yet: open rows are finished first, and none is entered.

        False when there are no such rows.
        """
        self._refused = flow
        return bool(self._obstacles())

    def outlook(self, now: float) -> list[tuple[Job, float]]:
        """All jobs in the order in which they are likely to be done, each with the seconds until then."""
        rank = self._rank(now)
        before_s = 0.0
        foreseen = []
        for job in sorted(self.jobs, key=lambda job: (job.flow.priority == "batch", rank(job))):
            lanes = self._lanes.get(job.flow.bucket, 1)
            turn_s = self.pace.line(job.flow.bucket).seconds(lanes)
            decode_s = self.pace.decode_s(job.flow.bucket)
            before_s += sum([each.turns_left * each.lanes for each in job.painting]) * turn_s / lanes
            before_s += (len(job.painting) + len(job.painted)) * decode_s
            undisturbed_s = max((each.turns_left for each in job.painting), default=0) * turn_s + decode_s
            foreseen.append((job, max(before_s, undisturbed_s)))
        return foreseen

    def _rest(self, bucket: Bucket) -> None:
        self._rested.pop(bucket, None)
        self._rested[bucket] = None
        if len(self._rested) > REMEMBERED:
            oldest = next(iter(self._rested))
            del self._rested[oldest]
            self.pace.forget(oldest)
            self._caps.pop(oldest, None)
            self._lanes.pop(oldest, None)
            for decodes in (False, True):
                self._lowered.pop((oldest, decodes), None)

    def _rank(self, now: float) -> Rank:
        left_s: dict[Job, float] = {}
        for flow, queue in self._queues.items():
            line, decode_s = self.pace.line(flow.bucket), self.pace.decode_s(flow.bucket)
            for job in queue:
                steps_s = sum([each.turns_left * line.seconds(each.lanes) for each in job.painting])
                left_s[job] = steps_s + decode_s * (len(job.painting) + len(job.painted))
        patience_s = batching_policy.patience(list(left_s.values())) if left_s else 0.0
        return lambda job: batching_policy.urgency(left_s[job], now - job.came_at, patience_s)

    def _line_up(self, rank: Rank) -> list[Canvas]:
        """What may step next, all of one bucket, the most urgent first."""
        if obstacles := self._obstacles():
            jobs = sorted({canvas.job for canvas in obstacles if canvas.turns_left}, key=rank)
            alike = [job for job in jobs if job.flow.bucket == jobs[0].flow.bucket]
            return [canvas for job in alike for canvas in job.painting if canvas.row is not None]
        flows = [flow for flow, queue in self._queues.items() if any(job.painting for job in queue)]
        if not flows:
            return []
        flow = self._rounds.pick(flows, switch_s=self.pace.switch_s)
        company = [other for other in flows if other.bucket == flow.bucket and other != flow]
        return [
            canvas for one in (flow, *company) for job in sorted(self._queues[one], key=rank) for canvas in job.painting
        ]

    def _obstacles(self) -> list[Canvas]:
        """Open rows that must be done before the refused flow's weights can come; without any it is refused no more."""
        wanted = self._refused
        if wanted is not None and wanted in self._queues:
            others = [job for flow, queue in self._queues.items() if flow.weights != wanted.weights for job in queue]
            rows = [canvas for job in others for canvas in job.canvases if canvas.row is not None]
            # Another LoRA set of the same model stands in the way for sure, another model only where room is short.
            if found := [row for row in rows if row.job.flow.bucket.model == wanted.bucket.model] or rows:
                return found
        self._refused = None
        return []

    def _stepping(self, rows: Sequence[Canvas], now: float) -> Turn:
        bucket = rows[0].job.flow.bucket
        rows = _company(rows)[: self._cap(bucket, now, decodes=False)]
        return Turn(bucket=bucket, canvases=rows[: self._count(bucket, rows)], decodes=False)

    def _count(self, bucket: Bucket, rows: Sequence[Canvas]) -> int:
        """How many of these rows step together; now and then one more, and at first what is known least."""
        curve = self.pace.curve(bucket)
        if curve is None or len(rows) == 1:
            return 1
        if not curve.tells_more_rows:
            return 1 if curve.count(rows[0].lanes) <= curve.count(rows[0].lanes + rows[1].lanes) else 2
        count = batching_policy.rows_together(
            [row.lanes for row in rows],
            [1 / row.job.size / len(row.job.painting) for row in rows],
            curve.line,
            most_lanes=GROWTH * curve.most_lanes,
        )
        self._unexplored += 1
        if count < len(rows) and self._unexplored >= EXPLORE_EVERY:
            self._unexplored = 0
            return count + 1
        return count

    def _decoding(self, rank: Rank, now: float) -> Turn | None:
        jobs = sorted((job for queue in self._queues.values() for job in queue if job.painted), key=rank)
        if not jobs:
            return None
        bucket = jobs[0].flow.bucket
        rows = _company([canvas for job in jobs if job.flow.bucket == bucket for canvas in job.painted])
        return Turn(bucket=bucket, canvases=rows[: self._cap(bucket, now, decodes=True)], decodes=True)

    def _cap(self, bucket: Bucket, now: float, *, decodes: bool) -> int:
        cap = self._caps.get(bucket, (1, 1))[decodes]
        lowered, until = self._lowered.get((bucket, decodes), (cap, now))
        return max(1, min(cap, lowered)) if now < until else max(1, cap)


def _company(rows: Sequence[Canvas]) -> Sequence[Canvas]:
    """Those of a queue that may go together: a row that must go alone does so when it comes first."""
    return rows[:1] if rows[0].alone else [row for row in rows if not row.alone]
