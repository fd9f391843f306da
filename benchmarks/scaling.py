"""Simulate the queue scaler: starts, GPU hours, waits, and dollars for 1 to 100,000 images a day.

    python -m benchmarks.scaling [--seed N] [--markdown] [--break-even] [--json FILE]

Nothing is measured: the results are calculated from KEDA's rules and this project's settings. Images arrive at random
(Poisson). The scaler reads the queue every 30 seconds, counts invisible messages too, wants one replica per eight
messages, and removes the last one after the cooldown. A replica needs the start time before it takes a message, and a
worker notices up to five seconds later. Replicas are billed from their start to their removal. A replica generates one
image at a time; batches of several images, which finish sooner, are not assumed.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.table import Row, parser, report

POLL_S = 30
MESSAGES_PER_REPLICA = 8
STABILIZATION_S = 300  # Kubernetes' default: how long fewer replicas must be enough before one is removed
NOTICE_S = 5  # the longest wait of a worker between two looks at a service that is starting
DAY_S = 86_400
VOLUMES = (1, 10, 100, 1_000, 10_000, 100_000)
COOLDOWNS_S = (60, 300, 900)
HOSTED_USD = 0.04  # per image of a hosted image model
DAYS_PER_MONTH = 30.4
VOLUME_STEP = 50  # images a day


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """A replica: seconds per image, seconds to start, and dollars per hour."""

    name: str
    image_s: float
    start_s: float
    usd_per_hour: float


T4 = Hardware(name="T4", image_s=28.0, start_s=480.0, usd_per_hour=1.56)
A100 = Hardware(name="A100", image_s=4.0, start_s=480.0, usd_per_hour=6.35)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Results of a simulation of `days` days."""

    days: float
    starts: int
    replica_s: float
    waits_s: Sequence[float]

    def wait_s(self, share: float) -> float:
        """Return the wait, from request to image, that this share of the images doesn't exceed."""
        ordered = sorted(self.waits_s)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


@dataclass
class Replica:
    """A replica that is starting, free, or generating."""

    started: float
    free_at: float


@dataclass
class Scaler:
    """The replicas that KEDA's rules give at each look at the queue."""

    hardware: Hardware
    max_replicas: int
    cooldown_s: float
    replicas: list[Replica] = field(default_factory=list)
    starts: int = 0
    replica_s: float = 0.0
    _idle_since: float | None = None
    _enough_since: float | None = None

    def poll(self, now: float, messages: int) -> None:
        """Start or remove replicas for this number of messages, of which some may be in work."""
        wanted = min(self.max_replicas, math.ceil(messages / MESSAGES_PER_REPLICA))
        self._idle_since = None if messages else self._idle_since if self._idle_since is not None else now
        while len(self.replicas) < wanted:
            self.replicas.append(Replica(started=now, free_at=now + self.hardware.start_s + NOTICE_S / 2))
            self.starts += 1
        if self._idle_since is not None and now - self._idle_since >= self.cooldown_s:
            self._remove(now, 0)
        fewer = wanted if messages else 1
        if len(self.replicas) <= fewer:
            self._enough_since = None
        elif self._enough_since is None:
            self._enough_since = now
        elif now - self._enough_since >= STABILIZATION_S:
            self._remove(now, fewer)

    def _remove(self, now: float, left: int) -> None:
        """Remove the replicas that are free; one that generates an image finishes it first."""
        for replica in [one for one in self.replicas if one.free_at <= now][: len(self.replicas) - left]:
            self.replica_s += now - replica.started
            self.replicas.remove(replica)


def simulate(
    arrivals: Sequence[float], hardware: Hardware, *, max_replicas: int, cooldown_s: float, days: float
) -> Outcome:
    """Return what happens to images that are requested at these times, in seconds and ascending."""
    scaler = Scaler(hardware, max_replicas, cooldown_s)
    coming, queue, waits = deque(arrivals), deque[float](), list[float]()
    in_work: list[float] = []
    now = 0.0
    while coming or queue or in_work or scaler.replicas:
        if not queue and not in_work and not scaler.replicas:
            now = max(now, math.ceil(coming[0] / POLL_S) * POLL_S)
        while coming and coming[0] <= now:
            queue.append(coming.popleft())
        in_work = [ends for ends in in_work if ends > now]
        for replica in scaler.replicas:
            while queue and replica.free_at <= now + POLL_S:
                began = max(replica.free_at, queue[0], now)
                if began > now + POLL_S:
                    break
                replica.free_at = began + hardware.image_s
                in_work.append(replica.free_at)
                waits.append(replica.free_at - queue.popleft())
        scaler.poll(now, len(queue) + len(in_work))
        now += POLL_S
    return Outcome(days=days, starts=scaler.starts, replica_s=scaler.replica_s, waits_s=waits)


def poisson(per_day: float, days: float, seed: int) -> list[float]:
    """Return random arrival times in seconds with this mean per day."""
    rng = random.Random(seed)
    times, now = [], rng.expovariate(per_day / DAY_S)
    while now < days * DAY_S:
        times.append(now)
        now += rng.expovariate(per_day / DAY_S)
    return times


