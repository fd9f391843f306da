"""Composition root: create the dependencies from settings and adapters, on first use and once per event loop.

`provide` sets them for the running loop instead.
"""

from __future__ import annotations

import asyncio
import functools
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from functions.errors import SettingsError
from functions.models.caller import Caller
from functions.policy.security.access import Authenticator, parse_api_keys
from functions.ports import Catalog, PromptWriter
from functions.services.dependencies import ComponentNames, Dependencies
from functions.services.system import api_keys
from functions.settings import Settings

EMULATOR_ACCOUNT = "devstoreaccount1"
GENERATION_QUEUE = "generation-jobs"
LIBRARY_QUEUE = "library-jobs"
CONTAINER_APPS_DOMAIN = ".azurecontainerapps.io"
LONGEST_GPU_START_S = 720.0  # to start the GPU and pull a container image of 10 GB, as docs/deploy.md says


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Dependencies and a function that closes them."""

    deps: Dependencies
    stack: AsyncExitStack


opened_by_loop: dict[asyncio.AbstractEventLoop, asyncio.Future[Opened]] = {}
authenticators: dict[asyncio.AbstractEventLoop, Authenticator] = {}


@functools.cache
def settings() -> Settings:
    """Return the settings of the process, or raise `SettingsError`."""
    return Settings.from_env(os.environ)


async def dependencies() -> Dependencies:
    """Return the dependencies of the running loop, created by the first caller.

    After a failure, the next caller retries.
    """
    loop = asyncio.get_running_loop()
    task = opened_by_loop.get(loop)
    if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
        task = opened_by_loop[loop] = loop.create_task(create_dependencies(settings()))
    # Shielded, so that a caller who is canceled doesn't close the dependencies of the others.
    return (await asyncio.shield(task)).deps


async def authenticator() -> Authenticator:
    """Return the authenticator of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in authenticators:
        authenticators[loop] = create_authenticator(settings())
    return authenticators[loop]


def provide(deps: Dependencies, authenticator: Authenticator) -> None:
    """Use these for the running loop until `close`, which doesn't close them."""
    loop = asyncio.get_running_loop()
    opened_by_loop[loop] = loop.create_future()
    opened_by_loop[loop].set_result(Opened(deps=deps, stack=AsyncExitStack()))
    authenticators[loop] = authenticator


async def close() -> None:
    """Close everything that the running loop has opened. The next call creates it again."""
    loop = asyncio.get_running_loop()
    authenticators.pop(loop, None)
    task = opened_by_loop.pop(loop, None)
    if task is not None:
        opened = (await asyncio.gather(task, return_exceptions=True))[0]
        if isinstance(opened, Opened):
            await opened.stack.aclose()


def create_authenticator(s: Settings) -> Authenticator:
    """Return the authenticator for these settings. Without API keys and issuer, it rejects every request."""
    verify = None
    if s.jwt_issuer:
        from functions.adapters.http.jwt_verifier import open_verifier

        verify = open_verifier(issuer=s.jwt_issuer, audience=s.jwt_audience, jwks_url=s.jwt_jwks_url).caller
    return Authenticator(keys=parse_api_keys(s.api_keys), verify_token=verify, find_key=find_key)


async def find_key(key: str) -> Caller | None:
    """Return the owner of a key in the catalog, or None."""
    return await api_keys.find(await dependencies(), key)


