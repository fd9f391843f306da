"""Find text outside of messages: in the pseudo-locale, each message is in ⟦brackets⟧ with its values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

# Of the text outside brackets, these are no words of the page: keys, names, variables, and dates, which the
# browser writes.
NO_WORDS = re.compile(
    r"Ctrl|Esc|Del|Shift|Enter|Auto-Image-Gen|UTC|Europe/Berlin|CPU|GPU|SDXL|Cron|Entra|[a-z]+:\S+|{\w+}"
    r"|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*|\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Oct|Nov|Dec)[a-z]*",
    re.IGNORECASE,
)
SENTENCE_END = (".", "!", "?", "…", "”", ")")


def segments(run: str) -> list[tuple[str, bool]]:
    """Split the run into outermost messages, without brackets, and the text between; True marks a message."""
    found: list[tuple[str, bool]] = []
    depth = start = 0
    for at, character in enumerate(run):
        if character == "⟦":
            if depth == 0:
                found.append((run[start:at], False))
                start = at + 1
            depth += 1
        elif character == "⟧" and depth > 0:
            depth -= 1
            if depth == 0:
                found.append((run[start:at], True))
                start = at + 1
    found.append((run[start:], False))
    return [(text, message) for text, message in found if text.strip() or message]


def outside(runs: Iterable[str], data: Iterable[str]) -> list[str]:
    """Return the words that are in no message and in no response of the service, `data`."""
    known = "".join(data).lower()
    texts = [text.strip() for run in runs for text, message in segments(run) if not message]
    words = [text for text in texts if re.search(r"[A-Za-z]{3}", NO_WORDS.sub("", text)) and text.lower() not in known]
    return sorted(set(words))


def fragments(runs: Iterable[str]) -> list[str]:
    """The runs in which messages are glued to one sentence.

    Two messages in one run, with nothing or punctuation between, are glued unless the first ends a sentence; a message
    that continues the text before it starts with a small letter or with punctuation.
    """
    return sorted({run.strip() for run in runs if _glued(segments(run))})


def _glued(parts: list[tuple[str, bool]]) -> bool:
    for (before, was_message), (text, is_message) in itertools.pairwise(parts):
        if is_message and re.match(r"[a-z,;:.)]", text.strip("⟦ ")):
            return True
        if is_message and was_message and not before.rstrip("⟧ ").endswith(SENTENCE_END):
            return True
    between = zip(parts, parts[1:], parts[2:], strict=False)
    return any(a[1] and c[1] and re.fullmatch(r"[\s,;:()–-]+", b[0]) for a, b, c in between)
