"""What a person sees while a picture is painted, through every real part."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from tests.e2e.parts import FunctionHost, until

pytestmark = pytest.mark.azurite


def test_a_preview_stands_on_the_job_while_it_is_painted(new_host):
    """A small WebP, replaced as the picture grows, and gone when the picture is there."""
    host: FunctionHost = new_host()
    job_id = host.call("POST", "jobs", {"theme": "an owl", "options": {"steps": 50}})["id"]

    def preview() -> str | None:
        return host.call("GET", f"jobs/{job_id}")["progress"]["preview"]

    file = base64.b64decode(until(preview, timeout_s=120, what="a preview"))
    job = host.finished(job_id, timeout_s=180)

    assert Image.open(io.BytesIO(file)).format == "WEBP"
    assert len(file) <= 8192
    assert (job["status"], job["progress"]["preview"]) == ("succeeded", None)
