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
# Characters that aren't shown inside a word (Unicode category Cf, and variation selectors), and Latin letters that
# have no accent to remove, but are typed without theirs.
UNSHOWN = dict.fromkeys(
    (
        0xAD,
        0x34F,
        0x61C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
    )
)
LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ı": "i",
     "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ŧ": "t", "Ŧ": "T"}
)  # fmt: skip
IN_WORDS: dict[int, Any] = {**UNSHOWN, **LETTERS}
# Joiners are part of some emojis, and so of tags.
UNSHOWN_IN_TAGS = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
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
    return earlier_words(text if text.isascii() else text.translate(IN_WORDS))


def earlier_words(text: str) -> tuple[str, ...]:
    """Return the words as they were stored by versions that split words at soft hyphens and kept letters such as ø."""
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
    return " ".join(unicodedata.normalize("NFKC", tag.translate(UNSHOWN_IN_TAGS)).casefold().split())


def tag_keys(tag: str) -> tuple[str, ...]:
    """Return the search keys of a tag: as it is compared, and the same without accents."""
    key = tag_key(tag)
    return (key,) if key.isascii() else tuple(dict.fromkeys((key, tag_key(fold(key.translate(LETTERS))))))


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
