"""A Cosmos DB server for the tests: one process per run, a fresh database per test."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import functions.adapters.cosmos
from tests.requirements_met import require

FOLDER = Path(__file__).parent / "cosmos"
CONTAINERS = Path(functions.adapters.cosmos.__file__).with_name("containers.json")
STOP_TIMEOUT_S = 10.0
KEY = "bm8gc2VjcmV0"  # the server takes any base64

numbers = itertools.count(1)


@cache
def containers() -> Mapping[str, dict[str, Any]]:
    """The containers that the infrastructure creates, by ID."""
    return {container["id"]: container for container in json.loads(CONTAINERS.read_text())}


@dataclass(frozen=True)
class CosmosAccess:
    """What `open_cosmos` needs."""

    endpoint: str
    key: str
    database: str


@pytest.fixture(scope="session")
def cosmos_endpoint() -> Iterator[str]:
    """The endpoint of the run's server."""
    require(shutil.which("node"), "Node.js", "install Node 20 or newer")
    require((FOLDER / "node_modules").exists(), "The Cosmos DB server", f"run `npm ci` in tests/{FOLDER.name}")
    process = subprocess.Popen(
        ["node", "server.js"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        announced = process.stdout.readline().split()
        assert announced[:1] == ["listening"], "the Cosmos DB server did not start"
        yield f"http://127.0.0.1:{announced[1]}"
    finally:
        process.stdin.close()  # this is what ends it, also when this process is killed
        process.wait(STOP_TIMEOUT_S)
        process.stdout.close()


@asynccontextmanager
async def cosmos_database(endpoint: str) -> AsyncIterator[CosmosAccess]:
    """A database of the test's own, with the containers and indexes that the infrastructure makes."""
    from azure.cosmos import PartitionKey
    from azure.cosmos.aio import CosmosClient

    name = f"test-{next(numbers)}"
    async with CosmosClient(endpoint, KEY) as client:
        database = await client.create_database(name)
        for container in containers().values():
            (path,) = container["partitionKey"]["paths"]
            await database.create_container(
                container["id"],
                PartitionKey(path),
                indexing_policy=container["indexingPolicy"],
                default_ttl=container.get("defaultTtl"),
            )
        yield CosmosAccess(endpoint, KEY, name)
        await client.delete_database(name)


@pytest.fixture
async def cosmos(cosmos_endpoint: str) -> AsyncIterator[CosmosAccess]:
    async with cosmos_database(cosmos_endpoint) as access:
        yield access
