"""The built pages as they are uploaded: origins written in, compressed, sorted by how they are served."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.hooks.shell import HookError

NEVER = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"
# Blob storage serves files as they are, so what shrinks is stored compressed.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
SHRINKS = {".css", ".html", ".js", ".svg"}
PLACEHOLDER = re.compile(r"%[A-Z]+_ORIGIN%")


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Addresses of the API, of the pictures and, with sign-in, of Microsoft Entra ID."""

    api: str
    blobs: str
    login: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A folder whose files are all served alike."""

    folder: Path
    content_type: str
    cache_control: str
    encoding: str
    count: int


def write_origins(built: Path, target: Path, origins: Origins) -> Path:
    """A copy of the built pages that knows where the API is; `HookError` if a place for an origin is left open."""
    if not (built / "index.html").exists():
        raise HookError("The dashboard has no index.html: `npm run build` in static_dashboard makes it.")
    shutil.copytree(built, target)
    api, blobs = (address.rstrip("/") for address in (origins.api, origins.blobs))
    config = json.loads((target / "config.json").read_text(encoding="utf-8"))
    (target / "config.json").write_text(json.dumps(config | {"api": f"{api}/api"}) + "\n", encoding="utf-8")
    for page in target.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        # Without a place of its own, the sign-in's origin stands beside the API's.
        beside = "" if "%LOGIN_ORIGIN%" in text or not origins.login else f" {origins.login}"
        text = text.replace("%API_ORIGIN%", api + beside).replace("%IMG_ORIGIN%", blobs)
        text = text.replace("%LOGIN_ORIGIN%", origins.login)
        if left := PLACEHOLDER.findall(text):
            raise HookError(
                f"{page.name} has a place for {left[0]}, and nothing to write there; infra/hooks/pages.py must."
            )
        page.write_text(text, encoding="utf-8")
    return target


def stage(pages: Path, staging: Path) -> list[Batch]:
    """The files in folders by type and caching, compressed where that helps; what pages name comes before pages."""
    batches: dict[tuple[str, str, str], list[Path]] = {}
    for file in sorted(path for path in pages.rglob("*") if path.is_file()):
        kind = TYPES.get(file.suffix)
        if kind is None:
            raise HookError(f"{file.name}: infra/hooks/pages.py does not know with what type {file.suffix} is served.")
        encoding = "gzip" if file.suffix in SHRINKS else ""
        batches.setdefault((caching(file, pages), kind, encoding), []).append(file)
    order = sorted(batches, key=lambda key: ((FOR_EVER, AN_HOUR, NEVER).index(key[0]), key))
    return [staged(pages, staging / str(number), batches[key], *key) for number, key in enumerate(order)]


def caching(file: Path, pages: Path) -> str:
    """Names with a hash never change; pages and their configuration may at any time."""
    if file.relative_to(pages).parts[0] == "assets":
        return FOR_EVER
    return NEVER if file.suffix in (".html", ".json") else AN_HOUR


def staged(pages: Path, folder: Path, files: list[Path], cache_control: str, kind: str, encoding: str) -> Batch:
    for file in files:
        target = folder / file.relative_to(pages)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes()
        # No time in the file, so that the same page is the same bytes.
        target.write_bytes(gzip.compress(data, mtime=0) if encoding else data)
    return Batch(folder=folder, content_type=kind, cache_control=cache_control, encoding=encoding, count=len(files))
