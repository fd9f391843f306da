"""The audit log: an entry for each change by a caller that affects other users."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from functions.errors import AppError
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.caller import Caller
from functions.models.identity import new_image_id
from functions.services.dependencies import Dependencies
from functions.services.telemetry import failure

MAX_TEXT = 500  # characters of one value
MAX_ITEMS = 20  # of one list
EXPORT_PAGE = 200
MAX_EXPORTED = 20_000  # entries

Values = Mapping[str, Any]


@asynccontextmanager
async def recorded(
    deps: Dependencies,
    caller: Caller,
    action: str,
    target: str,
    *,
    name: str = "",
    before: Values | None = None,
    after: Values | None = None,
) -> AsyncIterator[None]:
    """Write an entry before the change in the block, and another one if the change fails.

    If the first entry can't be written, the block doesn't run. If the process stops inside the block, no second
    entry follows, and the change may not have been made.
    """
    now = deps.clock()
    entry = AuditEntry(
        id=new_image_id(now),
        **caller.creator,
        created_at=now,
        updated_at=now,
        at=now,
        action=action,
        target=target,
        target_name=name,
        before=shortened(before or {}),
        after=shortened(after or {}),
    )
    await deps.catalog.audit.append(entry)
    try:
        yield
    except Exception as exc:
        code = exc.code if isinstance(exc, AppError) else AppError.code
        failed_at = max(deps.clock(), now)
        fields: dict[str, Any] = {"created_at": failed_at, "updated_at": failed_at, "at": failed_at}
        other = entry.evolve(id=next_id(entry.id), **fields, before={}, after={}, failed=entry.id, error=code)
        try:
            await deps.catalog.audit.append(other)
        except AppError as second:
            failure("audit.failure_not_written", second, entry_id=entry.id)
        raise


def next_id(id: str) -> str:
    """Return the ID of the entry about a failure, which sorts after that of the change in the same millisecond."""
    return f"{id}-failed"


def changes(before: Values, after: Values) -> tuple[Values, Values]:
    """Return the values that differ, before and after. The names of nested values get a dot."""
    old, new = flat(before), flat(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old[name] for name in names if name in old}, {name: new[name] for name in names if name in new}


def flat(values: Values, prefix: str = "") -> dict[str, Any]:
    """Return nested values under names such as `limits.max_steps`."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return found


def shortened(values: Values) -> dict[str, Any]:
    """Return the values with long texts and lists cut."""

    def short(value: Any) -> Any:
        if isinstance(value, str) and len(value) > MAX_TEXT:
            return value[:MAX_TEXT] + "…"
        if isinstance(value, list | tuple):
            kept = [short(one) for one in value[:MAX_ITEMS]]
            return kept if len(value) <= MAX_ITEMS else [*kept, f"and {len(value) - MAX_ITEMS:,} more"]
        return value

    return {name: short(value) for name, value in values.items()}


async def everything(
    deps: Dependencies, query: AuditQuery, *, most: int = MAX_EXPORTED
) -> tuple[list[AuditEntry], bool]:
    """Return the newest `most` entries of a query, and whether there are more."""
    entries: list[AuditEntry] = []
    cursor: str | None = None
    while len(entries) < most:
        limit = min(EXPORT_PAGE, most - len(entries))
        page = await deps.catalog.audit.page(query, cursor=cursor, limit=limit)
        entries += page.items
        if (cursor := page.next_cursor) is None:
            return entries, False
    return entries, True
