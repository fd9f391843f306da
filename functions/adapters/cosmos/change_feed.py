"""Find documents saved since a change token, using the timestamps of Cosmos DB.

`_ts` has a resolution of one second, and a save can become visible after one with a later timestamp. A token
therefore has two parts: a position (`_ts`, id) before which nothing changes anymore, and marks of items that were
already returned after it. Items younger than `SETTLE_S` are returned immediately and skipped as long as their mark is
in the token. No item is missed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from functions.adapters.cosmos.database import CosmosContainer, Item
from functions.errors import BadRequest

SETTLE_S = 10  # more than the clock difference between replicas and instances
MARK = 5  # characters, 30 bits
MOST_MARKS = 300  # per token; items beyond this number can be returned twice

MARK_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True)
class ChangeToken:
    """A position in the order of changes, and marks of items that were returned after it."""

    ts: int
    id: str = ""
    returned: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.ts}.{''.join(self.returned)}.{self.id}"

    @classmethod
    def read(cls, token: str) -> Self:
        """Parse a token, or raise `BadRequest`."""
        ts, _, rest = token.partition(".")
        marks, dot, id = rest.partition(".")
        if not (dot and ts.isascii() and ts.isdigit() and len(ts) < 16 and MARK_DIGITS.issuperset(marks)):
            raise BadRequest("The change token isn't valid. Omit it to start over.", field="since")
        return cls(int(ts), id, tuple(marks[at : at + MARK] for at in range(0, len(marks), MARK)))


async def token_of_now(
    container: CosmosContainer, condition: str, values: Mapping[str, Any], *, now: datetime
) -> ChangeToken:
    """Return the token for changes from now on."""
    horizon = int(now.timestamp()) - SETTLE_S
    items = await container.query(
        f"SELECT TOP {MOST_MARKS} c.id, c._etag FROM c WHERE {condition} AND c._ts >= @ts "  # noqa: S608
        "ORDER BY c._ts ASC, c.id ASC",
        {**values, "ts": horizon},
        page=MOST_MARKS,
    )
    return ChangeToken(horizon, returned=tuple(mark_of(item) for item in items))


async def changes_since(
    container: CosmosContainer,
    condition: str,
    values: Mapping[str, Any],
    token: ChangeToken,
    *,
    limit: int,
    now: datetime,
) -> tuple[Sequence[Item], ChangeToken]:
    """Return at most `limit` items saved since the token, oldest first, and the next token."""
    horizon = int(now.timestamp()) - SETTLE_S
    most = limit + len(token.returned)
    items = await container.query(
        f"SELECT TOP {most} * FROM c WHERE {condition} "  # noqa: S608
        "AND (c._ts > @ts OR (c._ts = @ts AND c.id > @id)) ORDER BY c._ts ASC, c.id ASC",
        {**values, "ts": token.ts, "id": token.id},
        page=most,
    )
    fresh: list[Item] = []
    ts, id = token.ts, token.id
    marks: list[str] = []
    unseen = dict.fromkeys(token.returned)
    for item in items:
        mark = mark_of(item)
        if mark not in token.returned:
            if len(fresh) == limit:
                break
            fresh.append(item)
        unseen.pop(mark, None)
        if item["_ts"] < horizon:
            ts, id = item["_ts"], item["id"]
        else:
            marks.append(mark)
    else:
        if len(items) < most:  # all changes up to now were read
            unseen.clear()
            ts, id = max((ts, id), (horizon, ""))
    return fresh, ChangeToken(ts, id, tuple([*marks, *unseen][:MOST_MARKS]))


def mark_of(item: Item) -> str:
    """Return a short mark that identifies this version of the item."""
    digest = hashlib.sha256(f"{item['id']} {item['_etag']}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:6]).decode()[:MARK]
