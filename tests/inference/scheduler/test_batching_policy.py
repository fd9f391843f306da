"""Who comes first and how many go together: the decisions one by one."""

from __future__ import annotations

import pytest

from inference_service.scheduler.batching_policy import patience, rows_together, urgency
from inference_service.scheduler.cost_model import Line

FREE, SLICED = Line(1.0, 0.0), Line(0.0, 0.5)


def test_the_least_work_goes_first():
    """
    Of two that came together the shorter one is more urgent.
    """
    assert urgency(1.0, 5.0, 10.0) < urgency(2.0, 5.0, 10.0)


def test_waiting_shrinks_what_is_left():
    """
    After one patience a request counts as an e-th of itself: 27 s of work then pass 10 s that have just come.
    """
    assert urgency(27.0, 10.0, 10.0) < urgency(10.0, 0.0, 10.0) < urgency(27.0, 9.0, 10.0)


def test_patience_grows_with_the_backlog():
    """
    Few requests have six of their mean, many as long as all of them take.
    """
    assert patience([2.0, 4.0]) == pytest.approx(18)
    assert patience([2.0] * 50) == pytest.approx(100)


def together(line: Line, rows: int, *, importance: list[float] | None = None, most_lanes: int = 99) -> int:
    return rows_together([2] * rows, importance or [1.0] * rows, line, most_lanes=most_lanes)


def test_free_company_is_taken():
    """
    Where a further row costs nothing all go together, as far as is allowed.
    """
    assert together(FREE, 8) == 8
    assert together(FREE, 8, most_lanes=7) == 3
    assert together(FREE, 1) == 1


def test_company_that_saves_nothing_is_left():
    """
    Where a further row costs what it costs alone, however many wait, each goes by itself.
    """
    assert together(SLICED, 50) == 1


def test_company_that_saves_something_is_taken_when_many_wait():
    """
    A tenth off a row's cost is not worth the first one's time for one more in line, but for ten more.
    """
    line = Line(0.1, 0.45)

    assert together(line, 2) == 1
    assert together(line, 11) > 1


def test_an_important_row_is_not_held_up():
    """
    A short request counts for more than the long ones behind it.
    """
    line = Line(0.1, 0.45)

    assert together(line, 11, importance=[30.0] + [1.0] * 10) == 1


def test_lanes_are_what_company_costs():
    """
    Of two rows with a lane and two with two, the first two and the third fit under four lanes.
    """
    assert rows_together([1, 1, 2, 2], [1.0] * 4, FREE, most_lanes=4) == 3
