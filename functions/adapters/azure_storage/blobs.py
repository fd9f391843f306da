"""BlobStore for Azure Blob Storage and Azurite."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Unpack
from urllib.parse import quote

from functions.adapters.azure_storage.account import AccountClient, AccountOptions, malformed
from functions.adapters.azure_storage.errors import BYTES_PER_SECOND, make_missing, storage_errors
from functions.adapters.azure_storage.sas import AccountKeySigner, Signer, UserDelegationSigner
from functions.errors import NotFound, SettingsError

if TYPE_CHECKING:
    from azure.storage.blob import ContentSettings
    from azure.storage.blob.aio import BlobServiceClient

CONTAINERS = ("originals", "thumbnails", "sidecars", "exports")
# Signed URLs give access to a blob, so shared caches must not store the response.
IMMUTABLE = "private, max-age=31536000, immutable"
# Published files can be cached by anyone, but only for a short time because they change.
PUBLISHED = "public, max-age=300"
CACHE_CONTROL = {"originals": IMMUTABLE, "thumbnails": IMMUTABLE, "$web": PUBLISHED}
LARGE_RETRY_FOR_S = 600.0


class AzureBlobs(AccountClient["BlobServiceClient"]):
    """Blobs of one storage account. A missing container is created on the first upload to it."""

    service = "blob"

    def __init__(self, *, signer: Signer | None = None, **account: Unpack[AccountOptions]) -> None:
        super().__init__(**account)
        self._signer = signer

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        settings = self._settings(container, content_type)
        blob = self._client().get_blob_client(container, name)

        async def send() -> None:
            await blob.upload_blob(data, overwrite=overwrite, content_settings=settings)

        await self._into(container, name, len(data), send)

    async def replace(self, container: str, name: str, data: bytes, *, content_type: str, etag: str | None) -> None:
        from azure.core import MatchConditions

        if etag is None:
            await self.upload(container, name, data, content_type=content_type)
            return
        settings = self._settings(container, content_type)
        blob = self._client().get_blob_client(container, name)
        async with storage_errors(self._context(f"{container}/{name}"), retry_for_s=self._retry_time_for(len(data))):
            await blob.upload_blob(
                data,
                overwrite=True,
                content_settings=settings,
                etag=etag,
                match_condition=MatchConditions.IfNotModified,
            )

    async def stage(self, container: str, name: str, block: str, data: bytes) -> None:
        blob = self._client().get_blob_client(container, name)

        async def send() -> None:
            await blob.stage_block(block, data, length=len(data))

        await self._into(container, name, len(data), send)

    async def assemble(self, container: str, name: str, blocks: Sequence[str], *, content_type: str) -> None:
        from azure.storage.blob import BlobBlock

        blob = self._client().get_blob_client(container, name)
        settings = self._settings(container, content_type)
        async with storage_errors(self._context(f"{container}/{name}"), retry_for_s=LARGE_RETRY_FOR_S):
            await blob.commit_block_list([BlobBlock(block) for block in blocks], content_settings=settings)

    async def download(self, container: str, name: str) -> bytes:
        data, _ = await self.download_with_etag(container, name)
        return data

    async def download_with_etag(self, container: str, name: str) -> tuple[bytes, str]:
        blob = self._client().get_blob_client(container, name)
        context = self._context(f"{container}/{name}")
        async with storage_errors(context, retry_for_s=self._retry_for_s):
            stream = await blob.download_blob()
        async with storage_errors(context, retry_for_s=self._retry_time_for(stream.size)):
            data: bytes = await stream.readall()
        return data, str(stream.properties.etag)

    async def delete(self, container: str, name: str) -> None:
        blob = self._client().get_blob_client(container, name)
        try:
            async with storage_errors(self._context(f"{container}/{name}"), retry_for_s=self._retry_for_s):
                await blob.delete_blob()
        except NotFound:
            return

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        listing = self._client().get_container_client(container).list_blob_names(name_starts_with=prefix or None)
        try:
            # A page contains up to 5,000 names. The time limit is for the whole list.
            async with storage_errors(
                self._context(f"{container}/{prefix}".rstrip("/")), retry_for_s=LARGE_RETRY_FOR_S
            ):
                return [name async for name in listing]
        except NotFound:
            return []

    async def signed_url(self, container: str, name: str, *, now: datetime, filename: str | None = None) -> str:
        service = self._client()
        if self._signer is None:
            self._signer = self._own_signer(service)
        async with storage_errors(self._context(f"{container}/{name}"), retry_for_s=self._retry_for_s):
            try:
                query = await self._signer.sign(container, name, now=now, filename=filename)
            except ValueError as exc:
                # raised if the account key isn't valid Base64
                raise malformed(exc) from exc
        return f"{service.url.rstrip('/')}/{container}/{quote(name)}?{query}"

    def _open(self) -> BlobServiceClient:
        from azure.storage.blob.aio import BlobServiceClient

        client: BlobServiceClient = self._connect(BlobServiceClient)
        return client

    def _own_signer(self, service: BlobServiceClient) -> Signer:
        if not self._connection_string:
            return UserDelegationSigner(str(service.account_name), service.get_user_delegation_key)
        key = getattr(service.credential, "account_key", None)
        if not key:
            raise SettingsError("AzureWebJobsStorage has no AccountKey. Add it; it is needed to sign image URLs.")
        return AccountKeySigner(str(service.account_name), key, https_only=service.url.startswith("https:"))

    async def _into(self, container: str, name: str, size: int, send: Callable[[], Awaitable[object]]) -> None:
        """Upload to a container, which is created if it is missing."""

        async def create() -> None:
            service, context = self._client(), self._context(container)
            await make_missing(lambda: service.create_container(container), context, retry_for_s=self._retry_for_s)

        context = self._context(f"{container}/{name}")
        await self._send(send, context, create=create, retry_for_s=self._retry_time_for(size))

    def _settings(self, container: str, content_type: str) -> ContentSettings:
        from azure.storage.blob import ContentSettings

        return ContentSettings(content_type=content_type, cache_control=CACHE_CONTROL.get(container, "no-cache"))

    def _retry_time_for(self, size: int) -> float:
        return min(self._retry_for_s + size / BYTES_PER_SECOND, LARGE_RETRY_FOR_S)
