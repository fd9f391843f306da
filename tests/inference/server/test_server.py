"""The service under gunicorn with the starter model: the openai client, joining, and disconnecting."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import openai
import pytest
from PIL import Image

from tests.inference.conftest import KEY, PATH, wait_until
from tests.inference.servers import ROOT, Server, serving

pytestmark = pytest.mark.program

SLOW = {"prompt": "a fox", "steps": 50, "size": "256x256"}  # A few seconds on any CPU.


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("inference") / "log", QUEUE_LIMIT="2") as running:
        yield running


@pytest.fixture
def idle(server: Server) -> Iterator[Server]:
    wait_until(lambda: server.state() == "ready", seconds=60)
    yield server
    wait_until(lambda: server.state() == "ready", seconds=60)


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=KEY, max_retries=0) as made:
        yield made


def image_of(event: Any) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(event.b64_json))).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two images at the size of the first."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other.resize(one.size), float)).mean())


def test_the_openai_client_gets_an_image(idle: Server, client: openai.OpenAI) -> None:
    """images.generate works unchanged, with additional fields in extra_body and in the response."""
    response: Any = client.images.generate(
        prompt="a watercolor painting of a fox in the snow",
        model="starter",
        n=1,
        size="256x256",
        response_format="b64_json",
        output_format="png",
        extra_body={"steps": 3, "seed": 7, "guidance_scale": 4, "sampler": "euler", "negative_prompt": "text"},
    )

    result = response.data[0]
    image: Any = Image.open(io.BytesIO(base64.b64decode(result.b64_json)))
    assert (image.format, image.size) == ("PNG", (256, 256))
    assert "Sampler: Euler, CFG scale: 4, Seed: 7, Size: 256x256, Model: starter" in image.text["parameters"]
    assert (result.seed, result.sampler, result.model, result.revision) == (7, "euler", "starter", "1")
    assert result.painting_ms > 0
    assert response.usage.input_tokens_details.text_tokens == 9


def test_the_openai_client_streams(idle: Server, client: openai.OpenAI) -> None:
    """images.generate(stream=True) returns OpenAI's typed completed event with the same image."""
    arguments: dict[str, Any] = {"prompt": "a fox", "size": "128x128", "extra_body": {"steps": 3, "seed": 7}}

    stream_events: list[Any] = list(client.images.generate(**arguments, stream=True, partial_images=0))
    plain: Any = client.images.generate(**arguments)

    (event,) = stream_events
    assert [event.type for event in stream_events] == ["image_generation.completed"]
    assert isinstance(stream_events[0], openai.types.ImageGenCompletedEvent)
    assert stream_events[0].b64_json == plain.data[0].b64_json
    assert stream_events[0].usage.total_tokens == 2
    assert (event.seed, event.sampler) == (7, "ddim")


def test_previews_approach_the_image(idle: Server, client: openai.OpenAI) -> None:
    """Each partial image is smaller than the image and closer to it than the previous one."""
    stream: Any = client.images.generate(
        prompt="a fox", size="128x128", stream=True, partial_images=3, extra_body={"steps": 12, "seed": 7}
    )

    *partial, completed = stream
    last = image_of(completed)
    far = [difference(image_of(event), last) for event in partial]
    assert [event.partial_image_index for event in partial] == [0, 1, 2]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 30  # Of 255 levels.


def test_the_openai_client_gets_progress(idle: Server, client: openai.OpenAI) -> None:
    """With X-Progress, the stream contains steps and remaining seconds."""
    stream: Any = client.images.generate(
        prompt="a fox",
        size="128x128",
        stream=True,
        extra_body={"steps": 12, "seed": 7},
        extra_headers={"X-Progress": "1"},
    )

    *progress, completed = stream
    steps = [event.step for event in progress]
    assert completed.type == "image_generation.completed"
    assert {event.type for event in progress} == {"image_generation.progress"}
    assert steps == sorted(steps)
    assert progress[-1].steps == 12
    assert any(event.seconds_left for event in progress)


def test_the_openai_client_lists_models(idle: Server, client: openai.OpenAI) -> None:
    """models.list returns the profile."""
    models = list(client.models.list())

    assert [model.id for model in models] == ["starter"]
    profile: Any = models[0].to_dict()["profile"]
    assert profile["width"] == 256


def test_a_disconnected_stream_cancels_its_request(idle: Server) -> None:
    """Generation stops at the next step if the stream is closed."""
    steps = idle.metric("inference_steps_total")
    caller = idle.send({**SLOW, "stream": True}, **{"X-Progress": "1"})
    received = b""
    while b'"step":1' not in received:
        received += caller.recv(4096)

    caller.close()

    wait_until(lambda: idle.state() == "ready")
    assert idle.metric("inference_steps_total") == steps


def test_a_repeat_joins_while_the_first_caller_disconnects(idle: Server, client: openai.OpenAI) -> None:
    """A request continues while it has a caller, and its result is kept."""
    name = {"X-Request-Id": "image-1"}
    size, extra = "128x128", {"seed": 3, "steps": 30}  # Long enough for the second request to arrive in time.
    abandoned = idle.log.read_text().count("request.abandoned")
    first = idle.send({"prompt": "a fox", "size": size, **extra}, **name)
    wait_until(lambda: idle.metric("inference_callers") == 1)
    responses: list[Any] = []
    repeat = threading.Thread(
        target=lambda: responses.append(
            client.images.generate(prompt="a fox", size=size, extra_body=extra, extra_headers=name)
        )
    )
    repeat.start()
    wait_until(lambda: idle.metric("inference_callers") == 2)

    first.close()
    repeat.join()
    stored = json.loads(idle.get(f"{PATH}/image-1")[1])
    deleted = idle.get(f"{PATH}/image-1", "DELETE")[0]

    assert stored["result"]["data"][0]["b64_json"] == responses[0].data[0].b64_json
    assert idle.log.read_text().count("request.abandoned") == abandoned
    assert deleted == 204
    assert idle.get(f"{PATH}/image-1")[0] == 404


def test_a_malformed_setting_is_one_sentence() -> None:
    """gunicorn doesn't start, and the error names the setting."""
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"],
        cwd=ROOT,
        env={**os.environ, "QUEUE_LIMIT": "many"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert b"QUEUE_LIMIT must be an integer" in ended.stderr
    assert b"Traceback" not in ended.stderr
