"""Clients that begin requests and never finish them, or send something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.host.host import HostOptions
from tests.local.http_bench import serving
from tests.local.polling import LIMIT_S

HEAD = b"POST /api/images/bulk HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n"
COMPLETE = b"GET /api/threaded HTTP/1.1\r\nHost: test\r\n\r\n"


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    options = HostOptions(state=tmp_path, grace_s=1, headers_s=0.5, body_s=0.5)
    async with serving(options) as host:
        yield host.port


async def rest(port: int, sent: bytes) -> bytes:
    """Send this, then return everything until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    found = await asyncio.wait_for(reader.read(), LIMIT_S)
    writer.close()
    return found


@pytest.mark.parametrize("begun", [b"", b"POST /api/ima", HEAD[:-2]], ids=["nothing", "first line", "headers"])
async def test_headers_that_never_end(port: int, begun: bytes) -> None:
    """A connection whose headers don't arrive in time is closed, also many at once."""
    assert await asyncio.gather(*(rest(port, begun) for _ in range(50))) == [b""] * 50


async def test_headers_after_a_complete_request(port: int) -> None:
    """The limit holds for every request of a connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(COMPLETE)
    answer = await asyncio.wait_for(reader.readuntil(b"from a thread"), LIMIT_S)

    began = asyncio.get_running_loop().time()
    writer.write(b"GET /api")
    found = await asyncio.wait_for(reader.read(), LIMIT_S)
    took_s = asyncio.get_running_loop().time() - began
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200")
    assert found == b""
    assert took_s < 20  # uvicorn would keep the idle connection for 30 seconds


async def test_a_body_that_never_ends(port: int) -> None:
    """A half-sent body is answered with 408, and the connection is closed."""
    found = await rest(port, HEAD + b"1234")

    assert found.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in found.lower()
    assert b"didn't arrive in time" in found


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost\r\n\r\n", b"\x16\x03\x01\x02\x00"])
async def test_what_is_not_a_request(port: int, sent: bytes) -> None:
    """Data that isn't an HTTP request is answered with 400, as text with `nosniff`."""
    found = (await rest(port, sent + b"\r\n\r\n")).lower()

    assert found.startswith(b"http/1.1 400")
    assert b"\r\nx-content-type-options: nosniff\r\n" in found
    assert b"\r\nconnection: close\r\n" in found
    assert found.endswith(b"invalid http request received.")
