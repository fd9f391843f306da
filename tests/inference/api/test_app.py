"""The routes with a fake engine: authentication, responses, errors, and failing models."""

from __future__ import annotations

import base64
import io
import json
import logging
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from flask.testing import FlaskClient
from PIL import Image

from inference_service.engine import EngineBroken
from tests.inference.client_calls import request_images, request_status
from tests.inference.conftest import KEY, PATH, wait_until
from tests.inference.engines import PROFILE, FakeEngine


def test_an_image_has_all_its_properties(client: FlaskClient) -> None:
    """The response has OpenAI's format, with seed, sampler, model, revision, and duration of each image."""
    response = request_images(client, prompt="a red fox", size="128x64", steps=5)

    assert response.status_code == 200
    image_result = response.get_json()["data"][0]
    image = Image.open(io.BytesIO(base64.b64decode(image_result.pop("b64_json"))))
    assert (image.format, image.size, image.getpixel((0, 0))) == ("PNG", (128, 64), (7, 0, 0))
    assert image_result == {
        "index": 0,
        "seed": 7,
        "steps": 5,
        "guidance_scale": 4.0,
        "sampler": "ddim",
        "loras": [],
        "model": "plain",
        "revision": "r1",
        "painting_ms": image_result["painting_ms"],
    }
    assert image_result["painting_ms"] >= 0
    assert response.get_json()["usage"] == {
        "input_tokens": 3,
        "input_tokens_details": {"text_tokens": 3, "image_tokens": 0},
        "output_tokens": 0,
        "total_tokens": 3,
    }
    assert response.get_json()["size"] == "128x64"
    assert response.headers["X-Request-Id"]


def test_images_of_one_batch_share_its_time(make_client: Callable[..., FlaskClient]) -> None:
    """The times of four images generated together add up to the time that the device worked, not to four times it."""
    client = make_client(FakeEngine(step_s=0.02))

    began = time.monotonic()
    response = request_images(client, n=4, steps=5)
    elapsed_ms = 1000 * (time.monotonic() - began)

    times = [image_result["painting_ms"] for image_result in response.get_json()["data"]]
    assert 5 * 20 - len(times) <= sum(times) <= elapsed_ms + len(times)  # each is rounded to a millisecond


@pytest.mark.parametrize("output_format", ["png", "webp", "jpeg"])
def test_several_images_are_in_order(client: FlaskClient, output_format: str) -> None:
    """Image k has seed + k and index k, in the requested format."""
    response = request_images(client, n=3, output_format=output_format)

    assert [image_result["seed"] for image_result in response.get_json()["data"]] == [7, 8, 9]
    assert response.get_json()["output_format"] == output_format
    for image_result in response.get_json()["data"]:
        image = Image.open(io.BytesIO(base64.b64decode(image_result["b64_json"])))
        assert image.format == output_format.upper()
        red = image.convert("RGB").getchannel("R").tobytes()[0]
        assert abs(red - image_result["seed"]) <= 3


