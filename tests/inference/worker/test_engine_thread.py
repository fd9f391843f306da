"""The engine thread with a fake engine: which rows share a step, and when background tasks run."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from inference_service.config.intervals import Intervals
from tests.inference.client_calls import queued_count, request_images, request_later, result_code, start_blocked
from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # Seeds.
STEP_S = 0.01


@pytest.fixture
def intervals() -> Intervals:
    return Intervals(idle_s=0.05)


@pytest.fixture
def engine() -> FakeEngine:
    """A step takes the same time for any number of rows, as on a GPU."""
    return FakeEngine(step_s=STEP_S)


def test_requests_join_and_leave_between_steps(
    client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor
) -> None:
    """A short request joins a running one, shares its steps, and leaves when done."""
    long = start_blocked(pool, client, engine, seed=FIRST, steps=30)
    short = request_later(pool, client, seed=SECOND, steps=10)
    wait_until(lambda: queued_count(client) == 1)

    engine.gate.set()
    responses = [long.result(), short.result()]

    assert [response.status_code for response in responses] == [200, 200]
    assert engine.decoded_seeds == [SECOND, FIRST]
    together = [set(batch) == {FIRST, SECOND} for batch in engine.stepped_seeds]
    assert sum(together) >= 7  # In between, the cost of a row alone was measured.
    assert not any(together[-20:])
    assert len(engine.stepped_seeds) <= 33


def test_a_short_request_overtakes_a_long_one(
    client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor
) -> None:
    """With space for one row, the long request waits until the short one is done."""
    engine.reported_cap = 1
    long = start_blocked(pool, client, engine, seed=FIRST, steps=60)
    short = request_later(pool, client, seed=SECOND, steps=2)
    wait_until(lambda: queued_count(client) == 1)

    engine.gate.set()
    long.result()
    short.result()

    assert engine.stepped_seeds == [[FIRST]] + [[SECOND]] * 2 + [[FIRST]] * 59


def test_each_image_of_a_request_is_a_row(client: FlaskClient, engine: FakeEngine) -> None:
    """Three images share steps after the measured cost of a row is low."""
    response = request_images(client, n=3, seed=FIRST, steps=8)

    assert [image["seed"] for image in response.get_json()["data"]] == [FIRST, SECOND, THIRD]
    assert {FIRST, SECOND, THIRD} in map(set, engine.stepped_seeds)


def test_sizes_do_not_share_batches(client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor) -> None:
    """Rows of different buckets never share a step."""
    first = start_blocked(pool, client, engine, seed=FIRST, steps=6)
    second = request_later(pool, client, seed=SECOND, steps=6, size="128x64")
    wait_until(lambda: queued_count(client) == 1)

    engine.gate.set()
    first.result()
    second.result()

    assert all(len(batch) == 1 for batch in engine.stepped_seeds)
    assert engine.stepped_seeds[-1] != engine.stepped_seeds[0]


def test_at_most_one_decode_runs_between_two_steps(
    client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor
) -> None:
    """If three images finish at once, another request takes a step after each decode."""
    engine.gate.clear()
    futures = [request_later(pool, client, seed=seed, steps=6) for seed in (FIRST, SECOND, THIRD)]
    futures.append(request_later(pool, client, seed=9, steps=40))
    wait_until(lambda: queued_count(client) == 3)

    engine.gate.set()
    for one in futures:
        one.result()

    kinds = [kind for kind, _ in engine.calls]
    first, last = kinds.index("decode"), len(kinds) - 1
    assert all(one == "step" for one, after in itertools.pairwise(kinds[first:last]) if after == "decode")


def test_no_step_waits_for_a_safety_check(client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor) -> None:
    """While one image is checked, another request is generated."""
    engine.checking.clear()
    first = request_later(pool, client, seed=FIRST, steps=2)
    wait_until(lambda: engine.decoded_seeds == [FIRST])

    second = request_later(pool, client, seed=SECOND, steps=4)
    wait_until(lambda: engine.decoded_seeds == [FIRST, SECOND])
    waited = not first.done()
    engine.checking.set()

    assert waited
    assert [result_code(one.result()) for one in (first, second)] == [200, 200]


def test_a_canceled_request_leaves_the_batch(client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor) -> None:
    """The canceled request's row takes no further step, and the other row continues."""
    first = start_blocked(pool, client, engine, seed=FIRST, steps=10)
    second = request_later(pool, client, "second", seed=SECOND, steps=10)
    wait_until(lambda: queued_count(client) == 1)
    for _ in range(4):
        engine.permits.release()
    wait_until(lambda: sum(SECOND in batch for batch in engine.stepped_seeds) == 2)

    client.delete(f"{PATH}/second")
    engine.gate.set()
    responses = [first.result(), second.result()]

    assert [result_code(response) for response in responses] == [200, "cancelled"]
    assert sum(SECOND in batch for batch in engine.stepped_seeds) <= 3  # One step may have been in progress.
    assert engine.decoded_seeds == [FIRST]


@pytest.mark.parametrize(
    ("steps", "count", "taken"), [(12, 3, [3, 6, 9]), (12, 2, [4, 8]), (30, 1, [15]), (2, 3, [1]), (1, 3, [])]
)
def test_previews_are_evenly_spaced(
    client: FlaskClient, engine: FakeEngine, steps: int, count: int, taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Previews are taken between the first and the last step, at most one per step."""
    moments: list[int] = []
    monkeypatch.setattr(engine, "preview", lambda row: moments.append(row.steps_done))

    client.post(PATH, json={"prompt": "a fox", "steps": steps, "stream": True, "partial_images": count}).get_data()

    assert moments == taken


def test_background_tasks_run_when_idle(client: FlaskClient, engine: FakeEngine) -> None:
    """Background tasks run one by one when idle, and never before a queued request."""
    engine.idle_work = 5
    assert result_code(request_images(client)) == 200
    wait_until(lambda: engine.idle_work == 0, seconds=30)

    engine.idle_work = 1
    assert result_code(request_images(client)) == 200
    wait_until(lambda: engine.idle_work == 0, seconds=30)

    kinds = [kind for kind, _ in engine.calls]
    assert kinds.index("idle") > kinds.index("decode")


def test_a_request_waits_for_at_most_one_background_task(
    client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that arrives during a background task runs before the next task."""
    done = engine.idle

    def idle() -> Any:
        engine.started.set()
        engine.gate.wait()
        return done()

    monkeypatch.setattr(engine, "idle", idle)
    engine.idle_work = 3
    engine.gate.clear()
    wait_until(engine.started.is_set)
    futures = request_later(pool, client)
    wait_until(lambda: queued_count(client) == 1)

    engine.gate.set()
    futures.result()

    kinds = [kind for kind, _ in engine.calls]
    assert kinds[: kinds.index("decode")].count("idle") == 1
