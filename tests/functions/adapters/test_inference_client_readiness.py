"""The inference client with a service that loads, can't load its model, or is canceling."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import pytest

from functions.adapters.http.inference_client import InferenceClient
from functions.errors import Busy, Permanent
from tests.functions.adapters.inference_stub import KEY, REQUEST, TIMEOUT_S, nothing, serving, until
from tests.inference.engines import FakeEngine


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def client(engine: FakeEngine) -> AsyncIterator[InferenceClient]:
    with serving(engine) as url:
        client = InferenceClient(url=url, key=KEY)
        assert await client.is_ready(wait_s=TIMEOUT_S)
        yield client
        await client.close()


async def test_loading_model_is_busy_then_ready() -> None:
    """While the model loads, generation and profile are busy, and readiness waits."""
    loaded = threading.Event()

    class SlowEngine(FakeEngine):
        def setup(self, on_percent: Any) -> Any:
            loaded.wait(TIMEOUT_S)
            return super().setup(on_percent)

    with serving(SlowEngine()) as url:
        client = InferenceClient(url=url, key=KEY)
        with pytest.raises(Busy):
            await client.generate(REQUEST, nothing)
        with pytest.raises(Busy):
            await client.model_profile()
        assert not await client.is_ready(wait_s=0)

        threading.Timer(0.2, loaded.set).start()

        assert await client.is_ready(wait_s=TIMEOUT_S)
        await client.close()


async def test_model_that_cannot_be_loaded_is_busy() -> None:
    """A service that can't load its model is busy until the deadline, with the reason."""

    class BrokenEngine(FakeEngine):
        def setup(self, on_percent: Any) -> NoReturn:
            raise OSError("no such folder")

    with serving(BrokenEngine()) as url:
        client = InferenceClient(url=url, key=KEY)

        async def reported() -> Any:
            try:
                await client.generate(REQUEST, nothing)
            except Busy as exc:
                return exc.message
            return ""

        deadline = time.monotonic() + TIMEOUT_S
        while "no such folder" not in (message := await reported()):
            assert time.monotonic() < deadline, message
        await client.close()


async def test_wrong_key_is_named(engine: FakeEngine) -> None:
    """A rejected API key is permanent and names the setting, for generation and profile."""
    with serving(engine) as url:
        client = InferenceClient(url=url, key="wrong")
        for call in (client.generate(REQUEST, nothing), client.model_profile()):
            with pytest.raises(Permanent, match="INFERENCE_KEY"):
                await call
        await client.close()


async def test_profile_of_the_served_model(client: InferenceClient) -> None:
    """The profile has the fields of GET /v1/models."""
    profile = await client.model_profile()

    assert (profile.model, profile.revision, profile.width, profile.steps) == ("plain", "r1", 64, 4)
    assert profile.samplers == ("default", "euler", "lcm")
    assert profile.vocabulary == ("fox", "snow")


async def test_cancel_ends_the_generation(client: InferenceClient, engine: FakeEngine) -> None:
    """A canceled request is no longer generated, and its caller gets an error."""
    engine.gate.clear()
    generation = asyncio.create_task(client.generate(REQUEST, nothing))
    await until(engine.started.is_set)

    await client.cancel(REQUEST.id)

    with pytest.raises(Permanent, match="canceled"):
        await asyncio.wait_for(generation, TIMEOUT_S)
    assert engine.decoded_seeds == []


async def test_cancel_is_best_effort(client: InferenceClient) -> None:
    """Canceling an unknown request or an unavailable service raises no error."""
    nobody = InferenceClient(url="http://127.0.0.1:1", key=KEY)

    await client.cancel("unheard-of")
    await nobody.cancel("unheard-of")
    await nobody.close()
