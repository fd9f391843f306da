"""Engines with restrictions: LoRA sets that exclude each other, and pipelines that only run as a whole."""

from __future__ import annotations

import itertools
import time
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient

from inference_service.engine import WeightsInUse
from tests.inference.client_calls import (
    queued_count,
    request_images,
    request_later,
    request_status,
    result_code,
    start_blocked,
)
from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import PROFILE, FakeEngine

FIRST, SECOND, THIRD = 1, 2, 3  # Seeds.
STEP_S = 0.01


class WholeRuns(FakeEngine):
    """Completes its rows in one call of `step`, like a pipeline."""

    def step(self, rows: Any, on_step: Any) -> None:
        self.started.set()
        for _ in range(rows[0].spec.steps):
            while not self.gate.is_set() and not self.permits.acquire(timeout=0.01):
                on_step()
            time.sleep(self.step_s)
            for row in rows:
                row.steps_done += 1
            on_step()
        for row in rows:
            row.forwards_left = 0
        self.calls.append(("step", [row.spec.seed for row in rows]))


def test_a_pipeline_run_reports_steps_and_can_be_canceled(
    make_client: Callable[..., FlaskClient], pool: ThreadPoolExecutor
) -> None:
    """Progress is reported within the run, and the run ends when its request is canceled."""
    engine = WholeRuns()
    client = make_client(engine)
    engine.gate.clear()
    first = request_later(pool, client, "first", seed=FIRST, steps=30)
    for _ in range(3):
        engine.permits.release()
    wait_until(lambda: request_status(client, "first").get("step") == 3)

    client.delete(f"{PATH}/first")

    assert result_code(first.result()) == "cancelled"
    wait_until(lambda: client.get("/readyz").get_json()["status"] == "ready")
    engine.gate.set()
    assert result_code(request_images(client, seed=SECOND)) == 200
    assert engine.decoded_seeds == [SECOND]


def test_a_pipeline_run_counts_as_many_forwards_as_steps(
    make_client: Callable[..., FlaskClient], pool: ThreadPoolExecutor
) -> None:
    """The estimate for the next run is the duration of the last run, not that for each step."""
    engine = WholeRuns(step_s=STEP_S)
    client = make_client(engine)
    began = time.monotonic()
    request_images(client, seed=FIRST, steps=10)
    seconds = time.monotonic() - began
    engine.gate.clear()
    second = request_later(pool, client, "second", seed=SECOND, steps=10)
    wait_until(lambda: request_status(client, "second").get("seconds_left") is not None)

    estimate = request_status(client, "second")["seconds_left"]
    engine.gate.set()
    second.result()

    assert estimate <= 2 * seconds


class OneSetAtATime(FakeEngine):
    """Applies one LoRA set, which it can't change while rows with another set are open."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.profile = replace(PROFILE, loras=("ink", "wax"))
        self.open: list[weakref.ref[Any]] = []
        self.refusals = 0

    def start(self, spec: Any) -> Any:
        rows = [row for reference in self.open if (row := reference()) is not None]
        if any(row.spec.loras != spec.loras for row in rows):
            self.refusals += 1
            raise WeightsInUse
        row = super().start(spec)
        self.open.append(weakref.ref(row))
        return row

    def decode(self, rows: Any) -> Any:
        self.open = [reference for reference in self.open if reference() not in rows]
        return super().decode(rows)


def test_a_lora_set_changes_after_its_rows_are_done(
    make_client: Callable[..., FlaskClient], pool: ThreadPoolExecutor
) -> None:
    """Open rows are completed with their weights, and no more are started until then."""
    engine = OneSetAtATime()
    client = make_client(engine)
    first = start_blocked(pool, client, engine, seed=FIRST, steps=8, loras=[{"name": "ink"}])
    others = [
        request_later(pool, client, seed=seed, steps=8, loras=[{"name": name}])
        for seed, name in ((SECOND, "wax"), (THIRD, "ink"))
    ]
    wait_until(lambda: queued_count(client) == 2)

    engine.gate.set()
    responses = [first.result(), *(other.result() for other in others)]

    assert [result_code(response) for response in responses] == [200] * 3
    assert engine.refusals <= 3
    changes = sum((SECOND in one) != (SECOND in other) for one, other in itertools.pairwise(engine.stepped_seeds))
    assert changes <= 2


def test_rows_of_canceled_requests_release_their_weights(
    make_client: Callable[..., FlaskClient], pool: ThreadPoolExecutor
) -> None:
    """Rows of a canceled request are released, so another LoRA set can be applied."""
    engine = OneSetAtATime()
    client = make_client(engine)
    engine.gate.clear()
    first = request_later(pool, client, "first", seed=FIRST, steps=8, loras=[{"name": "ink"}])
    wait_until(engine.started.is_set)

    client.delete(f"{PATH}/first")
    engine.gate.set()

    assert result_code(first.result()) == "cancelled"
    assert result_code(request_images(client, seed=SECOND, loras=[{"name": "wax"}])) == 200
