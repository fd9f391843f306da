"""Effects of engine failures on the request, on other requests, and on the service."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from inference_service.api.app import engine_thread_of
from inference_service.engine import EngineBroken
from inference_service.errors import InvalidField
from tests.inference.client_calls import (
    queued_count,
    request_images,
    request_later,
    result_code,
    start_blocked,
    stream_events,
)
from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # Seeds.
STEP_S = 0.01


@pytest.fixture
def engine() -> FakeEngine:
    """A step takes the same time for any number of rows, as on a GPU."""
    return FakeEngine(step_s=STEP_S)


def test_a_batch_that_is_too_large_is_split(client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor) -> None:
    """After running out of memory the batch size is halved, no request fails, and no batch is as large again."""
    engine.memory_rows = 2
    engine.step_s = 5 * STEP_S  # Long enough to measure on a busy machine that larger batches are faster.
    engine.gate.clear()
    futures = [request_later(pool, client, seed=seed, steps=12) for seed in range(6)]
    wait_until(lambda: client.get("/readyz").get_json()["waiting"] == 5)

    engine.gate.set()
    responses = [one.result() for one in futures]

    assert [result_code(response) for response in responses] == [200] * 6
    assert max(len(batch) for batch in engine.stepped_seeds) == 2
    failed = next(
        line for line in client.get("/metrics").text.splitlines() if line.startswith("inference_out_of_memory_total")
    )
    assert 1 <= float(failed.split()[-1]) <= 3


def test_an_image_that_is_too_large_is_attempted_twice(client: FlaskClient, engine: FakeEngine) -> None:
    """The second time it is rejected with the field to change, and the next request succeeds."""

    attempts = []

    class Full(FakeEngine):
        def step(self, rows: Any, on_step: Any) -> None:
            attempts.append(len(rows))
            super().step(rows, on_step)

    engine.__class__ = Full
    engine.memory_rows = 0
    rejected = request_images(client, seed=FIRST)
    engine.memory_rows = 1

    assert (rejected.status_code, rejected.get_json()["error"]["param"]) == (422, "size")
    assert result_code(rejected) == "out_of_memory"
    assert attempts == [1, 1]
    assert request_images(client, seed=SECOND).status_code == 200


@pytest.mark.parametrize(
    ("error", "expected"),
    [(RuntimeError("a secret fox"), "painting_failed"), (InvalidField("No.", param="steps"), "invalid_value")],
)
def test_a_failure_only_affects_its_request(
    client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor, error: Any, expected: str
) -> None:
    """If a batch fails, each row continues alone, and only the faulty request gets an error."""
    engine.faulty = {SECOND: error}
    first = start_blocked(pool, client, engine, seed=FIRST, steps=6)
    others = [request_later(pool, client, seed=seed, steps=6) for seed in (SECOND, THIRD)]
    wait_until(lambda: queued_count(client) == 2)

    engine.gate.set()
    responses = [first.result(), *(other.result() for other in others)]

    assert [result_code(response) for response in responses] == [200, expected, 200]


@pytest.mark.parametrize("method", ["bucket", "start", "decode"])
def test_each_call_of_the_engine_may_fail(client: FlaskClient, engine: FakeEngine, method: str) -> None:
    """A failure before or after the steps only affects its request."""
    method_call = getattr(engine, method)

    def fail(argument: Any) -> Any:
        spec = argument[0].spec if method == "decode" else argument
        if spec.seed == FIRST:
            raise RuntimeError("a secret fox")
        return method_call(argument)

    setattr(engine, method, fail)

    assert result_code(request_images(client, seed=FIRST)) == "painting_failed"
    assert result_code(request_images(client, seed=SECOND)) == 200


@pytest.mark.parametrize("method", ["start", "decode", "idle"])
def test_a_failed_device_ends_all_requests(client: FlaskClient, engine: FakeEngine, method: str) -> None:
    """If the device fails, open requests get an error, new ones are refused, and liveness fails."""

    def fail(*_: Any) -> None:
        raise EngineBroken("an illegal memory access")

    setattr(engine, method, fail)
    if method != "idle":
        assert result_code(request_images(client)) == "model_failed"

    wait_until(lambda: client.get("/healthz").status_code == 503)
    assert result_code(request_images(client)) == "model_failed"


def test_a_preview_that_fails_is_left_out(
    client: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed preview is left out, and the image is returned."""

    def fail(row: Any) -> None:
        raise RuntimeError("no preview")

    monkeypatch.setattr(engine, "preview", fail)
    response = client.post(PATH, json={"prompt": "a fox", "seed": 7, "steps": 6, "stream": True, "partial_images": 2})

    assert [name for name, _ in stream_events(response)] == ["image_generation.completed"]


def test_draining_has_a_time_limit(client: FlaskClient, engine: FakeEngine, pool: ThreadPoolExecutor) -> None:
    """A request that isn't completed within the limit gets an error that asks to retry."""
    first = start_blocked(pool, client, engine, seed=FIRST, steps=10)

    engine_thread_of(client.application).drain(0.1)

    assert result_code(first.result()) == "shutting_down"
