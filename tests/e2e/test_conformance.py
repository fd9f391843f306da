"""The function app as a process, called with requests that are made from its OpenAPI document."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.conformance import check_api
from benchmarks.stub_inference import StubInferenceService
from tests.e2e.conftest import NewHost
from tests.e2e.processes import KEY

pytestmark = [pytest.mark.azurite, pytest.mark.slow]

EXAMPLES = 2  # per operation; `python -m benchmarks.conformance` makes more, in all phases, of both APIs


def test_the_function_app_conforms_to_its_document(new_host: NewHost, tmp_path: Path) -> None:
    """Single requests and sequences of them get documented responses and no server error."""
    with StubInferenceService() as inference:
        host = new_host(INFERENCE_URL=inference.url, SITE_URL="http://127.0.0.1:1")

        result = asyncio.run(
            check_api(
                f"{host.url}/api/openapi.json",
                key=KEY,
                folder=tmp_path,
                examples=EXAMPLES,
                seed=1,
                phases=("fuzzing", "stateful"),
            )
        )

    assert result.findings == 0, result.output
    assert result.operations > 60
    assert result.cases > result.operations
