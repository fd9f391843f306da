"""Pure decisions: which requests go first, and how many rows share a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence

from inference_service.scheduler.cost_model import LinearCost

MIN_AGING_REQUESTS = 6  # Requests of average size.
# At 90% load, time saved now also benefits ten requests that haven't arrived yet.
FUTURE_REQUEST_WEIGHT = 10.0
COST_MARGIN = 0.05  # Added to a row's marginal cost as a fraction of its cost alone, for measurement errors.


def aging_constant(left_s: Sequence[float]) -> float:
    """Return the waiting time after which a request's effective work is reduced by a factor of e.

    It is the total duration of the backlog `left_s`, or of `MIN_AGING_REQUESTS` average requests if that is longer.
    So it grows with the backlog, and no request starves, because the backlog is bounded.
    """
    return sum(left_s) / len(left_s) * max(MIN_AGING_REQUESTS, len(left_s))


def priority_score(left_s: float, waited_s: float, aging_s: float) -> float:
    """Return the score of a request, the logarithm of its remaining work reduced by waiting; the lowest goes first."""
    return math.log(left_s) - waited_s / aging_s


def batch_size(batch_rows: Sequence[int], importance: Sequence[float], cost: LinearCost, *, max_batch_rows: int) -> int:
    """Return how many of the first rows share a batch, at least one.

    Another row delays the rows before it by its marginal cost. It saves itself and all rows after it the difference to
    its cost alone. Each row's delay is weighted by its importance.
    """
    ahead = importance[0]
    behind = sum(importance) - ahead
    total = batch_rows[0]
    added_delay = min_delay = 0.0
    best = 1
    for index in range(1, len(batch_rows)):
        total += batch_rows[index]
        if total > max_batch_rows:
            break
        single_s = cost.seconds(batch_rows[index])
        marginal_s = cost.row_s * batch_rows[index] + COST_MARGIN * single_s
        added_delay += marginal_s * ahead - (single_s - marginal_s) * behind * FUTURE_REQUEST_WEIGHT
        if added_delay < min_delay:
            min_delay, best = added_delay, index + 1
        ahead += importance[index]
        behind -= importance[index]
    return best
