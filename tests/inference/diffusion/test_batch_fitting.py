"""How a batch runs if other sizes are compiled: padded, split, or eagerly, whichever was measured to be faster."""

from __future__ import annotations

from typing import Any

import pytest

from inference_service.diffusion.compilation.batch_fitting import Costs, SubBatch, fit_batch

SIZES = frozenset({2, 4})


@pytest.mark.parametrize(
    ("batch_rows", "padded", "split"),
    [
        (1, [(1, 2)], [(1, None)]),
        (2, [(2, 2)], [(2, 2)]),
        (3, [(3, 4)], [(2, 2), (1, None)]),
        (4, [(4, 4)], [(4, 4)]),
        (7, [(4, 4), (3, 4)], [(4, 4), (2, 2), (1, None)]),
        (9, [(4, 4), (4, 4), (1, 2)], [(4, 4), (4, 4), (1, None)]),
    ],
)
def test_a_batch_is_padded_or_split_as_configured(batch_rows: int, padded: Any, split: Any) -> None:
    """Padding fills up to the next size after whole batches of the largest, and splitting runs the rest eagerly."""
    assert fit_batch(batch_rows, SIZES, Costs(), "pad") == tuple(SubBatch(*sub_batch) for sub_batch in padded)
    assert fit_batch(batch_rows, SIZES, Costs(), "split") == tuple(SubBatch(*sub_batch) for sub_batch in split)


def test_eager_batches_are_not_padded() -> None:
    """Without compiled sizes, a batch isn't split."""
    assert {fit_batch(5, frozenset(), Costs(), fit) for fit in ("auto", "pad", "split")} == {(SubBatch(5, None),)}


@pytest.mark.parametrize(
    ("eager", "compiled", "batch_rows", "sub_batches"),
    [
        ({3: 30.0}, {2: 10.0, 4: 18.0}, 3, [(3, 4)]),  # Padding is the fastest.
        ({1: 4.0, 3: 30.0}, {2: 10.0, 4: 40.0}, 3, [(2, 2), (1, None)]),  # Splitting is the fastest.
        ({3: 12.0, 4: 12.0}, {2: 30.0, 4: 40.0}, 3, [(3, None)]),  # Compiled is slower.
        ({}, {}, 4, [(4, 4)]),  # Without measurements, compiled is assumed to be faster.
        ({}, {}, 1, [(1, None)]),
    ],
)
def test_measurements_decide_between_them(eager: Any, compiled: Any, batch_rows: int, sub_batches: Any) -> None:
    """`auto` uses the sub-batches with the lowest estimated time."""
    costs = Costs(eager=dict(eager), compiled=dict(compiled))

    chosen = fit_batch(batch_rows, SIZES, costs, "auto")

    assert sorted(chosen, key=lambda sub_batch: -sub_batch.batch_rows) == [
        SubBatch(*sub_batch) for sub_batch in sub_batches
    ]


def test_costs_are_learned_from_whole_batches() -> None:
    """A batch's time is distributed among its sub-batches, and repeated batches update the costs."""
    costs = Costs(eager={1: 10.0}, compiled={2: 10.0})

    costs.record((SubBatch(2, 2), SubBatch(1, None)), 40.0)
    costs.record((SubBatch(4, 4),), 25.0)

    assert costs.compiled == {2: pytest.approx(12.0), 4: 25.0}
    assert costs.eager == {1: pytest.approx(12.0)}
    for _ in range(50):
        costs.record((SubBatch(4, 4),), 50.0)
    assert costs.compiled[4] == pytest.approx(50.0, rel=0.01)


@pytest.mark.parametrize("batch_rows", range(1, 20))
@pytest.mark.parametrize("fit", ["auto", "pad", "split"])
def test_every_row_is_in_exactly_one_sub_batch(batch_rows: Any, fit: str) -> None:
    """For any costs, the sub-batches contain all rows, and none exceeds its compiled size."""
    costs = Costs(eager={1: 7.0, 5: 20.0}, compiled={2: 5.0, 4: 11.0})

    sub_batches = fit_batch(batch_rows, SIZES, costs, fit)

    assert sum(sub_batch.batch_rows for sub_batch in sub_batches) == batch_rows
    assert all(
        sub_batch.size is None or (sub_batch.size in SIZES and 0 < sub_batch.batch_rows <= sub_batch.size)
        for sub_batch in sub_batches
    )
