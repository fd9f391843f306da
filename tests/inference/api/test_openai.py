"""The real openai client against the service under gunicorn: answers, streams, and its own exceptions."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import openai
import pytest
from openai.types import ImageGenCompletedEvent, ImageGenPartialImageEvent
from PIL import Image

from tests.inference.conftest import KEY, PATH, until
from tests.inference.plain_app import BLOCKED, FAILING, TOO_LARGE
from tests.inference.servers import Server, serving

APP = "tests.inference.plain_app:build()"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("plain") / "log", app=APP, QUEUE_LIMIT="0") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    until(lambda: server.state() == "ready")
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=KEY, max_retries=0) as made:
        yield made


def picture_of(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def test_every_field_of_openais_is_taken(client):
    """
    images.generate works with all that a caller of OpenAI's own models may send.
    """
    answer = client.images.generate(
        prompt="a fox",
        model="plain",
        n=2,
        size="auto",
        quality="high",
        style="vivid",
        background="opaque",
        moderation="low",
        output_format="jpeg",
        output_compression=80,
        response_format="b64_json",
        user="somebody",
        stream=False,
        extra_body={"seed": 7},
    )

    assert [picture_of(one.b64_json).format for one in answer.data] == ["JPEG", "JPEG"]
    assert [one.seed for one in answer.data] == [7, 8]
    assert (answer.size, answer.output_format, answer.background) == ("64x64", "jpeg", "opaque")
    assert answer.usage.input_tokens_details.text_tokens == answer.usage.total_tokens == 4


def test_a_stream_is_typed(client):
    """
    Partial images arrive as the client's own events, numbered, before the completed one.
    """
    events = list(
        client.images.generate(prompt="a fox", stream=True, partial_images=3, extra_body={"seed": 7, "steps": 12})
    )

    *partial, completed = events
    assert [type(event) for event in partial] == [ImageGenPartialImageEvent] * 3
    assert [event.partial_image_index for event in partial] == [0, 1, 2]
    assert {picture_of(event.b64_json).format for event in partial} == {"WEBP"}
    assert isinstance(completed, ImageGenCompletedEvent)
    assert picture_of(completed.b64_json).getpixel((0, 0)) == (7, 0, 0)
    assert (completed.seed, completed.usage.total_tokens) == (7, 2)


def test_models_are_listed_and_found(client):
    """
    models.list and models.retrieve carry the profile.
    """
    models = list(client.models.list())

    assert [model.id for model in models] == ["plain"]
    assert client.models.retrieve("plain").profile == models[0].profile
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("dall-e-3")


@pytest.mark.parametrize(
    ("asked", "kind", "code", "param"),
    [
        ({"extra_body": {"cfg": 7}}, openai.BadRequestError, "invalid_value", "cfg"),
        ({"background": "transparent"}, openai.BadRequestError, "invalid_value", "background"),
        ({"response_format": "url"}, openai.BadRequestError, "invalid_value", "response_format"),
        ({"prompt": "x" * 10_000}, openai.BadRequestError, "invalid_value", "prompt"),
        ({"extra_body": {"seed": BLOCKED}}, openai.BadRequestError, "content_blocked", None),
        ({"model": "dall-e-3"}, openai.NotFoundError, "model_not_found", "model"),
        ({"extra_body": {"seed": TOO_LARGE}}, openai.UnprocessableEntityError, "out_of_memory", "size"),
        ({"extra_body": {"seed": FAILING}}, openai.InternalServerError, "painting_failed", None),
    ],
)
def test_each_refusal_is_the_clients_own_exception(client, server, asked, kind, code, param):
    """
    With the code and the field in it; and only what may pass is asked again.
    """
    before = server.metric(f'inference_answers_total{{route="{PATH}"')

    with pytest.raises(kind) as refused:
        client.with_options(max_retries=1).images.generate(**{"prompt": "a fox", **asked})

    assert (refused.value.code, refused.value.param) == (code, param)
    times = server.metric(f'inference_answers_total{{route="{PATH}"') - before
    assert times == (2 if code == "painting_failed" else 1)


def test_a_wrong_key_and_a_used_name_are_told(client):
    """
    401 and 422 arrive as what the client calls them.
    """
    name = {"Idempotency-Key": "one"}
    client.images.generate(prompt="a fox", extra_headers=name)

    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").images.generate(prompt="a fox")
    with pytest.raises(openai.UnprocessableEntityError) as reused:
        client.images.generate(prompt="another fox", extra_headers=name)

    assert reused.value.code == "request_id_reused"


def test_a_full_queue_is_a_rate_limit(client, server):
    """
    429 arrives as the client's RateLimitError, with a time that it obeys.
    """
    caller = server.send({"prompt": "a fox", "steps": 60})
    until(lambda: server.get("/readyz")[0] == 503)

    with pytest.raises(openai.RateLimitError) as refused:
        client.images.generate(prompt="a fox")
    caller.close()

    assert refused.value.code == "queue_full"
    assert 1 <= int(refused.value.response.headers["retry-after"]) <= 120


@pytest.mark.parametrize(("seed", "code"), [(BLOCKED, "content_blocked"), (FAILING, "painting_failed")])
def test_a_failure_in_a_stream_is_raised(client, seed, code):
    """
    After the stream has begun an error arrives as an event, which the client raises.
    """
    stream = client.images.generate(prompt="a fox", stream=True, extra_body={"seed": seed})

    with pytest.raises(openai.APIError) as failed:
        list(stream)

    assert failed.value.code == code
