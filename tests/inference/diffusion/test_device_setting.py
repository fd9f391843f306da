"""The device of a model if the settings name one."""

from __future__ import annotations

import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.devices import device_of


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
def test_a_device_in_the_settings_is_used_without_torch(device: str) -> None:
    """The device of the settings is returned; as in any unit test, importing torch fails."""
    assert device_of(Settings(device=device)) == device
