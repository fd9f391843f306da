"""The service under gunicorn with a fake engine: disconnects, health under load, and shutdown."""

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
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inference_service.config.settings import SPARE_THREADS
from tests.inference.conftest import KEY, PATH, wait_until
from tests.inference.fake_engine_app import NOISY, UNSENT_S
from tests.inference.servers import Server, read_response, serving

pytestmark = pytest.mark.program

APP = "tests.inference.fake_engine_app:build()"
QUEUE = 8
LONG: dict[str, Any] = {"prompt": "a fox", "steps": 60}  # Three seconds.
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
def patient(tmp_path: Path) -> Iterator[Server]:
    """A server with the real time limits."""
    app = "tests.inference.fake_engine_app:build_patient()"
    with serving(tmp_path / "log", app=app, QUEUE_LIMIT=str(QUEUE)) as running:
        yield running


@pytest.fixture
def idle(server: Server) -> Iterator[Server]:
    wait_until(lambda: server.state() == "ready")
    yield server
    wait_until(lambda: server.state() == "ready")


@pytest.mark.parametrize("stream", [False, True])
def test_a_disconnected_caller_leaves_the_batch(idle: Server, stream: bool) -> None:
    """A disconnected caller's row is removed early, and the other caller's image is completed."""
    generated, rows = idle.metric("inference_images_total"), idle.metric("inference_batch_images_sum")
    staying = idle.send({**SHORT, "seed": 1}, **CLOSE)
    leaving = idle.send({**LONG, "seed": 2, "stream": stream}, **({"X-Progress": "1"} if stream else {}))
    wait_until(lambda: idle.metric("inference_running_requests") == 2)

    leaving.close()
    status, _, body = read_response(staying)
    wait_until(lambda: idle.state() == "ready")

    image = Image.open(io.BytesIO(base64.b64decode(json.loads(body)["data"][0]["b64_json"])))
    assert (status, image.getpixel((0, 0))) == (200, (1, 0, 0))
    assert idle.metric("inference_images_total") == generated + 1
    steps = idle.metric("inference_batch_images_sum") - rows - SHORT["steps"]
    assert steps < LONG["steps"] / 2


def test_a_disconnect_is_also_detected_by_a_failed_write(tmp_path: Path) -> None:
    """Without a socket, a disconnect is detected when writing an event fails."""
    with serving(tmp_path / "log", app="tests.inference.fake_engine_app:build_without_socket()") as server:
        caller = server.send({**LONG, "stream": True, "n": 4}, **{"X-Progress": "1"})
        wait_until(lambda: server.metric("inference_running_requests") == 1)

        caller.close()

        wait_until(lambda: server.metric("inference_running_requests") == 0)
        assert server.metric("inference_images_total") == 0


def test_disconnected_callers_leave_the_queue(idle: Server) -> None:
    """If all queued callers disconnect, the next request is accepted."""
    callers = [idle.send({**LONG, "seed": seed}) for seed in range(QUEUE + 1)]
    wait_until(lambda: idle.get("/readyz")[0] == 503)

    for caller in callers:
        caller.close()

    wait_until(lambda: idle.state() == "ready")
    status, _, _ = read_response(idle.send({"prompt": "a fox", "steps": 2}, **CLOSE))
    assert status == 200


def test_a_caller_that_stops_reading_occupies_no_thread(idle: Server) -> None:
    """A caller that reads nothing for a while is dropped, although its connection is open."""
    body = {"prompt": "a fox", "steps": 1, "n": 8, "seed": NOISY, "size": "1024x1024", "stream": True}
    generated = idle.metric("inference_images_total")
    caller = idle.send(body)

    wait_until(lambda: idle.metric("inference_images_total") == generated + 8)
    reading = idle.metric("inference_callers")
    wait_until(lambda: idle.metric("inference_callers") == 0)
    caller.close()

    assert reading == 1


@pytest.mark.parametrize(
    ("sent_bytes", "drop"),
    [(b"", b""), (b"POST /v1/ima", b""), (b"POST /v1/ima", b"g"), (UNFINISHED, b""), (UNFINISHED, b" ")],
)
def test_incomplete_requests_occupy_no_thread(idle: Server, sent_bytes: Any, drop: bytes) -> None:
    """Health checks succeed while more clients than threads send incomplete headers or bodies."""
    with contextlib.ExitStack() as stuck:
        callers = [stuck.enter_context(idle.send_bytes(sent_bytes)) for _ in range(QUEUE + 1 + SPARE_THREADS)]
        over = stuck.enter_context(dripping(callers, drop))

        status, _ = idle.get("/healthz")
        over.set()

    assert status == 200


