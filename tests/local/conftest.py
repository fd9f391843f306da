"""Fixtures for the tests of the local run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from local.host.dashboard import dashboard
from local.host.host import HostOptions
from local.host.host_json import HostSettings
from local.setup import commands
from tests.local.http_bench import ORIGIN, Browser, browsing
from tests.local.queue_bench import Bench

Tools = Callable[[str, str], Path]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Browser]:
    """A client of a host that serves the sample app and a built dashboard."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<meta content=\"img-src %IMG_ORIGIN%; connect-src 'self' %API_ORIGIN%\">")
    (dist / "assets" / "app-1a2b.js").write_text("1")
    (dist / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("no")
    options = HostOptions(
        state=tmp_path / "state",
        origins=[ORIGIN],
        grace_s=1,
        max_body_bytes=1000,
        pages=dashboard(dist, prefix="api", image_origin="http://127.0.0.1:10000"),
    )
    async with browsing(options, HostSettings(function_timeout_s=0.5)) as browser:
        yield browser


@pytest.fixture
async def bench(storage: str, tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(storage, tmp_path)
    yield bench
    await bench.stop()
    await bench.service.close()


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A PATH for the test: `tools(name, script)` adds a command."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setattr(commands, "LOG", tmp_path / "logs" / "setup.log")

    def add(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return add
