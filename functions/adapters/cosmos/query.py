"""Convert an `ImageQuery` to conditions in Cosmos DB SQL."""

from __future__ import annotations

from typing import Any

from functions.search.query import ImageQuery
from functions.search.terms import tag_key

SHOWN = "c.deleted_at = null AND c.purging = false"
IN_TRASH = "(NOT IS_NULL(c.deleted_at) OR c.purging = true)"


def conditions_of(query: ImageQuery) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions, all of which must hold, and the values of their parameters."""
    conditions = [IN_TRASH if query.trash == "only" else SHOWN]
    values: dict[str, Any] = {}

    def add(condition: str, value: Any) -> None:
        name = f"p{len(values)}"
        conditions.append(condition.replace("@", f"@{name}"))
        values[name] = value

    for term in query.terms:
        add("ARRAY_CONTAINS(c.terms, @)", term)
    for term in query.without_terms:
        add("NOT ARRAY_CONTAINS(c.terms, @)", term)
    for tag in query.tags:
        add("ARRAY_CONTAINS(c.search.tags, @)", tag_key(tag))
    for tag in query.without_tags:
        add("NOT ARRAY_CONTAINS(c.search.tags, @)", tag_key(tag))
    if query.model is not None:
        add("ARRAY_CONTAINS(c.search.models, @)", query.model.strip().lower())
    if query.size is not None:
        add("c.width = @", query.size[0])
        add("c.height = @", query.size[1])
    exact = (("schedule_id", query.schedule_id), ("job_id", query.job_id), ("seed", query.seed))
    for field, value in exact:
        if value is not None:
            add(f"c.{field} = @", value)
    if query.favourite is not None:
        add("c.favourite = @", query.favourite)
    if query.approved is not None:
        conditions.append("NOT IS_NULL(c.approved_at)" if query.approved else "IS_NULL(c.approved_at)")
    for field, span in (("steps", query.steps), ("rating", query.rating)):
        if span is not None and span.low is not None:
            add(f"c.{field} >= @", span.low)
        if span is not None and span.high is not None:
            add(f"c.{field} <= @", span.high)
    if query.since is not None:
        add("c.day >= @", query.since.isoformat())
    if query.until is not None:
        add("c.day <= @", query.until.isoformat())
    return conditions, values
