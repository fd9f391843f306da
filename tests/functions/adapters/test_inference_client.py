"""The inference client and the inference service: real adapter, real Flask app, real server, and a plain engine."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from PIL import Image

from functions.adapters.http.inference_client import InferenceClient
from functions.errors import ContentBlocked, Permanent, RateLimited, Unavailable
from functions.models.inference import InferenceRequest
from inference_service.errors import GenerationFailed
from tests.functions.adapters.inference_stub import KEY, REQUEST, TIMEOUT_S, nothing, serving, until, until_ready
from tests.inference.engines import FakeEngine


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def client(engine: FakeEngine) -> AsyncIterator[InferenceClient]:
    with serving(engine) as url:
        client = InferenceClient(url=url, key=KEY)
        assert await client.is_ready(wait_s=TIMEOUT_S)
        yield client
        await client.close()


async def test_image_arrives_with_its_facts(client: InferenceClient) -> None:
    """The image is a PNG of the given size and seed, with model, revision, sampler, and time."""
    result = await client.generate(REQUEST, nothing)

    image = Image.open(io.BytesIO(result.png))
    assert image.format == "PNG"
    assert image.size == (64, 128)
    assert image.getpixel((0, 0)) == (7, 0, 0)
    assert (result.model, result.model_revision) == ("plain", "r1")
    assert result.sampler == "ddim"
    assert result.painting_ms > 0


async def test_progress_arrives_while_it_is_generated(client: InferenceClient, engine: FakeEngine) -> None:
    """Steps and queue positions are reported before the image."""
    engine.gate.clear()
    seen = []

    async def on_progress(progress: Any) -> None:
        seen.append(progress)
        engine.gate.set()

    await client.generate(REQUEST, on_progress)

    assert seen
    assert all(progress.steps == 3 and 0 <= progress.step <= 3 for progress in seen)


async def test_previews_arrive_with_the_progress(client: InferenceClient) -> None:
    """From the first preview on, progress contains the latest one as a small WebP."""
    seen = []

    async def on_progress(progress: Any) -> None:
        seen.append(progress.preview)

    await client.generate(InferenceRequest(**vars(REQUEST) | {"steps": 12}), on_progress)

    previews = seen[seen.index(next(filter(None, seen))) :]
    assert all(previews)
    assert {Image.open(io.BytesIO(preview)).format for preview in previews} == {"WEBP"}
    assert max(map(len, previews)) <= 8192


async def test_service_without_previews() -> None:
    """A model without previews, or a service from before there were any, generates all the same."""

    class Blind(FakeEngine):
        def preview(self, row: Any) -> Any:
            return None

    seen = []

    async def on_progress(progress: Any) -> None:
        seen.append(progress.preview)

    with serving(Blind()) as url:
        client = InferenceClient(url=url, key=KEY)
        await until_ready(client)
        result = await client.generate(REQUEST, on_progress)
        await client.close()
    assert result.png
    assert set(seen) <= {None}


async def test_priority_is_reported(engine: FakeEngine) -> None:
    """A background request is sent with batch priority."""
    with serving(engine) as url:
        client = InferenceClient(url=url, key=KEY)
        await until_ready(client)
        await client.generate(InferenceRequest(**vars(REQUEST) | {"priority": "batch"}), nothing)
        await client.close()
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}) as http:
            metrics = (await http.get(f"{url}/metrics")).text

    assert 'inference_requests_total{bucket="plain 64x128",priority="batch"} 1.0' in metrics


async def test_second_request_is_reported_its_position(client: InferenceClient, engine: FakeEngine) -> None:
    """A queued request reports how many requests are ahead."""
    engine.gate.clear()
    seen = []

    async def on_progress(progress: Any) -> None:
        seen.append(progress)
        if progress.position:
            engine.gate.set()

    other = InferenceRequest(**vars(REQUEST) | {"id": "01JDZ0000000000000000000AB", "seed": 8})
    first = asyncio.create_task(client.generate(REQUEST, nothing))
    await until(engine.started.is_set)
    await client.generate(other, on_progress)
    await first

    assert max(progress.position for progress in seen) == 1


async def test_repeat_finds_the_first_image(client: InferenceClient, engine: FakeEngine) -> None:
    """The same request under the same id is generated once: the second caller gets the finished image."""
    first = await client.generate(REQUEST, nothing)
    second = await client.generate(REQUEST, nothing)

    assert first.png == second.png
    assert engine.decoded_seeds == [7]


async def test_id_of_another_request_is_rejected(client: InferenceClient) -> None:
    """The same request ID with another seed is an internal error."""
    await client.generate(REQUEST, nothing)

    with pytest.raises(Permanent, match="request ID"):
        await client.generate(InferenceRequest(**vars(REQUEST) | {"seed": 8}), nothing)


@pytest.mark.parametrize(
    ("change", "reported"),
    [
        ({"width": 65}, "width and height"),
        ({"width": 4096, "height": 4096}, "width and height"),
        ({"steps": 61}, "steps"),
        ({"sampler": "magic"}, "sampler"),
        ({"guidance": 31.0}, "guidance"),
        ({"model": "sdxl"}, "model"),
        ({"prompt": ""}, "prompt"),
        ({"negative_prompt": "x" * 5000}, "negative_prompt"),
    ],
)
async def test_bad_parameter_is_named(client: InferenceClient, change: Any, reported: str) -> None:
    """A rejected parameter is a permanent error with the public name of the parameter."""
    with pytest.raises(Permanent) as caught:
        await client.generate(InferenceRequest(**vars(REQUEST) | change), nothing)

    assert caught.value.message.startswith(f"The inference service rejected {reported}: ")
    assert caught.value.code == ("prompt_rejected" if "prompt" in reported else "permanent")


async def test_blocked_image(client: InferenceClient, engine: FakeEngine) -> None:
    """An image that the model's safety checker refuses is blocked content."""
    engine.blocked = frozenset({7})

    with pytest.raises(ContentBlocked):
        await client.generate(REQUEST, nothing)


