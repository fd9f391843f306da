"""The painter's client and the inference service: the real adapter, the real Flask app, a real server, a plain engine.

Behind it the faults that a socket can have, by a server that answers with raw bytes.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import threading
import time
from contextlib import asynccontextmanager, contextmanager

import pytest
from PIL import Image
from werkzeug.serving import make_server

from functions.adapters.painter import HttpPainter
from functions.errors import AppError, Busy, ContentBlocked, Permanent, SettingsError, Unavailable
from functions.models.painting import PaintRequest
from inference_service.app import create_app, studio_of
from inference_service.errors import PaintingFailed
from inference_service.settings import Settings
from tests.inference.engines import PROFILE, FakeEngine

KEY = "test-key"
REQUEST = PaintRequest(
    id="01JDZ0000000000000000000AA",
    prompt="a zebra in the snow",
    negative_prompt="text",
    model="plain",
    width=64,
    height=128,
    steps=3,
    guidance=4.0,
    sampler="default",
    seed=7,
)
PATIENCE_S = 10.0


def png(width=8, height=8):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


async def nothing(progress):
    pass


async def until(condition):
    """Wait for something that happens on another thread."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


@contextmanager
def serving(engine, **settings):
    """The real app over this engine, on a port."""
    app = create_app(engine, Settings(**({"inference_key": KEY} | settings)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        studio_of(app).close()
        server.shutdown()
        thread.join()
        server.server_close()


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


class TestRealService:
    async def test_picture_arrives_with_its_facts(self, painter):
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

    async def test_progress_arrives_while_it_is_painted(self, painter, engine):
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

    async def test_second_request_is_told_its_position(self, painter, engine):
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

    async def test_repeat_finds_the_first_picture(self, painter, engine):
        """
        The same request under the same id is painted once: the second caller gets the finished picture.
        """
        first = await painter.paint(REQUEST, nothing)
        second = await painter.paint(REQUEST, nothing)

        assert first.png == second.png
        assert engine.painted == [7]

    async def test_id_of_another_request_is_refused(self, painter):
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
    async def test_bad_parameter_is_named(self, painter, change, told):
        """
        What the service refuses is permanent, and the sentence names the parameter as a person knows it.
        """
        with pytest.raises(Permanent) as caught:
            await painter.paint(PaintRequest(**vars(REQUEST) | change), nothing)

        assert caught.value.message.startswith(f"The painter refuses {told}: ")

    async def test_blocked_picture(self, painter, engine):
        """
        A picture that the model's safety checker refuses is blocked content.
        """
        engine.blocked = frozenset({7})

        with pytest.raises(ContentBlocked):
            await painter.paint(REQUEST, nothing)

    async def test_failure_inside_the_stream(self, painter, engine):
        """
        A model that fails while it paints is a failure that may pass, and the next try paints.
        """
        engine.failure = PaintingFailed()

        with pytest.raises(Unavailable):
            await painter.paint(REQUEST, nothing)

        assert (await painter.paint(REQUEST, nothing)).png

    async def test_full_queue_is_busy(self, engine):
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

    async def test_loading_model_is_busy_then_ready(self):
        """
        While the model loads, painting and profile say busy, and readiness waits for the end of it.
        """
        loaded = threading.Event()

        class SlowEngine(FakeEngine):
            def setup(self):
                loaded.wait(PATIENCE_S)
                return PROFILE

        with serving(SlowEngine()) as url:
            painter = HttpPainter(url=url, key=KEY)
            with pytest.raises(Busy):
                await painter.paint(REQUEST, nothing)
            with pytest.raises(Busy):
                await painter.profile()
            assert not await painter.ready(wait_s=0)

            threading.Timer(0.2, loaded.set).start()

            assert await painter.ready(wait_s=PATIENCE_S)
            await painter.close()

    async def test_model_that_cannot_be_loaded_is_busy(self):
        """
        A service without its model waits out the job's deadline like a waking one, and says why.
        """

        class BrokenEngine(FakeEngine):
            def setup(self):
                raise OSError("no such folder")

        with serving(BrokenEngine()) as url:
            painter = HttpPainter(url=url, key=KEY)

            async def told():
                try:
                    await painter.paint(REQUEST, nothing)
                except Busy as exc:
                    return exc.message
                return ""

            deadline = time.monotonic() + PATIENCE_S
            while "no such folder" not in (message := await told()):
                assert time.monotonic() < deadline, message
            await painter.close()

    async def test_wrong_key_is_named(self, engine):
        """
        A refused key ends the job with the setting to mend, for painting and for the profile.
        """
        with serving(engine) as url:
            painter = HttpPainter(url=url, key="wrong")
            for call in (painter.paint(REQUEST, nothing), painter.profile()):
                with pytest.raises(Permanent, match="INFERENCE_KEY"):
                    await call
            await painter.close()

    async def test_profile_of_the_served_model(self, painter):
        """
        The profile comes field by field from GET /v1/models.
        """
        profile = await painter.profile()

        assert (profile.model, profile.revision, profile.width, profile.steps) == ("plain", "r1", 64, 4)
        assert profile.samplers == ("default", "euler", "lcm")
        assert profile.vocabulary == ("fox", "snow")

    async def test_cancel_ends_the_painting(self, painter, engine):
        """
        A cancelled request stops being painted, and its caller is told.
        """
        engine.gate.clear()
        painting = asyncio.create_task(painter.paint(REQUEST, nothing))
        await until(engine.started.is_set)

        await painter.cancel(REQUEST.id)

        with pytest.raises(Permanent, match="cancelled"):
            await asyncio.wait_for(painting, PATIENCE_S)
        assert engine.painted == []

    async def test_cancel_is_best_effort(self, painter):
        """
        Cancelling what nobody asked for, or where nobody listens, is a normal return.
        """
        nobody = HttpPainter(url="http://127.0.0.1:1", key=KEY)

        await painter.cancel("unheard-of")
        await nobody.cancel("unheard-of")
        await nobody.close()

    async def test_error_of_the_listener_comes_out_unchanged(self, painter, engine):
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


async def until_ready(painter):
    assert await painter.ready(wait_s=PATIENCE_S)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def event(kind, **facts):
    return f"event: {kind}\ndata: {json.dumps({'type': kind} | facts)}\n\n".encode()


def completed(data=None):
    encoded = base64.b64encode(png()).decode() if data is None else data
    return event("image_generation.completed", b64_json=encoded, seed=7, sampler="ddim", model="plain", painting_ms=5)


def reply(status, body=b"", kind="application/json", **headers):
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + body


def refusal(status, code, **facts):
    body = {"error": {"code": code, "message": "So it is", "type": "server_error", "param": None} | facts}
    return reply(status, json.dumps(body).encode())


@asynccontextmanager
async def raw_server(answer, *, hang=False):
    """A server that reads a request, sends these bytes, and closes or says no more."""
    release = asyncio.Event()

    async def handle(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            if hang:
                await release.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        release.set()
        server.close()
        await server.wait_closed()


async def answered(answer, *, hang=False, idle_timeout_s=PATIENCE_S):
    """What painting raises, or the picture, when the server answers with these bytes."""
    async with raw_server(answer, hang=hang) as url:
        painter = HttpPainter(url=url, key=KEY, idle_timeout_s=idle_timeout_s)
        try:
            return await asyncio.wait_for(painter.paint(REQUEST, nothing), PATIENCE_S)
        except AppError as exc:
            return exc
        finally:
            await painter.close()


class TestFaults:
    async def test_whole_stream(self):
        """
        The raw server's good answer is understood, so that the bad ones below fail for their own reasons.
        """
        painted = await answered(HEAD + b": hello\n\n" + event("image_generation.progress", step=1) + completed())

        assert painted.png == png()

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
    async def test_broken_answer_is_unavailable(self, answer):
        """
        Garbage, half an answer, a gateway's page or a failed painting may pass: the job tries again.
        """
        exc = await answered(answer)

        assert type(exc) is Unavailable

    @pytest.mark.parametrize(
        ("answer", "wait"),
        [
            (reply(429, b"{}", Retry_After=7), 7),
            (reply(503, b"<html>waking</html>", kind="text/html", Retry_After=30), 30),
            (refusal(503, "starting"), None),
            (HEAD + event("error", error={"code": "shutting_down", "message": "Ending", "retryable": True}), None),
        ],
    )
    async def test_full_or_waking_is_busy(self, answer, wait):
        """
        Full, waking and shutting down, as a status or inside the stream, wait against the deadline.
        """
        exc = await answered(answer)

        assert type(exc) is Busy
        assert exc.retry_after_s == wait

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (refusal(422, "content_blocked"), ContentBlocked),
            (HEAD + event("error", error={"code": "content_blocked", "message": "No"}), ContentBlocked),
            (refusal(401, "invalid_api_key"), Permanent),
            (refusal(403, "forbidden"), Permanent),
            (refusal(400, "invalid_value", param="steps"), Permanent),
            (refusal(410, "cancelled"), Permanent),
            (HEAD + event("error", error={"code": "x", "message": "No", "type": "y", "param": "seed"}), Permanent),
        ],
    )
    async def test_answer_that_no_repeat_changes(self, answer, kind):
        """
        Blocked content, a wrong key and a wrong parameter end the picture at once, in the stream too.
        """
        exc = await answered(answer)

        assert type(exc) is kind

    @pytest.mark.parametrize(
        "answer", [b"", HEAD, HEAD + event("image_generation.progress", step=1), reply(200, b"")[:-3]]
    )
    async def test_server_that_falls_silent(self, answer):
        """
        A connection on which nothing comes is given up after the idle timeout.
        """
        exc = await answered(answer, hang=True, idle_timeout_s=0.2)

        assert type(exc) is Unavailable

    async def test_nobody_listens(self):
        """
        A refused connection is unavailable, names the setting, and is not ready.
        """
        painter = HttpPainter(url="http://127.0.0.1:1", key=KEY)

        with pytest.raises(Unavailable, match="INFERENCE_URL"):
            await painter.paint(REQUEST, nothing)
        with pytest.raises(Unavailable):
            await painter.profile()
        assert not await painter.ready(wait_s=0.1)
        await painter.close()

    async def test_no_address(self):
        """
        Without INFERENCE_URL the sentence says so.
        """
        painter = HttpPainter(url="", key=KEY)

        with pytest.raises(SettingsError, match="INFERENCE_URL"):
            await painter.paint(REQUEST, nothing)

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
    async def test_profile_that_is_none(self, body):
        """
        A server that tells no profile, or nonsense, is unavailable rather than a crash.
        """
        async with raw_server(reply(200, body)) as url:
            painter = HttpPainter(url=url, key=KEY)
            with pytest.raises(Unavailable):
                await painter.profile()
            await painter.close()

    async def test_prompts_and_keys_never_reach_a_log(self, painter, caplog):
        """
        Neither prompt nor key is logged, even with everything at DEBUG.
        """
        with caplog.at_level(logging.DEBUG):
            await painter.paint(REQUEST, nothing)

        assert "zebra" not in caplog.text
        assert KEY not in caplog.text