async def create_dependencies(s: Settings) -> Opened:
    """Create the dependencies of the use cases from the settings, or raise `SettingsError` naming what is missing."""
    check_storage(s)
    from functions.adapters.azure_credential import AzureCredential
    from functions.adapters.azure_storage.blobs import AzureBlobs
    from functions.adapters.azure_storage.queues import StorageQueue
    from functions.adapters.http.inference_client import InferenceClient
    from functions.adapters.http.webhook_client import HttpWebhookClient
    from functions.profiles import profile_for

    async with AsyncExitStack() as stack:
        credential = AzureCredential()
        stack.push_async_callback(credential.close)

        def queue(name: str) -> StorageQueue:
            return StorageQueue(
                name, connection_string=s.storage, account_url=s.storage_queue_url, credential=credential.get
            )

        blobs = AzureBlobs(connection_string=s.storage, account_url=s.storage_blob_url, credential=credential.get)
        stack.push_async_callback(blobs.close)
        site_blobs = blobs
        if s.site_blob_url:
            site_blobs = AzureBlobs(
                account_url=s.site_blob_url, account_url_setting="SITE_BLOB_URL", credential=credential.get
            )
            stack.push_async_callback(site_blobs.close)
        generation_queue, library_queue = queue(GENERATION_QUEUE), queue(LIBRARY_QUEUE)
        stack.push_async_callback(generation_queue.close)
        stack.push_async_callback(library_queue.close)
        prompt_writer = open_writer(s)
        stack.push_async_callback(prompt_writer.close)
        image_generator = InferenceClient(url=s.inference_url, key=s.inference_key)
        stack.push_async_callback(image_generator.close)
        webhook_client = HttpWebhookClient()
        stack.push_async_callback(webhook_client.close)
        catalog = await open_catalog(s)
        stack.push_async_callback(catalog.close)
        background: set[asyncio.Task[None]] = set()

        async def finish_background() -> None:
            await asyncio.gather(*background, return_exceptions=True)

        stack.push_async_callback(finish_background)  # first of all, because the tasks use the catalog
        opened = Dependencies(
            background=background,
            catalog=catalog,
            blobs=blobs,
            site_blobs=site_blobs,
            generation_queue=generation_queue,
            library_queue=library_queue,
            prompt_writer=prompt_writer,
            image_generator=image_generator,
            webhook_client=webhook_client,
            prompts_by="chatgpt" if writes_by_chatgpt(s) else "offline",
            default_profile=profile_for(s.model_id),
            clock=utc_now,
            ready_wait_s=s.ready_wait_s,
            message_timeout_s=s.message_timeout_s,
            lease_s=s.lease_s,
            gpu_usd_per_hour=s.gpu_usd_per_hour,
            gpu_cooldown_s=s.gpu_cooldown_s,
            hosted_image_usd=s.hosted_image_usd,
            longest_start_s=longest_start_s(s),
            library_timezone=s.library_timezone,
            log_workspace_id=s.log_workspace_id,
            site_url=s.site_url.rstrip("/"),
            components=component_names(s),
        )
        return Opened(deps=opened, stack=stack.pop_all())


def longest_start_s(s: Settings) -> float | None:
    """Return the longest usual startup time of a GPU in Azure Container Apps, or None for another service."""
    scales_to_zero = host_in(s.inference_url).endswith(CONTAINER_APPS_DOMAIN) and s.gpu_usd_per_hour > 0
    return LONGEST_GPU_START_S if scales_to_zero else None


def component_names(s: Settings) -> ComponentNames:
    """Return the names and locations of the components, taken from their URLs."""
    storage = host_in(s.storage_blob_url) or account_in(s.storage)
    provider = host_in(s.azure_openai_endpoint) or host_in(s.openai_base_url)
    return ComponentNames(
        prompt_writer=f"{s.openai_model} at {provider}" if provider else s.openai_model,
        inference=host_in(s.inference_url),
        storage=storage or "Azurite",
        emulated_storage=not storage,
        catalog=host_in(s.cosmos_endpoint) or Path(s.sqlite_path).name,
        embedded_catalog=not s.cosmos_endpoint,
    )


def host_in(url: str) -> str:
    """Return the host of a URL, or an empty string."""
    return urlsplit(url).hostname or ""


def account_in(connection: str) -> str:
    """Return the account name in a connection string, or an empty string for an emulator."""
    parts = dict(part.partition("=")[::2] for part in connection.split(";"))
    emulated = "UseDevelopmentStorage" in parts or parts.get("AccountName") == EMULATOR_ACCOUNT
    return "" if emulated else parts.get("AccountName", "")


def check_storage(s: Settings) -> None:
    """Raise `SettingsError` if no storage account is configured."""
    if not s.storage and not (s.storage_blob_url and s.storage_queue_url):
        raise SettingsError(
            "No storage account is configured. Set AzureWebJobsStorage, or STORAGE_BLOB_URL and STORAGE_QUEUE_URL "
            "(see docs/settings.md)."
        )


def writes_by_chatgpt(s: Settings) -> bool:
    """Return whether a language model is configured to write prompts."""
    return bool(s.openai_api_key or s.openai_base_url or s.azure_openai_endpoint)


def open_writer(s: Settings) -> PromptWriter:
    """Return a prompt writer for ChatGPT or a compatible server if one is configured, else the word lists."""
    if not writes_by_chatgpt(s):
        from functions.adapters.prompt_writers.word_lists import WordListPromptWriter

        return WordListPromptWriter()
    from functions.adapters.prompt_writers.chatgpt import ChatGPT

    return ChatGPT(
        model=s.openai_model,
        api_key=s.openai_api_key,
        base_url=s.openai_base_url,
        azure_endpoint=s.azure_openai_endpoint,
        timeout_s=s.openai_timeout_s,
    )


async def open_catalog(s: Settings) -> Catalog:
    """Return the Cosmos DB catalog if an account is configured, else the SQLite catalog."""
    if s.cosmos_endpoint:
        from functions.adapters.cosmos.catalog import open_cosmos

        return open_cosmos(s.cosmos_endpoint, s.cosmos_key or None, s.cosmos_database, utc_now)
    from functions.adapters.sqlite.catalog import open_sqlite

    return await open_sqlite(s.sqlite_path, utc_now)


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)
