"""Asking the service for pictures, and reading its answers."""

from __future__ import annotations

import json
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.inference.conftest import PATH, until
from tests.inference.engines import FakeEngine


def ask(client: FlaskClient, name: str | None = None, **body: Any) -> TestResponse:
    """A request for a fox with the seed 7, unless the body says otherwise."""
    headers = {"X-Request-Id": name} if name else {}
    return client.post(PATH, json={"prompt": "a fox", "seed": 7, **body}, headers=headers)


def later(pool: ThreadPoolExecutor, client: FlaskClient, name: str | None = None, **body: Any) -> Future[TestResponse]:
    """The same on a thread of its own; a client is not shared between threads."""
    other = client.application.test_client()
    other.environ_base.update(client.environ_base)
    return pool.submit(ask, other, name, **body)


def events(answer: TestResponse) -> list[tuple[str, dict[str, Any]]]:
    """The events of a finished stream, as (name, data)."""
    blocks = [block for block in answer.get_data(as_text=True).split("\n\n") if block and not block.startswith(":")]
    pairs = [block.split("\n", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def begin(pool: ThreadPoolExecutor, client: FlaskClient, engine: FakeEngine, **body: Any) -> Future[TestResponse]:
    """A request that is held in its first step, by the engine's closed gate."""
    engine.gate.clear()
    engine.started.clear()
    first = later(pool, client, **body)
    until(engine.started.is_set)
    return first


def waiting(client: FlaskClient) -> int:
    """How many requests have not begun."""
    return client.get("/readyz").json["waiting"]


def code(answer: TestResponse) -> str | int:
    """200, or the error's code."""
    return answer.json["error"]["code"] if answer.status_code != 200 else 200


def status_of(client: FlaskClient, name: str) -> dict[str, Any]:
    """How a named request stands."""
    return client.get(f"{PATH}/{name}").json
