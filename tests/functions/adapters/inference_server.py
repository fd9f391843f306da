"""A server in place of the inference service that sends any bytes, and calls of its client."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from PIL import Image

from functions.adapters.http.inference_client import InferenceClient
from functions.errors import AppError
from functions.models.inference import InferenceRequest

KEY = "test-key"
TIMEOUT_S = 60.0
REQUEST = InferenceRequest(
    id="01JDZ0000000000000000000AA",
    prompt="a zebra in the snow",
    negative_prompt="",
    model="plain",
    width=64,
    height=64,
    steps=3,
    guidance=4.0,
    sampler="default",
    seed=7,
)


def png(width: Any = 8, height: Any = 8) -> Any:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


async def nothing(progress: Any) -> None:
    pass


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def event(kind: Any, **facts: Any) -> Any:
    return f"event: {kind}\ndata: {json.dumps({'type': kind} | facts)}\n\n".encode()


def completed(data: Any = None) -> Any:
    encoded = base64.b64encode(png()).decode() if data is None else data
    return event("image_generation.completed", b64_json=encoded, seed=7, sampler="ddim", model="plain", painting_ms=5)


def webp(data: Any) -> Any:
    return b"RIFF\0\0\0\0WEBP" + data


def progress(step: Any) -> Any:
    return event("image_generation.progress", step=step, steps=3)


def partial(data: Any) -> Any:
    encoded = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    return event("image_generation.partial_image", b64_json=encoded, partial_image_index=0)


def reply(status: Any, body: Any = b"", kind: Any = "application/json", **headers: Any) -> Any:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + body


def refusal(status: Any, code: Any, **facts: Any) -> Any:
    body = {"error": {"code": code, "message": "So it is", "type": "server_error", "param": None} | facts}
    return reply(status, json.dumps(body).encode())


@asynccontextmanager
async def raw_server(answer: Any, *, hang: Any = False) -> AsyncIterator[str]:
    """Serve one response of these bytes, then close the connection or stay silent."""
    release = asyncio.Event()

    async def handle(reader: Any, writer: Any) -> None:
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


async def answered(answer: Any, *, hang: Any = False, idle_timeout_s: Any = TIMEOUT_S) -> Any:
    """Return the error or the image of a generation whose response has these bytes."""
    async with raw_server(answer, hang=hang) as url:
        client = InferenceClient(url=url, key=KEY, idle_timeout_s=idle_timeout_s)
        try:
            return await asyncio.wait_for(client.generate(REQUEST, nothing), TIMEOUT_S)
        except AppError as exc:
            return exc
        finally:
            await client.close()


async def progress_of(answer: Any) -> Any:
    """Return the progress reports of a generation whose response has these bytes."""
    reported = []

    async def listen(progress: Any) -> None:
        reported.append(progress)

    async with raw_server(answer) as url:
        client = InferenceClient(url=url, key=KEY)
        await client.generate(REQUEST, listen)
        await client.close()
    return reported