async def test_failure_inside_the_stream(client: InferenceClient, engine: FakeEngine) -> None:
    """A model that fails while it generates is a failure that may pass, and the next try generates."""
    engine.failure = GenerationFailed()

    with pytest.raises(Unavailable):
        await client.generate(REQUEST, nothing)

    assert (await client.generate(REQUEST, nothing)).png


async def test_full_queue_is_a_rate_limit(engine: FakeEngine) -> None:
    """A full queue is a rate limit with the seconds to wait."""
    engine.gate.clear()
    with serving(engine, queue_limit=0) as url:
        client = InferenceClient(url=url, key=KEY)
        await until_ready(client)
        first = asyncio.create_task(client.generate(REQUEST, nothing))
        await until(engine.started.is_set)

        with pytest.raises(RateLimited) as caught:
            await client.generate(InferenceRequest(**vars(REQUEST) | {"id": "other", "seed": 8}), nothing)

        engine.gate.set()
        await first
        await client.close()
    assert caught.value.retry_after_s is not None
    assert caught.value.retry_after_s >= 1


async def test_error_of_the_listener_comes_out_unchanged(client: InferenceClient, engine: FakeEngine) -> None:
    """An error of the progress callback is raised unchanged, and the connection is released."""
    engine.gate.clear()

    class Stopped(Exception):
        pass

    async def on_progress(progress: Any) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        await client.generate(REQUEST, on_progress)

    engine.gate.set()
    assert (await client.generate(InferenceRequest(**vars(REQUEST) | {"id": "next"}), nothing)).png


async def test_prompts_and_keys_never_reach_a_log(client: InferenceClient, caplog: pytest.LogCaptureFixture) -> None:
    """Neither prompt nor key is logged, even with everything at DEBUG."""
    with caplog.at_level(logging.DEBUG):
        await client.generate(REQUEST, nothing)

    assert "zebra" not in caplog.text
    assert KEY not in caplog.text
