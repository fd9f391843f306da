"""What the setup installs into and from: by default this checkout's environment and files, on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.setup.commands import ROOT, free_bytes, require_space

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL = ROOT / "requirements" / "local.txt"
INFERENCE = ROOT / "inference_service" / "requirements.txt"
DEV = ROOT / "requirements" / "dev.txt"
TORCH = ROOT / "inference_service" / "requirements-torch.txt"


def has_nvidia() -> bool:
    """Return whether this machine has an NVIDIA GPU."""
    if Path("/proc/driver/nvidia/version").exists():
        return True
    tool = shutil.which("nvidia-smi") or shutil.which("/usr/lib/wsl/lib/nvidia-smi")
    if not tool:
        return False
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return listed.returncode == 0 and "GPU" in listed.stdout


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A virtual environment, the files that say what belongs into it, and what the machine has."""

    root: Path = ROOT  # the folder that the locks are named in relation to
    venv: Path = VENV
    python: Path = PYTHON
    base_python: str = sys.executable  # creates the virtual environment
    with_torch: tuple[Path, ...] = (INFERENCE, DEV)  # locks whose packages need torch
    torch_pins: Path = ROOT / "inference_service" / "requirements-torch.in"
    torch_lock: Path = TORCH
    uv_lock: Path = ROOT / "requirements" / "uv.txt"
    worker_lock: Path = ROOT / "requirements" / "worker.txt"
    checkov_lock: Path = ROOT / "requirements" / "checkov.txt"
    platform: str = sys.platform
    has_nvidia: Callable[[], bool] = has_nvidia
    free_bytes: Callable[[Path], int] = free_bytes

    @property
    def stamps(self) -> Path:
        return self.venv / "stamps"

    @property
    def checkov_venv(self) -> Path:
        return self.venv / "checkov"

    def require_space(self, gigabytes: float) -> None:
        """Raise `SetupError` if less than this is free."""
        require_space(gigabytes, at=self.root, free_bytes=self.free_bytes)


HERE = Installation()
