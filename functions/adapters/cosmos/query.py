"""Convert an `ImageQuery` to conditions in Cosmos DB SQL."""

from __future__ import annotations

from typing import Any

from functions.search.query import ImageQuery, Span, ratio_limits
from functions.search.terms import tag_keys

SHOWN = "c.deleted_at = null AND c.purging = false"
IN_TRASH = "(NOT IS_NULL(c.deleted_at) OR c.purging = true)"
# Each has a composite index in `containers.json` that begins with the properties of SHOWN and ends with the ID.
INDEXED = ("schedule_id", "rating", "favourite")


def conditions_of(query: ImageQuery) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions, all of which must hold, and the values of their parameters."""
    values: dict[str, Any] = {}
    return [IN_TRASH if query.trash == "only" else SHOWN, *parts(query, values)], values


def order_by(query: ImageQuery, direction: str, *sorted_by: str) -> str:
    """Return the ORDER BY clause for these properties, all in one direction, `ASC` or `DESC`.

    It begins with properties that the query compares with one value. These don't change the order, but Cosmos DB uses
    one composite index for filter and order only if the clause contains them.
    """
    fixed: tuple[str, ...] = () if query.trash == "only" else ("deleted_at", "purging")
    if fixed and sorted_by == ("id",):
        fixed += tuple(name for name in INDEXED if compares(query, name))[:1]
    return f"ORDER BY {', '.join(f'c.{name} {direction}' for name in (*fixed, *sorted_by))}"


def compares(query: ImageQuery, name: str) -> bool:
    """Return whether a property must equal one value."""
    wanted = getattr(query, name)
    return is_one_value(wanted) if isinstance(wanted, Span) else wanted is not None


def is_one_value(span: Span) -> bool:
    """Return whether a range contains a single value."""
    return span.low is not None and span.low == span.high


def parts(query: ImageQuery, values: dict[str, Any]) -> list[str]:
    """Return the conditions except trash, and add their parameters to `values`."""
    conditions: list[str] = []

    def add(condition: str, value: Any) -> None:
        name = f"p{len(values)}"
        conditions.append(condition.replace("@", f"@{name}"))
        values[name] = value

    def tagged(tag: str) -> str:
        """Return the condition for a tag with or without accents."""
        start = len(conditions)
        for key in tag_keys(tag):
            add("ARRAY_CONTAINS(c.search.tags, @)", key)
        keys = conditions[start:]
        del conditions[start:]
        return keys[0] if len(keys) == 1 else f"({' OR '.join(keys)})"

    for term in query.terms:
        add("ARRAY_CONTAINS(c.terms, @)", term)
    for term in query.without_terms:
        add("NOT ARRAY_CONTAINS(c.terms, @)", term)
    conditions += [tagged(tag) for tag in query.tags]
    conditions += [f"NOT {tagged(tag)}" for tag in query.without_tags]
    if query.model is not None:
        add("ARRAY_CONTAINS(c.search.models, @)", query.model.strip().lower())
    if query.size is not None:
        add("c.width = @", query.size[0])
        add("c.height = @", query.size[1])
    if query.ratio is not None:
        conditions.append(has_ratio(query.ratio, values))
    exact = (
        # Comparing null and a text is neither true nor false, and then neither is its negation.
        ("NOT IS_NULL(c.schedule_id) AND c.schedule_id = @", query.schedule_id),
        ("c.job_id = @", query.job_id),
        ("c.seed = @", query.seed),
        # Images in no album lack the property.
        *(("IS_DEFINED(c.search.albums) AND ARRAY_CONTAINS(c.search.albums, @)", album) for album in query.albums),
    )
    for condition, value in exact:
        if value is not None:
            add(condition, value)
    if query.favourite is not None:
        add("c.favourite = @", query.favourite)
    times = (("approved_at", query.approved), ("original_missing_at", query.missing))
    conditions += [has_time(field, wanted) for field, wanted in times if wanted is not None]
    for field, span in (("steps", query.steps), ("rating", query.rating)):
        if span is not None and is_one_value(span):
            add(f"c.{field} = @", span.low)
            continue
        if span is not None and span.low is not None:
            add(f"c.{field} >= @", span.low)
        if span is not None and span.high is not None:
            add(f"c.{field} <= @", span.high)
    if query.since is not None:
        add("c.day >= @", query.since.isoformat())
    if query.until is not None:
        add("c.day <= @", query.until.isoformat())
    for group in query.any_of:
        choices = [" AND ".join(parts(one, values)) or "true" for one in group]
        conditions.append(choices[0] if len(choices) == 1 else f"({' OR '.join(choices)})")
    conditions += [f"NOT ({' AND '.join(parts(one, values)) or 'true'})" for one in query.none_of]
    return conditions


def has_ratio(ratio: tuple[int, int], values: dict[str, Any]) -> str:
    """Return the condition that an image has this ratio of width to height, and add its parameters to `values`.

    Earlier versions didn't store the ratio. Their images are found by a calculation, which no index serves.
    """
    least, most = f"p{len(values)}", f"p{len(values) + 1}"
    values |= dict(zip((least, most), (limit / ratio[1] for limit in ratio_limits(ratio)), strict=True))
    stored = f"c.search.ratio >= @{least} AND c.search.ratio <= @{most}"
    calculated = f"c.width >= c.height * @{least} AND c.width <= c.height * @{most}"
    return f"(IS_DEFINED(c.search.ratio) AND {stored} OR NOT IS_DEFINED(c.search.ratio) AND {calculated})"


def has_time(field: str, wanted: bool) -> str:
    """Return the condition that a field has a value, or that it has none or doesn't exist, as in earlier versions."""
    is_set = f"(IS_DEFINED(c.{field}) AND NOT IS_NULL(c.{field}))"
    return is_set if wanted else f"NOT {is_set}"
