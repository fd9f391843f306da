"""Prepare the built dashboard for upload: insert origins, compress files, and group them by HTTP headers."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.shell import HookError

NO_CACHE = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"
ONE_HOUR = "public, max-age=3600"
# Blob Storage doesn't compress responses, so compressible files are stored compressed.
CONTENT_TYPES = {
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
COMPRESSED = {".css", ".html", ".js", ".svg"}
PLACEHOLDER = re.compile(r"%[A-Z]+_ORIGIN%")


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Origins of the API, the image storage, and, if sign-in is enabled, Microsoft Entra ID."""

    api: str
    blobs: str
    login: str = ""


@dataclass(frozen=True, kw_only=True)
class UploadBatch:
    """A folder of files that are uploaded with the same HTTP headers."""

    folder: Path
    content_type: str
    cache_control: str
    encoding: str
    count: int


def write_origins(built: Path, target: Path, origins: Origins) -> Path:
    """Copy the built dashboard to `target` and insert the origins; `HookError` if a placeholder remains."""
    if not (built / "index.html").exists():
        raise HookError("The dashboard isn't built (no index.html). Run `npm run build` in static_dashboard.")
    shutil.copytree(built, target)
    api, blobs = (url.rstrip("/") for url in (origins.api, origins.blobs))
    config = json.loads((target / "config.json").read_text(encoding="utf-8"))
    (target / "config.json").write_text(json.dumps(config | {"api": f"{api}/api"}) + "\n", encoding="utf-8")
    for page in target.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        # A page without a placeholder for the sign-in origin gets it next to the API's origin.
        extra = "" if "%LOGIN_ORIGIN%" in text or not origins.login else f" {origins.login}"
        text = text.replace("%API_ORIGIN%", api + extra).replace("%IMG_ORIGIN%", blobs)
        text = text.replace("%LOGIN_ORIGIN%", origins.login)
        if left := PLACEHOLDER.findall(text):
            raise HookError(
                f"{page.name} contains the placeholder {left[0]}, which infra/hooks/pages.py doesn't replace."
            )
        page.write_text(text, encoding="utf-8")
    return target


def stage_files(pages: Path, staging: Path) -> list[UploadBatch]:
    """Copy the files into one folder per content type and cache policy, compressed if that reduces the size.

    The batches are in upload order: files that the pages reference come before the pages.
    """
    batches: dict[tuple[str, str, str], list[Path]] = {}
    for file in sorted(path for path in pages.rglob("*") if path.is_file()):
        kind = CONTENT_TYPES.get(file.suffix)
        if kind is None:
            raise HookError(
                f"{file.name}: no content type is defined for {file.suffix}. Add it to infra/hooks/pages.py."
            )
        encoding = "gzip" if file.suffix in COMPRESSED else ""
        batches.setdefault((cache_control(file, pages), kind, encoding), []).append(file)
    order = sorted(batches, key=lambda key: ((IMMUTABLE, ONE_HOUR, NO_CACHE).index(key[0]), key))
    return [stage_batch(pages, staging / str(number), batches[key], *key) for number, key in enumerate(order)]


def cache_control(file: Path, pages: Path) -> str:
    """Return the Cache-Control header: files with a hash in their name never change, pages and JSON files can."""
    if file.relative_to(pages).parts[0] == "assets":
        return IMMUTABLE
    return NO_CACHE if file.suffix in (".html", ".json") else ONE_HOUR


def stage_batch(
    pages: Path, folder: Path, files: list[Path], cache_control: str, kind: str, encoding: str
) -> UploadBatch:
    for file in files:
        target = folder / file.relative_to(pages)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes()
        # Without a timestamp, the same page always has the same bytes.
        target.write_bytes(gzip.compress(data, mtime=0) if encoding else data)
    return UploadBatch(
        folder=folder, content_type=kind, cache_control=cache_control, encoding=encoding, count=len(files)
    )
