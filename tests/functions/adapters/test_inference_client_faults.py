"""The inference client with socket errors, by a server that responds with raw bytes."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from functions.adapters.http.inference_client import InferenceClient
from functions.errors import Busy, ContentBlocked, Permanent, RateLimited, SettingsError, Unavailable
from tests.functions.adapters.inference_server import (
    HEAD,
    KEY,
    REQUEST,
    answered,
    completed,
    event,
    nothing,
    partial,
    png,
    progress,
    progress_of,
    raw_server,
    refusal,
    reply,
    webp,
)


async def test_whole_stream() -> None:
    """A valid response of the raw server is accepted."""
    result = await answered(HEAD + b": hello\n\n" + event("image_generation.progress", step=1) + completed())

    assert result.png == png()


async def test_preview_stays_until_the_next() -> None:
    """A preview is reported at once with the last step, and with each step until the next one."""
    answer = progress(1) + partial(webp(b"one")) + progress(2) + partial(webp(b"two")) + completed()

    reported = await progress_of(HEAD + answer)

    assert [(one.step, one.preview) for one in reported] == [
        (1, None),
        (1, webp(b"one")),
        (2, webp(b"one")),
        (2, webp(b"two")),
    ]


@pytest.mark.parametrize("data", [None, 5, "no base64", png(), webp(b"x" * 8192), b""])
async def test_preview_that_is_none_costs_no_image(data: Any) -> None:
    """An invalid preview is ignored, and the image is returned."""
    reported = await progress_of(HEAD + progress(1) + partial(data) + completed())

    assert [one.preview for one in reported] == [None, None]


@pytest.mark.parametrize(
    "answer",
    [
        HEAD,
        HEAD + event("image_generation.progress", step=1, steps=3, position=0, seconds_left=None),
        HEAD + completed()[:200],
        HEAD + b"data: {nonsense\n\n",
        HEAD + b"data: [1, 2]\n\n",
        HEAD + b"data: \xff\xfe\n\n",
        HEAD + b"<html>hello</html>\n\n",
        HEAD + event("image_generation.progress", step="many", steps=None, position=[], seconds_left="soon"),
        HEAD + completed("not base64 at all"),
        HEAD + completed(base64.b64encode(b"GIF89a").decode()),
        HEAD + completed(base64.b64encode(png()[:-20]).decode()),
        HEAD + completed(None).replace(b"b64_json", b"url"),
        reply(200, b'{"created": 1, "data": []}'),
        reply(200, b"<html>Welcome</html>", kind="text/html"),
        reply(500),
        reply(502, b"<html>bad gateway</html>", kind="text/html"),
        reply(404, b"<html>no such app</html>", kind="text/html"),
        refusal(500, "painting_failed", retryable=True),
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort",
        b"\x00\x01\x02 not http\r\n\r\n",
        HEAD + event("error", error={"code": "painting_failed", "message": "It broke", "retryable": True}),
        HEAD + event("error", error={"message": "It broke"}),
        HEAD + event("error", error="odd"),
    ],
)
async def test_broken_answer_is_unavailable(answer: Any) -> None:
    """An invalid, truncated, or foreign response and a failed generation are retryable."""
    exc = await answered(answer)

    assert type(exc) is Unavailable


CHUNKED = HEAD.replace(b"Connection: close", b"Transfer-Encoding: chunked")


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@pytest.mark.parametrize(
    "answer", [CHUNKED, CHUNKED + chunk(progress(1)), CHUNKED + chunk(completed()[:200]), CHUNKED + b"fff\r\npart"]
)
async def test_a_stream_that_ends_early_was_interrupted(answer: bytes) -> None:
    """A connection that ends within the stream isn't said to have failed from the start."""
    exc = await answered(answer)

    assert type(exc) is Unavailable
    assert exc.message == "The connection to the inference service was interrupted."


@pytest.mark.parametrize(
    ("answer", "kind", "wait"),
    [
        (reply(429, b"{}", Retry_After=7), RateLimited, 7),
        (refusal(429, "queue_full"), RateLimited, None),
        (reply(503, b"<html>too many</html>", kind="text/html", Retry_After=30), RateLimited, 30),
        (HEAD + event("error", error={"code": "queue_full", "message": "Full", "retryable": True}), RateLimited, None),
        (reply(503, b"<html>starting</html>", kind="text/html"), Busy, None),
        (refusal(503, "starting"), Busy, None),
        (HEAD + event("error", error={"code": "shutting_down", "message": "Ending", "retryable": True}), Busy, None),
    ],
)
async def test_full_or_starting_waits(answer: Any, kind: type[Busy], wait: int | None) -> None:
    """If the service is full or starting, as a status or inside the stream, the job waits until its deadline."""
    exc = await answered(answer)

    assert type(exc) is kind
    assert exc.retry_after_s == wait


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "content_blocked"), ContentBlocked),
        (refusal(422, "content_blocked"), ContentBlocked),
        (HEAD + event("error", error={"code": "content_blocked", "message": "No"}), ContentBlocked),
        (refusal(401, "invalid_api_key"), Permanent),
        (refusal(403, "forbidden"), Permanent),
        (refusal(400, "invalid_value", param="steps"), Permanent),
        (refusal(410, "cancelled"), Permanent),
        (HEAD + event("error", error={"code": "x", "message": "No", "type": "y", "param": "seed"}), Permanent),
    ],
)
async def test_answer_that_no_repeat_changes(answer: Any, kind: Any) -> None:
    """Blocked content, a wrong key and a wrong parameter end the image at once, in the stream too."""
    exc = await answered(answer)

    assert type(exc) is kind


@pytest.mark.parametrize("answer", [b"", HEAD, HEAD + event("image_generation.progress", step=1), reply(200, b"")[:-3]])
async def test_server_that_falls_silent(answer: Any) -> None:
    """A silent connection is closed after the idle timeout."""
    exc = await answered(answer, hang=True, idle_timeout_s=0.2)

    assert type(exc) is Unavailable


async def test_connection_refused() -> None:
    """A refused connection is unavailable, names the setting, and is not ready."""
    client = InferenceClient(url="http://127.0.0.1:1", key=KEY)

    with pytest.raises(Unavailable, match="INFERENCE_URL"):
        await client.generate(REQUEST, nothing)
    with pytest.raises(Unavailable):
        await client.model_profile()
    assert not await client.is_ready(wait_s=0.1)
    await client.close()


async def test_no_url() -> None:
    """Without INFERENCE_URL, the error names the setting."""
    client = InferenceClient(url="", key=KEY)

    with pytest.raises(SettingsError, match="INFERENCE_URL"):
        await client.generate(REQUEST, nothing)


@pytest.mark.parametrize(
    "body",
    [
        b'{"object": "list", "data": []}',
        b'{"object": "list", "data": [{"id": "x", "object": "model"}]}',
        b'{"object": "list", "data": [{"id": "x", "profile": {"width": "wide"}}]}',
        b'{"data": 3}',
        b"[]",
        b"hello",
    ],
)
async def test_profile_that_is_none(body: bytes) -> None:
    """A missing or invalid model profile is an unavailable error."""
    async with raw_server(reply(200, body)) as url:
        client = InferenceClient(url=url, key=KEY)
        with pytest.raises(Unavailable):
            await client.model_profile()
        await client.close()
