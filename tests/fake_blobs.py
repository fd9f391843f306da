"""A blob store in memory, which fails on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from functions.errors import AlreadyExists, NotFound, Stale
from tests.faults import Faulty


class FakeBlobs(Faulty):
    """Blobs in a dictionary by (container, name); values are (bytes, content type)."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[tuple[str, str], tuple[bytes, str]] = {}
        self.staged: dict[tuple[str, str, str], bytes] = {}
        self.saves = 0
        self.saved_as: dict[tuple[str, str], int] = {}  # the number of the save, for ETags
        self.closed = False

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        self._fault()
        if (container, name) in self.stored and not overwrite:
            raise AlreadyExists
        self._save(container, name, data, content_type)

    def _save(self, container: str, name: str, data: bytes, content_type: str) -> None:
        self.stored[container, name] = (data, content_type)
        self.saves += 1
        self.saved_as[container, name] = self.saves

    async def replace(self, container: str, name: str, data: bytes, *, content_type: str, etag: str | None) -> None:
        self._fault()
        exists = (container, name) in self.stored
        if etag is None and exists:
            raise AlreadyExists
        if etag is not None and not exists:
            raise NotFound
        if etag is not None and etag != self._etag(container, name):
            raise Stale
        self._save(container, name, data, content_type)

    def _etag(self, container: str, name: str) -> str:
        digest = hashlib.sha256(self.stored[container, name][0]).hexdigest()
        return f"{self.saved_as.get((container, name))}-{digest}"

    async def stage(self, container: str, name: str, block: str, data: bytes) -> None:
        self._fault()
        self.staged[container, name, block] = data

    async def assemble(self, container: str, name: str, blocks: Sequence[str], *, content_type: str) -> None:
        self._fault()
        whole = b"".join(self.staged[container, name, block] for block in blocks)
        self.stored[container, name] = (whole, content_type)

    async def download(self, container: str, name: str) -> bytes:
        self._fault()
        try:
            return self.stored[container, name][0]
        except KeyError:
            raise NotFound from None

    async def download_with_etag(self, container: str, name: str) -> tuple[bytes, str]:
        data = await self.download(container, name)
        return data, self._etag(container, name)

    async def delete(self, container: str, name: str) -> None:
        self._fault()
        self.stored.pop((container, name), None)

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        return sorted(name for stored, name in self.stored if stored == container and name.startswith(prefix))

    async def signed_url(self, container: str, name: str, *, now: datetime, filename: str | None = None) -> str:
        self._fault()
        window = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        expiry = f"{window + timedelta(minutes=45):%Y-%m-%dT%H:%M:%SZ}"
        disposition = f"&rscd={quote(filename)}" if filename else ""
        return f"https://blobs.test/{container}/{name}?se={quote(expiry)}&sig=secret{disposition}"

    async def close(self) -> None:
        self.closed = True
