"""Turn by turn over a fake engine: who steps with whom, who leaves, and what a failure does to the others."""

from __future__ import annotations

import itertools
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from inference_service.app import studio_of
from inference_service.engine import EngineBroken, Occupied
from inference_service.errors import BadField
from tests.inference.asking import ask, events, later, status_of
from tests.inference.conftest import PATH, until
from tests.inference.engines import PROFILE, FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # seeds
TURN_S = 0.01


@pytest.fixture
def engine() -> FakeEngine:
    """A step takes as long for many rows as for one, as on a GPU."""
    return FakeEngine(turn_s=TURN_S)


@pytest.fixture(autouse=True)
def pool() -> Iterator[ThreadPoolExecutor]:
    """Callers; made before the app, so that the app ends first and they with it."""
    with ThreadPoolExecutor(16) as made:
        yield made


def waiting(client) -> int:
    return client.get("/readyz").json["waiting"]


def begin(pool, client, engine, **body):
    """A request that is held in its first step."""
    engine.gate.clear()
    engine.started.clear()
    first = later(pool, client, seed=FIRST, **body)
    until(engine.started.is_set)
    return first


def code(answer) -> str | int:
    return answer.json["error"]["code"] if answer.status_code != 200 else 200


def test_requests_join_and_leave_between_steps(client, engine, pool):
    """
    A short request joins one that is on its way, steps with it, and leaves it when done.
    """
    long = begin(pool, client, engine, steps=30)
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
    long = begin(pool, client, engine, steps=60)
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
    first = begin(pool, client, engine, steps=6)
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


def test_a_cancelled_request_leaves_the_batch(client, engine, pool):
    """
    Its row takes no further step, and its neighbour goes on.
    """
    first = begin(pool, client, engine, steps=10)
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
    first = begin(pool, client, engine, steps=6)
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
    first = begin(pool, client, engine, steps=8, loras=[{"name": "ink"}])
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


def test_a_farewell_has_a_limit(client, engine, pool):
    """
    What is not done within the limit is ended, and its caller is told to try again.
    """
    first = begin(pool, client, engine, steps=10)

    studio_of(client.application).drain(0.1)

    assert code(first.result()) == "shutting_down"
