"""Previews during generation, with all real processes."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tests.e2e.conftest import NewHost
from tests.e2e.processes import FunctionHost, until

pytestmark = pytest.mark.azurite


def test_a_job_has_a_preview_during_generation(new_host: NewHost) -> None:
    """The preview is a small WebP image that changes and is removed after generation."""
    host: FunctionHost = new_host()
    job_id = host.call("POST", "jobs", {"theme": "an owl", "options": {"steps": 50}})["id"]

    def preview() -> str | None:
        return host.call("GET", f"jobs/{job_id}")["progress"]["preview"]

    file = base64.b64decode(until(preview, timeout_s=120, what="a preview"))
    job = host.wait_until_finished(job_id, timeout_s=180)

    assert Image.open(io.BytesIO(file)).format == "WEBP"
    assert len(file) <= 8192
    assert (job["status"], job["progress"]["preview"]) == ("succeeded", None)
