"""The routes over a fake engine: who may call, shapes, errors, models that fail."""

from __future__ import annotations

import base64
import io
import json
import logging

from PIL import Image

from inference_service.engine import EngineBroken
from inference_service.errors import OutOfMemory
from tests.inference.asking import ask, events, status_of
from tests.inference.conftest import KEY, PATH, until
from tests.inference.engines import PROFILE, FakeEngine


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
