"""The routes over a fake engine: who may call, shapes, errors, models that fail."""

from __future__ import annotations

import base64
import io
import json
import logging

import pytest
from PIL import Image

from inference_service.engine import EngineBroken
from tests.inference.asking import ask, status_of
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
        "loras": [],
        "model": "plain",
        "revision": "r1",
        "painting_ms": picture["painting_ms"],
    }
    assert picture["painting_ms"] >= 0
    assert answer.json["usage"] == {
        "input_tokens": 3,
        "input_tokens_details": {"text_tokens": 3, "image_tokens": 0},
        "output_tokens": 0,
        "total_tokens": 3,
    }
    assert answer.json["size"] == "128x64"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("output_format", ["png", "webp", "jpeg"])
def test_several_pictures_come_in_order(client, output_format):
    """
    Picture k has seed + k, at place k, in the format that was asked for.
    """
    answer = ask(client, n=3, output_format=output_format)

    assert [picture["seed"] for picture in answer.json["data"]] == [7, 8, 9]
    assert answer.json["output_format"] == output_format
    for picture in answer.json["data"]:
        image = Image.open(io.BytesIO(base64.b64decode(picture["b64_json"])))
        assert image.format == output_format.upper()
        assert abs(image.convert("RGB").getpixel((0, 0))[0] - picture["seed"]) <= 3


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
        client.post(PATH, json={"prompt": "a fox"}, headers={"X-Priority": "urgent"}),
        client.get("/v1/models/other"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 400, 400, 413, 404, 404, 404, 400, 400, 404]
    params = [answer.json["error"]["param"] for answer in answers]
    assert params[2:5] == ["Content-Type", "body", "body"]
    assert params[7:10] == ["model", "X-Request-Id", "X-Priority"]
    for answer in answers:
        assert set(answer.json["error"]) == {"code", "message", "type", "param", "retryable"}
        assert answer.headers["x-should-retry"] == "false"
    assert "POST" in answers[1].headers["Allow"]


def test_models_carry_the_profile(client):
    """
    GET /v1/models gives what a prompt writer needs to know.
    """
    models = client.get("/v1/models").json
    alone = client.get("/v1/models/plain").json

    assert models["object"] == "list"
    assert models["data"][0]["id"] == "plain"
    assert models["data"][0]["profile"] == json.loads(json.dumps(PROFILE.to_json()))
    assert models["data"][0] == alone


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
    engine.room = 0

    refused = ask(client)
    engine.room = 1

    assert (refused.status_code, refused.json["error"]["param"]) == (422, "size")
    assert refused.headers["x-should-retry"] == "false"
    assert ask(client, seed=8).status_code == 200


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
    Of several pictures the allowed ones come back; when none is, the answer is 400 content_blocked.
    """
    engine.blocked = frozenset({8})

    some = ask(client, n=2, seed=7)
    none = ask(client, seed=8)

    assert [picture["seed"] for picture in some.json["data"]] == [7]
    assert some.json["blocked"] == [{"index": 1, "category": "nsfw"}]
    assert (none.status_code, none.json["error"]["code"]) == (400, "content_blocked")
    assert none.headers["x-should-retry"] == "false"


def test_while_the_model_loads_requests_are_sent_away(make_client):
    """
    Alive from the first second, ready when the model is.
    """

    class Loading(FakeEngine):
        def setup(self, on_percent):
            on_percent(40)
            self.gate.wait()
            return super().setup(on_percent)

    engine = Loading()
    engine.gate.clear()
    client = make_client(engine, wait=False)

    refused = ask(client)
    ready = client.get("/readyz")
    alive = client.get("/healthz")
    engine.gate.set()

    assert (refused.status_code, refused.json["error"]["code"]) == (503, "starting")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (ready.status_code, ready.json["status"], ready.json["percent"]) == (503, "starting", 40)
    assert alive.status_code == 200
    until(lambda: client.get("/readyz").json["status"] == "ready")


def test_a_model_that_cannot_load_says_why(make_client):
    """
    The reason stands in readiness and in every refusal; the process lives, since a restart would not help.
    """

    class Missing(FakeEngine):
        def setup(self, on_percent):
            raise FileNotFoundError("MODEL_ID names ./nothing, which holds no diffusers model.\nmore")

    client = make_client(Missing(), wait=False)
    until(lambda: client.get("/readyz").json["status"] == "failed")

    refused = ask(client)

    assert (refused.status_code, refused.json["error"]["code"]) == (503, "model_failed")
    assert refused.json["error"]["message"].endswith("MODEL_ID names ./nothing, which holds no diffusers model.")
    assert client.get("/healthz").status_code == 200


def test_logs_have_facts_and_no_prompt(client, caplog):
    """
    A painted picture leaves one event with its figures, never its prompt.
    """
    caplog.set_level(logging.INFO, "inference_service")

    ask(client, prompt="a confidential fox", negative_prompt="confidential")

    until(lambda: "picture.painted" in caplog.text)
    assert '"steps": 4' in caplog.text
    assert "confidential" not in caplog.text
