"""Decisions of the batching policy: the order of requests and the size of a batch."""

from __future__ import annotations

import pytest

from inference_service.scheduler.batching_policy import aging_constant, batch_size, priority_score
from inference_service.scheduler.cost_model import LinearCost

FREE, SLICED = LinearCost(1.0, 0.0), LinearCost(0.0, 0.5)


def test_the_least_work_goes_first() -> None:
    """Of two requests that arrived together, the shorter one goes first."""
    assert priority_score(1.0, 5.0, 10.0) < priority_score(2.0, 5.0, 10.0)


def test_waiting_reduces_the_effective_work() -> None:
    """After one aging constant, 27 s of work go before 10 s that have just arrived."""
    assert priority_score(27.0, 10.0, 10.0) < priority_score(10.0, 0.0, 10.0) < priority_score(27.0, 9.0, 10.0)


def test_the_aging_constant_grows_with_the_backlog() -> None:
    """The constant is six average requests, or the whole backlog if that is longer."""
    assert aging_constant([2.0, 4.0]) == pytest.approx(18)
    assert aging_constant([2.0] * 50) == pytest.approx(100)


def size_of_batch(
    cost: LinearCost, rows: int, *, importance: list[float] | None = None, max_batch_rows: int = 99
) -> int:
    return batch_size([2] * rows, importance or [1.0] * rows, cost, max_batch_rows=max_batch_rows)


def test_free_rows_are_batched() -> None:
    """Rows that cost nothing extra all share a batch, up to the limit."""
    assert size_of_batch(FREE, 8) == 8
    assert size_of_batch(FREE, 8, max_batch_rows=7) == 3
    assert size_of_batch(FREE, 1) == 1


def test_rows_that_save_nothing_are_not_batched() -> None:
    """Rows that cost the same in a batch as alone run alone."""
    assert size_of_batch(SLICED, 50) == 1


def test_rows_that_save_little_are_batched_if_many_wait() -> None:
    """A saving of 10% isn't worth a delay for one more row, but for ten."""
    cost = LinearCost(0.1, 0.45)

    assert size_of_batch(cost, 2) == 1
    assert size_of_batch(cost, 11) > 1


def test_an_important_row_is_not_delayed() -> None:
    """A short request isn't delayed by the long ones after it."""
    cost = LinearCost(0.1, 0.45)

    assert size_of_batch(cost, 11, importance=[30.0] + [1.0] * 10) == 1


def test_the_limit_counts_batch_rows() -> None:
    """Of two rows of size 1 and two of size 2, the first three fit in four batch rows."""
    assert batch_size([1, 1, 2, 2], [1.0] * 4, FREE, max_batch_rows=4) == 3
