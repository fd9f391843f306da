"""Format of all error responses: `{"error": {"code", "message", "retryable", "details"?}}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from functions.errors import AppError, BadRequest

MOMENT = "must be a date and time with a UTC offset, such as 2026-11-23T09:00:00Z"
NUMBER = "must be a number"
WHOLE = "must be an integer"
TRUTH = "must be true or false"

# Texts that follow the field name, by pydantic's error type. They are formatted with the error's context.
SENTENCES: Mapping[str, str] = {
    "missing": "is required",
    "extra_forbidden": "isn't a known field",
    "string_type": "must be a string",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "contains characters that aren't allowed in an ID",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": TRUTH,
    "bool_parsing": TRUTH,
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "too_long": "must have at most {max_length} items",
    "too_short": "must have at least {min_length} items",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "tuple_type": "must be an array",
    "list_type": "must be an array",
    "frozen_set_type": "must be an array",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "date_type": "must be a date such as 2026-11-23",
    "date_parsing": "must be a date such as 2026-11-23",
    "date_from_datetime_parsing": "must be a date such as 2026-11-23",
    "date_from_datetime_inexact": "must be a date such as 2026-11-23",
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "timezone_aware": MOMENT,
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "is required",
    "refused": "{problem}",
}


class Problem(BaseModel):
    """A field and what is wrong with it."""

    field: str
    message: str


class ErrorDetails(BaseModel):
    """An error with a machine-readable code and a human-readable message."""

    code: str
    message: str
    retryable: bool
    details: dict[str, Any] | None = None


class ErrorBody(BaseModel):
    """The body of every error response."""

    error: ErrorDetails


def error_details(error: AppError) -> ErrorDetails:
    """Return the error in the response format."""
    details = dict(error.details)
    if error.retry_after_s is not None:
        details["retry_after_s"] = error.retry_after_s
    return ErrorDetails(code=error.code, message=error.message, retryable=error.retryable, details=details or None)


def from_validation(exc: ValidationError, *, whole: str) -> BadRequest:
    """Return an error whose message is the first problem and whose details contain all of them.

    `whole` is the name of the validated data, such as "The request body".
    """
    problems = [_problem(error, whole) for error in exc.errors(include_url=False, include_input=False)]
    first = problems[0]
    details: dict[str, Any] = {"field": first.field}
    if len(problems) > 1:
        details["problems"] = [problem.model_dump() for problem in problems]
    return BadRequest(first.message, **details)


def _problem(error: Any, whole: str) -> Problem:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "json_invalid":
        return Problem(field="body", message=f"The request body isn't valid JSON: {context['error']}.")
    field = dotted(error["loc"])
    if kind.startswith("union_tag"):
        field += ".kind"
    if kind == "refused" and context["field"]:
        field = ".".join(filter(None, (field, context["field"])))
    if kind in ("string_too_short", "too_short") and context["min_length"] == 1:
        return Problem(field=field, message=f"{field} can't be empty.")
    text = SENTENCES.get(kind, "isn't valid").format(**context)
    if not field:
        return Problem(field="body", message=f"{whole} {text}.")
    return Problem(field=field, message=f"{field} {text}.")


def dotted(loc: Sequence[str | int]) -> str:
    """Return a location as callers write it: `options.width`, `tags.3`."""
    parts = [str(part) for part in loc]
    # Pydantic adds the name of the union's member between the union and the member's field.
    if parts[:1] == ["timing"] and parts[1:2] in (["cron"], ["every"]):
        del parts[1]
    return ".".join(parts)
