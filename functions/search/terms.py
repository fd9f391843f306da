"""Words: from the texts of a picture, or from a query, to the tokens under which pictures are found.

The negative prompt is left out on purpose: a search for "dog" must not find what was painted without dogs.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

LONGEST_WORD = 64  # characters; the rest of a longer one is cut off, in texts and in queries alike

APOSTROPHES = re.compile(r"['’ʼ＇]")
POSSESSIVE = re.compile(r"(?<=\w)'s\b")
# Scripts without spaces: every character is a word of its own, so that a part of a compound is found too.
ALONE = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
ASCII_WORD = re.compile(r"[a-z0-9]+")
LATIN_MARKS = re.compile("[\u0300-\u036f]")


class Described(Protocol):
    """What the texts of a picture are called."""

    @property
    def theme(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def alt_text(self) -> str: ...
    @property
    def tags(self) -> Sequence[str]: ...


def words(text: str) -> tuple[str, ...]:
    """The words of a text in order: lower-case, without accents, apostrophes or punctuation."""
    folded = text.lower() if text.isascii() else fold(text)
    if "'" in folded:
        folded = POSSESSIVE.sub("", folded).replace("'", "")
    pieces = ASCII_WORD.findall(folded) if folded.isascii() else split(folded)
    return tuple(piece[:LONGEST_WORD] for piece in pieces)


def fold(text: str) -> str:
    """Lower-case without accents, so that "cafe" finds "café"; marks of other scripts belong to their letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded))
    return APOSTROPHES.sub("'", unicodedata.normalize("NFC", folded))


def split(folded: str) -> list[str]:
    spaced = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return ALONE.sub(r" \1 ", spaced).split()


def terms(text: str) -> tuple[str, ...]:
    """The distinct stems of the words of a text, in order of appearance."""
    return tuple(dict.fromkeys(stem(word) for word in words(text)))


def words_of(image: Described) -> tuple[str, ...]:
    """The distinct words of a picture, unstemmed: what completion offers."""
    return tuple(dict.fromkeys(word for text in texts_of(image) for word in words(text)))


def terms_of(image: Described) -> tuple[str, ...]:
    """The search tokens of a picture: the distinct stems of its theme, prompt, title, alt text and tags."""
    return tuple(dict.fromkeys(stem(word) for word in words_of(image)))


def texts_of(image: Described) -> Iterable[str]:
    return (image.theme, image.prompt, image.title, image.alt_text, *image.tags)


def tag_key(tag: str) -> str:
    """The form in which tags are compared: lower-case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", tag).casefold().split())


def model_keys(model: str) -> tuple[str, ...]:
    """The names under which a model is found: its whole id, and the part after the last slash."""
    whole = model.strip().lower()
    return tuple(dict.fromkeys((whole, whole.rsplit("/", 1)[-1])))


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English stem of a lower-case word; words of other scripts stay as they are."""
    if not word.isascii():
        return word
    with STEMMING:
        return str(stemmer().stemWord(word)) or word


STEMMING = threading.Lock()  # a stemmer keeps its word in itself


@functools.cache
def stemmer() -> Any:
    # The Python implementation by name: `snowballstemmer.stemmer` prefers PyStemmer where it happens to
    # be installed, whose algorithm is of another release, and two machines would disagree about terms.
    from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

    return EnglishStemmer()
