"""The app's managed identity, shared by the adapters that use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.identity.aio import DefaultAzureCredential


class AzureCredential:
    """Creates one credential on first use, and closes it."""

    def __init__(self, create: Callable[[], DefaultAzureCredential] | None = None) -> None:
        self._create = create or default_credential
        self._credential: DefaultAzureCredential | None = None

    def get(self) -> DefaultAzureCredential:
        """Return the credential, always the same one. Call it in the running loop."""
        if self._credential is None:
            self._credential = self._create()
        return self._credential

    async def close(self) -> None:
        if self._credential is not None:
            await self._credential.close()


def default_credential() -> DefaultAzureCredential:
    """Return the credential of the app's identity."""
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential()
