"""Connection to OpenAI, Azure OpenAI with managed identity, or a compatible server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.adapters.azure_credential import AzureCredential
from functions.adapters.http.openai_sdk import keep_prompts_out_of_logs
from functions.errors import Transient

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

CONNECT_S = 5.0
AZURE_SCOPE = "https://cognitiveservices.azure.com/.default"


class OpenAIConnection:
    """One client for the lifetime of the app, made on first use.

    The server is either `azure_endpoint` (with the app's identity unless `api_key` is set), `base_url`, or OpenAI.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        azure_endpoint: str,
        timeout_s: float,
        credential: AzureCredential | None,
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        self._api_key, self._by_identity = api_key, bool(azure_endpoint) and not api_key
        self._base_url = f"{azure_endpoint.rstrip('/')}/openai/v1/" if azure_endpoint else base_url
        self._timeout_s, self._http_client = timeout_s, http_client
        self._credential = credential or AzureCredential()
        self._client: AsyncOpenAI | None = None

    def client(self) -> AsyncOpenAI:
        """Return the client, created in the running loop on first use because import and connection are slow."""
        if self._client is None:
            import httpx2
            from openai import AsyncOpenAI

            keep_prompts_out_of_logs()
            # Many compatible servers have no keys, but the SDK requires one.
            api_key: Any = self._token if self._by_identity else self._api_key or "none"
            self._client = AsyncOpenAI(
                api_key=api_key,
                base_url=self._base_url or None,
                timeout=httpx2.Timeout(self._timeout_s, connect=CONNECT_S),
                max_retries=0,  # the job is retried instead: it waits as long as Retry-After says while other jobs run
                http_client=self._http_client,
            )
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
        await self._credential.close()

    async def _token(self) -> str:
        """Return a token of the app's identity. The credential caches it until shortly before it expires."""
        from azure.core.exceptions import AzureError

        try:
            return str((await self._credential.get().get_token(AZURE_SCOPE)).token)
        except AzureError as exc:
            lost = "Couldn't get a managed identity token for Azure OpenAI. Assign a managed identity to the app."
            raise Transient(lost) from exc
