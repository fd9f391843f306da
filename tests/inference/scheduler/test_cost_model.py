"""The cost model of steps and decodes, learned from measurements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inference_service.scheduler.cost_model import MAX_SAMPLES, CostModel
from tests.inference.simulation import BUCKET
from tests.present import present

LARGE = replace(BUCKET, width=256, height=256)


def cost_model(*batches: tuple[int, float]) -> CostModel:
    model = CostModel()
    for batch_rows, seconds in batches:
        model.record_step(BUCKET, batch_rows, seconds)
    return model


def test_two_points_determine_the_cost() -> None:
    """One second for two rows and 1.5 for four give 0.5 s plus 0.25 s per row."""
    cost = cost_model((2, 1.0), (2, 1.0), (4, 1.5), (4, 1.5)).step_cost(BUCKET)

    assert (cost.base_s, cost.row_s) == pytest.approx((0.5, 0.25))
    assert cost.seconds(8) == pytest.approx(2.5)


def test_one_point_gives_no_marginal_cost() -> None:
    """Until two batch sizes are measured twice, an additional row is assumed to cost the same as alone."""
    model = cost_model((2, 1.0), (2, 1.0), (4, 1.5))

    assert cost_model((2, 1.0)).step_cost(BUCKET) == (0.0, 0.5)
    assert not present(model.timings(BUCKET)).knows_marginal_cost
    model.record_step(BUCKET, 4, 1.5)
    assert present(model.timings(BUCKET)).knows_marginal_cost


def test_the_first_time_does_not_count() -> None:
    """The first measurement of a shape is discarded with its second one."""
    assert cost_model((2, 9.0), (2, 1.0)).step_cost(BUCKET).seconds(2) == pytest.approx(1.0)


def test_an_outlier_does_not_count() -> None:
    """One slow step doesn't change the cost, but a lasting change does."""
    batches = [(2, 1.0)] * 9

    assert cost_model(*batches, (2, 60.0)).step_cost(BUCKET).seconds(2) == pytest.approx(1.0)
    assert cost_model(*batches, *[(2, 3.0)] * MAX_SAMPLES).step_cost(BUCKET).seconds(2) == pytest.approx(3.0)


@pytest.mark.parametrize("seconds", [(1.0, 0.8), (1.0, 2.5)])
def test_no_part_of_the_cost_is_negative(seconds: Any) -> None:
    """Noisy measurements never give a negative cost, even if larger batches were faster."""
    cost = cost_model(
        *[(batch_rows, each) for batch_rows, each in zip((2, 4), seconds, strict=True) for _ in range(3)]
    ).step_cost(BUCKET)

    assert min(cost) == 0
    assert max(cost) > 0


def test_a_new_bucket_is_estimated_by_its_pixels() -> None:
    """Four times the pixels are estimated to take four times as long, for steps and decodes."""
    model = cost_model((2, 1.0), (2, 1.0))
    model.record_decode(BUCKET, 2, 3.0)

    assert model.step_cost(LARGE).seconds(2) == pytest.approx(4.0)
    assert (model.decode_s(BUCKET), model.decode_s(LARGE)) == pytest.approx((1.5, 6.0))


def test_estimates_without_measurements_are_proportional() -> None:
    """Without measurements, more rows and more pixels are estimated to take longer."""
    model = CostModel()

    assert not model.has_samples
    assert model.switch_s == 0
    assert (
        0 < model.step_cost(BUCKET).seconds(1) < model.step_cost(BUCKET).seconds(2) < model.step_cost(LARGE).seconds(2)
    )
