"""Seconds left, from what was seen."""

from __future__ import annotations

import pytest

from inference_service.pace import Pace


def test_nothing_is_promised_before_the_first_step():
    """
    Without a measurement there is no estimate.
    """
    assert Pace().seconds(10, 1) is None


def test_steps_and_the_ending_add_up():
    """
    Work is paid per step, decoding per megapixel: 20 x 0.5 s + 2 x 3 s = 16 s.
    """
    pace = Pace()

    pace.learn_step(2, 1.0)
    pace.learn_ending(0.5, 1.5)

    assert pace.seconds(20, 2) == pytest.approx(16)


def test_one_slow_step_moves_the_estimate_a_little():
    """
    The past weighs 0.8: 0.8 x 1 s + 0.2 x 11 s = 3 s.
    """
    pace = Pace()
    pace.learn_step(1, 1.0)

    pace.learn_step(1, 11.0)

    assert pace.seconds(1, 0) == pytest.approx(3)
