"""Outages: jobs wait or report a reason, and nothing is lost or duplicated."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.azurite import AzuriteServer, free_ports
from tests.e2e.conftest import NewHost
from tests.e2e.processes import FunctionHost, Inference, until

pytestmark = pytest.mark.azurite

JOBS = 4
QUICK = {"steps": 2}


@pytest.fixture
def own_azurite(azurite: AzuriteServer, tmp_path: Path) -> Iterator[AzuriteServer]:
    """An Azurite for this test, which the test can stop."""
    with AzuriteServer(tmp_path / "azurite") as server:
        yield server


def submit(host: FunctionHost, theme: str) -> str:
    answer = host.call("POST", "jobs", {"theme": theme, "options": QUICK}, Idempotency_Key=f"k{abs(hash(theme))}")
    return answer["id"]


def pictures_of(host: FunctionHost, job_id: str) -> list[str]:
    return [image["id"] for image in host.call("GET", f"images?q=job:{job_id}")["items"]]


def test_storage_that_stops_under_load_and_comes_back(new_host: NewHost, own_azurite: Any) -> None:
    """Running jobs complete once after Azurite has stopped and restarted."""
    host = new_host(AzureWebJobsStorage=own_azurite.connection_string, LEASE_SECONDS="5", LOCAL_REDELIVERY_SECONDS="10")
    ids = [submit(host, f"an owl, number {number}") for number in range(JOBS)]
    until(lambda: host.call("GET", f"jobs/{ids[0]}")["status"] != "queued", what="work to begin")

    own_azurite.stop()
    down_for = time.monotonic() + 3
    until(lambda: time.monotonic() > down_for, what="three seconds without storage")
    own_azurite.start()

    for job_id in ids:
        job = host.wait_until_finished(job_id, timeout_s=180)
        assert job["status"] == "succeeded", job["reason"]
        assert len(pictures_of(host, job_id)) == 1


def test_a_job_waits_while_the_inference_service_is_down(new_host: NewHost, inference: Inference) -> None:
    """The job shows the reason, and users can cancel it."""
    (nobody,) = free_ports(1)
    host = new_host(INFERENCE_URL=f"http://127.0.0.1:{nobody}", READY_WAIT_SECONDS="1")
    job_id = submit(host, "an owl")

    def waiting() -> dict[str, Any] | None:
        job = host.call("GET", f"jobs/{job_id}")
        return job if job["reason"] else None

    job = until(waiting, what="a reason")

    assert (job["status"], job["failures"]) == ("queued", 0)
    assert "inference service" in job["reason"]["message"]
    assert host.call("POST", f"jobs/{job_id}/cancel")["status"] == "cancelled"


def test_a_temporarily_locked_catalog_causes_no_failure(new_host: NewHost, tmp_path: Path) -> None:
    """A job completes although another program locks the SQLite file for some seconds."""
    host = new_host()
    job_id = submit(host, "an owl")
    until(lambda: host.call("GET", f"jobs/{job_id}")["status"] != "queued", what="work to begin")

    with sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        until_later = time.monotonic() + 2
        until(lambda: time.monotonic() > until_later, what="two seconds of a locked file")
        other.execute("ROLLBACK")
    other.close()

    assert host.wait_until_finished(job_id)["status"] == "succeeded"
    assert len(pictures_of(host, job_id)) == 1
