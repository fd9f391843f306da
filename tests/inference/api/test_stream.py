"""Streams with a fake engine: OpenAI's events, additional events, and joining callers."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from inference_service.config.intervals import Intervals
from tests.inference.client_calls import request_images, stream_events
from tests.inference.conftest import PATH
from tests.inference.engines import FakeEngine

PARTIAL, COMPLETED, PROGRESS, BLOCKED = (
    f"image_generation.{kind}" for kind in ("partial_image", "completed", "progress", "blocked")
)


def open_stream(client: Any, *, headers: Any = (), **body: Any) -> Any:
    return client.post(PATH, json={"prompt": "a fox", "seed": 7, "stream": True, **body}, headers=dict(headers))


def test_a_stream_has_only_openais_events(client: FlaskClient) -> None:
    """Without X-Progress a stream contains only previews and images."""
    response = open_stream(client, n=2)

    events = stream_events(response)
    assert response.mimetype == "text/event-stream"
    assert [name for name, _ in events] == [COMPLETED] * 2
    assert sorted(data["seed"] for _, data in events) == [7, 8]
    for name, data in events:
        assert data["type"] == name
        assert (data["size"], data["quality"], data["background"]) == ("64x64", "auto", "opaque")
        assert data["usage"]["total_tokens"] == 2
        assert data["created_at"] > 0


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_previews_precede_their_image(client: FlaskClient, count: int) -> None:
    """The requested number of previews arrives, numbered from 0, as small WebP files."""
    events = stream_events(open_stream(client, steps=12, partial_images=count))

    assert [name for name, _ in events] == [PARTIAL] * count + [COMPLETED]
    assert [data["partial_image_index"] for _, data in events[:-1]] == list(range(count))
    for _, data in events[:-1]:
        file = base64.b64decode(data["b64_json"])
        assert Image.open(io.BytesIO(file)).format == "WEBP"
        assert len(file) <= 8192
        assert (data["output_format"], data["size"], data["quality"]) == ("webp", "64x64", "auto")
        assert (data["background"], data["index"]) == ("opaque", 0)
        assert data["created_at"] > 0


def test_previews_identify_their_image(client: FlaskClient) -> None:
    """`partial_image_index` counts the previews of an image, and `index` identifies the image."""
    events = stream_events(open_stream(client, n=2, steps=12, partial_images=2))

    previews = [(data["index"], data["partial_image_index"]) for name, data in events if name == PARTIAL]
    assert sorted(previews) == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("intervals", [Intervals(progress_s=0.3)], ids=["300 ms"])
def test_progress_is_sent_on_request(client: FlaskClient, engine: FakeEngine) -> None:
    """With X-Progress, progress events arrive at once, after each change, and at least at an interval."""
    engine.gate.clear()

    response = open_stream(client, headers={"X-Progress": "1"})
    chunks = iter(response.response)
    events = [next(chunks) for _ in range(4)]
    engine.gate.set()
    rest = b"".join(chunks)

    facts = [json.loads(piece.partition(b"data: ")[2]) for piece in events[1:]]
    assert events[0] == b": accepted\n\n"
    assert {fact["type"] for fact in facts} == {PROGRESS}
    assert set(facts[0]) == {"type", "step", "steps", "position", "seconds_left"}
    assert all(fact["steps"] == 4 and fact["step"] <= 4 for fact in facts)
    assert f"event: {COMPLETED}".encode() in rest


@pytest.mark.parametrize("intervals", [Intervals(keep_alive_s=0.3)], ids=["300 ms"])
def test_an_idle_stream_is_kept_alive(client: FlaskClient, engine: FakeEngine) -> None:
    """A comment is sent after a time without events."""
    engine.gate.clear()

    chunks = iter(open_stream(client).response)
    events = [next(chunks) for _ in range(3)]
    engine.gate.set()
    rest = b"".join(chunks)

    assert events == [b": accepted\n\n", b": alive\n\n", b": alive\n\n"]
    assert f"event: {COMPLETED}".encode() in rest


def test_a_blocked_image_is_reported_in_the_stream(client: FlaskClient, engine: FakeEngine) -> None:
    """With X-Progress, the stream contains the blocked image and its category."""
    engine.blocked = frozenset({8})

    events = stream_events(open_stream(client, n=2, headers={"X-Progress": "1"}))

    assert (BLOCKED, {"type": BLOCKED, "index": 1, "category": "nsfw"}) in events
    assert [data["seed"] for name, data in events if name == COMPLETED] == [7]


def test_a_stream_of_blocked_images_ends_with_an_error(client: FlaskClient, engine: FakeEngine) -> None:
    """If all images are blocked, the stream ends with the same error as a response without a stream."""
    engine.blocked = frozenset({7})

    events = stream_events(open_stream(client))

    assert [name for name, _ in events] == ["error"]
    assert events[0][1]["error"]["code"] == "content_blocked"


def test_a_joining_caller_gets_what_it_requested(client: FlaskClient, engine: FakeEngine) -> None:
    """A repeat without previews gets none, and a repeat with previews also gets earlier ones."""
    name = {"X-Request-Id": "one"}
    first = stream_events(open_stream(client, headers=name, steps=12, partial_images=3))

    without = stream_events(open_stream(client, headers=name, steps=12))
    again = stream_events(open_stream(client, headers=name, steps=12, partial_images=2))
    plain = request_images(client, "one", steps=12)

    assert [kind for kind, _ in without] == [COMPLETED]
    assert next(data for kind, data in again if kind == PARTIAL)["b64_json"] == first[0][1]["b64_json"]
    assert len(again) == 3
    assert plain.get_json()["data"][0]["b64_json"] == first[-1][1]["b64_json"]
    assert engine.decoded_seeds == [7]
