"""The app's own identity in Azure, shared by the adapters that sign in with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.identity.aio import DefaultAzureCredential


class AzureCredential:
    """Makes one credential when first asked, and closes it."""

    def __init__(self) -> None:
        self._credential: DefaultAzureCredential | None = None

    def get(self) -> DefaultAzureCredential:
        """The credential, the same each time; call it inside the running loop."""
        if self._credential is None:
            from azure.identity.aio import DefaultAzureCredential

            self._credential = DefaultAzureCredential()
        return self._credential

    async def close(self) -> None:
        if self._credential is not None:
            await self._credential.close()
