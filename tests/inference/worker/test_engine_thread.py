"""Turn by turn over a fake engine: who steps with whom, who leaves, and when there is time for other things."""

from __future__ import annotations

import itertools

import pytest

from tests.inference.asking import ask, begin, code, later, waiting
from tests.inference.conftest import PATH, until
from tests.inference.engines import FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # seeds
TURN_S = 0.01


@pytest.fixture(autouse=True)
def _soon_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_service.worker.engine_thread.QUIET_S", 0.05)


@pytest.fixture
def engine() -> FakeEngine:
    """A step takes as long for many rows as for one, as on a GPU."""
    return FakeEngine(turn_s=TURN_S)


def test_requests_join_and_leave_between_steps(client, engine, pool):
    """
    A short request joins one that is on its way, steps with it, and leaves it when done.
    """
    long = begin(pool, client, engine, seed=FIRST, steps=30)
    short = later(pool, client, seed=SECOND, steps=10)
    until(lambda: waiting(client) == 1)

    engine.gate.set()
    answers = [long.result(), short.result()]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert engine.painted == [SECOND, FIRST]
    together = [set(turn) == {FIRST, SECOND} for turn in engine.turns]
    assert sum(together) >= 7  # what a row costs alone was measured in between
    assert not any(together[-20:])
    assert len(engine.turns) <= 33


def test_a_short_request_passes_a_long_one(client, engine, pool):
    """
    With room for one row, the long request stands still until the short one is done.
    """
    engine.cap = 1
    long = begin(pool, client, engine, seed=FIRST, steps=60)
    short = later(pool, client, seed=SECOND, steps=2)
    until(lambda: waiting(client) == 1)

    engine.gate.set()
    long.result()
    short.result()

    assert engine.turns == [[FIRST]] + [[SECOND]] * 2 + [[FIRST]] * 59


def test_pictures_of_a_request_are_rows_of_their_own(client, engine):
    """
    Three pictures step together, once it is known that this is cheap.
    """
    answer = ask(client, n=3, seed=FIRST, steps=8)

    assert [picture["seed"] for picture in answer.json["data"]] == [FIRST, SECOND, THIRD]
    assert {FIRST, SECOND, THIRD} in map(set, engine.turns)


def test_sizes_do_not_mix(client, engine, pool):
    """
    Rows of different buckets take turns.
    """
    first = begin(pool, client, engine, seed=FIRST, steps=6)
    second = later(pool, client, seed=SECOND, steps=6, size="128x64")
    until(lambda: waiting(client) == 1)

    engine.gate.set()
    first.result()
    second.result()

    assert all(len(turn) == 1 for turn in engine.turns)
    assert engine.turns[-1] != engine.turns[0]


def test_one_decode_stands_between_two_steps(client, engine, pool):
    """
    When three pictures are done at once a longer one takes a step after each decode; none waits for all others.
    """
    engine.gate.clear()
    asked = [later(pool, client, seed=seed, steps=6) for seed in (FIRST, SECOND, THIRD)]
    asked.append(later(pool, client, seed=9, steps=40))
    until(lambda: waiting(client) == 3)

    engine.gate.set()
    for one in asked:
        one.result()

    kinds = [kind for kind, _ in engine.calls]
    first, last = kinds.index("decode"), len(kinds) - 1
    assert all(one == "step" for one, after in itertools.pairwise(kinds[first:last]) if after == "decode")


def test_no_step_waits_for_a_checker(client, engine, pool):
    """
    While one picture is looked at, another request is painted to its end.
    """
    engine.checking.clear()
    first = later(pool, client, seed=FIRST, steps=2)
    until(lambda: engine.painted == [FIRST])

    second = later(pool, client, seed=SECOND, steps=4)
    until(lambda: engine.painted == [FIRST, SECOND])
    waited = not first.done()
    engine.checking.set()

    assert waited
    assert [code(one.result()) for one in (first, second)] == [200, 200]


def test_a_cancelled_request_leaves_the_batch(client, engine, pool):
    """
    Its row takes no further step, and its neighbour goes on.
    """
    first = begin(pool, client, engine, seed=FIRST, steps=10)
    second = later(pool, client, "second", seed=SECOND, steps=10)
    until(lambda: waiting(client) == 1)
    for _ in range(4):
        engine.permits.release()
    until(lambda: sum(SECOND in turn for turn in engine.turns) == 2)

    client.delete(f"{PATH}/second")
    engine.gate.set()
    answers = [first.result(), second.result()]

    assert [code(answer) for answer in answers] == [200, "cancelled"]
    assert sum(SECOND in turn for turn in engine.turns) <= 3  # one turn may have been on its way
    assert engine.painted == [FIRST]


@pytest.mark.parametrize(
    ("steps", "count", "taken"), [(12, 3, [3, 6, 9]), (12, 2, [4, 8]), (30, 1, [15]), (2, 3, [1]), (1, 3, [])]
)
def test_previews_are_evenly_spaced(client, engine, steps, count, taken):
    """
    Between the first step and the last, as many as there are different steps for.
    """
    moments = []
    engine.preview = lambda row: moments.append(row.steps_done)

    client.post(PATH, json={"prompt": "a fox", "steps": steps, "stream": True, "partial_images": count}).get_data()

    assert moments == taken


def test_what_can_wait_is_done_when_nobody_asks(client, engine):
    """
    Piece by piece until nothing is left, and never before a request that has come.
    """
    engine.pieces = 5
    assert code(ask(client)) == 200
    until(lambda: engine.pieces == 0, seconds=30)

    engine.pieces = 1
    assert code(ask(client)) == 200
    until(lambda: engine.pieces == 0, seconds=30)

    kinds = [kind for kind, _ in engine.calls]
    assert kinds.index("idle") > kinds.index("decode")


def test_a_request_waits_for_one_piece_at_most(client, engine, pool):
    """
    One that comes while a piece is done is painted before the next piece.
    """
    done = engine.idle

    def idle():
        engine.started.set()
        engine.gate.wait()
        return done()

    engine.idle, engine.pieces = idle, 3
    engine.gate.clear()
    until(engine.started.is_set)
    asked = later(pool, client)
    until(lambda: waiting(client) == 1)

    engine.gate.set()
    asked.result()

    kinds = [kind for kind, _ in engine.calls]
    assert kinds[: kinds.index("decode")].count("idle") == 1
