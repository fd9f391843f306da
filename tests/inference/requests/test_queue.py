"""Waiting, joining, cancelling and hanging up, over a fake engine that holds still."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from inference_service.api.app import studio_of
from inference_service.requests.queued_request import TICKET_BYTES, Names, State
from tests.inference.asking import ask, events, later, status_of
from tests.inference.conftest import PATH, until
from tests.inference.simulation import Arrival, ticket_of


@pytest.fixture
def held(client, engine):
    """A client whose engine waits at its first step, on a request named `first`."""
    engine.gate.clear()
    pool = ThreadPoolExecutor(8)
    client.first = later(pool, client, "first")
    client.pool = pool
    until(engine.started.is_set)
    yield client
    engine.gate.set()
    pool.shutdown()


def test_progress_tells_steps_position_and_time(held, engine):
    """
    A waiting request says how many are before it, a painting one how far it is, and both how long it may take.
    """
    engine.cap = 1
    second = later(held.pool, held, "second", stream=True, steps=8)
    until(lambda: held.get("/readyz").json["waiting"] == 1)
    engine.permits.release()
    until(lambda: status_of(held, "second")["seconds_left"] is not None)

    first, waiting = status_of(held, "first"), status_of(held, "second")
    engine.gate.set()
    answer = second.result()

    assert (first["status"], first["position"], first["step"], first["steps"]) == ("painting", 0, 1, 4)
    assert (waiting["status"], waiting["position"], waiting["step"], waiting["steps"]) == ("queued", 1, 0, 8)
    assert first["seconds_left"] <= waiting["seconds_left"]
    assert events(answer)[-1][0] == "image_generation.completed"
    assert status_of(held, "second")["seconds_left"] is None


def test_a_refusal_tells_when_a_place_is_likely(make_client, engine):
    """
    Retry-After comes from what the requests before have left, by the pace of this device.
    """
    client = make_client(engine, queue_limit=0)
    engine.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        asked = later(pool, client, "first", steps=40)
        until(engine.started.is_set)
        time.sleep(0.3)  # at least so long the first turn takes
        engine.permits.release()
        until(lambda: status_of(client, "first")["step"] == 1)
        until(lambda: status_of(client, "first")["seconds_left"] is not None)

        refused = ask(client)
        engine.gate.set()
        asked.result()

    assert refused.status_code == 429
    assert 8 <= int(refused.headers["Retry-After"]) <= 120


def test_a_full_queue_refuses_with_a_time(make_client, engine):
    """
    With the queue full a request gets 429 with Retry-After, readiness says so, and health answers still.
    """
    client = make_client(engine, queue_limit=1)
    engine.gate.clear()
    with ThreadPoolExecutor(4) as pool:
        asked = [later(pool, client)]
        until(engine.started.is_set)
        asked.append(later(pool, client))
        until(lambda: client.get("/readyz").status_code == 503)

        refused = ask(client)
        ready = client.get("/readyz")
        alive = client.get("/healthz")
        engine.gate.set()
        finished = [one.result().status_code for one in asked]

    assert refused.status_code == 429
    assert refused.json["error"]["code"] == "queue_full"
    assert refused.json["error"]["retryable"] is True
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert "x-should-retry" not in refused.headers
    assert (ready.json["status"], ready.json["accepts"]) == ("busy", False)
    assert alive.status_code == 200
    assert finished == [200, 200]


def test_callers_that_join_cannot_take_every_thread(make_client, engine):
    """
    However many callers repeat one request, threads for health remain.
    """
    client = make_client(engine, queue_limit=0)
    engine.gate.clear()
    with ThreadPoolExecutor(16) as pool:
        asked = [later(pool, client, "one") for _ in range(12)]
        until(lambda: sum(one.done() for one in asked) == 3)
        engine.gate.set()
        codes = sorted(one.result().status_code for one in asked)

    assert codes == [200] * 9 + [429] * 3


def test_the_same_id_and_body_join_the_running_request(held, engine):
    """
    A repeat of a running request is painted once and answered twice.
    """
    repeat = later(held.pool, held, "first", stream=True)
    other = ask(held, "first", seed=8)

    engine.gate.set()
    answers = [held.first.result().json["data"][0]["b64_json"], events(repeat.result())[-1][1]["b64_json"]]

    assert answers[0] == answers[1]
    assert engine.painted == [7]
    assert (other.status_code, other.json["error"]["code"]) == (422, "request_id_reused")


def test_a_finished_picture_is_kept_for_its_id(client, engine):
    """
    A repeat after the end gets the same picture, drawn seed included, without painting; so does a GET.
    """
    first = client.post(PATH, json={"prompt": "a fox"}, headers={"Idempotency-Key": "one"})

    repeat = client.post(PATH, json={"prompt": "a fox"}, headers={"X-Request-Id": "one"})
    found = status_of(client, "one")

    assert repeat.json["data"] == first.json["data"] == found["result"]["data"]
    assert found["status"] == "succeeded"
    assert len(engine.painted) == 1
    assert first.headers["X-Request-Id"] == "one"


def test_a_kept_picture_is_forgotten_after_its_time(make_client, engine):
    """
    After the keeping time the same id paints again.
    """
    client = make_client(engine, keep_finished_s=0.0)

    ask(client, "one")
    until(lambda: client.get(f"{PATH}/one").status_code == 404)
    ask(client, "one")

    assert engine.painted == [7, 7]


def test_delete_cancels_for_everybody(held, engine):
    """
    A cancelled request ends at its next step, its callers are told, and its id is free.
    """
    gone = held.delete(f"{PATH}/first")
    answer = held.first.result()

    assert gone.status_code == 204
    assert (answer.status_code, answer.json["error"]["code"]) == (410, "cancelled")
    assert held.get(f"{PATH}/first").status_code == 404
    until(lambda: held.get("/readyz").json["status"] == "ready")
    engine.gate.set()
    assert ask(held, "first").status_code == 200
    assert engine.painted == [7]


def test_a_waiting_request_can_be_cancelled(held):
    """
    A request that still waits leaves the queue at once.
    """
    second = later(held.pool, held, "second", stream=True)
    until(lambda: held.get("/readyz").json["waiting"] == 1)

    held.delete(f"{PATH}/second")

    name, data = events(second.result())[-1]
    assert (name, data["error"]["code"]) == ("error", "cancelled")
    assert held.get("/readyz").json["waiting"] == 0


def test_a_stream_closed_by_its_caller_frees_the_place(client, engine):
    """
    Closing the stream abandons the request, also before its first byte was read.
    """
    engine.gate.clear()
    answers = [client.post(PATH, json={"prompt": "a fox", "stream": True}) for _ in range(2)]
    until(lambda: client.get("/readyz").json["waiting"] == 1)

    for answer in answers:
        answer.close()

    until(lambda: client.get("/readyz").json["status"] == "ready")
    assert engine.painted == []


def test_draining_finishes_what_is_painted_and_sends_the_rest_away(held, engine):
    """
    On a farewell the running picture is finished, waiting requests and new ones get 503.
    """
    second = later(held.pool, held)
    until(lambda: held.get("/readyz").json["waiting"] == 1)
    farewell = threading.Thread(target=studio_of(held.application).drain, args=(20.0,))
    farewell.start()

    sent_away = second.result()
    new = ask(held)
    engine.gate.set()
    farewell.join()

    assert (sent_away.status_code, sent_away.json["error"]["code"]) == (503, "shutting_down")
    assert new.status_code == 503
    assert held.first.result().status_code == 200


def test_names_of_requests_without_pictures_are_forgotten_too():
    """
    What is kept of cancelled and failed requests counts, so that they cannot pile up for ten minutes.
    """
    names = Names(keep_s=600, keep_bytes=4 * TICKET_BYTES)
    for number in range(6):
        ticket = ticket_of(Arrival(at_s=0, steps=4))
        names.put(str(number), ticket)
        with ticket.changed:
            ticket.move(State.CANCELLED)

    until(lambda: names.get("1") is None)

    assert [number for number in range(6) if names.get(str(number))] == [2, 3, 4, 5]
