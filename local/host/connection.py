"""The storage account that a trigger's `connection` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azure.storage.queue.aio import QueueServiceClient

from local.host.host_json import HostError

ACCOUNT = "devstoreaccount1"
# The published key of every storage emulator; it guards nothing.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def emulator_connection_string(blob_port: int = 10000, queue_port: int = 10001, host: str = "127.0.0.1") -> str:
    """How to reach Azurite on these ports."""
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        f"BlobEndpoint=http://{host}:{blob_port}/{ACCOUNT};QueueEndpoint=http://{host}:{queue_port}/{ACCOUNT};"
    )


def queue_service(connection: str, env: Mapping[str, str]) -> QueueServiceClient:
    """A client by connection string, or with managed identity by `CONNECTION__queueServiceUri`."""
    # The listener has its own patience: the SDK's retries would hide for a minute that the storage is down.
    patience: dict[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 30}
    text = env.get(connection, "").strip()
    if text == "UseDevelopmentStorage=true":
        text = emulator_connection_string()
    if text:
        try:
            return QueueServiceClient.from_connection_string(text, **patience)
        except ValueError as exc:
            raise HostError(f"{connection} is not a storage connection string.") from exc
    url = env.get(f"{connection}__queueServiceUri", "").strip()
    if not url:
        raise HostError(f"{connection} is not set: queue triggers need a storage account.")
    from azure.identity.aio import DefaultAzureCredential

    return QueueServiceClient(url, credential=DefaultAzureCredential(), **patience)
