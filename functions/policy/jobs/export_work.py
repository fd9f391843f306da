"""An export's work before anything is packed.  Pure."""

from __future__ import annotations

from functions.models.library_work import ExportWork


def from_the_start(work: ExportWork, job_id: str) -> ExportWork:
    """The work with nothing done yet, for the job of this id."""
    return work.evolve(
        id=job_id, cursor=work.newest, done=0, failed=0, entries=0, offset=0, blocks=0, directory=0, bytes=0
    )
