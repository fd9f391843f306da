"""Read stored documents of this version, of earlier ones, and of newer ones as far as their fields are known."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from functions.errors import Unreadable
from functions.models.document import SCHEMA_VERSION, Document

D = TypeVar("D", bound=Document)
Body = dict[str, Any]
Migration = Callable[[Body], Body]

log = logging.getLogger("auto_image_gen")

# From each schema version to the next one. No field has changed its meaning since version 1.
MIGRATIONS: Mapping[int, Migration] = {}


def migrated(body: Body, *, to: int = SCHEMA_VERSION, migrations: Mapping[int, Migration] = MIGRATIONS) -> Body:
    """Return the body of a document in schema version `to`. One of that or a newer version is returned unchanged."""
    version = body.get("schema_version", 1)
    while isinstance(version, int) and version < to:
        body = {**migrations[version](body), "schema_version": version + 1}
        version += 1
    return body


def read(model: type[D], body: Body, *, etag: str) -> D:
    """Return the document with this body, or raise `Unreadable`."""
    try:
        return model.model_validate(migrated(body)).evolve(etag=etag)
    except ValidationError as exc:
        raise unreadable(model, body, exc) from None


def read_json(model: type[D], text: str, *, etag: str) -> D:
    """Return the document with this JSON text, or raise `Unreadable`."""
    try:
        document = model.model_validate_json(text)
        if document.schema_version >= SCHEMA_VERSION:
            return document.evolve(etag=etag)
    except ValidationError as exc:
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.get("schema_version", 1) == SCHEMA_VERSION:
            raise unreadable(model, body if isinstance(body, dict) else {}, exc) from None
    return read(model, json.loads(text), etag=etag)


def unreadable(model: type[Document], body: Body, exc: ValidationError) -> Unreadable:
    """Return the error for a document of a newer version or with damaged content."""
    kind, id, version = model.__name__, body.get("id", "?"), body.get("schema_version", 1)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        message = f"{kind} {id} was saved by a newer version of Auto-Image-Gen. Update the app."
        return Unreadable(message, kind=kind, body=body, id=id)
    fields = ", ".join(sorted({".".join(map(str, error["loc"])) for error in exc.errors()})) or "its JSON"
    return Unreadable(
        f"{kind} {id} is damaged or was saved by a newer version: can't read {fields}. Update the app, or restore the "
        "document from a backup.",
        kind=kind,
        body=body,
        id=id,
    )


class LeftOut:
    """IDs of documents that lists left out since the catalog was opened, because they can't be read.

    A document that was read, deleted, or never listed since then isn't included.
    """

    def __init__(self) -> None:
        self._found: dict[str, Unreadable] = {}  # in the order in which they were found

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the IDs, in the order in which they were found."""
        return tuple(self._found)

    def bodies(self, model: type[Document]) -> list[Mapping[str, Any]]:
        """Return the stored content of those documents of this kind. Any field can be missing or damaged."""
        return [found.body for found in self._found.values() if found.kind == model.__name__]

    def add(self, found: Unreadable) -> None:
        self._found[found.details["id"]] = found

    def discard(self, id: str) -> None:
        """Forget a document that could be read, or was deleted."""
        self._found.pop(id, None)


def readable(readers: Iterable[Callable[[], D]], left_out: LeftOut) -> list[D]:
    """Return the documents that can be read. The others are logged and left out, so that they stop nothing else."""
    documents: list[D] = []
    for reader in readers:
        try:
            document = reader()
        except Unreadable as exc:
            left_out.add(exc)
            log.warning("document.unreadable %s", json.dumps({"id": exc.details["id"]}))
        else:
            left_out.discard(document.id)
            documents.append(document)
    return documents