@pytest.mark.parametrize("key", ["", "Bearer wrong"])
def test_refused_requests_are_closed_at_once(idle: Server, key: str) -> None:
    """A refused request occupies no thread, although its body is never sent: more clients than threads are answered."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: {key}\r\nContent-Length: 99\r\n\r\n".encode()
    began = time.monotonic()
    with contextlib.ExitStack() as stuck:
        refused = [stuck.enter_context(idle.send_bytes(head)) for _ in range(2 * (QUEUE + 1 + SPARE_THREADS))]
        answers = [connection.recv(64) for connection in refused]
        status, _ = idle.get("/healthz")
    took_s = time.monotonic() - began

    assert all(b"401" in answer for answer in answers)
    assert status == 200
    assert took_s < 4  # gunicorn would wait 5 seconds for each body


def test_probes_have_a_reserve(patient: Server) -> None:
    """While many clients send incomplete headers, a health check needs less time than the headers may take."""
    with contextlib.ExitStack() as stuck:
        for _ in range(4 * (QUEUE + 1 + SPARE_THREADS)):
            stuck.enter_context(patient.send_bytes(BEGUN))
        began = time.monotonic()
        status, _ = patient.get("/healthz")
        took_s = time.monotonic() - began

    assert status == 200
    assert took_s < 8


@contextlib.contextmanager
def dripping(callers: list[socket.socket], drop: bytes) -> Iterator[threading.Event]:
    """Let each client repeat these bytes in the background."""
    over = threading.Event()

    def drip() -> None:
        while drop and not over.wait(UNSENT_S / 4):
            for caller in callers:
                with contextlib.suppress(OSError):  # The connection was closed.
                    caller.sendall(drop)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(drip)
        try:
            yield over
        finally:
            over.set()


def test_unclosed_connections_do_not_block_others(idle: Server) -> None:
    """Clients that keep closed connections open don't block others."""
    seconds = []
    for _ in range(5):
        with contextlib.ExitStack() as stuck:
            for _ in range(3):
                head = b"GET /nowhere HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                rejected = stuck.enter_context(idle.send_bytes(head))
                assert b"401" in rejected.recv(64)

            began = time.monotonic()
            assert idle.get("/healthz")[0] == 200
            seconds.append(time.monotonic() - began)

    # Each connection is kept for twice as long. A busy machine may be slow, but not every time.
    assert min(seconds) < 1


@pytest.mark.parametrize(
    ("chunks", "status", "words"),
    [
        (b"zz\r\n", 400, "request body is incomplete"),
        (b"11170\r\n" + b" " * 70_000 + b"\r\n0\r\n\r\n", 413, "at most 65,536"),
    ],
)
def test_an_invalid_chunked_body_is_rejected(idle: Server, chunks: Any, status: int, words: str) -> None:
    """Malformed and oversized chunked bodies get the same errors as other invalid bodies."""
    head = f"POST {PATH} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    found, _, body = read_response(idle.send_bytes(head.encode() + chunks))

    assert (found, json.loads(body)["error"]["param"]) == (status, "body")
    assert words in json.loads(body)["error"]["message"]


def test_health_is_quick_while_the_queue_is_full(idle: Server) -> None:
    """With a full queue, /healthz responds within 100 ms, and the next request gets 429 with Retry-After."""
    callers = [idle.send({**LONG, "seed": seed}) for seed in range(QUEUE + 1)]
    wait_until(lambda: idle.get("/readyz")[0] == 503)

    times = []
    for _ in range(11):
        began = time.monotonic()
        assert idle.get("/healthz")[0] == 200
        times.append(time.monotonic() - began)
    status, headers, body = read_response(idle.send(LONG, **CLOSE))
    for caller in callers:
        caller.close()

    assert min(times) < 0.1  # The machine may be busy, but without a free thread no response would be this fast.
    assert (status, json.loads(body)["error"]["code"]) == (429, "queue_full")
    assert 1 <= int(headers["retry-after"]) <= 120
    assert "x-should-retry" not in headers


def test_shutdown_completes_running_requests_and_rejects_others(tmp_path: Path) -> None:
    """After SIGTERM running images are completed, other requests get 503, and the process ends."""
    with serving(tmp_path / "log", app=APP, ROWS="1", STEP_S="0.1") as server:
        running_request = server.send(LONG, **CLOSE)
        wait_until(lambda: server.metric("inference_running_requests") == 1)
        queued_requests = [server.send({**LONG, "n": 4}, **CLOSE) for _ in range(3)]
        wait_until(lambda: server.metric("inference_queued_requests") == 3)

        server.process.terminate()
        rejected = [read_response(one) for one in queued_requests]
        rejected += [read_response(server.send(LONG, **CLOSE))]
        ready, running = server.get("/readyz"), server.process.poll() is None
        status, _, _ = read_response(running_request)
        exit_code = server.process.wait(60)

    assert [json.loads(body)["error"]["code"] for _, _, body in rejected] == ["shutting_down"] * 4
    assert {(status, headers["retry-after"]) for status, headers, _ in rejected} == {(503, "5")}
    assert (ready[0], running) == (503, True)
    assert (status, exit_code) == (200, 0)
    with pytest.raises(OSError, match="refused"):
        server.send(LONG)


def test_shutdown_has_a_time_limit(tmp_path: Path) -> None:
    """A request that isn't completed within SHUTDOWN_SECONDS gets 503, and the process ends."""
    with serving(tmp_path / "log", app=APP, SHUTDOWN_SECONDS="1") as server:
        running_request = server.send({**LONG, "n": 2}, **CLOSE)
        wait_until(lambda: server.metric("inference_running_requests") == 1)

        server.process.terminate()
        status, headers, body = read_response(running_request)
        exit_code = server.process.wait(60)

    assert (status, json.loads(body)["error"]["code"], exit_code) == (503, "shutting_down", 0)
    assert 1 <= int(headers["retry-after"]) <= 120
