"""Prompt writer without a language model: combines a theme with subject, setting, style, and light from word lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from functions.models.prompt import ModelProfile, PromptSource, WritingRequest, WrittenPrompt
from functions.policy.prompts.english_words import root, words
from functions.policy.prompts.left_out import left_out
from functions.policy.prompts.llm_prompt import MAX_TITLE, filled, normalize_tags, shortened
from functions.policy.prompts.similarity import most_similar
from functions.policy.prompts.theme import Theme, read
from functions.policy.prompts.vocabulary import unknown_words, with_article
from functions.profiles.word_lists import Style, load_word_lists

CANDIDATES = 24  # per prompt; the one least similar to earlier prompts is used
MAX_SAMPLED = 600  # used if earlier prompts leave so few combinations that all of them must be considered
THEME_WORDS = 40  # maximum number of words of a theme used as is, so that style and light still fit
MOOD_CHANCE = 0.6
NAMES = re.compile(r"\b(japanese|tokyo|fuji|santa|claus|hindu|christmas)\b")  # words that are capitalized


@dataclass(frozen=True)
class PromptDraft:
    """A candidate prompt with its title and tags."""

    prompt: str
    title: str
    alt_text: str
    tags: tuple[str, ...]


class WordListPromptWriter:
    """A `PromptWriter` without external service. The same seed, theme, and `avoid` give the same prompt."""

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        """Return a prompt for the theme that isn't in `request.avoid`."""
        return compose(request, profile)

    async def close(self) -> None: ...


