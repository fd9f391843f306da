"""The local host serves published files from Azurite's `$web` container."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from local.host.dashboard import dashboard
from local.host.host import HostOptions
from local.host.published_site import published_site
from tests.azurite import free_ports
from tests.local.http_bench import Browser, browsing

pytestmark = pytest.mark.azurite


async def served(env: dict[str, str], tmp_path: Any) -> AsyncIterator[Browser]:
    pages = [*published_site(env), *dashboard(tmp_path / "dist", prefix="api", image_origin="")]
    async with browsing(HostOptions(state=tmp_path, pages=pages)) as browser:
        yield browser


@pytest.fixture
async def blobs(storage: str) -> AsyncIterator[AzureBlobs]:
    store = AzureBlobs(connection_string=storage)
    yield store
    await store.close()


@pytest.fixture
async def site(storage: str, tmp_path: Path) -> AsyncIterator[Browser]:
    async for browser in served({"AzureWebJobsStorage": storage}, tmp_path):
        yield browser


async def test_a_published_file(site: Browser, blobs: AzureBlobs) -> None:
    """A published file has its content type and cache header, and 304 if it hasn't changed."""
    await blobs.upload("$web", "p/owls/feed.json", b'{"version": 1}', content_type="application/json")

    first = await site.ask("GET", "/p/owls/feed.json")
    again = await site.ask("GET", "/p/owls/feed.json", headers={"If-None-Match": first.headers["etag"]})
    head = await site.ask("HEAD", "/p/owls/feed.json")

    assert (first.status, first.json) == (200, {"version": 1})
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status, again.text) == (304, "")
    assert (head.status, head.text) == (200, "")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.webp", "image/webp"),
        ("a.jpg", "image/jpeg"),
        ("feed.json", "application/json"),
        ("feed.xml", "application/rss+xml; charset=utf-8"),
    ],
)
async def test_no_file_is_a_page(site: Browser, blobs: AzureBlobs, name: str, content_type: str) -> None:
    """The content type is that of the extension, whatever the storage says, and scripts can't run."""
    await blobs.upload("$web", f"p/owls/{name}", b"<script>1</script>", content_type="text/html")

    answer = await site.ask("GET", f"/p/owls/{name}")

    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("method", "path"), [("GET", "/p/owls/none.webp"), ("POST", "/p/owls/a.webp"), ("GET", "/p/")])
async def test_errors_of_published_files(site: Browser, method: str, path: str) -> None:
    """Errors under /p/ can't run scripts either."""
    answer = await site.ask(method, path)

    assert answer.status in (404, 405)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/p/", "/p/owls/", "/p/owls/nothing.webp", "/p/owls/..%2f..%2fsecret.json", "/p/../index.json", "/p/owls/a.html"],
)
async def test_what_is_not_published(site: Browser, blobs: AzureBlobs, path: str) -> None:
    """No other file in the storage can be read, whatever the URL."""
    for name in ("secret.json", "index.json", "p/owls/a.html"):
        await blobs.upload("$web", name, b"{}", content_type="application/json")

    answer = await site.ask("GET", path)

    assert answer.status == 404


async def test_the_storage_is_down(tmp_path: Path) -> None:
    """If the storage is down, the response is 503 with Retry-After."""
    (port,) = free_ports(1)
    connection = (
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=bm9uZQ==;"
        f"BlobEndpoint=http://127.0.0.1:{port}/a;QueueEndpoint=http://127.0.0.1:{port}/a;"
    )

    async for site in served({"AzureWebJobsStorage": connection}, tmp_path):
        answer = await site.ask("GET", "/p/owls/feed.json")

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


@pytest.mark.parametrize("env", [{}, {"AzureWebJobsStorage": "x", "SITE_BLOB_URL": "https://site.test"}])
def test_an_azure_static_website_is_not_served_locally(env: Any) -> None:
    """The local host doesn't serve published files of an Azure static website."""
    assert published_site(env) == []
