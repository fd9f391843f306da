"""Counts stored with the images: per day, tag, word, and term."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from functions.adapters.sqlite.fts_query import Frequencies
from functions.adapters.sqlite.fts_tokens import in_trash
from functions.models.image import Image
from functions.search.terms import tag_key, words, words_of

CountKey = tuple[str, str, str]  # kind, month, name

LAST_CHARACTER = "\U0010ffff"


def counts_of(image: Image) -> Counter[CountKey]:
    """Return all counts that an image contributes to."""
    counts: Counter[CountKey] = Counter({("all", image.month, ""): 1})
    if not in_trash(image):
        counts["day", image.month, image.day] = 1
        counts.update({("tag", image.month, tag): 1 for tag in {tag_key(tag) for tag in image.tags}})
        counts.update({("word", "", word): 1 for word in words_of(image)})
        counts.update({("term", "", term): 1 for term in image.terms})
    return counts


def add(connection: sqlite3.Connection, counts: Counter[CountKey]) -> None:
    """Add to the stored counts. Negative values subtract."""
    connection.executemany(
        """
        INSERT INTO counts (kind, month, name, n) VALUES (?, ?, ?, ?)
        ON CONFLICT (kind, month, name) DO UPDATE SET n = n + excluded.n
        """,
        [(*key, n) for key, n in counts.items() if n],
    )
    connection.executemany(
        "DELETE FROM counts WHERE kind = ? AND month = ? AND name = ? AND n = 0",
        [key for key, n in counts.items() if n < 0],
    )


def per_name(connection: sqlite3.Connection, kind: str, month: str) -> Mapping[str, int]:
    """Return the counts of one kind in one month, by name."""
    rows = connection.execute("SELECT name, n FROM counts WHERE kind = ? AND month = ?", (kind, month))
    return dict(rows.fetchall())


def months(connection: sqlite3.Connection) -> Sequence[str]:
    """Return the months that contain images, newest first."""
    return [row[0] for row in connection.execute("SELECT month FROM counts WHERE kind = 'all' ORDER BY month DESC")]


def frequencies(connection: sqlite3.Connection, terms: Sequence[str], *, sizes: bool) -> Frequencies:
    """Return how often these terms occur, to order the conditions of an index query, and `sizes` if needed."""
    (images,) = connection.execute("SELECT total(n) FROM counts WHERE kind = 'all'").fetchone()
    known = connection.execute(
        f"SELECT name, n FROM counts WHERE kind = 'term' AND month = '' AND name IN ({', '.join('?' * len(terms))})",  # noqa: S608  question marks only
        terms,
    )
    return Frequencies(int(images), dict(known.fetchall()), sizes_in_use(connection) if sizes else ())


def sizes_in_use(connection: sqlite3.Connection) -> Sequence[tuple[int, int]]:
    """Return width and height of all sizes that images in the index have."""
    rows = connection.execute("SELECT term FROM index_terms WHERE term >= 'size:' AND term <= 'size:~'").fetchall()
    pairs = (str(term).removeprefix("size:").split("x") for (term,) in rows)
    return [(int(width), int(height)) for width, height in pairs]


def words_from(connection: sqlite3.Connection, prefix: str, limit: int) -> Sequence[tuple[str, int]]:
    """Return the most frequent words that start with `prefix`, which is a single word."""
    folded = words(prefix)
    if len(folded) != 1:
        return []
    return connection.execute(
        """
        SELECT name, n FROM counts WHERE kind = 'word' AND month = '' AND name >= ? AND name < ?
        ORDER BY n DESC, name LIMIT ?
        """,
        (folded[0], folded[0] + LAST_CHARACTER, limit),
    ).fetchall()
