"""What a failure of the engine does: to its request, to its neighbours, to the service."""

from __future__ import annotations

import pytest

from inference_service.api.app import studio_of
from inference_service.engine import EngineBroken
from inference_service.errors import BadField
from tests.inference.asking import ask, begin, code, events, later, waiting
from tests.inference.conftest import PATH, until
from tests.inference.engines import FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # seeds
TURN_S = 0.01


@pytest.fixture
def engine() -> FakeEngine:
    """A step takes as long for many rows as for one, as on a GPU."""
    return FakeEngine(turn_s=TURN_S)


def test_a_turn_too_large_is_tried_with_fewer_rows(client, engine, pool):
    """
    When memory runs out the bucket's turns are halved, nobody is refused, and no turn is as large again.
    """
    engine.room = 2
    engine.gate.clear()
    asked = [later(pool, client, seed=seed, steps=12) for seed in range(6)]
    until(lambda: client.get("/readyz").json["waiting"] == 5)

    engine.gate.set()
    answers = [one.result() for one in asked]

    assert [code(answer) for answer in answers] == [200] * 6
    assert max(len(turn) for turn in engine.turns) == 2
    failed = next(
        line for line in client.get("/metrics").text.splitlines() if line.startswith("inference_out_of_memory_total")
    )
    assert 1 <= float(failed.split()[-1]) <= 3


def test_a_picture_too_large_alone_is_tried_twice(client, engine):
    """
    The second time it is refused, with the field to change, and the next request is served.
    """

    tried = []

    class Full(FakeEngine):
        def step(self, rows, between):
            tried.append(len(rows))
            super().step(rows, between)

    engine.__class__ = Full
    engine.room = 0
    refused = ask(client, seed=FIRST)
    engine.room = 1

    assert (refused.status_code, refused.json["error"]["param"]) == (422, "size")
    assert code(refused) == "out_of_memory"
    assert tried == [1, 1]
    assert ask(client, seed=SECOND).status_code == 200


@pytest.mark.parametrize(
    ("error", "expected"),
    [(RuntimeError("a secret fox"), "painting_failed"), (BadField("No.", param="steps"), "invalid_value")],
)
def test_a_failure_stays_with_its_request(client, engine, pool, error, expected):
    """
    When a turn of several rows fails each goes on alone: only the one at fault is told of it.
    """
    engine.faulty = {SECOND: error}
    first = begin(pool, client, engine, seed=FIRST, steps=6)
    others = [later(pool, client, seed=seed, steps=6) for seed in (SECOND, THIRD)]
    until(lambda: waiting(client) == 2)

    engine.gate.set()
    answers = [first.result(), *(other.result() for other in others)]

    assert [code(answer) for answer in answers] == [200, expected, 200]


@pytest.mark.parametrize("method", ["bucket", "enter", "decode"])
def test_each_call_of_the_engine_may_fail(client, engine, method):
    """
    Whatever fails before or after the steps is that request's failure alone.
    """
    work = getattr(engine, method)

    def fail(given):
        picture = given[0].picture if method == "decode" else given
        if picture.seed == FIRST:
            raise RuntimeError("a secret fox")
        return work(given)

    setattr(engine, method, fail)

    assert code(ask(client, seed=FIRST)) == "painting_failed"
    assert code(ask(client, seed=SECOND)) == 200


@pytest.mark.parametrize("method", ["enter", "decode", "idle"])
def test_a_broken_device_ends_everything(client, engine, method):
    """
    Wherever the device breaks, open requests are told, new ones refused, and a restart is asked for.
    """

    def fail(*_):
        raise EngineBroken("an illegal memory access")

    setattr(engine, method, fail)
    if method != "idle":
        assert code(ask(client)) == "model_failed"

    until(lambda: client.get("/healthz").status_code == 503)
    assert code(ask(client)) == "model_failed"


def test_a_preview_that_fails_is_left_out(client, engine):
    """
    The picture comes all the same.
    """

    def fail(row):
        raise RuntimeError("no preview")

    engine.preview = fail
    answer = client.post(PATH, json={"prompt": "a fox", "seed": 7, "steps": 6, "stream": True, "partial_images": 2})

    assert [name for name, _ in events(answer)] == ["image_generation.completed"]


def test_a_farewell_has_a_limit(client, engine, pool):
    """
    What is not done within the limit is ended, and its caller is told to try again.
    """
    first = begin(pool, client, engine, seed=FIRST, steps=10)

    studio_of(client.application).drain(0.1)

    assert code(first.result()) == "shutting_down"
