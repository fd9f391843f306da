"""Split English text into words and find base forms. All functions are pure."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from functions.profiles import english
from functions.search.terms import stem

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
TOKEN = re.compile(r"[^\W\d_]+|\d|[^\w\s]")
VOWELS = frozenset("aeiou")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in order. Hyphens and apostrophes inside words are kept."""
    return [match.group().replace("’", "'").lower() for match in WORD.finditer(text)]


@lru_cache(maxsize=4096)
def forms(word: str) -> tuple[str, ...]:
    """Return a lower-case word and its possible base forms (for plurals, -ing, -ed, -ly, 's)."""
    bare = word.removesuffix("'s").removesuffix("'")
    found = [word, bare]
    if irregular := english().irregular.get(bare):
        found.append(irregular)
    if bare.endswith("ies") and len(bare) > 4:
        found.append(bare[:-3] + "y")
    if bare.endswith("es") and len(bare) > 4:
        found.append(bare[:-2])
    if bare.endswith("s") and not bare.endswith(("ss", "us", "is")) and len(bare) > 3:
        found.append(bare[:-1])
    for ending in ("ing", "ed", "ly"):
        stem = bare.removesuffix(ending)
        if stem != bare and len(stem) > 2:
            found += [stem, stem + "e"]
            if stem[-1] == stem[-2] and stem[-1] not in VOWELS:
                found.append(stem[:-1])
            if stem.endswith("i"):
                found.append(stem[:-1] + "y")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """Return one stem for all inflections of a word, for comparisons. It isn't always a word."""
    bare = word.removesuffix("'s")
    return stem(english().irregular.get(bare, bare))


def approximate_tokens(text: str) -> int:
    """Estimate the number of CLIP tokens of a text from its word lengths. The model's own count can differ.

    CLIP's tokenizer uses one token for a word of five letters and about 1.5 for one of ten (measured over 2,900
    English words).
    """
    return math.ceil(sum(1 + 0.1 * max(0, len(piece) - 5) for piece in TOKEN.findall(text)))
