"""Which process is killed or stopped when: drawn in advance from a seed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.storm.product import BLOBS, HOSTS, INFERENCE, Product

WEIGHTS = {**dict.fromkeys(HOSTS, 3), INFERENCE: 2, BLOBS: 2}
SECONDS_BETWEEN = 15.0  # on average
LONGEST_DOWN_S = 5.0  # from a kill to the restart
LONGEST_STOP_S = 30.0  # longer than a lease


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: `at_s` seconds after the start, a process is away for `for_s` seconds."""

    at_s: float
    target: str
    kind: Literal["kill", "stop"]
    for_s: float


def drawn(seed: int, length_s: float) -> Sequence[Fault]:
    """Return the faults of a storm of this length in order of time. The same seed gives the same faults."""
    chance = random.Random(seed)
    faults: list[Fault] = []
    at_s = chance.expovariate(1 / SECONDS_BETWEEN)
    while at_s < length_s:
        target = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if chance.random() < 0.6:
            faults.append(Fault(at_s=at_s, target=target, kind="kill", for_s=chance.uniform(0, LONGEST_DOWN_S)))
        else:
            faults.append(Fault(at_s=at_s, target=target, kind="stop", for_s=chance.uniform(1, LONGEST_STOP_S)))
        at_s += chance.expovariate(1 / SECONDS_BETWEEN)
    return faults


async def storm(product: Product, faults: Sequence[Fault]) -> Counter[tuple[str, str]]:
    """Apply the faults, each at its time, and return how many of each target and kind happened.

    A fault is left out if its process is still down from an earlier fault. Every process runs at the end.
    """
    began = time.monotonic()
    happened: Counter[tuple[str, str]] = Counter()
    async with asyncio.TaskGroup() as tasks:
        for fault in faults:
            await asyncio.sleep(max(0.0, began + fault.at_s - time.monotonic()))
            if product.is_away(fault.target):
                continue
            happened[fault.target, fault.kind] += 1
            away = product.kill if fault.kind == "kill" else product.pause
            tasks.create_task(away(fault.target, fault.for_s))
            await asyncio.sleep(0)
    return happened