def replicas_for(per_day: float, hardware: Hardware) -> int:
    """Return how many replicas are 70% busy with this volume, at least one."""
    return max(1, math.ceil(per_day * hardware.image_s / DAY_S / 0.7))


def lines(seed: int) -> Iterator[tuple[float, Hardware, int, float, Outcome]]:
    """Simulate each volume with each hardware and cooldown."""
    for per_day in VOLUMES:
        days = max(2.0, min(60.0, 4_000 / per_day))
        arrivals = poisson(per_day, days, seed)
        for hardware in (T4, A100):
            count = replicas_for(per_day, hardware)
            for cooldown in COOLDOWNS_S:
                yield (
                    per_day,
                    hardware,
                    count,
                    cooldown,
                    simulate(arrivals, hardware, max_replicas=count, cooldown_s=cooldown, days=days),
                )


def markdown(seed: int) -> str:
    """Return the table of docs/cost.md: the shortest and the longest cooldown for each volume and GPU."""
    rows = [
        "| images a day | GPU | replicas | 60 s: starts a day | GPU h a day | p95 wait, min | $ per image "
        "| 900 s: starts a day | GPU h a day | p95 wait, min | $ per image |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for per_day, hardware, count, cooldown, outcome in lines(seed):
        if cooldown == COOLDOWNS_S[0]:
            rows.append(f"| {per_day:,} | {hardware.name} | {count} |")
        if cooldown in (COOLDOWNS_S[0], COOLDOWNS_S[-1]):
            rows[-1] += (
                f" {outcome.starts / outcome.days:.1f} | {outcome.replica_s / 3600 / outcome.days:.1f} "
                f"| {outcome.wait_s(0.95) / 60:.1f} | {usd_per_image(outcome, hardware):.3f} |"
            )
    return "\n".join(rows)


def usd_per_image(outcome: Outcome, hardware: Hardware) -> float:
    """Return the price of the replicas per image."""
    return outcome.replica_s / 3600 * hardware.usd_per_hour / max(1, len(outcome.waits_s))


def images_per_start(hardware: Hardware, *, cooldown_s: float, usd: float = HOSTED_USD) -> int:
    """Return the number of images in one job from which a GPU start costs at most `usd` per image."""
    per_second = hardware.usd_per_hour / 3600
    return math.ceil((hardware.start_s + cooldown_s) * per_second / (usd - hardware.image_s * per_second))


def break_even_per_day(hardware: Hardware, *, cooldown_s: float, seed: int, usd: float = HOSTED_USD) -> int:
    """Return the number of single images a day from which one replica costs at most `usd` per image, in steps of 50."""
    few, enough = 0, 200  # in steps
    while enough - few > 1:
        middle = (few + enough) // 2
        per_day = middle * VOLUME_STEP
        days = max(2.0, min(60.0, 20_000 / per_day))
        arrivals = poisson(per_day, days, seed)
        outcome = simulate(arrivals, hardware, max_replicas=1, cooldown_s=cooldown_s, days=days)
        if usd_per_image(outcome, hardware) <= usd:
            enough = middle
        else:
            few = middle
    return enough * VOLUME_STEP


def break_even(seed: int) -> str:
    """Return the table of docs/cost.md that compares a GPU with a hosted model."""
    rows = [
        "| GPU | one job a day: images | a month | single images, 60 s: a day | a month | 900 s: a day | a month |",
        "|---|---|---|---|---|---|---|",
    ]
    for hardware in (T4, A100):
        volumes = [images_per_start(hardware, cooldown_s=COOLDOWNS_S[1])]
        volumes += [
            break_even_per_day(hardware, cooldown_s=cooldown, seed=seed)
            for cooldown in (COOLDOWNS_S[0], COOLDOWNS_S[-1])
        ]
        cells = [f"{per_day:,} | {per_day * DAYS_PER_MONTH:,.0f}" for per_day in volumes]
        rows.append(f"| {hardware.name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--seed", type=int, default=1, help="seed of the arrival times")
    options.add_argument("--markdown", action="store_true", help="print the table of docs/cost.md")
    options.add_argument("--break-even", action="store_true", help="print from how many images a GPU costs less")
    chosen = options.parse_args()
    if chosen.break_even:
        print(break_even(chosen.seed))
        return
    if chosen.markdown:
        print(markdown(chosen.seed))
        return
    rows = []
    for per_day, hardware, count, cooldown, outcome in lines(chosen.seed):
        name = f"{per_day:,} a day, {hardware.name}, {count} replicas, cooldown {cooldown} s"
        rows += [
            Row(f"{name}: starts", outcome.starts / outcome.days, "a day"),
            Row(f"{name}: GPU", outcome.replica_s / 3600 / outcome.days, "h a day"),
            Row(f"{name}: p95 wait", outcome.wait_s(0.95) / 60, "min"),
            Row(f"{name}: price", usd_per_image(outcome, hardware), "$ per image"),
        ]
    report(rows, chosen.json)


if __name__ == "__main__":
    main()
