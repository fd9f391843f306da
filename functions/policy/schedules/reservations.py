"""Names and published folders of schedules that can't be read. No other schedule gets them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reservations:
    """Names (case-folded) and slugs of schedules that can't be read.

    `complete` is False if the slug of one of them can't be determined: any folder may belong to it.
    """

    names: frozenset[str]
    slugs: frozenset[str]
    complete: bool


def reservations(bodies: Iterable[Mapping[str, Any]]) -> Reservations:
    """Return what the schedules with this stored content reserve. Deleted schedules reserve nothing."""
    present = [body for body in bodies if not body.get("deleted_at")]
    names = {name.casefold() for body in present if isinstance(name := body.get("name"), str)}
    publications = [body.get("publication", {}) for body in present]
    published = [publication for publication in publications if publication is not None]
    slugs = [publication.get("slug") if isinstance(publication, Mapping) else None for publication in published]
    known = frozenset(slug for slug in slugs if isinstance(slug, str))
    return Reservations(names=frozenset(names), slugs=known, complete=all(isinstance(slug, str) for slug in slugs))
