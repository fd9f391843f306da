"""The work of library jobs: documents that earlier versions stored are read, and the same JSON is written."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from functions.models.job import Job
from functions.models.library_work import (
    BulkChange,
    BulkWork,
    ExportWork,
    PublishWork,
    RewriteDaysWork,
    UndoWork,
    WebhookWork,
)

JOB = {
    "id": "01M86GH960HZ0FS81RDXP21766",
    "schema_version": 1,
    "created_by": "anna",
    "created_at": "2026-11-24T10:10:00Z",
    "updated_at": "2026-11-24T10:10:00Z",
    "status": "queued",
    "not_before": "2026-11-24T10:10:00Z",
    "sent_at": "2026-11-24T10:10:00Z",
}

# As version 84343fe stored them.
STORED: dict[str, Any] = {
    "bulk": {
        "id": "01M86GH960HZ0FS81RDXP21766",
        "change": {"action": "unfavourite", "tags": [], "rating": 0, "at": "2026-11-24T10:10:00Z"},
        "q": "",
        "cursor": "01M86GH960ZZZZZZZZZZZZZZZZ",
        "total": 4,
        "done": 1,
        "failed": 2,
    },
    "undo": {
        "id": "undo-1",
        "of": "1",
        "cursor": "1/01M86E81E0JYVXNP9SNNQ80W5Z.json",
        "total": 2,
        "done": 2,
        "failed": 0,
    },
    "export": {
        "q": None,
        "ids": ["01M86DNQG0SA03BWYJ1H34F20F", "01M86D3DJ0Y3RGJJ9HS8E3EWEP"],
        "variant": "original",
        "total": 2,
        "newest": "01M86FCNA0ZZZZZZZZZZZZZZZZ",
        "done": 2,
        "failed": 0,
        "entries": 4,
        "offset": 4477,
        "blocks": 1,
        "directory": 392,
        "id": "01M86FCNA0YWZZ3F6E9GVET16C",
        "cursor": "01M86D3DJ0Y3RGJJ9HS8E3EWEP",
        "bytes": 4891,
    },
    "publish": {"slug": "wise-owls", "done": 1},
    "webhook": {"delivery": "msg_98e278e031a1ceda", "schedule": "01M83TPPJ0NFEZM3VY2KZJKT8R", "done": 0},
    "rewrite-days": {"timezone": "Asia/Tokyo", "trash": "only", "cursor": None, "done": 7, "changed": 3},
}
SHAPES = {
    "bulk": BulkWork,
    "undo": UndoWork,
    "export": ExportWork,
    "publish": PublishWork,
    "webhook": WebhookWork,
    "rewrite-days": RewriteDaysWork,
}


@pytest.mark.parametrize("kind", STORED)
def test_a_stored_job_is_read_and_written_as_it_was(kind: Any) -> None:
    """Each kind of job gets the work of its kind; the JSON has no other fields than before."""
    job = Job.model_validate(JOB | {"kind": kind, "work": STORED[kind]})

    assert type(job.work) is SHAPES[kind]
    assert job.body()["work"] == STORED[kind]
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_an_export_that_is_not_finished_has_no_size_yet() -> None:
    """Its stored work named no bytes."""
    queued = {key: value for key, value in STORED["export"].items() if key != "bytes"}

    assert Job.model_validate(JOB | {"kind": "export", "work": queued}).body()["work"] == queued | {"bytes": 0}


def test_a_job_without_work_is_stored_as_before() -> None:
    """A generation job has an empty object there."""
    job = Job.model_validate(JOB | {"kind": "generation", "work": {}})

    assert job.work is None
    assert job.body()["work"] == {}


@pytest.mark.parametrize("work", [{"slug": "owls"}, STORED["bulk"] | {"change": {"action": "explode"}}])
def test_work_of_another_shape_is_rejected(work: Any) -> None:
    """A document whose work does not fit its kind can't be read."""
    with pytest.raises(ValidationError):
        Job.model_validate(JOB | {"kind": "bulk", "work": work})


def test_a_change_reads_as_a_value() -> None:
    """A stored bulk update is read back with its fields."""
    work = Job.model_validate(JOB | {"kind": "bulk", "work": STORED["bulk"]}).work

    assert isinstance(work, BulkWork)
    assert work.change == BulkChange(action="unfavourite", at=JOB["created_at"])
