"""The work of an export before its first step. All functions are pure."""

from __future__ import annotations

from functions.models.library_work import ExportWork


def restarted(work: ExportWork, job_id: str) -> ExportWork:
    """Return the work of the job with this ID before its first step."""
    return work.evolve(
        id=job_id, cursor=work.newest, done=0, failed=0, entries=0, offset=0, blocks=0, directory=0, bytes=0
    )
