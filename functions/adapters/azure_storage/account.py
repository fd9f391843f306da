"""Client of one storage account, which is opened on first use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypedDict, TypeVar

from functions.adapters.azure_storage.errors import RETRY_FOR_S, RETRYING, ErrorContext, storage_errors
from functions.errors import SettingsError

C = TypeVar("C")


class AccountOptions(TypedDict, total=False):
    """Options of `AccountClient`."""

    connection_string: str
    account_url: str
    account_url_setting: str
    credential: Callable[[], Any] | None
    retry_for_s: float


class AccountClient(ABC, Generic[C]):
    """A client of one service of a storage account, opened by connection string, or by URL and credential.

    `credential` creates an async token credential on first use; the caller closes it.
    """

    service: str  # "blob" or "queue"

    def __init__(
        self,
        *,
        connection_string: str = "",
        account_url: str = "",
        account_url_setting: str = "",
        credential: Callable[[], Any] | None = None,
        retry_for_s: float = RETRY_FOR_S,
    ) -> None:
        self._connection_string = connection_string
        self._account_url = account_url
        self._account_url_setting = account_url_setting or f"STORAGE_{self.service.upper()}_URL"
        self._credential = credential
        self._retry_for_s = retry_for_s
        self._opened: Any = None

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    @abstractmethod
    def _open(self) -> C:
        """Return a new client."""

    def _client(self) -> C:
        if self._opened is None:
            self._opened = self._open()
        client: C = self._opened
        return client

    def _connect(self, client: Any, *arguments: str, **options: Any) -> Any:
        """Return a client of this class, or raise `SettingsError`."""
        if self._connection_string:
            try:
                return client.from_connection_string(self._connection_string, *arguments, **RETRYING, **options)
            except ValueError as exc:
                raise malformed(exc) from exc
        if self._account_url and self._credential is not None:
            if not self._account_url.startswith("https://"):
                raise SettingsError(f"{self._account_url_setting} must start with https://.")
            return client(self._account_url, *arguments, credential=self._credential(), **RETRYING, **options)
        raise SettingsError(
            "No storage account is configured. Set AzureWebJobsStorage, or "
            f"STORAGE_{self.service.upper()}_URL to use a managed identity."
        )

    async def _send(
        self,
        send: Callable[[], Awaitable[object]],
        context: ErrorContext,
        *,
        create: Callable[[], Awaitable[None]],
        retry_for_s: float,
    ) -> None:
        """Send data. If its container or queue is missing, create it and send again."""
        from azure.core.exceptions import ResourceNotFoundError

        async with storage_errors(context, retry_for_s=retry_for_s):
            try:
                await send()
            except ResourceNotFoundError:
                await create()
                await send()

    def _context(self, thing: str) -> ErrorContext:
        client: Any = self._client()
        return ErrorContext(self.service, str(client.url).split("://", 1)[-1].split("/", 1)[0], thing)


def malformed(_: Exception) -> SettingsError:
    """Return the error for a connection string that can't be parsed."""
    return SettingsError(
        "AzureWebJobsStorage isn't a valid storage connection string. It must contain AccountName and "
        "AccountKey, or be UseDevelopmentStorage=true."
    )
