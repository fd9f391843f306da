"""Bring the words of stored images up to date when the rules for words have changed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter

from pydantic import ValidationError

from functions.adapters.sqlite import counts
from functions.adapters.sqlite.fts_tokens import in_trash, tokens_of
from functions.models.image import Image
from functions.search.terms import IN_WORDS, earlier_words, terms_of, texts_of, words_of

NOT_ASCII = "*[^\x01-\x7f]*"


def reindex_words(connection: sqlite3.Connection) -> None:
    """Update terms, index, and counts of images with soft hyphens, letters such as ø, or tags with accents.

    Images that can't be read are left as they are.
    """
    changed = f"*[{''.join(map(chr, IN_WORDS))}]*"
    rows = connection.execute(
        """
        SELECT key FROM images
        WHERE CASE WHEN json_valid(body) THEN json_extract(body, '$.tags') GLOB ? OR body GLOB ? END
        """,
        (NOT_ASCII, changed),
    ).fetchall()
    for (key,) in rows:
        (body,) = connection.execute("SELECT body FROM images WHERE key = ?", (key,)).fetchone()
        with contextlib.suppress(ValidationError):
            reindex(connection, key, Image.model_validate_json(body))


def reindex(connection: sqlite3.Connection, key: int, known: Image) -> None:
    """Update one image, whose counts are those of the earlier rules."""
    image = known.evolve(terms=terms_of(known))
    connection.execute("UPDATE images SET body = ? WHERE key = ?", (image.model_dump_json(), key))
    connection.execute("UPDATE image_index SET tokens = ? WHERE rowid = ?", (tokens_of(image), key))
    if in_trash(image):
        return
    changes: Counter[counts.CountKey] = Counter()
    changes.subtract({("term", "", term) for term in known.terms})
    changes.subtract({("word", "", word) for text in texts_of(known) for word in earlier_words(text)})
    changes.update({("term", "", term) for term in image.terms})
    changes.update({("word", "", word) for word in words_of(image)})
    counts.add(connection, changes)
