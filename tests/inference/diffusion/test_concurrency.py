"""Forty concurrent callers with the starter model under gunicorn, and shutdown."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.inference.conftest import KEY, PATH, wait_until
from tests.inference.gaps import compared, same
from tests.inference.servers import Server, read_response, serving

pytestmark = pytest.mark.model

STAYING, LEAVING = 30, 10
PROMPTS = (
    "a fox",
    "a watercolor painting of an owl in the snow",
    "a castle, " + "a pencil drawing of a castle on a beach, " * 9,  # More than one chunk of 75 tokens.
)
SAMPLERS = ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
ENDLESS = {"prompt": "a fox", "steps": 60, "size": "64x64"}  # Shares batches with a third of the other requests.


def request_variant(number: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return body and headers of one of many variants of requests."""
    body: dict[str, Any] = {
        "prompt": PROMPTS[2 if number % 9 == 8 else number % 2],
        "steps": (2, 3, 4, 5, 7)[number % 5],
        "size": ("64x64", "96x64", "72x72")[number % 3],
        "guidance_scale": (4, 1, 7.5, 4)[number % 4],
        "sampler": SAMPLERS[number % 6],
        "seed": 100 * number,
        "n": 2 if number % 10 == 0 else 1,
    }
    if number % 4 == 3:
        body |= {"stream": True, "partial_images": 2}
    return body, {"X-Priority": "batch"} if number % 7 == 6 else {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("forty") / "log", QUEUE_LIMIT="48", SHUTDOWN_SECONDS="300") as running:
        yield running


def generate(server: Server, number: int) -> dict[int, np.ndarray]:
    """Return the images of one request by their seeds."""
    body, headers = request_variant(number)
    request = urllib.request.Request(
        server.url + PATH,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=800) as response:
        assert response.status == 200
        text = response.read().decode()
    if body.get("stream"):
        lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
        images = [event for line in lines if (event := json.loads(line))["type"] == "image_generation.completed"]
    else:
        images = json.loads(text)["data"]
    return {image["seed"]: pixels(image["b64_json"]) for image in images}


def pixels(data: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), np.int16)


@pytest.mark.timeout(900)  # An old processor without vector instructions takes ten times as long.
def test_forty_callers_get_what_they_would_get_alone(server: Server) -> None:
    """Thirty of forty different requests give the same images as alone, and ten disconnected ones are canceled."""
    with ThreadPoolExecutor(STAYING) as pool:
        leaving = [
            server.send({**ENDLESS, "seed": seed, "stream": seed % 2 == 0}, **{"X-Progress": "1"})
            for seed in range(LEAVING)
        ]
        staying = [pool.submit(generate, server, number) for number in range(STAYING)]
        wait_until(lambda: server.metric("inference_running_requests") > 5)
        for caller in leaving[: LEAVING // 2]:
            caller.close()
        wait_until(lambda: sum(one.done() for one in staying) > STAYING // 2, seconds=800)
        for caller in leaving[LEAVING // 2 :]:
            caller.close()
        together = [one.result() for one in staying]
    wait_until(lambda: server.state() == "ready", seconds=60)
    images = server.metric("inference_images_total")
    most_rows = server.metric("inference_batch_images_sum") / server.metric("inference_batch_images_count")

    alone = [generate(server, number) for number in range(STAYING)]

    assert images == sum(request_variant(number)[0]["n"] for number in range(STAYING))
    assert server.metric("inference_callers") == 0
    assert server.metric('inference_http_responses_total{route="/v1/images/generations",status="5') == 0
    assert most_rows > 1
    for ours, expected in zip(together, alone, strict=True):
        assert ours.keys() == expected.keys()
        for seed, image in ours.items():
            assert same(image, expected[seed]), (seed, compared[-1])


def test_shutdown_completes_the_running_image(server: Server) -> None:
    """SIGTERM lets the running request finish before the process ends, and the log contains no prompt."""
    wait_until(lambda: server.state() == "ready")
    caller = server.send({"prompt": "a secret fox", "size": "128x128", "steps": 20, "seed": 1}, Connection="close")
    wait_until(lambda: json.loads(server.get("/readyz")[1])["running"])

    server.process.terminate()
    status, _, _ = read_response(caller)
    exit_code = server.process.wait(300)

    assert (status, exit_code) == (200, 0)
    log = server.log.read_text()
    assert "image.generated" in log
    assert "secret" not in log
