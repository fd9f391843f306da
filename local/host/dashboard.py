"""The built dashboard, served as the static website serves it: origins written in, cache headers set."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Auto-Image-Gen</title>
<h1>The dashboard is not built</h1>
<p>The API answers, but there is no page to show: <code>make run</code> builds it.</p></html>
"""
IMMUTABLE = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
# A meta policy cannot say who may frame the page, so a header does where the server can send one.
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


def caching(file: Path) -> str:
    """What carries a hash in its name never changes; pages and their configuration may at any time."""
    if file.parent.name == "assets":
        return IMMUTABLE
    return "no-cache" if file.suffix in (".html", ".json") else AN_HOUR


class Assets(StaticFiles):
    """The built files."""

    async def check_config(self) -> None:
        """Nothing: the folder may be built while the host runs."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = caching(Path(full_path))
        response.headers["x-content-type-options"] = "nosniff"
        return response


def dashboard(folder: Path, *, prefix: str, image_origin: str, api_origin: str = "") -> list[BaseRoute]:
    """Routes for the page at `/`, its `config.json` and its files; a plain page says so when it is not built."""

    async def page(request: Request) -> Response:
        try:
            html = (folder / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError:
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"cache-control": "no-store"})
        html = html.replace("%IMG_ORIGIN%", image_origin).replace("%API_ORIGIN%", api_origin)
        return HTMLResponse(html, headers=PAGE_HEADERS)

    async def config(request: Request) -> Response:
        return JSONResponse({"api": f"/{prefix}" if prefix else ""}, headers={"cache-control": "no-cache"})

    return [
        Route("/", page),
        Route("/index.html", page),
        Route("/config.json", config),
        Mount("/", Assets(directory=folder, check_dir=False)),
    ]
