"""Documents of earlier schema versions are migrated step by step when they are read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.errors import Unreadable
from functions.models.document import SCHEMA_VERSION
from functions.models.job import Job
from functions.models.schedule import Publication
from functions.models.stored import MIGRATIONS, migrated, read, read_json
from tests.catalogs import a_job

STEPS = {
    1: lambda body: {**body, "second": body["first"] + 1},
    2: lambda body: {name: value for name, value in body.items() if name != "first"},
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"first": 1}, {"second": 2, "schema_version": 3}),
        ({"first": 1, "schema_version": 1}, {"second": 2, "schema_version": 3}),
        ({"first": 1, "second": 5, "schema_version": 2}, {"second": 5, "schema_version": 3}),
        ({"second": 5, "schema_version": 3}, {"second": 5, "schema_version": 3}),
        ({"second": 5, "schema_version": 4}, {"second": 5, "schema_version": 4}),
    ],
)
def test_migrations_run_forward_from_any_version(body: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each step runs once, in order, and a document of this or a newer version stays as it is."""
    assert migrated(body, to=3, migrations=STEPS) == expected


def test_every_earlier_version_has_a_migration() -> None:
    """The table leads from version 1 to the version that is written today."""
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


def test_a_document_of_today_is_read_unchanged() -> None:
    """What was saved is read, from JSON text and from a parsed body."""
    job = a_job("one")

    assert read_json(Job, job.model_dump_json(), etag="3") == job.evolve(etag="3")
    assert read(Job, job.body(), etag="3") == job.evolve(etag="3")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"id": 3}', '{"schema_version": "two"}'])
def test_text_that_is_no_document_is_unreadable(text: str) -> None:
    """Any other content is an error of its own."""
    with pytest.raises(Unreadable):
        read_json(Job, text, etag="1")


def test_a_newer_document_with_known_fields_is_read() -> None:
    """A newer version whose fields fit is read, and stays of that version."""
    newer = json.dumps(a_job("one").body() | {"schema_version": 9, "budget": 3})

    assert read_json(Job, newer, etag="1").body()["schema_version"] == 9


@pytest.mark.parametrize("stored", [{"prompts": True}, {"include_prompts": True, "prompts": True}])
def test_the_earlier_name_of_a_field_is_written_once(stored: dict[str, bool]) -> None:
    """What this version or 0.1.0 stored, then changed, has one value under each of the two names."""
    publication = Publication.model_validate({"slug": "owls", "since": "2026-11-30T00:00:00Z", **stored})

    changed = publication.evolve(include_prompts=False).model_dump_json()

    assert publication.include_prompts
    pairs = json.loads(changed, object_pairs_hook=list)
    assert [pair for pair in pairs if "prompts" in pair[0]] == [("include_prompts", False), ("prompts", False)]
