"""The JSON object of a language model that writes a prompt, read tolerantly, and checks of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from functions.adapters.http.openai_sdk import quote
from functions.errors import ContentBlocked, Transient
from functions.models.prompt import ModelProfile, PromptSource, WritingRequest, WrittenPrompt
from functions.models.text_direction import one_line
from functions.policy.prompts.llm_prompt import MAX_TITLE, filled, normalize_tags, shortened
from functions.policy.prompts.similarity import most_similar, nearest, shared_words, too_similar
from functions.policy.prompts.vocabulary import suggestions, unknown_words

MAX_ALT_TEXT = 400


# The most objects of one answer that are looked at.
MOST_OBJECTS = 100
SCHEMA_NAME = "PromptResponse"
# No limits of length, because servers support different parts of JSON Schema.
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "prompt": {"type": "string", "description": "The prompt for the image model, at most 60 words."},
        "negative_prompt": {
            "type": "string",
            "description": "What must not appear, separated by commas; may be empty.",
        },
        "title": {"type": "string", "description": "At most six words."},
        "tags": {"type": "array", "items": {"type": "string"}, "description": "At most 8 tags, lower case."},
        "alt_text": {"type": "string", "description": "One sentence for someone who cannot see the picture."},
    },
    "required": ["prompt", "negative_prompt", "title", "tags", "alt_text"],
    "additionalProperties": False,
}


@dataclass(frozen=True, kw_only=True)
class PromptResponse:
    """The texts that the model returned. Texts that it left out are empty."""

    prompt: str
    negative_prompt: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    alt_text: str = ""


def response_in(text: str) -> PromptResponse | None:
    """Return the first complete JSON object in a text that has a prompt, or None.

    The object can stand in a code fence, after a model's thoughts, or inside another object. Its keys are compared
    without case and punctuation, so that `negativePrompt` counts.
    """
    for found in objects_in(text):
        fields = {re.sub(r"[^a-z]", "", str(name).lower()): value for name, value in found.items()}
        if isinstance(prompt := fields.get("prompt"), str):
            return PromptResponse(
                prompt=prompt,
                negative_prompt=", ".join(texts_in(fields.get("negativeprompt"))),
                title=" ".join(texts_in(fields.get("title"))),
                tags=tags_in(fields.get("tags")),
                alt_text=" ".join(texts_in(fields.get("alttext"))),
            )
    return None


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Yield the complete JSON objects in a text, also those inside others, in order of their opening braces."""
    decoder = json.JSONDecoder(strict=False)  # small models write line breaks into strings
    for number, brace in enumerate(re.finditer(r"\{", text)):
        if number == MOST_OBJECTS:
            return
        try:
            found, _ = decoder.raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def texts_in(value: object) -> tuple[str, ...]:
    """Return the texts of a value that should be a text or a list of texts. Anything else has none."""
    if isinstance(value, str):
        return (value,)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def tags_in(value: object) -> tuple[str, ...]:
    """Return the tags of a list, or of a text such as `fox, snow` or `#fox #snow`."""
    if not isinstance(value, str):
        return texts_in(value)
    return tuple(re.split(r"[,;\n]|\s(?=#)", value))


def raise_refusal(reason: str) -> NoReturn:
    """Raise `ContentBlocked` with the model's reason, or `Transient` if the response was empty."""
    if reason:
        raise ContentBlocked(f"ChatGPT declined this theme: {quote(reason)}")
    raise Transient("ChatGPT returned an empty response.")


def as_prompt(answer: PromptResponse, request: WritingRequest, profile: ModelProfile, cost: float) -> WrittenPrompt:
    """Return the written prompt from a response. Raises `Transient` if it is empty."""
    prompt = shortened(answer.prompt, profile)
    if not prompt:
        raise_refusal("")
    theme = filled(request.theme, request.variables)
    unknown = (*unknown_words(prompt, profile), *unknown_words(theme, profile))
    return WrittenPrompt(
        prompt=prompt,
        negative_prompt=shortened(answer.negative_prompt, profile) if profile.guidance > 1 else "",
        title=one_line(answer.title)[:MAX_TITLE],
        alt_text=one_line(answer.alt_text)[:MAX_ALT_TEXT],
        tags=normalize_tags(answer.tags),
        source=PromptSource.CHATGPT,
        unknown_words=tuple(dict.fromkeys(unknown)),
        cost_usd=cost,
    )


def problem_with_prompt(written: WrittenPrompt, request: WritingRequest, profile: ModelProfile) -> str:
    """Return what is wrong with a prompt, for a second request, or an empty string for a good prompt."""
    problems = []
    if near := nearest(written.prompt, request.avoid):
        shared = ", ".join(shared_words(written.prompt, near))
        problems.append(
            f"It is too close to the earlier prompt “{near}”: both have {shared}. Change subject, setting and style."
        )
    if unknown := unknown_words(written.prompt, profile):
        near = ", ".join(suggestions(unknown, profile, n=len(unknown) * 2))
        problems.append(f"The model has never seen: {', '.join(unknown)}. Near to that it knows: {near or 'nothing'}.")
    return f"{written.prompt}\n{' '.join(problems)}" if problems else ""


def best_of(written: Sequence[WrittenPrompt], request: WritingRequest) -> WrittenPrompt:
    """Return the first prompt that is new and has no unknown words, else the least repetitive one."""

    def rank(prompt: WrittenPrompt) -> tuple[bool, bool, float]:
        repeats = too_similar(prompt.prompt, request.avoid)
        return repeats, bool(prompt.unknown_words), most_similar(prompt.prompt, request.avoid) if repeats else 0.0

    return min(written, key=rank)
