"""Prompts and model profiles."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from functions.models.document import Value
from functions.models.language import Language


class PromptSource(StrEnum):
    """Author of a prompt."""

    CHATGPT = "chatgpt"
    OFFLINE = "offline"  # created from word lists, without a language model
    USER = "user"  # typed by a person


class WrittenPrompt(Value):
    """A prompt with title, alt text, and tags."""

    prompt: str
    negative_prompt: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    source: PromptSource = PromptSource.USER
    unknown_words: tuple[str, ...] = ()  # words that the model doesn't know, in order of appearance
    left_out: tuple[str, ...] = ()  # parts of the theme that a prompt from word lists doesn't contain
    cost_usd: float = 0.0
    not_new: bool = False  # repeats one of the schedule's earlier prompts, after all attempts of the prompt writer


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
    vocabulary: tuple[str, ...] | None = None  # lower-case words and phrases; None if the model knows general English
    language: Language = "en"  # that the model's text encoder was trained on
    suggestions: tuple[str, ...] = Field(default=(), description="Example subjects that the model generates well.")


class WritingRequest(Value):
    """The input of a prompt writer."""

    theme: str
    instructions: str = ""
    prompt_language: Language | None = None  # None means the model's
    text_language: Language = "en"  # of title and alt text
    variables: dict[str, str] = Field(default_factory=dict)  # date, weekday, season, n
    avoid: tuple[str, ...] = ()  # the schedule's recent prompts, newest first
    seed: int = 0  # with the same seed, theme, and `avoid`, the word lists give the same prompt
