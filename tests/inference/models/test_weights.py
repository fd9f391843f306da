"""Models that are not stepped at will: LoRA sets that exclude each other, and pipelines that only run as a whole."""

from __future__ import annotations

import itertools
import time
import weakref
from dataclasses import replace

from inference_service.engine import Occupied
from tests.inference.asking import ask, begin, code, later, status_of, waiting
from tests.inference.conftest import PATH, until
from tests.inference.engines import PROFILE, FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # seeds
TURN_S = 0.01


class WholeRuns(FakeEngine):
    """Takes rows to their end in one turn, as a pipeline does."""

    def step(self, rows, between):
        self.started.set()
        for _ in range(rows[0].picture.steps):
            while not self.gate.is_set() and not self.permits.acquire(timeout=0.01):
                between()
            time.sleep(self.turn_s)
            for row in rows:
                row.steps_done += 1
            between()
        for row in rows:
            row.turns_left = 0
        self.calls.append(("step", [row.picture.seed for row in rows]))


def test_a_whole_run_tells_its_steps_and_can_be_left(make_client, pool):
    """
    Within the one turn that it is, progress is told step by step, and it ends when nobody waits any more.
    """
    engine = WholeRuns()
    client = make_client(engine)
    engine.gate.clear()
    first = later(pool, client, "first", seed=FIRST, steps=30)
    for _ in range(3):
        engine.permits.release()
    until(lambda: status_of(client, "first").get("step") == 3)

    client.delete(f"{PATH}/first")

    assert code(first.result()) == "cancelled"
    until(lambda: client.get("/readyz").json["status"] == "ready")
    engine.gate.set()
    assert code(ask(client, seed=SECOND)) == 200
    assert engine.painted == [SECOND]


def test_a_whole_run_is_as_many_turns_as_it_has_steps(make_client, pool):
    """
    What is foreseen of the next run is what the last one took, and not that for each of its steps.
    """
    engine = WholeRuns(turn_s=TURN_S)
    client = make_client(engine)
    began = time.monotonic()
    ask(client, seed=FIRST, steps=10)
    took = time.monotonic() - began
    engine.gate.clear()
    second = later(pool, client, "second", seed=SECOND, steps=10)
    until(lambda: status_of(client, "second").get("seconds_left") is not None)

    foreseen = status_of(client, "second")["seconds_left"]
    engine.gate.set()
    second.result()

    assert foreseen <= 2 * took


class OneSetAtATime(FakeEngine):
    """Wears one LoRA set, which it cannot change while rows with another are open."""

    def __post_init__(self):
        super().__post_init__()
        self.profile = replace(PROFILE, loras=("ink", "wax"))
        self.open = []
        self.refusals = 0

    def enter(self, picture):
        rows = [row for reference in self.open if (row := reference()) is not None]
        if any(row.picture.loras != picture.loras for row in rows):
            self.refusals += 1
            raise Occupied
        row = super().enter(picture)
        self.open.append(weakref.ref(row))
        return row

    def decode(self, rows):
        self.open = [reference for reference in self.open if reference() not in rows]
        return super().decode(rows)


def test_a_lora_set_changes_when_its_rows_are_done(make_client, pool):
    """
    Rows on their way are finished with the weights they began with, and no more of them are entered meanwhile.
    """
    engine = OneSetAtATime()
    client = make_client(engine)
    first = begin(pool, client, engine, seed=FIRST, steps=8, loras=[{"name": "ink"}])
    others = [
        later(pool, client, seed=seed, steps=8, loras=[{"name": name}])
        for seed, name in ((SECOND, "wax"), (THIRD, "ink"))
    ]
    until(lambda: waiting(client) == 2)

    engine.gate.set()
    answers = [first.result(), *(other.result() for other in others)]

    assert [code(answer) for answer in answers] == [200] * 3
    assert engine.refusals <= 3
    changes = sum((SECOND in one) != (SECOND in other) for one, other in itertools.pairwise(engine.turns))
    assert changes <= 2


def test_rows_of_cancelled_requests_do_not_hold_their_weights(make_client, pool):
    """
    What a cancelled request had entered is dropped, and another LoRA set can come.
    """
    engine = OneSetAtATime()
    client = make_client(engine)
    engine.gate.clear()
    first = later(pool, client, "first", seed=FIRST, steps=8, loras=[{"name": "ink"}])
    until(engine.started.is_set)

    client.delete(f"{PATH}/first")
    engine.gate.set()

    assert code(first.result()) == "cancelled"
    assert code(ask(client, seed=SECOND, loras=[{"name": "wax"}])) == 200
