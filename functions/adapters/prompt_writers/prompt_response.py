"""The response of a language model that writes a prompt, and checks of it."""

from __future__ import annotations

from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from functions.adapters.http.openai_sdk import quote
from functions.errors import ContentBlocked, Transient
from functions.models.prompt import ModelProfile, PromptSource, WritingRequest, WrittenPrompt
from functions.policy.prompts.llm_prompt import MAX_TITLE, filled, normalize_tags, shortened
from functions.policy.prompts.similarity import too_similar
from functions.policy.prompts.vocabulary import suggestions, unknown_words

MAX_ALT_TEXT = 400


class PromptResponse(BaseModel):
    """The JSON object that the model returns.

    It has no length limits because servers support different JSON schemas.
    """

    model_config = ConfigDict(extra="ignore")

    prompt: str = Field(description="The prompt for the image model, at most 60 words.")
    negative_prompt: str = Field(description="What must not appear, separated by commas; may be empty.")
    title: str = Field(description="At most six words.")
    tags: list[str] = Field(description="At most 8 tags, lower case.")
    alt_text: str = Field(description="One sentence for someone who cannot see the picture.")


def refusal_in(output: list[Any]) -> str | None:
    """Return the text of a refusal in the items of a response, or None."""
    items = (item for item in output if isinstance(item, dict) and isinstance(item.get("content"), list))
    parts = (part for item in items for part in item["content"] if isinstance(part, dict))
    return next((str(part["refusal"]) for part in parts if part.get("refusal")), None)


def raise_refusal(reason: str | None) -> NoReturn:
    """Raise `ContentBlocked` with the model's reason, or `Transient` if the response was empty."""
    if reason:
        raise ContentBlocked(f"ChatGPT declined this theme: {quote(reason)}")
    raise Transient("ChatGPT returned an empty response.")


def as_prompt(answer: PromptResponse, request: WritingRequest, profile: ModelProfile, cost: float) -> WrittenPrompt:
    """Return the written prompt from a response. Raises `Transient` if it is empty."""
    prompt = shortened(answer.prompt, profile)
    if not prompt:
        raise_refusal(None)
    theme = filled(request.theme, request.variables)
    unknown = (*unknown_words(prompt, profile), *unknown_words(theme, profile))
    return WrittenPrompt(
        prompt=prompt,
        negative_prompt=shortened(answer.negative_prompt, profile) if profile.guidance > 1 else "",
        title=" ".join(answer.title.split())[:MAX_TITLE],
        alt_text=" ".join(answer.alt_text.split())[:MAX_ALT_TEXT],
        tags=normalize_tags(answer.tags),
        source=PromptSource.CHATGPT,
        unknown_words=tuple(dict.fromkeys(unknown)),
        cost_usd=cost,
    )


def problem_with_prompt(written: WrittenPrompt, request: WritingRequest, profile: ModelProfile) -> str:
    """Return what is wrong with a prompt, for a second request, or an empty string for a good prompt."""
    problems = []
    if too_similar(written.prompt, request.avoid):
        problems.append("It is too close to an earlier prompt: change subject, setting and style.")
    if unknown := unknown_words(written.prompt, profile):
        near = ", ".join(suggestions(unknown, profile, n=len(unknown) * 2))
        problems.append(f"The model has never seen: {', '.join(unknown)}. Near to that it knows: {near or 'nothing'}.")
    return f"{written.prompt}\n{' '.join(problems)}" if problems else ""
