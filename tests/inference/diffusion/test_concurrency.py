"""Forty callers at once through real gunicorn with the starter model, and its farewell."""

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

from tests.inference.conftest import KEY, PATH, until
from tests.inference.gaps import compared, same
from tests.inference.servers import Server, answer_of, serving

STAYING, LEAVING = 30, 10
PROMPTS = (
    "a fox",
    "a watercolor painting of an owl in the snow",
    "a castle, " + "a pencil drawing of a castle on a beach, " * 9,  # more than one chunk of 75 tokens
)
SAMPLERS = ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "lcm")
ENDLESS = {"prompt": "a fox", "steps": 60, "size": "64x64"}  # in one batch with a third of the others


def kind(number: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and headers of one of many kinds of requests."""
    body: dict[str, Any] = {
        "prompt": PROMPTS[2 if number % 9 == 8 else number % 2],
        "steps": (2, 3, 4, 6, 9)[number % 5],
        "size": ("64x64", "128x64", "96x96")[number % 3],
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
    with serving(tmp_path_factory.mktemp("forty") / "log", QUEUE_LIMIT="48") as running:
        yield running


def painted(server: Server, number: int) -> dict[int, np.ndarray]:
    """The pictures of one kind of request by their seeds, once they have come."""
    body, headers = kind(number)
    request = urllib.request.Request(
        server.url + PATH,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=800) as answer:
        assert answer.status == 200
        text = answer.read().decode()
    if body.get("stream"):
        lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
        pictures = [event for line in lines if (event := json.loads(line))["type"] == "image_generation.completed"]
    else:
        pictures = json.loads(text)["data"]
    return {picture["seed"]: pixels(picture["b64_json"]) for picture in pictures}


def pixels(data: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), np.int16)


@pytest.mark.timeout(900)  # an old processor without vector instructions takes ten times as long
def test_forty_callers_get_what_they_would_get_alone(server):
    """
    Thirty of forty requests of many kinds come out as they do alone; ten that hang up are painted no further.
    """
    with ThreadPoolExecutor(STAYING) as pool:
        leaving = [
            server.send({**ENDLESS, "seed": seed, "stream": seed % 2 == 0}, **{"X-Progress": "1"})
            for seed in range(LEAVING)
        ]
        staying = [pool.submit(painted, server, number) for number in range(STAYING)]
        until(lambda: server.metric("inference_running_requests") > 5)
        for caller in leaving[: LEAVING // 2]:
            caller.close()
        until(lambda: sum(one.done() for one in staying) > STAYING // 2, seconds=800)
        for caller in leaving[LEAVING // 2 :]:
            caller.close()
        together = [one.result() for one in staying]
    until(lambda: server.state() == "ready", seconds=60)
    pictures = server.metric("inference_images_total")
    most_rows = server.metric("inference_batch_rows_sum") / server.metric("inference_batch_rows_count")

    alone = [painted(server, number) for number in range(STAYING)]

    assert pictures == sum(kind(number)[0]["n"] for number in range(STAYING))
    assert server.metric("inference_callers") == 0
    assert server.metric('inference_answers_total{route="/v1/images/generations",status="5') == 0
    assert most_rows > 1
    for ours, expected in zip(together, alone, strict=True):
        assert ours.keys() == expected.keys()
        for seed, picture in ours.items():
            assert same(picture, expected[seed]), (seed, compared[-1])


def test_a_farewell_finishes_the_picture_in_flight(server):
    """
    SIGTERM lets the running request finish, then the process is gone; its log has no prompt.
    """
    until(lambda: server.state() == "ready")
    caller = server.send({"prompt": "a secret fox", "steps": 20, "seed": 1}, Connection="close")
    until(lambda: json.loads(server.get("/readyz")[1])["running"])

    server.process.terminate()
    status, _, _ = answer_of(caller)
    code = server.process.wait(60)

    assert (status, code) == (200, 0)
    log = server.log.read_text()
    assert "picture.painted" in log
    assert "secret" not in log
