"""One inference service for all end-to-end tests, and a function host per test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.processes import FunctionHost, Inference

NewHost = Callable[..., FunctionHost]


@pytest.fixture(scope="session")
def inference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inference]:
    """The real inference service with the starter model."""
    part = Inference(tmp_path_factory.mktemp("inference"))
    part.start()
    try:
        part.wait()
        yield part
    finally:
        part.stop()


@pytest.fixture
def new_host(tmp_path: Path, storage: str, inference: Inference) -> Iterator[NewHost]:
    """Start function hosts with a storage account for this test; `env` adds or replaces settings."""
    with ExitStack() as stack:

        def start(*, folder: Path = tmp_path, **env: str) -> FunctionHost:
            given = {"AzureWebJobsStorage": storage, "INFERENCE_URL": inference.url} | env
            host = FunctionHost(folder, given)
            host.start()
            stack.callback(host.kill)
            host.wait()
            return host

        yield start
