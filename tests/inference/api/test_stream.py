"""Streams over a fake engine: OpenAI's events, ours beside them, and what a joining caller gets."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from tests.inference.asking import ask, events
from tests.inference.conftest import PATH

PARTIAL, COMPLETED, PROGRESS, BLOCKED = (
    f"image_generation.{kind}" for kind in ("partial_image", "completed", "progress", "blocked")
)


def stream(client, *, headers=(), **body):
    return client.post(PATH, json={"prompt": "a fox", "seed": 7, "stream": True, **body}, headers=dict(headers))


def test_a_stream_has_openais_events_alone(client):
    """
    Without X-Progress nothing comes but previews and pictures.
    """
    answer = stream(client, n=2)

    told = events(answer)
    assert answer.mimetype == "text/event-stream"
    assert [name for name, _ in told] == [COMPLETED] * 2
    assert sorted(data["seed"] for _, data in told) == [7, 8]
    for name, data in told:
        assert data["type"] == name
        assert (data["size"], data["quality"], data["background"]) == ("64x64", "auto", "opaque")
        assert data["usage"]["total_tokens"] == 2
        assert data["created_at"] > 0


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_previews_come_before_their_picture(client, count):
    """
    As many as were asked for, numbered from 0: small WebP files, each said to be one.
    """
    told = events(stream(client, steps=12, partial_images=count))

    assert [name for name, _ in told] == [PARTIAL] * count + [COMPLETED]
    assert [data["partial_image_index"] for _, data in told[:-1]] == list(range(count))
    for _, data in told[:-1]:
        file = base64.b64decode(data["b64_json"])
        assert Image.open(io.BytesIO(file)).format == "WEBP"
        assert len(file) <= 8192
        assert (data["output_format"], data["size"], data["quality"]) == ("webp", "64x64", "auto")
        assert (data["background"], data["index"]) == ("opaque", 0)
        assert data["created_at"] > 0


def test_previews_of_several_pictures_name_theirs(client):
    """
    OpenAI's index counts the previews of one picture; ours says which picture it is.
    """
    told = events(stream(client, n=2, steps=12, partial_images=2))

    previews = [(data["index"], data["partial_image_index"]) for name, data in told if name == PARTIAL]
    assert sorted(previews) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_progress_is_told_to_who_asks(client, engine, monkeypatch):
    """
    With X-Progress come step, steps, position and seconds left: at once, on each move, and without one at a pace.
    """
    monkeypatch.setattr("inference_service.api.generations.PROGRESS_S", 0.3)
    engine.gate.clear()

    answer = stream(client, headers={"X-Progress": "1"})
    pieces = iter(answer.response)
    told = [next(pieces) for _ in range(4)]
    engine.gate.set()
    rest = b"".join(pieces)

    facts = [json.loads(piece.partition(b"data: ")[2]) for piece in told[1:]]
    assert told[0] == b": accepted\n\n"
    assert {fact["type"] for fact in facts} == {PROGRESS}
    assert set(facts[0]) == {"type", "step", "steps", "position", "seconds_left"}
    assert all(fact["steps"] == 4 and fact["step"] <= 4 for fact in facts)
    assert f"event: {COMPLETED}".encode() in rest


def test_a_silent_stream_is_kept_alive(client, engine, monkeypatch):
    """
    A comment comes when nothing else did for a while; readers skip it.
    """
    monkeypatch.setattr("inference_service.api.generations.ALIVE_S", 0.3)
    engine.gate.clear()

    pieces = iter(stream(client).response)
    told = [next(pieces) for _ in range(3)]
    engine.gate.set()
    rest = b"".join(pieces)

    assert told == [b": accepted\n\n", b": alive\n\n", b": alive\n\n"]
    assert f"event: {COMPLETED}".encode() in rest


def test_a_blocked_picture_is_told_beside_the_others(client, engine):
    """
    With X-Progress the stream says which picture is missing, and why.
    """
    engine.blocked = frozenset({8})

    told = events(stream(client, n=2, headers={"X-Progress": "1"}))

    assert (BLOCKED, {"type": BLOCKED, "index": 1, "category": "nsfw"}) in told
    assert [data["seed"] for name, data in told if name == COMPLETED] == [7]


def test_a_stream_of_blocked_pictures_ends_with_the_error(client, engine):
    """
    When nothing may be shown the error event says so, as the answer without a stream would.
    """
    engine.blocked = frozenset({7})

    told = events(stream(client))

    assert [name for name, _ in told] == ["error"]
    assert told[0][1]["error"]["code"] == "content_blocked"


def test_a_joining_caller_gets_what_it_asks_for(client, engine):
    """
    A repeat without previews joins one with them and is shown none; a repeat with them sees those from before.
    """
    name = {"X-Request-Id": "one"}
    first = events(stream(client, headers=name, steps=12, partial_images=3))

    without = events(stream(client, headers=name, steps=12))
    again = events(stream(client, headers=name, steps=12, partial_images=2))
    plain = ask(client, "one", steps=12)

    assert [kind for kind, _ in without] == [COMPLETED]
    assert next(data for kind, data in again if kind == PARTIAL)["b64_json"] == first[0][1]["b64_json"]
    assert len(again) == 3
    assert plain.json["data"][0]["b64_json"] == first[-1][1]["b64_json"]
    assert engine.painted == [7]
