"""Dependencies for each test, with the profile already loaded, so that errors hit generation calls."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from functions.services import library_settings
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def deps(clock: Clock) -> AsyncIterator[FakeDependencies]:
    made = await make_dependencies(clock)
    await library_settings.profile(made)  # loaded once, so that errors hit generation calls
    yield made
    await close_dependencies(made)
