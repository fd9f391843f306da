"""The routes over a fake engine: who may call, shapes, errors, queue, joining and cancelling."""

from __future__ import annotations

import base64
import io
import json
import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from PIL import Image

from inference_service.engine import EngineBroken
from inference_service.errors import OutOfMemory
from tests.inference.conftest import KEY, PATH, until
from tests.inference.engines import PROFILE, FakeEngine


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


def ask(client, name=None, **body):
    headers = {"X-Request-Id": name} if name else {}
    return client.post(PATH, json={"prompt": "a fox", "seed": 7, **body}, headers=headers)


def later(pool, client, name=None, **body) -> Future:
    """The same on a thread of its own; a client is not shared between threads."""
    other = client.application.test_client()
    other.environ_base.update(client.environ_base)
    return pool.submit(ask, other, name, **body)


def events(answer):
    """The events of a finished stream, as (name, data)."""
    blocks = [block for block in answer.get_data(as_text=True).split("\n\n") if block and not block.startswith(":")]
    pairs = [block.split("\n", 1) for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def status_of(client, name):
    return client.get(f"{PATH}/{name}").json


def test_a_picture_comes_with_all_that_is_known_of_it(client):
    """
    The answer has OpenAI's shape, with seed, sampler, model, revision and time beside the picture.
    """
    answer = ask(client, prompt="a red fox", size="128x64", steps=5)

    assert answer.status_code == 200
    picture = answer.json["data"][0]
    image = Image.open(io.BytesIO(base64.b64decode(picture.pop("b64_json"))))
    assert (image.format, image.size, image.getpixel((0, 0))) == ("PNG", (128, 64), (7, 0, 0))
    assert picture == {
        "index": 0,
        "seed": 7,
        "steps": 5,
        "guidance_scale": 4.0,
        "sampler": "ddim",
        "model": "plain",
        "revision": "r1",
        "painting_ms": 12,
    }
    assert answer.json["usage"]["input_tokens_details"] == {"text_tokens": 3, "image_tokens": 0}
    assert answer.json["size"] == "128x64"
    assert answer.headers["X-Request-Id"]


def test_several_pictures_come_in_order(client):
    """
    Picture k has seed + k, at place k.
    """
    answer = ask(client, n=3, output_format="webp")

    assert [picture["seed"] for picture in answer.json["data"]] == [7, 8, 9]
    assert answer.json["output_format"] == "webp"
    assert base64.b64decode(answer.json["data"][0]["b64_json"])[8:12] == b"WEBP"


def test_a_stream_ends_with_the_completed_picture(client):
    """
    With X-Progress the stream tells the steps too; without, OpenAI's events alone.
    """
    plain = client.post(PATH, json={"prompt": "a fox", "stream": True, "partial_images": 2, "n": 2})
    told = client.post(PATH, json={"prompt": "a fox", "stream": True}, headers={"X-Progress": "1"})

    assert plain.mimetype == "text/event-stream"
    assert [name for name, _ in events(plain)] == ["image_generation.completed"] * 2
    name, completed = events(told)[-1]
    assert name == completed["type"] == "image_generation.completed"
    assert completed["painting_ms"] == 12
    assert completed["usage"]["total_tokens"] == 2
    assert {name for name, _ in events(told)[:-1]} <= {"image_generation.progress"}


def test_progress_tells_steps_position_and_time(held, engine):
    """
    A waiting request says how many are before it, a painting one how far it is.
    """
    second = later(held.pool, held, "second", stream=True)
    until(lambda: held.get("/readyz").json["waiting"] == 1)
    until(lambda: status_of(held, "second")["seconds_left"] is not None)  # once the first has made a step

    waiting = status_of(held, "second")
    engine.gate.set()
    answer = second.result()

    assert (waiting["status"], waiting["position"], waiting["step"], waiting["steps"]) == ("queued", 1, 0, 4)
    assert events(answer)[-1][0] == "image_generation.completed"


def test_without_a_key_only_health_answers(make_client, engine):
    """
    Wrong, missing and malformed keys are refused on every route but the probes.
    """
    client = make_client(engine, key="")

    for header in ("", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer é"):
        for method, route in [("post", PATH), ("get", "/v1/models"), ("get", "/metrics"), ("get", "/nowhere")]:
            answer = getattr(client, method)(route, headers={"Authorization": header})
            assert answer.status_code == 401
            assert answer.json["error"]["code"] == "invalid_api_key"
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_a_service_without_a_key_refuses_everybody(make_client, engine):
    """
    An unset key fails closed and says which setting is missing; only the explicit setting opens it.
    """
    closed = make_client(engine, inference_key="", key="anything")
    opened = make_client(FakeEngine(), inference_key="", insecure_no_key=True, key="")

    refused = ask(closed)

    assert refused.status_code == 401
    assert "INFERENCE_KEY" in refused.json["error"]["message"]
    assert ask(opened).status_code == 200


def test_every_failure_has_the_one_shape(client):
    """
    The framework's own refusals look like ours.
    """
    answers = [
        client.get("/nowhere"),
        client.put(PATH, json={}),
        client.post(PATH, data="prompt=a fox", content_type="application/x-www-form-urlencoded"),
        client.post(PATH, data=b"{", content_type="application/json"),
        client.post(PATH, data=b"x" * 70_000, content_type="application/json"),
        client.get(f"{PATH}/unknown"),
        client.delete(f"{PATH}/unknown"),
        ask(client, model="other"),
        ask(client, "bad name"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 400, 400, 413, 404, 404, 404, 400]
    for answer in answers:
        assert set(answer.json["error"]) == {"code", "message", "type", "param", "retryable"}
        assert answer.headers["x-should-retry"] == "false"
    assert "POST" in answers[1].headers["Allow"]


def test_models_carry_the_profile(client):
    """
    GET /v1/models gives what a prompt writer needs to know.
    """
    models = client.get("/v1/models").json

    assert models["object"] == "list"
    assert models["data"][0]["id"] == "plain"
    assert models["data"][0]["profile"] == json.loads(json.dumps(PROFILE.to_json()))


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


def test_a_failed_request_is_painted_anew(client, engine, caplog):
    """
    An error of the model is one sentence, without the prompt in the log, and the next try succeeds.
    """
    caplog.set_level(logging.INFO, "inference_service")
    engine.failure = ValueError("cannot paint 'a secret fox'")

    failed = ask(client, "one", prompt="a secret fox")
    seen = status_of(client, "one")
    again = ask(client, "one", prompt="a secret fox")

    assert (failed.status_code, failed.json["error"]["code"]) == (500, "painting_failed")
    assert failed.json["error"]["retryable"] is True
    assert (seen["status"], seen["error"]["code"]) == ("failed", "painting_failed")
    assert again.status_code == 200
    assert "picture.failed" in caplog.text
    assert "secret" not in caplog.text


def test_an_engine_can_refuse_a_picture(client, engine):
    """
    A refusal of the engine reaches the caller as it is, and the service goes on.
    """
    engine.failure = OutOfMemory(param="size")

    refused = ask(client)

    assert (refused.status_code, refused.json["error"]["param"]) == (422, "size")
    assert refused.headers["x-should-retry"] == "false"
    assert ask(client).status_code == 200


def test_a_broken_device_asks_for_a_restart(client, engine):
    """
    After an error that poisons the process, liveness fails, so that the platform restarts it.
    """
    engine.failure = EngineBroken("CUDA error: an illegal memory access was encountered")

    lost = ask(client)
    until(lambda: client.get("/healthz").status_code == 503)
    refused = ask(client)

    assert (lost.status_code, lost.json["error"]["code"]) == (503, "model_failed")
    assert (refused.status_code, refused.json["error"]["code"]) == (503, "model_failed")
    assert client.get("/readyz").json["status"] == "failed"


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


def test_a_blocked_picture_is_told_and_the_others_come(client, engine):
    """
    Of several pictures the allowed ones come back; when none is, the answer is 422 content_blocked.
    """
    engine.blocked = frozenset({8})

    some = ask(client, n=2, seed=7)
    streamed = client.post(
        PATH, json={"prompt": "a fox", "n": 2, "seed": 7, "stream": True}, headers={"X-Progress": "1"}
    )
    none = ask(client, seed=8)

    assert [picture["seed"] for picture in some.json["data"]] == [7]
    assert some.json["blocked"] == [{"index": 1}]
    assert ("image_generation.blocked", {"type": "image_generation.blocked", "index": 1}) in events(streamed)
    assert (none.status_code, none.json["error"]["code"]) == (422, "content_blocked")
    assert none.headers["x-should-retry"] == "false"


def test_while_the_model_loads_requests_are_sent_away(make_client):
    """
    Alive from the first second, ready when the model is.
    """

    class Loading(FakeEngine):
        def setup(self):
            self.gate.wait()
            return PROFILE

    engine = Loading()
    engine.gate.clear()
    client = make_client(engine, wait=False)

    refused = ask(client)
    ready = client.get("/readyz")
    alive = client.get("/healthz")
    engine.gate.set()

    assert (refused.status_code, refused.json["error"]["code"]) == (503, "starting")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (ready.status_code, ready.json["status"]) == (503, "starting")
    assert alive.status_code == 200
    until(lambda: client.get("/readyz").json["status"] == "ready")


def test_a_model_that_cannot_load_says_why(make_client):
    """
    The reason stands in readiness and in every refusal; the process lives, since a restart would not help.
    """

    class Missing(FakeEngine):
        def setup(self):
            raise FileNotFoundError("MODEL_ID names ./nothing, which holds no diffusers model.\nmore")

    client = make_client(Missing(), wait=False)
    until(lambda: client.get("/readyz").json["status"] == "failed")

    refused = ask(client)

    assert (refused.status_code, refused.json["error"]["code"]) == (503, "model_failed")
    assert refused.json["error"]["message"].endswith("MODEL_ID names ./nothing, which holds no diffusers model.")
    assert client.get("/healthz").status_code == 200


def test_draining_finishes_what_is_painted_and_sends_the_rest_away(held, engine):
    """
    On a farewell the running picture is finished, waiting requests and new ones get 503.
    """
    from inference_service.app import studio_of

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


def test_metrics_count_what_happened(client):
    """
    Prometheus reads answers by route and status, and the painting times.
    """
    ask(client)
    ask(client, steps=0)

    text = client.get("/metrics").get_data(as_text=True)

    assert f'inference_answers_total{{route="{PATH}",status="200"}} 1.0' in text
    assert f'inference_answers_total{{route="{PATH}",status="400"}} 1.0' in text
    assert "inference_painting_seconds_count 1.0" in text
    assert 'inference_state{state="ready"} 1.0' in text


def test_logs_have_facts_and_no_prompt(client, caplog):
    """
    A painted picture leaves one event with its figures, never its prompt.
    """
    caplog.set_level(logging.INFO, "inference_service")

    ask(client, prompt="a confidential fox", negative_prompt="confidential")

    assert "picture.painted" in caplog.text
    assert '"steps": 4' in caplog.text
    assert "confidential" not in caplog.text