def compose(request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
    """Return the candidate that is least similar to earlier prompts."""
    text = " ".join(filled(request.theme, request.variables).split())
    theme = read(text, filled(request.instructions, request.variables))
    # All candidates have the same style. Otherwise, the least similar one would nearly always have the style with the
    # lowest image quality.
    style = style_of(theme, profile, Random(f"{request.seed}/{text}"))  # noqa: S311 - for variety, not a secret
    chosen, least = None, 2.0
    for number in range(MAX_SAMPLED):
        rng = Random(f"{request.seed}/{number}/{text}")  # noqa: S311 - likewise
        draft = sampled(theme, text, style, request.avoid, profile, rng)
        distance = most_similar(draft.prompt, request.avoid)
        if draft.prompt not in request.avoid and distance < least:
            chosen, least = draft, distance
        if least == 0 or (chosen is not None and number + 1 >= CANDIDATES):
            break
    chosen = chosen or draft
    unknown = unknown_words(f"{text}. {chosen.prompt}", profile)
    return WrittenPrompt(
        prompt=chosen.prompt,
        negative_prompt=load_word_lists().negative_prompt
        if profile.vocabulary is None and profile.guidance > 1
        else "",
        title=chosen.title,
        alt_text=chosen.alt_text,
        tags=chosen.tags,
        source=PromptSource.OFFLINE,
        unknown_words=unknown,
        left_out=left_out(text, chosen.prompt, without=unknown),
    )


def sampled(
    theme: Theme, text: str, style: Style, avoid: Sequence[str], profile: ModelProfile, rng: Random
) -> PromptDraft:
    """Return a random candidate, in the theme's own words or from the lists."""
    if profile.vocabulary is None and (theme.named or theme.unanswered):
        return with_own_words(theme, text, style, profile, rng)
    return from_lists(theme, style, avoid, profile, rng)


def from_lists(theme: Theme, style: Style, avoid: Sequence[str], profile: ModelProfile, rng: Random) -> PromptDraft:
    """Return a candidate with subject, setting, style, light, and sometimes a mood from the lists."""
    things = subjects(theme, avoid, profile, rng)
    subject = subject_phrase(things, theme, rng)
    setting, where = add_setting(things[0], theme, rng)
    manner = rng.choice(style.phrases)
    light, mood = add_lighting(theme, setting, profile, rng)
    prompt = shortened(", ".join(part for part in (f"{manner} {subject} {where}", light, mood) if part), profile)
    description = NAMES.sub(lambda name: name.group().capitalize(), f"{subject} {where}")
    kinds = [name for name, group in load_word_lists().groups.items() if things[0] in group.homes][:1]
    return PromptDraft(
        prompt=prompt,
        title=capitalize(description if len(things) > 1 else description.removeprefix("a ").removeprefix("an "))[
            :MAX_TITLE
        ],
        alt_text=f"{capitalize(manner)} {description}.",
        tags=normalize_tags([*things, *kinds, *([setting] if setting else theme.colors[:1]), style.tag]),
    )


def with_own_words(theme: Theme, text: str, style: Style, profile: ModelProfile, rng: Random) -> PromptDraft:
    """Return a candidate in the theme's own words with style, light, and mood, for models that know English."""
    description = " ".join(text.split(" ")[:THEME_WORDS]).rstrip(" .,;:!?")
    manner = "" if theme.styles else rng.choice(style.phrases)
    light, mood = add_lighting(theme, theme.settings[0] if theme.settings else "", profile, rng)
    manner = manner.removesuffix(" of").removeprefix("a ").removeprefix("an ")
    return PromptDraft(
        prompt=shortened(", ".join(part for part in (description, manner, light, mood) if part), profile),
        title=capitalize(description)[:MAX_TITLE],
        alt_text=f"{capitalize(description)}{f', {manner}' if manner else ''}.",
        tags=normalize_tags([*theme.named, *theme.unanswered, *theme.settings, *([style.tag] if manner else [])]),
    )


def subjects(theme: Theme, avoid: Sequence[str], profile: ModelProfile, rng: Random) -> tuple[str, ...]:
    """Return one subject, or the two that the theme names. Recent ones are avoided while half of all are unused."""
    listed = frozenset(profile.vocabulary) if profile.vocabulary is not None else frozenset(theme.subjects)
    known = [thing for thing in theme.subjects if thing in listed] or list(profile.suggestions)
    if not known:  # a custom model whose vocabulary has none of our subjects
        return (rng.choice(profile.vocabulary or ("landscape",)),)
    if len(theme.named) == 2 and len(known) == 2:
        return tuple(known)
    latest = frozenset(root(word) for prompt in avoid[: len(known) // 2] for word in words(prompt))
    fresh = [thing for thing in known if not latest.issuperset(root(word) for word in words(thing))]
    return (rng.choice(fresh or known),)


def subject_phrase(things: Sequence[str], theme: Theme, rng: Random) -> str:
    """Return the subject as a phrase: "a curious fox", "a tiny elephant", "a cat next to a dog"."""
    if len(things) == 2:
        return rng.choice([" and ", " next to ", " beside "]).join(map(with_article, things))
    adjectives = [
        word for group in load_word_lists().groups.values() if things[0] in group.homes for word in group.adjectives
    ]
    adjective = theme.size or (rng.choice(adjectives) if adjectives else "")
    return with_article(f"{adjective} {things[0]}".strip())


def add_setting(thing: str, theme: Theme, rng: Random) -> tuple[str, str]:
    """Return a setting: from the theme, a surprising one if the theme asks for it, else one typical of the subject."""
    word_lists = load_word_lists()
    homes = word_lists.homes(thing)
    if not theme.settings and theme.colors:
        return "", f"on a {rng.choice(theme.colors)} background"
    if theme.settings:
        choices: Sequence[str] = theme.settings
    elif theme.unusual:
        choices = [place for place in word_lists.places if place not in homes]
    else:
        choices = theme.maybe_settings or [*homes, *homes, *word_lists.anywhere]  # typical settings are twice as likely
    setting = rng.choice(choices)
    return setting, rng.choice(word_lists.settings[setting].phrases)


def style_of(theme: Theme, profile: ModelProfile, rng: Random) -> Style:
    """Return the style that the theme names, else a random one, weighted by image quality."""
    styles = (
        load_word_lists().styles if profile.vocabulary is not None or theme.styles else load_word_lists().english_styles
    )
    names = theme.styles or list(styles)
    weights = [1 if theme.styles else styles[name].weight for name in names]
    return styles[rng.choices(names, weights)[0]]


def add_lighting(theme: Theme, setting: str, profile: ModelProfile, rng: Random) -> tuple[str, str]:
    """Return a light that fits setting and theme, and often a mood."""
    word_lists = load_word_lists()
    if profile.vocabulary is None:
        light = word_lists.settings[setting].english_lights if setting else word_lists.english_lights
        return rng.choice(theme.lights or light), rng.choice(word_lists.english_moods)
    suiting = word_lists.settings[setting].lights if setting else ("studio lighting", "soft lighting")
    mood = rng.choice(theme.moods or word_lists.moods) if rng.random() < MOOD_CHANCE else ""
    return rng.choice(theme.lights or suiting), mood


def capitalize(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
