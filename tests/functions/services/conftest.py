"""A world of its own for each test, with the painter asked once, so that its faults meet its paintings."""

from __future__ import annotations

import pytest

from functions.services import library_settings
from tests.fakes import Clock, close_world, make_world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world(tmp_path, clock):
    made = await make_world(tmp_path, clock)
    await library_settings.profile(made)  # asked for once, so that the painter's faults meet its paintings
    yield made
    await close_world(made)
