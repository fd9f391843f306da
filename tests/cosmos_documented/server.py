"""A stand-in for Cosmos DB, made from Microsoft's documentation and not from the service itself.

It forwards requests to another server, which stores the items and answers queries, and adds what that server lacks:

* several physical partitions, to which queries without a partition key are sent one by one ("Query an Azure Cosmos DB
  container"), through the plans that the SDK requests;
* ORDER BY only with an index that serves it ("Indexing policies in Azure Cosmos DB");
* items of at most 2 MB ("Azure Cosmos DB service quotas and default limits");
* an estimate of the request units in `x-ms-request-charge` (`benchmarks.cosmos.charges`);
* failures that a test plans: 429 with `x-ms-retry-after-ms`, 449, 410, 404 with sub-status 1002, 503 ("Design
  resilient applications with Azure Cosmos DB SDKs");
* a session token that counts the writes. As in the deployed account, the consistency is strong, so reads need no token.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web
from multidict import CIMultiDict

from benchmarks.cosmos import charges
from benchmarks.cosmos.indexes import Access, Policy, access, refusal
from benchmarks.cosmos.statements import Statement, parse
from tests.cosmos_documented.plans import must_be_merged, partition_of, partition_query, plan_of, ranges
from tests.cosmos_server import containers

HOP_BY_HOP = frozenset({"connection", "content-length", "content-encoding", "host", "transfer-encoding"})
SUB_STATUS = "x-ms-substatus"
PLAN = "x-ms-cosmos-is-query-plan-request"


@dataclass(frozen=True)
class Fault:
    """An answer to the next item request with this method, or with any method."""

    status: int
    sub_status: int | None = None
    retry_after_ms: int | None = None
    method: str | None = None

    def answer(self) -> web.Response:
        headers = {SUB_STATUS: str(self.sub_status)} if self.sub_status is not None else {}
        if self.retry_after_ms is not None:
            headers["x-ms-retry-after-ms"] = str(self.retry_after_ms)
        return answer(self.status, {"code": "Planned", "message": "planned by the test"}, headers)


@dataclass(frozen=True)
class Call:
    """A request for items that was answered. `statement` and `access` are those of a query."""

    method: str
    container: str
    ru: float
    partition: int | None = None
    statement: Statement | None = None
    access: Access | None = None


@dataclass
class DocumentedCosmos:
    """The stand-in, with the faults that a test plans and the requests that it records."""

    upstream: str
    partitions: int = 1
    endpoint: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    refused: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    session_tokens: list[str] = field(default_factory=list)  # that requests for items carried
    keys: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    writes: Any = field(default_factory=lambda: itertools.count(1))
    written: int = 0

    def plan(self, *faults: Fault) -> None:
        """Answer the next requests with these faults."""
        self.faults.extend(faults)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or forward it to the other server."""
        body = await request.read()
        parts = request.path.strip("/").split("/")
        if request.path == "/":
            return strong(await self._forward(request, body))
        if len(parts) < 5 or parts[4] not in ("docs", "pkranges"):
            return await self._forward(request, body)
        if parts[4] == "pkranges":
            return self._ranges(request)
        self.session_tokens += request.headers.getall("x-ms-session-token", [])
        if self.faults and self.faults[0].method in (None, request.method):
            return self.faults.popleft().answer()
        database, name = parts[1], parts[3]
        container = containers().get(name)
        if container is None:
            return await self._forward(request, body)
        if is_query(request):
            return await self._query(request, json.loads(body), database, container)
        return await self._item(request, body, database, container)

    async def _query(
        self, request: web.Request, body: dict[str, Any], database: str, container: dict[str, Any]
    ) -> web.StreamResponse:
        statement = parse(body["query"])
        policy = Policy.of(container["indexingPolicy"])
        if is_true(request, PLAN):
            return answer(200, plan_of(statement), {})
        reason = refusal(statement, policy)
        if reason is not None:
            self.refused.append(f"{container['id']}: {body['query']}")
            return answer(400, {"code": "BadRequest", "message": json.dumps({"Errors": [reason]})}, {})
        partition = request.headers.get("x-ms-documentdb-partitionkeyrangeid")
        if "x-ms-documentdb-partitionkey" in request.headers:
            asked: list[int | None] = [None]
        elif partition is not None:
            asked = [int(partition)]
        elif must_be_merged(statement):
            return answer(400, {"code": "BadRequest", "message": "The query needs a plan."}, {SUB_STATUS: "1004"})
        else:
            asked = list(range(self.partitions))
        aggregated = False
        if partition is not None:
            (path,) = container["partitionKey"]["paths"]
            keys = {
                key
                for key in self.keys[database, container["id"]]
                if partition_of(key, self.partitions) == int(partition)
            }
            body, aggregated = partition_query(body, path.strip("/"), keys)
        response = await self._forward(request, json.dumps(body).encode())
        found = json.loads(bytes_of(response)) if response.status == 200 else {}
        if aggregated:
            found["Documents"] = [[{"item": value}] for value in found["Documents"]]
        how = access(statement, policy)
        ru = charges.STRONG * charges.query(partitions=len(asked), loaded=len(bytes_of(response)))
        self.calls += [
            Call(request.method, container["id"], ru / len(asked), number, statement, how) for number in asked
        ]
        return charged(answer(response.status, found or bytes_of(response), dict(response.headers)), ru, self.written)

    async def _item(
        self, request: web.Request, body: bytes, database: str, container: dict[str, Any]
    ) -> web.StreamResponse:
        if len(body) > charges.LARGEST_ITEM:
            return answer(413, {"code": "RequestEntityTooLarge", "message": "Request size is too large"}, {})
        response = await self._forward(request, body)
        policy = Policy.of(container["indexingPolicy"])
        size = len(body or bytes_of(response))
        terms = charges.terms(json.loads(body), policy) if body else 0
        if request.method == "GET":
            ru = charges.STRONG * charges.read(size)
        else:
            self.written = next(self.writes)
            ru = charges.replace(size, terms) if request.method == "PUT" else charges.create(size, terms)
        if request.method == "POST":
            self.keys[database, container["id"]].update(json.loads(request.headers["x-ms-documentdb-partitionkey"]))
        self.calls.append(Call(request.method, container["id"], ru))
        return charged(response, ru, self.written)

    def _ranges(self, request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match"):
            return web.Response(status=304, headers={"etag": "1"})
        found = ranges(self.partitions)
        return answer(200, {"_rid": "ranges", "PartitionKeyRanges": found, "_count": len(found)}, {"etag": "1"})

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = CIMultiDict((name, value) for name, value in request.headers.items() if not hop_by_hop(name))
        session: ClientSession = request.app[SESSION]
        async with session.request(
            request.method, self.upstream + request.path_qs, headers=headers, data=body
        ) as response:
            received = await response.read()
            kept = {name: value for name, value in response.headers.items() if not hop_by_hop(name)}
        return answer(response.status, received.replace(self.upstream.encode(), self.endpoint.encode()), kept)


SESSION: web.AppKey[ClientSession] = web.AppKey("session", ClientSession)


@asynccontextmanager
async def documented_cosmos(upstream: str, *, partitions: int = 1) -> AsyncIterator[DocumentedCosmos]:
    """Start the stand-in with this number of physical partitions in front of another server."""
    standin = DocumentedCosmos(upstream, partitions)
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", standin.respond)
    runner = web.AppRunner(app, access_log=None)
    async with ClientSession(auto_decompress=True) as session:
        app[SESSION] = session
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        standin.endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield standin
        finally:
            await runner.cleanup()


def answer(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kept = {name: value for name, value in headers.items() if not hop_by_hop(name) and name.lower() != "content-type"}
    return web.Response(status=status, body=content, headers=kept, content_type="application/json")


def strong(response: web.Response) -> web.Response:
    """Return the account with the consistency that the infrastructure sets."""
    account = json.loads(bytes_of(response))
    account["userConsistencyPolicy"] = {"defaultConsistencyLevel": "Strong"}
    return answer(response.status, account, dict(response.headers))


def bytes_of(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""


def charged(response: web.Response, ru: float, written: int) -> web.Response:
    response.headers["x-ms-request-charge"] = f"{ru:.2f}"
    response.headers["x-ms-session-token"] = f"0:-1#{written}"
    return response


def is_query(request: web.Request) -> bool:
    return is_true(request, "x-ms-documentdb-isquery") or is_true(request, PLAN)


def is_true(request: web.Request, header: str) -> bool:
    return request.headers.get(header, "").lower() == "true"


def hop_by_hop(name: str) -> bool:
    return name.lower() in HOP_BY_HOP
