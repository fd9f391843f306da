"""Which requests come first, and how many rows go together: decisions alone, without state, clock or device."""

from __future__ import annotations

import math
from collections.abc import Sequence

from inference_service.scheduler.cost_model import Line

PATIENT_FOR = 6  # requests of mean size
NOT_YET_HERE = 10.0  # who comes behind counts so much: at 90 % load time saved now is saved for ten who are yet to come
DOUBT = 0.05  # of what a row costs alone, added to its marginal cost: so far may measurements be off


def patience(left_s: Sequence[float]) -> float:
    """How long a request waits until it counts as an e-th of itself, of all open requests' remaining seconds.

    As long as all of them take one after the other, and at least as long as `PATIENT_FOR` of their mean.
    So it grows with the backlog, as the waiting does; and it is bounded, as the backlog is: none starves.
    """
    return sum(left_s) / len(left_s) * max(PATIENT_FOR, len(left_s))


def urgency(left_s: float, waited_s: float, patience_s: float) -> float:
    """The least goes first: what is left to do, shrunk by waiting (its logarithm)."""
    return math.log(left_s) - waited_s / patience_s


def rows_together(lanes: Sequence[int], importance: Sequence[float], line: Line, *, most_lanes: int) -> int:
    """How many rows of a queue step together: the first so many, at least one.

    A further row makes those before it wait for its marginal cost, and spares it and all behind it the
    difference to what it would cost alone.  Each row's wait counts by its importance.
    """
    ahead = importance[0]
    behind = sum(importance) - ahead
    total = lanes[0]
    loss = least = 0.0
    best = 1
    for index in range(1, len(lanes)):
        total += lanes[index]
        if total > most_lanes:
            break
        alone_s = line.seconds(lanes[index])
        marginal_s = line.lane_s * lanes[index] + DOUBT * alone_s
        loss += marginal_s * ahead - (alone_s - marginal_s) * behind * NOT_YET_HERE
        if loss < least:
            least, best = loss, index + 1
        ahead += importance[index]
        behind -= importance[index]
    return best
