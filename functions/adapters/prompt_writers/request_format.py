"""Ways to request a prompt, from the most to the least demanding. All functions are pure.

Compatible servers differ in three respects: whether they have the Responses API, how they can be told to answer in
JSON, and which parameter limits the tokens of Chat Completions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from functions.adapters.prompt_writers.prompt_response import SCHEMA, SCHEMA_NAME

NO_RESPONSES_API = frozenset({404, 405, 501})
# Statuses for a request that the server doesn't accept, and those that some servers use for an unknown format.
REJECTED = frozenset({400, 422})
UNSUPPORTED = REJECTED | {500, 501}
FORMAT_WORDS = ("response_format", "text.format", "json_schema", "json_object", "structured output", "grammar")
LIMIT_WORDS = ("max_tokens", "max_completion_tokens", "max_new_tokens")


@dataclass(frozen=True, kw_only=True)
class RequestFormat:
    """The API, how JSON is requested, and the parameter for the limit of tokens in Chat Completions."""

    api: Literal["responses", "chat"] = "responses"
    json: Literal["schema", "object", "text"] = "schema"
    limit: Literal["max_tokens", "max_completion_tokens", "none"] = "max_tokens"

    def arguments(self, *, model: str, rules: str, question: str, tokens: int) -> dict[str, Any]:
        """Return the body of the request."""
        if self.api == "responses":
            return {
                "model": model,
                "instructions": rules,
                "input": question,
                "text": {"format": {"type": "json_schema", "name": SCHEMA_NAME, "schema": SCHEMA, "strict": True}},
                "store": False,
                "max_output_tokens": tokens,
            }
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "system", "content": rules}, {"role": "user", "content": question}],
        }
        if self.json == "schema":
            schema = {"name": SCHEMA_NAME, "schema": SCHEMA, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.json == "object":
            body["response_format"] = {"type": "json_object"}
        if self.limit != "none":
            body[self.limit] = tokens
        return body


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """Why a request failed: the status, and the server's own words with the name of the parameter."""

    status: int
    words: str = ""

    def names(self, among: tuple[str, ...]) -> bool:
        """Return whether the server's words contain one of these."""
        lower = self.words.lower()
        return any(word in lower for word in among)


def less_demanding(used: RequestFormat, why: Rejection, *, compatible: bool) -> RequestFormat | None:
    """Return the format to try after a rejection, or None if the request failed for another reason.

    `compatible` tells whether the server only resembles OpenAI, so that its words can't be relied on. Each format is
    less demanding than the one before, so that a series of rejections ends.
    """
    if used.api == "responses":
        missing = why.status in NO_RESPONSES_API or why.status == 200
        if compatible and (missing or why.status in REJECTED):
            return replace(used, api="chat")
        # Models of OpenAI that are older than JSON schemas have JSON objects.
        if why.status in REJECTED and why.names(FORMAT_WORDS):
            return replace(used, api="chat", json="object")
        return None
    if why.status in UNSUPPORTED and why.names(FORMAT_WORDS):
        return less_structured(used)
    if why.status in REJECTED and why.names(LIMIT_WORDS) and used.limit != "none":
        return replace(used, limit="max_completion_tokens" if used.limit == "max_tokens" else "none")
    return less_structured(used) if compatible and why.status in REJECTED else None


def less_structured(used: RequestFormat) -> RequestFormat | None:
    """Return the format with the next weaker promise of JSON, or None after plain text."""
    if used.json == "text":
        return None
    return replace(used, json="object" if used.json == "schema" else "text")


def after_unreadable(used: RequestFormat, *, compatible: bool) -> RequestFormat:
    """Return the format to try after an answer without a JSON object."""
    if not compatible:
        return used
    return replace(used, api="chat") if used.api == "responses" else less_structured(used) or used
