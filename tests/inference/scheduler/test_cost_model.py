"""What turns and decodes take, from what was seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference_service.scheduler.cost_model import MEMORY, Pace
from tests.inference.simulation import BUCKET

LARGE = replace(BUCKET, width=256, height=256)


def learnt(*turns: tuple[int, float]) -> Pace:
    pace = Pace()
    for lanes, seconds in turns:
        pace.learn_turn(BUCKET, lanes, seconds)
    return pace


def test_two_points_make_the_line():
    """
    One second for two lanes and one and a half for four: half a second, and a quarter a lane.
    """
    line = learnt((2, 1.0), (2, 1.0), (4, 1.5), (4, 1.5)).line(BUCKET)

    assert (line.base_s, line.lane_s) == pytest.approx((0.5, 0.25))
    assert line.seconds(8) == pytest.approx(2.5)


def test_one_point_says_nothing_of_company():
    """
    Until more rows were seen together twice, a further row is taken to cost what it costs alone.
    """
    pace = learnt((2, 1.0), (2, 1.0), (4, 1.5))

    assert learnt((2, 1.0)).line(BUCKET) == (0.0, 0.5)
    assert not pace.curve(BUCKET).tells_more_rows
    pace.learn_turn(BUCKET, 4, 1.5)
    assert pace.curve(BUCKET).tells_more_rows


def test_the_first_time_does_not_count():
    """
    What a shape takes when it is new is forgotten with its second turn.
    """
    assert learnt((2, 9.0), (2, 1.0)).line(BUCKET).seconds(2) == pytest.approx(1.0)


def test_a_disturbed_turn_does_not_count():
    """
    One slow turn among usual ones leaves the line where it was; lasting change moves it.
    """
    turns = [(2, 1.0)] * 9

    assert learnt(*turns, (2, 60.0)).line(BUCKET).seconds(2) == pytest.approx(1.0)
    assert learnt(*turns, *[(2, 3.0)] * MEMORY).line(BUCKET).seconds(2) == pytest.approx(3.0)


@pytest.mark.parametrize("seconds", [(1.0, 0.8), (1.0, 2.5)])
def test_no_part_of_the_line_is_negative(seconds):
    """
    Disturbed figures that fall, or rise faster than their lanes, give a line that is free or through the origin.
    """
    line = learnt(*[(lanes, each) for lanes, each in zip((2, 4), seconds, strict=True) for _ in range(3)]).line(BUCKET)

    assert min(line) == 0
    assert max(line) > 0


def test_a_new_bucket_is_guessed_by_its_pixels():
    """
    Four times the pixels are taken for four times the time, of turns and of decodes.
    """
    pace = learnt((2, 1.0), (2, 1.0))
    pace.learn_decode(BUCKET, 2, 3.0)

    assert pace.line(LARGE).seconds(2) == pytest.approx(4.0)
    assert (pace.decode_s(BUCKET), pace.decode_s(LARGE)) == pytest.approx((1.5, 6.0))


def test_nothing_is_known_before_the_first_turn():
    """
    Without a measurement there is only proportion: more lanes take longer.
    """
    pace = Pace()

    assert not pace.is_known
    assert pace.switch_s == 0
    assert 0 < pace.line(BUCKET).seconds(1) < pace.line(BUCKET).seconds(2) < pace.line(LARGE).seconds(2)