def test_without_a_key_only_probes_respond(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> None:
    """Wrong, missing, and malformed keys are rejected on all routes except the probes."""
    client = make_client(engine, key="")

    for header in ("", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer é"):
        for method, route in [("post", PATH), ("get", "/v1/models"), ("get", "/metrics"), ("get", "/nowhere")]:
            response = getattr(client, method)(route, headers={"Authorization": header})
            assert response.status_code == 401
            assert response.get_json()["error"]["code"] == "invalid_api_key"
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_a_service_without_a_key_rejects_all_requests(
    make_client: Callable[..., FlaskClient], engine: FakeEngine
) -> None:
    """Without a key all requests are refused with the name of the setting, unless the service is explicitly open."""
    closed = make_client(engine, inference_key="", key="anything")
    opened = make_client(FakeEngine(), inference_key="", insecure_no_key=True, key="")

    rejected = request_images(closed)

    assert rejected.status_code == 401
    assert "INFERENCE_KEY" in rejected.get_json()["error"]["message"]
    assert request_images(opened).status_code == 200


def test_all_errors_have_one_format(client: FlaskClient) -> None:
    """Flask's own errors have the service's error format."""
    responses = [
        client.get("/nowhere"),
        client.put(PATH, json={}),
        client.post(PATH, data="prompt=a fox", content_type="application/x-www-form-urlencoded"),
        client.post(PATH, data=b"{", content_type="application/json"),
        client.post(PATH, data=b"x" * 70_000, content_type="application/json"),
        client.get(f"{PATH}/unknown"),
        client.delete(f"{PATH}/unknown"),
        request_images(client, model="other"),
        request_images(client, "bad name"),
        client.post(PATH, json={"prompt": "a fox"}, headers={"X-Priority": "urgent"}),
        client.get("/v1/models/other"),
    ]

    assert [response.status_code for response in responses] == [404, 405, 400, 400, 413, 404, 404, 404, 400, 400, 404]
    params = [response.get_json()["error"]["param"] for response in responses]
    assert params[2:5] == ["Content-Type", "body", "body"]
    assert params[7:10] == ["model", "X-Request-Id", "X-Priority"]
    for response in responses:
        assert set(response.get_json()["error"]) == {"code", "message", "type", "param", "retryable"}
        assert response.headers["x-should-retry"] == "false"
    assert "POST" in responses[1].headers["Allow"]


def test_models_have_a_profile(client: FlaskClient) -> None:
    """GET /v1/models returns the profile that prompt writers use."""
    models = client.get("/v1/models").get_json()
    alone = client.get("/v1/models/plain").get_json()

    assert models["object"] == "list"
    assert models["data"][0]["id"] == "plain"
    assert models["data"][0]["profile"] == json.loads(json.dumps(PROFILE.to_json()))
    assert models["data"][0] == alone


def test_a_failed_request_can_be_repeated(
    client: FlaskClient, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """A model error is reported without the prompt in the log, and a repeated request succeeds."""
    caplog.set_level(logging.INFO, "inference_service")
    engine.failure = ValueError("cannot generate 'a secret fox'")

    failed = request_images(client, "one", prompt="a secret fox")
    seen = request_status(client, "one")
    again = request_images(client, "one", prompt="a secret fox")

    assert (failed.status_code, failed.get_json()["error"]["code"]) == (500, "painting_failed")
    assert failed.get_json()["error"]["retryable"] is True
    assert (seen["status"], seen["error"]["code"]) == ("failed", "painting_failed")
    assert again.status_code == 200
    assert "image.failed" in caplog.text
    assert "secret" not in caplog.text


def test_an_engine_can_reject_an_image(client: FlaskClient, engine: FakeEngine) -> None:
    """An engine's error is returned unchanged, and the service continues."""
    engine.memory_rows = 0

    rejected = request_images(client)
    engine.memory_rows = 1

    assert (rejected.status_code, rejected.get_json()["error"]["param"]) == (422, "size")
    assert rejected.headers["x-should-retry"] == "false"
    assert request_images(client, seed=8).status_code == 200


def test_a_failed_device_requires_a_restart(client: FlaskClient, engine: FakeEngine) -> None:
    """After a fatal device error liveness fails, so that the platform restarts the process."""
    engine.failure = EngineBroken("CUDA error: an illegal memory access was encountered")

    lost = request_images(client)
    wait_until(lambda: client.get("/healthz").status_code == 503)
    rejected = request_images(client)

    assert (lost.status_code, lost.get_json()["error"]["code"]) == (503, "model_failed")
    assert (rejected.status_code, rejected.get_json()["error"]["code"]) == (503, "model_failed")
    assert client.get("/readyz").get_json()["status"] == "failed"


def test_a_blocked_image_is_reported_with_the_others(client: FlaskClient, engine: FakeEngine) -> None:
    """Images that aren't blocked are returned; if all are blocked, the response is 400 `content_blocked`."""
    engine.blocked = frozenset({8})

    some = request_images(client, n=2, seed=7)
    none = request_images(client, seed=8)

    assert [image_result["seed"] for image_result in some.get_json()["data"]] == [7]
    assert some.get_json()["blocked"] == [{"index": 1, "category": "nsfw"}]
    assert (none.status_code, none.get_json()["error"]["code"]) == (400, "content_blocked")
    assert none.headers["x-should-retry"] == "false"


def test_requests_are_rejected_while_the_model_loads(make_client: Callable[..., FlaskClient]) -> None:
    """The service is alive immediately, and ready when the model is loaded."""

    class Loading(FakeEngine):
        def setup(self, on_percent: Any) -> Any:
            on_percent(40)
            self.gate.wait()
            return super().setup(on_percent)

    engine = Loading()
    engine.gate.clear()
    client = make_client(engine, wait=False)

    rejected = request_images(client)
    ready = client.get("/readyz")
    alive = client.get("/healthz")
    engine.gate.set()

    assert (rejected.status_code, rejected.get_json()["error"]["code"]) == (503, "starting")
    assert int(rejected.headers["Retry-After"]) >= 1
    assert (ready.status_code, ready.get_json()["status"], ready.get_json()["percent"]) == (503, "starting", 40)
    assert alive.status_code == 200
    wait_until(lambda: client.get("/readyz").get_json()["status"] == "ready")


def test_a_model_that_cannot_load_has_a_reason(make_client: Callable[..., FlaskClient]) -> None:
    """Readiness and errors contain the reason, and liveness succeeds, because a restart wouldn't help."""

    class Missing(FakeEngine):
        def setup(self, on_percent: Any) -> NoReturn:
            raise FileNotFoundError("MODEL_ID names ./nothing, which holds no diffusers model.\nmore")

    client = make_client(Missing(), wait=False)
    wait_until(lambda: client.get("/readyz").get_json()["status"] == "failed")

    rejected = request_images(client)

    assert (rejected.status_code, rejected.get_json()["error"]["code"]) == (503, "model_failed")
    assert rejected.get_json()["error"]["message"].endswith("MODEL_ID names ./nothing, which holds no diffusers model.")
    assert client.get("/healthz").status_code == 200


def test_logs_have_properties_and_no_prompt(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A generated image is logged with its properties, but not with its prompt."""
    caplog.set_level(logging.INFO, "inference_service")

    request_images(client, prompt="a confidential fox", negative_prompt="confidential")

    wait_until(lambda: "image.generated" in caplog.text)
    assert '"steps": 4' in caplog.text
    assert "confidential" not in caplog.text
