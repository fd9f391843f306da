"""Through real gunicorn with the starter model: real pictures for the openai client, joining and hanging up."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import openai
import pytest
from PIL import Image

from tests.inference.conftest import KEY, PATH, until
from tests.inference.servers import ROOT, Server, serving

SLOW = {"prompt": "a fox", "steps": 50, "size": "256x256"}  # some seconds on any CPU


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("inference") / "log", QUEUE_LIMIT="2") as running:
        yield running


@pytest.fixture
def idle(server: Server) -> Iterator[Server]:
    until(lambda: server.state() == "ready", seconds=60)
    yield server
    until(lambda: server.state() == "ready", seconds=60)


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=KEY, max_retries=0) as made:
        yield made


def image_of(event) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(event.b64_json))).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, at the size of the first."""
    return float(np.abs(np.asarray(one, float) - np.asarray(other.resize(one.size), float)).mean())


def test_the_openai_client_gets_a_picture(idle, client):
    """
    images.generate works unchanged, with our fields in extra_body and in the answer.
    """
    answer = client.images.generate(
        prompt="a watercolor painting of a fox in the snow",
        model="starter",
        n=1,
        size="256x256",
        response_format="b64_json",
        output_format="png",
        extra_body={"steps": 3, "seed": 7, "guidance_scale": 4, "sampler": "euler", "negative_prompt": "text"},
    )

    picture = answer.data[0]
    image = Image.open(io.BytesIO(base64.b64decode(picture.b64_json)))
    assert (image.format, image.size) == ("PNG", (256, 256))
    assert "Sampler: Euler, CFG scale: 4, Seed: 7, Size: 256x256, Model: starter" in image.text["parameters"]
    assert (picture.seed, picture.sampler, picture.model, picture.revision) == (7, "euler", "starter", "1")
    assert picture.painting_ms > 0
    assert answer.usage.input_tokens_details.text_tokens == 9


def test_the_openai_client_streams(idle, client):
    """
    images.generate(stream=True) yields OpenAI's completed event, typed, and the same picture as without.
    """
    asked = {"prompt": "a fox", "size": "128x128", "extra_body": {"steps": 3, "seed": 7}}

    events = list(client.images.generate(**asked, stream=True, partial_images=0))
    plain = client.images.generate(**asked)

    assert [event.type for event in events] == ["image_generation.completed"]
    assert isinstance(events[0], openai.types.ImageGenCompletedEvent)
    assert events[0].b64_json == plain.data[0].b64_json
    assert events[0].usage.total_tokens == 2
    assert (events[0].seed, events[0].sampler) == (7, "ddim")


def test_previews_of_a_real_picture_come_nearer_to_it(idle, client):
    """
    Each partial image is a small picture, and nearer to the finished one than the one before.
    """
    stream = client.images.generate(
        prompt="a fox", size="128x128", stream=True, partial_images=3, extra_body={"steps": 12, "seed": 7}
    )

    *partial, completed = stream
    last = image_of(completed)
    far = [difference(image_of(event), last) for event in partial]
    assert [event.partial_image_index for event in partial] == [0, 1, 2]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 30  # of 255


def test_the_openai_client_hears_of_progress(idle, client):
    """
    With X-Progress the same stream tells steps and seconds left before it completes.
    """
    stream = client.images.generate(
        prompt="a fox", stream=True, extra_body={"steps": 12, "seed": 7}, extra_headers={"X-Progress": "1"}
    )

    *progress, completed = stream
    steps = [event.step for event in progress]
    assert completed.type == "image_generation.completed"
    assert {event.type for event in progress} == {"image_generation.progress"}
    assert steps == sorted(steps)
    assert progress[-1].steps == 12
    assert any(event.seconds_left for event in progress)


def test_the_openai_client_lists_models(idle, client):
    """
    models.list carries the profile.
    """
    models = list(client.models.list())

    assert [model.id for model in models] == ["starter"]
    assert models[0].profile["width"] == 256


def test_a_streaming_caller_that_hangs_up_frees_its_place(idle):
    """
    A real painting ends at its next step when its stream is cut in the middle.
    """
    steps = idle.metric("inference_steps_total")
    caller = idle.send({**SLOW, "stream": True}, **{"X-Progress": "1"})
    received = b""
    while b'"step":1' not in received:
        received += caller.recv(4096)

    caller.close()

    until(lambda: idle.state() == "ready")
    assert idle.metric("inference_steps_total") == steps


def test_a_repeat_joins_while_the_first_caller_goes(idle, client):
    """
    A request lives on while one of its callers does, and keeps its picture for the next repeat.
    """
    name = {"X-Request-Id": "picture-1"}
    body = {"prompt": "a fox", "seed": 3, "steps": 30}  # so long that the second comes in time
    abandoned = idle.log.read_text().count("request.abandoned")
    first = idle.send(body, **name)
    until(lambda: idle.metric("inference_callers") == 1)
    answers = []
    repeat = threading.Thread(
        target=lambda: answers.append(
            client.images.generate(prompt="a fox", extra_body={"seed": 3, "steps": 30}, extra_headers=name)
        )
    )
    repeat.start()
    until(lambda: idle.metric("inference_callers") == 2)

    first.close()
    repeat.join()
    kept = json.loads(idle.get(f"{PATH}/picture-1")[1])
    forgotten = idle.get(f"{PATH}/picture-1", "DELETE")[0]

    assert kept["result"]["data"][0]["b64_json"] == answers[0].data[0].b64_json
    assert idle.log.read_text().count("request.abandoned") == abandoned
    assert forgotten == 204
    assert idle.get(f"{PATH}/picture-1")[0] == 404


def test_a_malformed_setting_is_one_sentence():
    """
    gunicorn does not start, and says which setting is wrong.
    """
    ended = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"],
        cwd=ROOT,
        env={**os.environ, "QUEUE_LIMIT": "many"},
        capture_output=True,
        timeout=60,
    )

    assert ended.returncode == 1
    assert b"QUEUE_LIMIT must be a whole number" in ended.stderr
    assert b"Traceback" not in ended.stderr
