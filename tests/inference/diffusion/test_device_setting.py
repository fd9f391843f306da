"""The device of a model: what the settings name, or the reason why PyTorch can't use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.devices import DeviceUnavailable, cuda_state, device_of, driver_version
from inference_service.diffusion.engine import DiffusionEngine

pytestmark = pytest.mark.model

DRIVER = """NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 14:37:44 UTC 2024
GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)
"""


@pytest.fixture
def no_gpu() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("This machine has a GPU.")


def test_the_configured_device_is_used() -> None:
    """A CPU is used if the settings name it, on any machine."""
    assert device_of(Settings(device="cpu")) == "cpu"


@pytest.mark.usefixtures("no_gpu")
def test_a_gpu_that_is_missing_is_not_replaced_by_the_cpu() -> None:
    """With DEVICE=cuda, an engine without a usable GPU fails with the reason and doesn't run on the CPU."""
    with pytest.raises(DeviceUnavailable, match=r"^DEVICE is cuda, but PyTorch \S+ can't use a GPU\. It is built "):
        DiffusionEngine(Settings(model_id="starter", device="cuda")).setup(lambda percent: None)


@pytest.mark.usefixtures("no_gpu")
def test_the_reason_has_the_version_of_the_driver(tmp_path: Path) -> None:
    """The reason names the version of the NVIDIA driver, or says that there is none."""
    file = tmp_path / "version"
    file.write_text(DRIVER)

    assert "NVIDIA driver: 470.256.02." in cuda_state(file)[1]
    assert "NVIDIA driver: none." in cuda_state(tmp_path / "missing")[1]


def test_the_drivers_version_is_read_from_the_kernel_module(tmp_path: Path) -> None:
    """The first version in the file is the driver's, for closed and open kernel modules."""
    file = tmp_path / "version"
    file.write_text("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\n")
    assert driver_version(file) == "580.65.06"

    file.write_text("something else")
    assert driver_version(file) == ""
