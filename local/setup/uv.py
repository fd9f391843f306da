"""uv, which installs and locks Python packages: the one on PATH, or a pinned one of the project's own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.setup.commands import ROOT, say, work
from local.setup.stamps import done, fingerprint, is_done
from local.setup.venv import PYTHON, STAMPS, VENV, python_version

OLDEST = (0, 5)  # the oldest release that was tried
PINNED = ROOT / "requirements" / "uv.txt"
FROM_PIP = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}


def ensure_uv() -> str:
    """The path of a uv: the machine's, or the pinned one where the machine has none that is new enough."""
    found = shutil.which("uv")
    return found if found and version(found) >= OLDEST else pinned_uv()


def pinned_uv() -> str:
    """The path of the pinned uv, installed into the virtual environment if need be."""
    own = VENV / "bin" / "uv"
    stamp, value = STAMPS / "uv", fingerprint([PINNED], python_version())
    if not (is_done(stamp, value) and own.exists()):
        say("Installing uv (about 25 MB)…")
        work("Installing uv", pip_install(["--require-hashes", "-r", str(PINNED)]))
        done(stamp, value)
    return str(own)


def version(uv: str) -> tuple[int, ...]:
    """Its version, or nothing when it does not answer."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"uv (\d+)\.(\d+)", answer)
    return (int(match[1]), int(match[2])) if match else ()


def install_locked(files: Sequence[Path], *, python: Path, options: Sequence[str] = ()) -> list[str]:
    """The command that installs what these locks name and nothing else, each file checked by its hash."""
    return [
        *(ensure_uv(), "pip", "install", "--python", str(python), "--no-deps", "--require-hashes", *options),
        *(word for file in files for word in ("-r", str(file))),
    ]


def pip_install(options: Sequence[str]) -> list[str]:
    """The command that has the virtual environment's pip install something."""
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [str(PYTHON), "-m", "pip", "install", *quiet, *options]


def uv_environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    """What uv has to be told of pip's settings, which it does not read: the package index and its certificates."""
    environment = os.environ if given is None else given
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    found = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    told = {name: found[option] for option, name in FROM_PIP.items() if option in found}
    if "UV_INDEX_URL" in environment:
        told.pop("UV_DEFAULT_INDEX", None)
    return {name: value for name, value in told.items() if name not in environment}
