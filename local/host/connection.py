"""The storage account of a trigger's `connection` setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azure.storage.queue.aio import QueueServiceClient

from local.host.host_json import HostError

ACCOUNT = "devstoreaccount1"
# The public key of a storage emulator without a key of its own; it isn't a secret.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def emulator_connection_string(
    blob_port: int = 10000, queue_port: int = 10001, host: str = "127.0.0.1", *, key: str = ACCOUNT_KEY
) -> str:
    """Return the connection string of an Azurite on these ports whose account has this key."""
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
        f"BlobEndpoint=http://{host}:{blob_port}/{ACCOUNT};QueueEndpoint=http://{host}:{queue_port}/{ACCOUNT};"
    )


def queue_service(connection: str, env: Mapping[str, str]) -> QueueServiceClient:
    """Return a client with the connection string, or with managed identity and the account that the settings name.

    That is `CONNECTION__queueServiceUri` or `CONNECTION__accountName`, as in Azure, or `STORAGE_QUEUE_URL` of the app.
    """
    # The listener retries itself; the SDK's retries would hide for a minute that the storage is down.
    limits: dict[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 30}
    text = env.get(connection, "").strip()
    if text == "UseDevelopmentStorage=true":
        text = emulator_connection_string()
    if text:
        try:
            return QueueServiceClient.from_connection_string(text, **limits)
        except ValueError as exc:
            raise HostError(f"{connection} isn't a valid storage connection string.") from exc
    account = env.get(f"{connection}__accountName", "").strip()
    named = f"https://{account}.queue.core.windows.net" if account else ""
    url = env.get(f"{connection}__queueServiceUri", "").strip() or named or env.get("STORAGE_QUEUE_URL", "").strip()
    if not url:
        raise HostError(f"{connection} isn't set. Queue triggers require a storage account.")
    from azure.identity.aio import DefaultAzureCredential

    return QueueServiceClient(url, credential=DefaultAzureCredential(), **limits)
