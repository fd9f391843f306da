"""The real openai client with the service under gunicorn: responses, streams, and exceptions."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types import ImageGenCompletedEvent, ImageGenPartialImageEvent
from PIL import Image

from tests.inference.conftest import KEY, PATH, wait_until
from tests.inference.fake_engine_app import BLOCKED, FAILING, TOO_LARGE
from tests.inference.servers import Server, serving
from tests.present import present

APP = "tests.inference.fake_engine_app:build()"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("plain") / "log", app=APP, QUEUE_LIMIT="0") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    wait_until(lambda: server.state() == "ready")
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=KEY, max_retries=0) as openai_client:
        yield openai_client


def decode_image(encoded: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def test_all_openai_fields_are_accepted(client: openai.OpenAI) -> None:
    """images.generate accepts all arguments for OpenAI's own models."""
    response = client.images.generate(
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

    assert response.data is not None
    assert [decode_image(one.b64_json or "").format for one in response.data] == ["JPEG", "JPEG"]
    assert [one.to_dict()["seed"] for one in response.data] == [7, 8]
    assert (response.size, response.output_format, response.background) == ("64x64", "jpeg", "opaque")
    usage = present(response.usage)
    assert present(usage.input_tokens_details).text_tokens == usage.total_tokens == 4


def test_a_stream_has_typed_events(client: openai.OpenAI) -> None:
    """Partial images arrive as numbered events of the client's types, before the completed event."""
    events: list[Any] = list(
        client.images.generate(prompt="a fox", stream=True, partial_images=3, extra_body={"seed": 7, "steps": 12})
    )

    *partial, completed = events
    assert [type(event) for event in partial] == [ImageGenPartialImageEvent] * 3
    assert [event.partial_image_index for event in partial] == [0, 1, 2]
    assert {decode_image(event.b64_json).format for event in partial} == {"WEBP"}
    assert isinstance(completed, ImageGenCompletedEvent)
    assert decode_image(completed.b64_json).getpixel((0, 0)) == (7, 0, 0)
    assert (events[-1].seed, completed.usage.total_tokens) == (7, 2)


def test_models_are_listed_and_retrieved(client: openai.OpenAI) -> None:
    """models.list and models.retrieve return the profile."""
    models = list(client.models.list())

    assert [model.id for model in models] == ["plain"]
    assert client.models.retrieve("plain").to_dict()["profile"] == models[0].to_dict()["profile"]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("dall-e-3")


@pytest.mark.parametrize(
    ("arguments", "error_type", "code", "param"),
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
def test_each_error_raises_the_clients_exception(
    client: openai.OpenAI, server: Server, arguments: Any, error_type: Any, code: str, param: str | None
) -> None:
    """Each error raises the client's own exception with code and field, and only retryable ones are retried."""
    before = server.metric(f'inference_http_responses_total{{route="{PATH}"')

    with pytest.raises(error_type) as rejected:
        client.with_options(max_retries=1).images.generate(**{"prompt": "a fox", **arguments})

    assert (rejected.value.code, rejected.value.param) == (code, param)
    requests = server.metric(f'inference_http_responses_total{{route="{PATH}"') - before
    assert requests == (2 if code == "painting_failed" else 1)


def test_a_wrong_key_and_a_reused_request_id_raise(client: openai.OpenAI) -> None:
    """401 and 422 raise the client's own exceptions."""
    name = {"Idempotency-Key": "one"}
    client.images.generate(prompt="a fox", extra_headers=name)

    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").images.generate(prompt="a fox")
    with pytest.raises(openai.UnprocessableEntityError) as reused:
        client.images.generate(prompt="another fox", extra_headers=name)

    assert reused.value.code == "request_id_reused"


def test_a_full_queue_raises_rate_limit_error(client: openai.OpenAI, server: Server) -> None:
    """429 raises the client's RateLimitError with a Retry-After that the client respects."""
    caller = server.send({"prompt": "a fox", "steps": 60})
    wait_until(lambda: server.get("/readyz")[0] == 503)

    with pytest.raises(openai.RateLimitError) as rejected:
        client.images.generate(prompt="a fox")
    caller.close()

    assert rejected.value.code == "queue_full"
    assert 1 <= int(rejected.value.response.headers["retry-after"]) <= 120


@pytest.mark.parametrize(("seed", "code"), [(BLOCKED, "content_blocked"), (FAILING, "painting_failed")])
def test_an_error_in_a_stream_is_raised(client: openai.OpenAI, seed: Any, code: str) -> None:
    """An error after the start of a stream arrives as an event, which the client raises."""
    stream = client.images.generate(prompt="a fox", stream=True, extra_body={"seed": seed})

    with pytest.raises(openai.APIError) as failed:
        list(stream)

    assert failed.value.code == code
