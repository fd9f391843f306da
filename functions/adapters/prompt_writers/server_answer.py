"""Read what a server sent: the text of the answer, and why it ended. All functions are pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from functions.adapters.http.openai_sdk import own_words

TRUNCATED = frozenset({"length", "max_tokens", "max_output_tokens"})


@dataclass(frozen=True, kw_only=True)
class ServerAnswer:
    """The text of an answer, the reason of a refusal, and why the answer ended."""

    text: str = ""
    refusal: str = ""
    truncated: bool = False
    filtered: bool = False
    failed: bool = False


class NoAnswer(Exception):
    """The body has status 200 but isn't an answer of the API. `words` are the server's own, if it has any."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def answer_of(body: object, api: Literal["responses", "chat"]) -> ServerAnswer:
    """Return the answer in a parsed body, or raise `NoAnswer`."""
    if not isinstance(body, Mapping):
        raise NoAnswer("")
    return from_responses(body) if api == "responses" else from_chat(body)


def from_responses(body: Mapping[str, Any]) -> ServerAnswer:
    """Return the answer in a body of the Responses API, or raise `NoAnswer`."""
    output = body.get("output")
    if not isinstance(output, list):
        raise NoAnswer(own_words(body))
    parts = [part for item in mappings(output) for part in mappings(item.get("content"))]
    details = body.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, Mapping) else None
    incomplete = body.get("status") == "incomplete"
    return ServerAnswer(
        text="".join(text_of(part) for part in parts if part.get("type") != "reasoning_text"),
        refusal=next((str(part["refusal"]) for part in parts if part.get("refusal")), ""),
        truncated=incomplete and reason in TRUNCATED,
        filtered=incomplete and reason == "content_filter",
        failed=body.get("status") == "failed",
    )


def from_chat(body: Mapping[str, Any]) -> ServerAnswer:
    """Return the answer in a body of Chat Completions, or raise `NoAnswer`."""
    choice = next(mappings(body.get("choices")), None)
    message = choice.get("message") if choice else None
    if choice is None or not isinstance(message, Mapping):
        raise NoAnswer(own_words(body))
    content = message.get("content")
    text = content if isinstance(content, str) else "".join(map(text_of, mappings(content)))
    thought = message.get("reasoning_content")
    return ServerAnswer(
        # Some servers put the whole answer of a reasoning model into its thoughts.
        text=text or (thought if isinstance(thought, str) else ""),
        refusal=str(message.get("refusal") or ""),
        truncated=choice.get("finish_reason") in TRUNCATED,
        filtered=choice.get("finish_reason") == "content_filter",
    )


def mappings(values: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in a list. Anything else has none."""
    return (value for value in values if isinstance(value, Mapping)) if isinstance(values, list) else iter(())


def text_of(part: Mapping[str, Any]) -> str:
    """Return the text of one part of a message."""
    return part["text"] if isinstance(part.get("text"), str) else ""
