"""Through real gunicorn, over an engine that needs no model: hang-ups, health under load, the farewell."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from inference_service.config.settings import SPARE_THREADS
from tests.inference.conftest import KEY, PATH, until
from tests.inference.plain_app import NOISY, UNSENT_S
from tests.inference.servers import Server, answer_of, serving

APP = "tests.inference.plain_app:build()"
QUEUE = 8
LONG: dict[str, Any] = {"prompt": "a fox", "steps": 60}  # three seconds
SHORT: dict[str, Any] = {"prompt": "a fox", "steps": 20}
CLOSE = {"Connection": "close"}
BEGUN = b"POST /v1/ima"
UNFINISHED = (
    f"POST {PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {KEY}\r\n"
    'Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"prompt"'
).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("plain") / "log", app=APP, QUEUE_LIMIT=str(QUEUE)) as running:
        yield running


@pytest.fixture
def idle(server: Server) -> Iterator[Server]:
    until(lambda: server.state() == "ready")
    yield server
    until(lambda: server.state() == "ready")


@pytest.mark.parametrize("stream", [False, True])
def test_a_caller_that_hangs_up_leaves_the_batch(idle, stream):
    """
    Its row goes long before its end, seen by its socket; its neighbour is painted to the end.
    """
    painted, rows = idle.metric("inference_images_total"), idle.metric("inference_batch_rows_sum")
    stays = idle.send({**SHORT, "seed": 1}, **CLOSE)
    goes = idle.send({**LONG, "seed": 2, "stream": stream}, **({"X-Progress": "1"} if stream else {}))
    until(lambda: idle.metric("inference_running_requests") == 2)

    goes.close()
    status, _, body = answer_of(stays)
    until(lambda: idle.state() == "ready")

    picture = Image.open(io.BytesIO(base64.b64decode(json.loads(body)["data"][0]["b64_json"])))
    assert (status, picture.getpixel((0, 0))) == (200, (1, 0, 0))
    assert idle.metric("inference_images_total") == painted + 1
    turns = idle.metric("inference_batch_rows_sum") - rows - SHORT["steps"]
    assert turns < LONG["steps"] / 2


def test_a_cut_stream_is_also_seen_by_the_failed_write(tmp_path):
    """
    Where no socket can be asked the next events tell: writing them fails.
    """
    with serving(tmp_path / "log", app="tests.inference.plain_app:build_without_socket()") as server:
        caller = server.send({**LONG, "stream": True, "n": 4}, **{"X-Progress": "1"})
        until(lambda: server.metric("inference_running_requests") == 1)

        caller.close()

        until(lambda: server.metric("inference_running_requests") == 0)
        assert server.metric("inference_images_total") == 0


def test_a_waiting_caller_that_hangs_up_frees_its_place(idle):
    """
    The whole queue can hang up, and the next caller is taken at once.
    """
    callers = [idle.send({**LONG, "seed": seed}) for seed in range(QUEUE + 1)]
    until(lambda: idle.get("/readyz")[0] == 503)

    for caller in callers:
        caller.close()

    until(lambda: idle.state() == "ready")
    status, _, _ = answer_of(idle.send({"prompt": "a fox", "steps": 2}, **CLOSE))
    assert status == 200


def test_a_caller_that_stops_reading_keeps_no_thread(idle):
    """
    When nothing of an answer is taken for a while it is given up, though the connection is open.
    """
    body = {"prompt": "a fox", "steps": 1, "n": 8, "seed": NOISY, "size": "1024x1024", "stream": True}
    painted = idle.metric("inference_images_total")
    caller = idle.send(body)

    until(lambda: idle.metric("inference_images_total") == painted + 8)
    reading = idle.metric("inference_callers")
    until(lambda: idle.metric("inference_callers") == 0)
    caller.close()

    assert reading == 1


@pytest.mark.parametrize(
    ("said", "drop"),
    [(b"", b""), (b"POST /v1/ima", b""), (b"POST /v1/ima", b"g"), (UNFINISHED, b""), (UNFINISHED, b" ")],
)
def test_callers_that_never_finish_what_they_say_keep_no_thread(idle, said, drop):
    """
    More of them than there are threads, silent or cut off in headers or body or going on byte by byte, and health
    answers all the same.
    """
    with contextlib.ExitStack() as stuck:
        callers = [stuck.enter_context(idle.say(said)) for _ in range(QUEUE + 1 + SPARE_THREADS)]
        over = stuck.enter_context(dripping(callers, drop))

        status, _ = idle.get("/healthz")
        over.set()

    assert status == 200


@contextlib.contextmanager
def dripping(callers: list[socket.socket], drop: bytes) -> Iterator[threading.Event]:
    """Meanwhile each caller says this again and again."""
    over = threading.Event()

    def drip() -> None:
        while drop and not over.wait(UNSENT_S / 4):
            for caller in callers:
                with contextlib.suppress(OSError):  # sent away
                    caller.sendall(drop)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(drip)
        try:
            yield over
        finally:
            over.set()


def test_callers_that_keep_their_connection_after_a_refusal_hold_nobody_up(idle):
    """
    Whoever does not close a connection that the service has closed waits alone.
    """
    seconds = []
    for _ in range(5):
        with contextlib.ExitStack() as stuck:
            for _ in range(3):
                head = b"GET /nowhere HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                refused = stuck.enter_context(idle.say(head))
                assert b"401" in refused.recv(64)

            began = time.monotonic()
            assert idle.get("/healthz")[0] == 200
            seconds.append(time.monotonic() - began)

    assert min(seconds) < 1  # each is waited for twice as long; a busy machine may be slow, but not every time


@pytest.mark.parametrize(
    ("chunks", "status", "words"),
    [(b"zz\r\n", 400, "send it whole"), (b"11170\r\n" + b" " * 70_000 + b"\r\n0\r\n\r\n", 413, "at most 65,536")],
)
def test_a_body_in_chunks_is_refused_by_name(idle, chunks, status, words):
    """
    Chunks that are none, and more of them than fit, are the caller's fault as any other wrong body is.
    """
    head = f"POST {PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    found, _, body = answer_of(idle.say(head.encode() + chunks))

    assert (found, json.loads(body)["error"]["param"]) == (status, "body")
    assert words in json.loads(body)["error"]["message"]


def test_health_is_quick_while_the_queue_is_full(idle):
    """
    With every place taken /healthz answers in under 100 ms, and the next request is refused with a time.
    """
    callers = [idle.send({**LONG, "seed": seed}) for seed in range(QUEUE + 1)]
    until(lambda: idle.get("/readyz")[0] == 503)

    times = []
    for _ in range(11):
        began = time.monotonic()
        assert idle.get("/healthz")[0] == 200
        times.append(time.monotonic() - began)
    status, headers, body = answer_of(idle.send(LONG, **CLOSE))
    for caller in callers:
        caller.close()

    assert min(times) < 0.1  # the machine may be busy, but without a free thread none would be so quick
    assert (status, json.loads(body)["error"]["code"]) == (429, "queue_full")
    assert 1 <= int(headers["retry-after"]) <= 120
    assert "x-should-retry" not in headers


def test_a_farewell_finishes_what_runs_and_refuses_the_rest(tmp_path):
    """
    After SIGTERM running pictures come, callers that wait or come now are told to try again, and the process goes.
    """
    with serving(tmp_path / "log", app=APP, ROWS="1", TURN_S="0.1") as server:
        runs = server.send(LONG, **CLOSE)
        until(lambda: server.metric("inference_running_requests") == 1)
        waits = [server.send({**LONG, "n": 4}, **CLOSE) for _ in range(3)]
        until(lambda: server.metric("inference_waiting_requests") == 3)

        server.process.terminate()
        refused = [answer_of(one) for one in waits]
        refused += [answer_of(server.send(LONG, **CLOSE))]
        ready, running = server.get("/readyz"), server.process.poll() is None
        status, _, _ = answer_of(runs)
        code = server.process.wait(60)

    assert [json.loads(body)["error"]["code"] for _, _, body in refused] == ["shutting_down"] * 4
    assert {(status, headers["retry-after"]) for status, headers, _ in refused} == {(503, "5")}
    assert (ready[0], running) == (503, True)
    assert (status, code) == (200, 0)
    with pytest.raises(OSError, match="refused"):
        server.send(LONG)


def test_a_farewell_has_a_limit(tmp_path):
    """
    What is not done in SHUTDOWN_SECONDS is told to try again, and the process goes all the same.
    """
    with serving(tmp_path / "log", app=APP, SHUTDOWN_SECONDS="1") as server:
        runs = server.send({**LONG, "n": 2}, **CLOSE)
        until(lambda: server.metric("inference_running_requests") == 1)

        server.process.terminate()
        status, headers, body = answer_of(runs)
        code = server.process.wait(60)

    assert (status, json.loads(body)["error"]["code"], code) == (503, "shutting_down", 0)
    assert 1 <= int(headers["retry-after"]) <= 120
