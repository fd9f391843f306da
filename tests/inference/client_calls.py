"""Requests to the service through Flask's test client, and parsing of its responses."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import FakeEngine


def request_images(client: FlaskClient, name: str | None = None, **body: Any) -> TestResponse:
    """Request a fox with seed 7, unless the body says otherwise."""
    headers = {"X-Request-Id": name} if name else {}
    return client.post(PATH, json={"prompt": "a fox", "seed": 7, **body}, headers=headers)


def request_later(
    pool: ThreadPoolExecutor, client: FlaskClient, name: str | None = None, **body: Any
) -> Future[TestResponse]:
    """Send the request on another thread, with a client of its own."""
    other = client.application.test_client()
    other.environ_base.update(client.environ_base)
    return pool.submit(request_images, other, name, **body)


def stream_events(response: TestResponse) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a finished stream as (name, data)."""
    blocks = [block for block in response.get_data(as_text=True).split("\n\n") if block and not block.startswith(":")]
    pairs = [block.split("\n", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def start_blocked(
    pool: ThreadPoolExecutor, client: FlaskClient, engine: FakeEngine, **body: Any
) -> Future[TestResponse]:
    """Start a request that blocks in its first step, at the engine's closed gate."""
    engine.gate.clear()
    engine.started.clear()
    first = request_later(pool, client, **body)
    wait_until(engine.started.is_set)
    return first


def queued_count(client: FlaskClient) -> int:
    """Return the number of queued requests."""
    return client.get("/readyz").get_json()["waiting"]


def result_code(response: TestResponse) -> str | int:
    """Return 200, or the code of the error."""
    return response.get_json()["error"]["code"] if response.status_code != 200 else 200


def request_status(client: FlaskClient, name: str) -> dict[str, Any]:
    """Return the status of a request with an ID."""
    return client.get(f"{PATH}/{name}").get_json()
