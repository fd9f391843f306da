"""Turn texts of images and queries into search terms.

The negative prompt is left out: a search for "dog" must not find images that were generated without dogs.
"""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

LONGEST_WORD = 64  # characters; longer words are truncated, in texts and in queries

APOSTROPHES = re.compile(r"['’ʼ＇]")
POSSESSIVE = re.compile(r"(?<=\w)'s\b")
# Scripts without spaces: each character is a separate word, so that a part of a compound is found, too.
ALONE = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
ASCII_WORD = re.compile(r"[a-z0-9]+")
LATIN_MARKS = re.compile("[\u0300-\u036f]")


class Described(Protocol):
    """The text fields of an image."""

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
    """Return the words of a text in order: in lower case, without accents, apostrophes, and punctuation."""
    folded = text.lower() if text.isascii() else fold(text)
    if "'" in folded:
        folded = POSSESSIVE.sub("", folded).replace("'", "")
    pieces = ASCII_WORD.findall(folded) if folded.isascii() else split(folded)
    return tuple(piece[:LONGEST_WORD] for piece in pieces)


def fold(text: str) -> str:
    """Return the text in lower case without Latin accents, so that "cafe" finds "café".

    Other scripts keep their marks.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = LATIN_MARKS.sub("", unicodedata.normalize("NFD", folded))
    return APOSTROPHES.sub("'", unicodedata.normalize("NFC", folded))


def split(folded: str) -> list[str]:
    """Split folded text into words."""
    spaced = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return ALONE.sub(r" \1 ", spaced).split()


def terms(text: str) -> tuple[str, ...]:
    """Return the distinct stems of the words of a text, in order of appearance."""
    return tuple(dict.fromkeys(stem(word) for word in words(text)))


def words_of(image: Described) -> tuple[str, ...]:
    """Return the distinct words of an image without stemming, for completion."""
    return tuple(dict.fromkeys(word for text in texts_of(image) for word in words(text)))


def terms_of(image: Described) -> tuple[str, ...]:
    """Return the search terms of an image: the distinct stems of theme, prompt, title, alt text, and tags."""
    return tuple(dict.fromkeys(stem(word) for word in words_of(image)))


def texts_of(image: Described) -> Iterable[str]:
    """Yield the texts of an image that can be searched."""
    return (image.theme, image.prompt, image.title, image.alt_text, *image.tags)


def tag_key(tag: str) -> str:
    """Return a tag in the form used for comparison: in lower case, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", tag).casefold().split())


def model_keys(model: str) -> tuple[str, ...]:
    """Return the search keys of a model: its whole ID, and the part after the last slash."""
    whole = model.strip().lower()
    return tuple(dict.fromkeys((whole, whole.rsplit("/", 1)[-1])))


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the English stem of a lower-case word. Words of other scripts are unchanged."""
    if not word.isascii():
        return word
    with STEMMING:
        return str(stemmer().stemWord(word)) or word


STEMMING = threading.Lock()  # a stemmer stores the current word, so it isn't thread-safe


@functools.cache
def stemmer() -> Any:
    """Return the English stemmer, created on first use."""
    # The Python implementation is imported by name: `snowballstemmer.stemmer` uses PyStemmer if it is installed, whose
    # algorithm can be of another version, so that two machines would have different terms.
    from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

    return EnglishStemmer()
