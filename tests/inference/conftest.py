"""Fixtures: the service with a fake engine."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import pytest
from flask.testing import FlaskClient

from inference_service.api.app import create_app, engine_thread_of
from inference_service.config.intervals import Intervals
from inference_service.config.settings import Settings
from inference_service.engine import Engine
from tests.inference.engines import FakeEngine
from tests.inference.gaps import compared

# The service does the same before torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Such small models gain nothing from a second thread, and lose much if the machine has other work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Testing the available vector instructions takes a C++ compiler as long as a denoiser. Inductor reads both on import,
# and compiles again what another process has compiled with others.
os.environ.setdefault("TORCHINDUCTOR_VEC_ISA_OK", "0")
# Each of Inductor's own processes would import torch, for a few kernels.
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")

KEY = "test-key"
PATH = "/v1/images/generations"


def wait_until(condition: Callable[[], object], *, seconds: float = 300) -> None:
    """Wait until the condition holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _gaps(request: pytest.FixtureRequest) -> Iterator[None]:
    """Add all compared images to the test's report (`--junit-xml`), for measurements on other processors."""
    compared.clear()
    yield
    request.node.user_properties.extend(("gap", json.dumps(asdict(gap))) for gap in compared)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for callers. The app is closed first, so no thread waits for it."""
    with ThreadPoolExecutor(16) as made:
        yield made


@pytest.fixture
def intervals() -> Intervals:
    return Intervals()


@pytest.fixture
def make_client(pool: ThreadPoolExecutor, intervals: Intervals) -> Iterator[Callable[..., FlaskClient]]:
    """Return a function that creates clients with the API key; their apps are closed after the test."""
    apps = []

    def make(engine: Engine, *, wait: bool = True, key: str = KEY, **settings: Any) -> FlaskClient:
        app = create_app(engine, Settings(**{"inference_key": KEY} | settings), intervals)
        apps.append(app)
        client = app.test_client()
        if key:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        if wait:
            wait_until(lambda: client.get("/readyz").status_code == 200)
        return client

    yield make
    for app in apps:
        engine_thread_of(app).close()


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> Iterator[FlaskClient]:
    yield make_client(engine)
    engine.gate.set()
