"""A written prompt and what a model is good at."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from functions.models.document import Value


class PromptSource(StrEnum):
    CHATGPT = "chatgpt"
    OFFLINE = "offline"  # composed from word lists, no model asked
    USER = "user"  # typed by a person


class WrittenPrompt(Value):
    """A prompt with title, alt text, and tags."""

    prompt: str
    negative_prompt: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    source: PromptSource = PromptSource.USER
    unknown_words: tuple[str, ...] = ()  # words the model has never seen, in the order they appear
    cost_usd: float = 0.0


class ModelProfile(Value):
    """Capabilities and defaults of an image model. Written prompts take them into account."""

    model: str
    revision: str = ""
    family: str = "sd"
    width: int = 512
    height: int = 512
    steps: int = 30
    max_steps: int = 100
    guidance: float = 7.0
    sampler: str = "default"
    samplers: tuple[str, ...] = ("default",)
    token_budget: int = 75
    style_hint: str = ""
    vocabulary: tuple[str, ...] | None = None  # lower-case words and phrases, None when it knows English at large
    suggestions: tuple[str, ...] = Field(default=(), description="Example subjects that the model generates well.")


class WritingRequest(Value):
    """What a prompt writer needs to know."""

    theme: str
    instructions: str = ""
    variables: dict[str, str] = Field(default_factory=dict)  # date, weekday, season, n
    avoid: tuple[str, ...] = ()  # the schedule's last prompts, newest first
    seed: int = 0  # the same seed, theme and `avoid` give the offline composer the same prompt
