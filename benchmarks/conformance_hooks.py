"""Hooks of schemathesis for `benchmarks.conformance`, loaded by its process.

Spaces around a text are removed before its length is checked, which a schema can't express, so no request has any.
"""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """Return whether the body is used."""
    return not has_outer_space(body)


@schemathesis.hook
def filter_query(context: Any, query: Any) -> bool:
    """Return whether the query parameters are used."""
    return not has_outer_space(query)


def has_outer_space(value: Any) -> bool:
    """Return whether a text in this value starts or ends with a space."""
    match value:
        case str():
            return value != value.strip()
        case dict():
            return any(map(has_outer_space, value.values()))
        case list():
            return any(map(has_outer_space, value))
        case _:
            return False
