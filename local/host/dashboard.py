"""Serve the built dashboard like the static website in Azure: with origins inserted and cache headers."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Auto-Image-Gen</title>
<h1>Dashboard not built</h1>
<p>The API is running, but the dashboard isn't built. Run <code>make run</code> to build it.</p></html>
"""
IMMUTABLE = "public, max-age=31536000, immutable"
ONE_HOUR = "public, max-age=3600"
# A policy in a meta element can't restrict framing, so this server sends a header.
PAGE_HEADERS = {
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


def cache_control(file: Path) -> str:
    """Return the Cache-Control header: files with a hash in their name never change, pages and JSON files can."""
    if file.parent.name == "assets":
        return IMMUTABLE
    return "no-cache" if file.suffix in (".html", ".json") else ONE_HOUR


class Assets(StaticFiles):
    """The files of the built dashboard."""

    async def check_config(self) -> None:
        """Do nothing, because the dashboard can be built while the host runs."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = cache_control(Path(full_path))
        response.headers["x-content-type-options"] = "nosniff"
        return response


def dashboard(folder: Path, *, prefix: str, image_origin: str, api_origin: str = "", logs: str = "") -> list[BaseRoute]:
    """Return routes for the page at `/`, `config.json`, and the files; 503 with a message until it is built.

    `logs` is the path of the components' logs, which is empty if they can't be read.
    """

    async def page(_: Request) -> Response:
        try:
            html = (folder / "index.html").read_text(encoding="utf-8")
        except FileNotFoundError:
            return HTMLResponse(NOT_BUILT, status_code=503, headers={"cache-control": "no-store"})
        html = html.replace("%IMG_ORIGIN%", image_origin).replace("%API_ORIGIN%", api_origin)
        return HTMLResponse(html, headers=PAGE_HEADERS)

    async def config(_: Request) -> Response:
        found = {"api": f"/{prefix}" if prefix else ""} | ({"logs": logs} if logs else {})
        return JSONResponse(found, headers={"cache-control": "no-cache"})

    return [
        Route("/", page),
        Route("/index.html", page),
        Route("/config.json", config),
        Mount("/", Assets(directory=folder, check_dir=False)),
    ]
