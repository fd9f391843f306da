"""The request queue: waiting, joining, canceling, and disconnecting, with a blocked fake engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from inference_service.api.app import engine_thread_of
from inference_service.requests.queued_request import REQUEST_BYTES, RequestIndex, State
from tests.inference.client_calls import request_images, request_later, request_status, stream_events
from tests.inference.conftest import PATH, wait_until
from tests.inference.engines import FakeEngine
from tests.inference.simulation import Arrival, queued_request


@pytest.fixture
def blocked_client(client: FlaskClient, engine: FakeEngine) -> Iterator[Any]:
    """A client whose engine blocks in the first step of a request with the ID `first`."""
    engine.gate.clear()
    pool = ThreadPoolExecutor(8)
    blocked: Any = client  # Any takes the two attributes below.
    blocked.first = request_later(pool, client, "first")
    blocked.pool = pool
    wait_until(engine.started.is_set)
    yield blocked
    engine.gate.set()
    pool.shutdown()


def test_progress_has_steps_position_and_time(blocked_client: Any, engine: FakeEngine) -> None:
    """A queued request has a position, a running one has steps, and both have an estimated time."""
    engine.reported_cap = 1
    second = request_later(blocked_client.pool, blocked_client, "second", stream=True, steps=8)
    wait_until(lambda: blocked_client.get("/readyz").get_json()["waiting"] == 1)
    engine.permits.release()
    wait_until(lambda: request_status(blocked_client, "second")["seconds_left"] is not None)

    first, queued = request_status(blocked_client, "first"), request_status(blocked_client, "second")
    engine.gate.set()
    response = second.result()

    assert (first["status"], first["position"], first["step"], first["steps"]) == ("painting", 0, 1, 4)
    assert (queued["status"], queued["position"], queued["step"], queued["steps"]) == ("queued", 1, 0, 8)
    assert first["seconds_left"] <= queued["seconds_left"]
    assert stream_events(response)[-1][0] == "image_generation.completed"
    assert request_status(blocked_client, "second")["seconds_left"] is None


def test_retry_after_is_the_estimated_time_until_a_request_completes(
    make_client: Callable[..., FlaskClient], engine: FakeEngine
) -> None:
    """Retry-After is estimated from the remaining work and the speed of the device."""
    client = make_client(engine, queue_limit=0)
    engine.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        futures = request_later(pool, client, "first", steps=40)
        wait_until(engine.started.is_set)
        time.sleep(0.3)  # The duration of the first step.
        engine.permits.release()
        wait_until(lambda: request_status(client, "first")["step"] == 1)
        wait_until(lambda: request_status(client, "first")["seconds_left"] is not None)

        rejected = request_images(client)
        engine.gate.set()
        futures.result()

    assert rejected.status_code == 429
    assert 8 <= int(rejected.headers["Retry-After"]) <= 120


def test_a_full_queue_returns_429_with_retry_after(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> None:
    """If the queue is full, a request gets 429 with Retry-After, readiness fails, and liveness succeeds."""
    client = make_client(engine, queue_limit=1)
    engine.gate.clear()
    with ThreadPoolExecutor(4) as pool:
        futures = [request_later(pool, client)]
        wait_until(engine.started.is_set)
        futures.append(request_later(pool, client))
        wait_until(lambda: client.get("/readyz").status_code == 503)

        rejected = request_images(client)
        ready = client.get("/readyz")
        alive = client.get("/healthz")
        engine.gate.set()
        finished = [one.result().status_code for one in futures]

    assert rejected.status_code == 429
    assert rejected.get_json()["error"]["code"] == "queue_full"
    assert rejected.get_json()["error"]["retryable"] is True
    assert 1 <= int(rejected.headers["Retry-After"]) <= 120
    assert "x-should-retry" not in rejected.headers
    assert (ready.get_json()["status"], ready.get_json()["accepts"]) == ("busy", False)
    assert alive.status_code == 200
    assert finished == [200, 200]


def test_joining_callers_cannot_occupy_every_thread(
    make_client: Callable[..., FlaskClient], engine: FakeEngine
) -> None:
    """Callers that repeat one request leave threads for health checks."""
    client = make_client(engine, queue_limit=0)
    engine.gate.clear()
    with ThreadPoolExecutor(16) as pool:
        futures = [request_later(pool, client, "one") for _ in range(12)]
        wait_until(lambda: sum(one.done() for one in futures) == 3)
        engine.gate.set()
        codes = sorted(one.result().status_code for one in futures)

    assert codes == [200] * 9 + [429] * 3


def test_the_same_id_and_body_join_the_running_request(blocked_client: Any, engine: FakeEngine) -> None:
    """A repeated request joins the running one and gets the same image."""
    repeat = request_later(blocked_client.pool, blocked_client, "first", stream=True)
    other = request_images(blocked_client, "first", seed=8)

    engine.gate.set()
    responses = [
        blocked_client.first.result().get_json()["data"][0]["b64_json"],
        stream_events(repeat.result())[-1][1]["b64_json"],
    ]

    assert responses[0] == responses[1]
    assert engine.decoded_seeds == [7]
    assert (other.status_code, other.get_json()["error"]["code"]) == (422, "request_id_reused")


def test_a_result_is_kept_for_its_request_id(client: FlaskClient, engine: FakeEngine) -> None:
    """A repeat after completion returns the same image, also with a random seed, without generating it."""
    first = client.post(PATH, json={"prompt": "a fox"}, headers={"Idempotency-Key": "one"})

    repeat = client.post(PATH, json={"prompt": "a fox"}, headers={"X-Request-Id": "one"})
    found = request_status(client, "one")

    assert repeat.get_json()["data"] == first.get_json()["data"] == found["result"]["data"]
    assert found["status"] == "succeeded"
    assert len(engine.decoded_seeds) == 1
    assert first.headers["X-Request-Id"] == "one"


def test_a_result_expires(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> None:
    """After the result expires, the same ID generates again."""
    client = make_client(engine, result_ttl_s=0.0)

    request_images(client, "one")
    wait_until(lambda: client.get(f"{PATH}/one").status_code == 404)
    request_images(client, "one")

    assert engine.decoded_seeds == [7, 7]


def test_delete_cancels_for_all_callers(blocked_client: Any, engine: FakeEngine) -> None:
    """A canceled request ends at its next step, its callers get an error, and its ID is free."""
    gone = blocked_client.delete(f"{PATH}/first")
    response = blocked_client.first.result()

    assert gone.status_code == 204
    assert (response.status_code, response.get_json()["error"]["code"]) == (410, "cancelled")
    assert blocked_client.get(f"{PATH}/first").status_code == 404
    wait_until(lambda: blocked_client.get("/readyz").get_json()["status"] == "ready")
    engine.gate.set()
    assert request_images(blocked_client, "first").status_code == 200
    assert engine.decoded_seeds == [7]


def test_a_queued_request_can_be_canceled(blocked_client: Any) -> None:
    """A queued request leaves the queue immediately when it is canceled."""
    second = request_later(blocked_client.pool, blocked_client, "second", stream=True)
    wait_until(lambda: blocked_client.get("/readyz").get_json()["waiting"] == 1)

    blocked_client.delete(f"{PATH}/second")

    name, data = stream_events(second.result())[-1]
    assert (name, data["error"]["code"]) == ("error", "cancelled")
    assert blocked_client.get("/readyz").get_json()["waiting"] == 0


def test_closing_a_stream_cancels_its_request(client: FlaskClient, engine: FakeEngine) -> None:
    """Closing the stream cancels the request, even before its first byte is read."""
    engine.gate.clear()
    responses = [client.post(PATH, json={"prompt": "a fox", "stream": True}) for _ in range(2)]
    wait_until(lambda: client.get("/readyz").get_json()["waiting"] == 1)

    for response in responses:
        response.close()

    wait_until(lambda: client.get("/readyz").get_json()["status"] == "ready")
    assert engine.decoded_seeds == []


def test_draining_completes_running_requests_and_rejects_others(blocked_client: Any, engine: FakeEngine) -> None:
    """While draining, the running image is completed, and queued and new requests get 503."""
    second = request_later(blocked_client.pool, blocked_client)
    wait_until(lambda: blocked_client.get("/readyz").get_json()["waiting"] == 1)
    drain_thread = threading.Thread(target=engine_thread_of(blocked_client.application).drain, args=(20.0,))
    drain_thread.start()

    dropped = second.result()
    new = request_images(blocked_client)
    engine.gate.set()
    drain_thread.join()

    assert (dropped.status_code, dropped.get_json()["error"]["code"]) == (503, "shutting_down")
    assert new.status_code == 503
    assert blocked_client.first.result().status_code == 200


def test_requests_without_images_leave_the_index_too() -> None:
    """Canceled and failed requests count toward the size limit of the index."""
    index = RequestIndex(ttl_s=600, max_bytes=4 * REQUEST_BYTES)
    for number in range(6):
        request = queued_request(Arrival(at_s=0, steps=4))
        index.put(str(number), request)
        with request.changed:
            request.set_state(State.CANCELED)

    wait_until(lambda: index.get("1") is None)

    assert [number for number in range(6) if index.get(str(number))] == [2, 3, 4, 5]
