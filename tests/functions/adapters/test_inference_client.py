"""The painter's client and the inference service: real adapter, real Flask app, real server, and a plain engine."""

from __future__ import annotations

import asyncio
import io
import logging

import httpx2
import pytest
from PIL import Image

from functions.adapters.http.inference_client import HttpPainter
from functions.errors import Busy, ContentBlocked, Permanent, Unavailable
from functions.models.inference import PaintRequest
from inference_service.errors import PaintingFailed
from tests.functions.adapters.inference_stub import KEY, PATIENCE_S, REQUEST, nothing, serving, until, until_ready
from tests.inference.engines import FakeEngine


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
async def painter(engine):
    with serving(engine) as url:
        painter = HttpPainter(url=url, key=KEY)
        assert await painter.ready(wait_s=PATIENCE_S)
        yield painter
        await painter.close()


async def test_picture_arrives_with_its_facts(painter):
    """
    A painted picture is a PNG of the size and seed that were asked for, with model, revision, sampler and time.
    """
    painted = await painter.paint(REQUEST, nothing)

    image = Image.open(io.BytesIO(painted.png))
    assert image.format == "PNG"
    assert image.size == (64, 128)
    assert image.getpixel((0, 0)) == (7, 0, 0)
    assert (painted.model, painted.model_revision) == ("plain", "r1")
    assert painted.sampler == "ddim"
    assert painted.painting_ms > 0


async def test_progress_arrives_while_it_is_painted(painter, engine):
    """
    Steps and places in the queue are told before the picture comes.
    """
    engine.gate.clear()
    seen = []

    async def on_progress(progress):
        seen.append(progress)
        engine.gate.set()

    await painter.paint(REQUEST, on_progress)

    assert seen
    assert all(progress.steps == 3 and 0 <= progress.step <= 3 for progress in seen)


async def test_previews_arrive_with_the_progress(painter):
    """
    From the first preview on, what is told of the painting carries the latest one: a small WebP.
    """
    seen = []

    async def on_progress(progress):
        seen.append(progress.preview)

    await painter.paint(PaintRequest(**vars(REQUEST) | {"steps": 12}), on_progress)

    previews = seen[seen.index(next(filter(None, seen))) :]
    assert all(previews)
    assert {Image.open(io.BytesIO(preview)).format for preview in previews} == {"WEBP"}
    assert max(map(len, previews)) <= 8192


async def test_service_without_previews():
    """
    A model that has no view of what it paints, or a service before there were previews, paints all the same.
    """

    class Blind(FakeEngine):
        def preview(self, row):
            return None

    seen = []

    async def on_progress(progress):
        seen.append(progress.preview)

    with serving(Blind()) as url:
        painter = HttpPainter(url=url, key=KEY)
        await until_ready(painter)
        painted = await painter.paint(REQUEST, on_progress)
        await painter.close()
    assert painted.png
    assert set(seen) <= {None}


async def test_priority_is_told(engine):
    """
    What nobody waits for is painted as batch.
    """
    with serving(engine) as url:
        painter = HttpPainter(url=url, key=KEY)
        await until_ready(painter)
        await painter.paint(PaintRequest(**vars(REQUEST) | {"priority": "batch"}), nothing)
        await painter.close()
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}) as http:
            metrics = (await http.get(f"{url}/metrics")).text

    assert 'inference_requests_total{bucket="plain 64x128",priority="batch"} 1.0' in metrics


async def test_second_request_is_told_its_position(painter, engine):
    """
    While another picture is painted, a waiting request is told how many are before it.
    """
    engine.gate.clear()
    seen = []

    async def on_progress(progress):
        seen.append(progress)
        if progress.position:
            engine.gate.set()

    other = PaintRequest(**vars(REQUEST) | {"id": "01JDZ0000000000000000000AB", "seed": 8})
    first = asyncio.create_task(painter.paint(REQUEST, nothing))
    await until(engine.started.is_set)
    await painter.paint(other, on_progress)
    await first

    assert max(progress.position for progress in seen) == 1


async def test_repeat_finds_the_first_picture(painter, engine):
    """
    The same request under the same id is painted once: the second caller gets the finished picture.
    """
    first = await painter.paint(REQUEST, nothing)
    second = await painter.paint(REQUEST, nothing)

    assert first.png == second.png
    assert engine.painted == [7]


async def test_id_of_another_request_is_refused(painter):
    """
    The same id with another seed is a mistake of ours, and is told as one.
    """
    await painter.paint(REQUEST, nothing)

    with pytest.raises(Permanent, match="id"):
        await painter.paint(PaintRequest(**vars(REQUEST) | {"seed": 8}), nothing)


@pytest.mark.parametrize(
    ("change", "told"),
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
async def test_bad_parameter_is_named(painter, change, told):
    """
    What the service refuses is permanent, and the sentence names the parameter as a person knows it.
    """
    with pytest.raises(Permanent) as caught:
        await painter.paint(PaintRequest(**vars(REQUEST) | change), nothing)

    assert caught.value.message.startswith(f"The inference service rejected {told}: ")


async def test_blocked_picture(painter, engine):
    """
    A picture that the model's safety checker refuses is blocked content.
    """
    engine.blocked = frozenset({7})

    with pytest.raises(ContentBlocked):
        await painter.paint(REQUEST, nothing)


async def test_failure_inside_the_stream(painter, engine):
    """
    A model that fails while it paints is a failure that may pass, and the next try paints.
    """
    engine.failure = PaintingFailed()

    with pytest.raises(Unavailable):
        await painter.paint(REQUEST, nothing)

    assert (await painter.paint(REQUEST, nothing)).png


async def test_full_queue_is_busy(engine):
    """
    Where no room is left to wait the answer is busy, with the seconds after which to ask again.
    """
    engine.gate.clear()
    with serving(engine, queue_limit=0) as url:
        painter = HttpPainter(url=url, key=KEY)
        await until_ready(painter)
        first = asyncio.create_task(painter.paint(REQUEST, nothing))
        await until(engine.started.is_set)

        with pytest.raises(Busy) as caught:
            await painter.paint(PaintRequest(**vars(REQUEST) | {"id": "other", "seed": 8}), nothing)

        engine.gate.set()
        await first
        await painter.close()
    assert caught.value.retry_after_s >= 1


async def test_error_of_the_listener_comes_out_unchanged(painter, engine):
    """
    What the progress callback raises is the caller's own, and the connection is free afterwards.
    """
    engine.gate.clear()

    class Stopped(Exception):
        pass

    async def on_progress(progress):
        raise Stopped

    with pytest.raises(Stopped):
        await painter.paint(REQUEST, on_progress)

    engine.gate.set()
    assert (await painter.paint(PaintRequest(**vars(REQUEST) | {"id": "next"}), nothing)).png


async def test_prompts_and_keys_never_reach_a_log(painter, caplog):
    """
    Neither prompt nor key is logged, even with everything at DEBUG.
    """
    with caplog.at_level(logging.DEBUG):
        await painter.paint(REQUEST, nothing)

    assert "zebra" not in caplog.text
    assert KEY not in caplog.text
