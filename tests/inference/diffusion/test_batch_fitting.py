"""How a batch runs where other sizes than its own are compiled: padded, split or eagerly, whichever measured faster."""

from __future__ import annotations

import pytest

from inference_service.diffusion.compilation.batch_fitting import Costs, Part, fitted

SIZES = frozenset({2, 4})


@pytest.mark.parametrize(
    ("lanes", "padded", "split"),
    [
        (1, [(1, 2)], [(1, None)]),
        (2, [(2, 2)], [(2, 2)]),
        (3, [(3, 4)], [(2, 2), (1, None)]),
        (4, [(4, 4)], [(4, 4)]),
        (7, [(4, 4), (3, 4)], [(4, 4), (2, 2), (1, None)]),
        (9, [(4, 4), (4, 4), (1, 2)], [(4, 4), (4, 4), (1, None)]),
    ],
)
def test_a_batch_is_padded_or_split_as_it_was_set(lanes, padded, split):
    """
    Padding fills the next size up, and whole batches of the largest before it; splitting leaves a rest to eager.
    """
    assert fitted(lanes, SIZES, Costs(), "pad") == tuple(Part(*part) for part in padded)
    assert fitted(lanes, SIZES, Costs(), "split") == tuple(Part(*part) for part in split)


def test_eager_never_pads():
    """
    Without compiled sizes a batch runs as it is.
    """
    assert {fitted(5, frozenset(), Costs(), how) for how in ("auto", "pad", "split")} == {(Part(5, None),)}


@pytest.mark.parametrize(
    ("eager", "compiled", "lanes", "parts"),
    [
        ({3: 30.0}, {2: 10.0, 4: 18.0}, 3, [(3, 4)]),  # padding is quickest
        ({1: 4.0, 3: 30.0}, {2: 10.0, 4: 40.0}, 3, [(2, 2), (1, None)]),  # splitting is
        ({3: 12.0, 4: 12.0}, {2: 30.0, 4: 40.0}, 3, [(3, None)]),  # compiling was no gain
        ({}, {}, 4, [(4, 4)]),  # nothing is known: compiled is thought to be quicker
        ({}, {}, 1, [(1, None)]),
    ],
)
def test_what_was_measured_decides_between_them(eager, compiled, lanes, parts):
    """
    `auto` takes the parts that are thought to be done first.
    """
    costs = Costs(eager=dict(eager), compiled=dict(compiled))

    found = fitted(lanes, SIZES, costs, "auto")

    assert sorted(found, key=lambda part: -part.lanes) == [Part(*part) for part in parts]


def test_costs_are_learned_from_whole_turns():
    """
    A turn's time is shared out among its parts, and repeated turns move what is known.
    """
    costs = Costs(eager={1: 10.0}, compiled={2: 10.0})

    costs.learn((Part(2, 2), Part(1, None)), 40.0)
    costs.learn((Part(4, 4),), 25.0)

    assert costs.compiled == {2: pytest.approx(12.0), 4: 25.0}
    assert costs.eager == {1: pytest.approx(12.0)}
    for _ in range(50):
        costs.learn((Part(4, 4),), 50.0)
    assert costs.compiled[4] == pytest.approx(50.0, rel=0.01)


@pytest.mark.parametrize("lanes", range(1, 20))
@pytest.mark.parametrize("how", ["auto", "pad", "split"])
def test_every_lane_is_in_exactly_one_part(lanes, how):
    """
    Whatever the costs, the parts add up, and none is larger than what it was compiled for.
    """
    costs = Costs(eager={1: 7.0, 5: 20.0}, compiled={2: 5.0, 4: 11.0})

    parts = fitted(lanes, SIZES, costs, how)

    assert sum(part.lanes for part in parts) == lanes
    assert all(part.size is None or (part.size in SIZES and 0 < part.lanes <= part.size) for part in parts)
