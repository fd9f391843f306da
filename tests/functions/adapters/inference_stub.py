"""The real inference service over an engine that needs no model, on a port of this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from functions.models.inference import InferenceRequest
from inference_service.api.app import create_app, engine_thread_of
from inference_service.config.settings import Settings

KEY = "test-key"
REQUEST = InferenceRequest(
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
TIMEOUT_S = 60.0


async def nothing(progress: Any) -> None:
    pass


async def until(condition: Any) -> None:
    """Wait for something that happens on another thread."""
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


@contextmanager
def serving(engine: Any, **settings: Any) -> Iterator[str]:
    """The real app over this engine, on a port."""
    app = create_app(engine, Settings(**({"inference_key": KEY} | settings)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        engine_thread_of(app).close()
        server.shutdown()
        thread.join()
        server.server_close()


async def until_ready(client: Any) -> None:
    assert await client.is_ready(wait_s=TIMEOUT_S)
