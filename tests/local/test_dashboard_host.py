"""The local host serves the built dashboard."""

from __future__ import annotations

from pathlib import Path

from local.host.dashboard import dashboard
from local.host.host import HostOptions
from tests.local.http_bench import Browser, browsing


async def test_the_dashboard_is_served(client: Browser) -> None:
    """The page contains the origins and isn't cached; files with a hash in their name are."""
    page = await client.ask("GET", "/")
    config = await client.ask("GET", "/config.json")
    script = await client.ask("GET", "/assets/app-1a2b.js")
    icon = await client.ask("GET", "/icon.svg")
    outside = await client.ask("GET", "/..%2fsecret.txt")

    html = page.text
    assert "img-src http://127.0.0.1:10000;" in html
    assert "%" not in html
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["x-frame-options"] == "DENY"
    assert config.json == {"api": "/api"}
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert icon.headers["cache-control"] == "public, max-age=3600"
    assert outside.status == 404


async def test_a_dashboard_that_is_not_built(tmp_path: Path) -> None:
    """Without a built dashboard, the page says what to do."""
    options = HostOptions(state=tmp_path, pages=dashboard(tmp_path / "dist", prefix="api", image_origin=""))

    async with browsing(options) as browser:
        page = await browser.ask("GET", "/")
        missing = await browser.ask("GET", "/assets/app.js")

    assert page.status == 503
    assert "make run" in page.text
    assert missing.status == 404
