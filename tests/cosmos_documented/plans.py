"""Answers of Cosmos DB to a query over several physical partitions: the plan, and the results of each partition.

The SDK first sends the query as it is. If its results must be merged, the service refuses it with sub-status 1004, the
SDK requests a plan, sends the plan's query to each partition, and merges the results.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from benchmarks.cosmos.statements import Statement, parse, split

AGGREGATED = re.compile(r'VALUE \[\{"item": (.+)\}\]')


def must_be_merged(statement: Statement) -> bool:
    """Return whether the SDK must merge the results of several partitions instead of joining them."""
    return bool(statement.order or statement.top is not None or statement.aggregate)


def plan_of(statement: Statement) -> dict[str, Any]:
    """Return the plan in the form that the SDK reads."""
    return {
        "partitionedQueryExecutionInfoVersion": 2,
        "queryInfo": {
            "distinctType": "None",
            "top": statement.top,
            "offset": None,
            "limit": None,
            "orderBy": ["Descending" if part.descending else "Ascending" for part in statement.order],
            "orderByExpressions": [f"c.{part.path}" for part in statement.order],
            "groupByExpressions": [],
            "groupByAliases": [],
            "aggregates": [statement.aggregate[0].title()] if statement.aggregate else [],
            "groupByAliasToAggregateType": {},
            "rewrittenQuery": rewritten(statement),
            "hasSelectValue": statement.projection.startswith("VALUE "),
        },
        "queryRanges": [{"min": "", "max": "FF", "isMinInclusive": True, "isMaxInclusive": False}],
    }


def rewritten(statement: Statement) -> str:
    """Return the query that the SDK sends to each partition."""
    projection = statement.projection
    if statement.aggregate:
        projection = f'VALUE [{{"item": {projection.removeprefix("VALUE ")}}}]'
    elif statement.order:
        items = ", ".join(f'{{"item": c.{part.path}}}' for part in statement.order)
        projection = f"c._rid, [{items}] AS orderByItems, {payload(projection)} AS payload"
    return written(statement, projection, [grouped(statement.where)])


def payload(projection: str) -> str:
    """Return the projection as one value."""
    if projection == "*":
        return "c"
    if projection.startswith("VALUE "):
        return projection.removeprefix("VALUE ")
    names = [name.strip() for name in projection.split(",")]
    return "{" + ", ".join(f'"{name.rpartition(".")[2]}": {name}' for name in names) + "}"


def written(statement: Statement, projection: str, conditions: Sequence[str]) -> str:
    """Return the SQL of a statement with another projection and other conditions."""
    top = f"TOP {statement.top} " if statement.top is not None else ""
    order = ", ".join(f"c.{part.path} {'DESC' if part.descending else 'ASC'}" for part in statement.order)
    sorting = f" ORDER BY {order}" if order else ""
    return f"SELECT {top}{projection} FROM {statement.source} WHERE {' AND '.join(conditions)}{sorting}"


def grouped(where: str) -> str:
    """Return a condition that others can be added to. The server is slow with needless parentheses."""
    return f"({where})" if len(list(split(where, " OR "))) > 1 else where or "true"


def partition_query(body: Mapping[str, Any], path: str, keys: Collection[str]) -> tuple[dict[str, Any], bool]:
    """Return the query for the items with these partition keys, and whether it is an aggregate."""
    statement = parse(body["query"])
    match = AGGREGATED.fullmatch(statement.projection)
    projection = f"VALUE {match[1]}" if match else statement.projection
    conditions = [grouped(statement.where), f"ARRAY_CONTAINS(@partition_keys, c.{path})"]
    parameters = [*body.get("parameters", []), {"name": "@partition_keys", "value": sorted(keys)}]
    return {"query": written(statement, projection, conditions), "parameters": parameters}, match is not None


def ranges(count: int) -> list[dict[str, Any]]:
    """Return the key ranges of this number of physical partitions, which must be a power of two."""
    edges = ["", *(f"{256 * number // count:02X}" for number in range(1, count)), "FF"]
    return [
        {
            "id": str(number),
            "_rid": f"range-{number}",
            "minInclusive": edges[number],
            "maxExclusive": edges[number + 1],
            "status": "online",
            "parents": [],
            "throughputFraction": 1 / count,
        }
        for number in range(count)
    ]


def partition_of(key: str, count: int) -> int:
    """Return the physical partition of a partition key. Cosmos DB uses another hash."""
    return hashlib.sha256(key.encode()).digest()[0] % count
