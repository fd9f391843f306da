"""Remove keys, URLs' secret parts, and private texts from technical texts. All functions are pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

KEY = "[key]"
TEXT = "[text]"
SHARED_CHARS = 10  # a run of this many characters of a private text is removed
URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://[^\s\"'<>\\]+", re.IGNORECASE)
NAMED_KEY = re.compile(
    r"""(?ix)
    ( (?: account|shared|access|api|inference|openai|cosmos|primary|secondary|function)?[_-]?
      (?: key|token|secret|password|signature|sig|authorization|credential)s? ["']?
      \s*[=:]\s* ["']? (?:bearer\s+|basic\s+)? )
    [^\s"',;&)}\]]+
    """
)
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}")
KNOWN_KEY = re.compile(r"\b(?:sk|pk|ghp|hf|aig)[-_][A-Za-z0-9_-]{8,}|\beyJ[\w-]+\.[\w-]+\.?[\w-]*")
RANDOM = re.compile(r"(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+=-]{40,}")  # IDs of requests have 32 or 36


def redacted(text: str, *, private: Iterable[str] = (), keys: Iterable[str] = ()) -> str:
    """Return the text without keys, paths and queries of URLs, and anything of the private texts.

    `private` are texts such as prompts. Each is removed as a whole and in parts of at least `SHARED_CHARS` characters.
    `keys` are values that are removed wherever they occur. Other keys are found by their names and their forms.
    """
    for key in sorted({key for key in keys if len(key) >= 6}, key=len, reverse=True):
        text = text.replace(key, KEY)
    text = URL.sub(lambda match: origin(match[0]), text)
    text = BEARER.sub(lambda match: f"{match[1]} {KEY}", text)
    text = NAMED_KEY.sub(lambda match: f"{match[1]}{KEY}", text)
    text = KNOWN_KEY.sub(KEY, text)
    text = RANDOM.sub(KEY, text)
    return without_private(text, private)


def origin(url: str) -> str:
    """Return scheme and host of a URL. What follows can be a signature, a webhook's secret, or a prompt."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "[URL]"
    if not host:
        return "[URL]"
    address = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    rest = url.split("://", 1)[1].partition("/")[2] or parts.query
    return f"{address}/…" if rest else address


def without_private(text: str, private: Iterable[str]) -> str:
    """Return the text with each part that it shares with a private text replaced."""
    shared: set[str] = set()
    short: set[str] = set()
    for one in {part.strip() for part in private}:
        # A parser's error quotes its input as JSON or as a Python literal.
        for form in {one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], repr(one)[1:-1]}:
            if len(form) < SHARED_CHARS:
                short.add(form)
            lowered_form = lowered(form)
            shared.update(lowered_form[i : i + SHARED_CHARS] for i in range(len(form) - SHARED_CHARS + 1))
    for form in sorted(filter(None, short), key=len, reverse=True):
        text = re.sub(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])", TEXT, text, flags=re.IGNORECASE)
    hidden = [False] * len(text)
    compared = lowered(text)
    for i in range(len(text) - SHARED_CHARS + 1):
        if compared[i : i + SHARED_CHARS] in shared:
            hidden[i : i + SHARED_CHARS] = [True] * SHARED_CHARS
    pieces: list[str] = []
    for i, character in enumerate(text):
        if not hidden[i]:
            pieces.append(character)
        elif i == 0 or not hidden[i - 1]:
            pieces.append(TEXT)
    return "".join(pieces)


def lowered(text: str) -> str:
    """Return the text in lower case, character by character, so that its length stays the same."""
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)
