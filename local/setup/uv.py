"""uv installs and locks Python packages. The one on PATH is used, or a pinned one in the virtual environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.setup.commands import run_command, say
from local.setup.installation import HERE, Installation
from local.setup.stamps import done, fingerprint, is_done
from local.setup.venv import python_version

OLDEST = (0, 5)  # the oldest tested release
FROM_PIP = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}


def ensure_uv(place: Installation = HERE) -> str:
    """Return the path of uv: the one on PATH, or the pinned one if that is missing or too old."""
    found = shutil.which("uv")
    return found if found and version(found) >= OLDEST else pinned_uv(place)


def pinned_uv(place: Installation = HERE) -> str:
    """Return the path of the pinned uv, installing it into the virtual environment if needed."""
    own = place.venv / "bin" / "uv"
    stamp, value = place.stamps / "uv", fingerprint([place.uv_lock], python_version(place))
    if not (is_done(stamp, value) and own.exists()):
        say("Installing uv (about 25 MB)…")
        run_command("Installing uv", pip_install(["--require-hashes", "-r", str(place.uv_lock)], place))
        done(stamp, value)
    return str(own)


def version(uv: str) -> tuple[int, ...]:
    """Return the version of this uv, or an empty tuple if it can't be run."""
    try:
        answer = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"uv (\d+)\.(\d+)", answer)
    return (int(match[1]), int(match[2])) if match else ()


def install_locked(
    files: Sequence[Path], *, python: Path | None = None, options: Sequence[str] = (), place: Installation = HERE
) -> list[str]:
    """Return the command that installs exactly the packages of these locks, and checks their hashes.

    They are installed for `python`, by default that of the virtual environment.
    """
    target = str(python or place.python)
    return [
        *(ensure_uv(place), "pip", "install", "--python", target, "--no-deps", "--require-hashes", *options),
        *(word for file in files for word in ("-r", str(file))),
    ]


def pip_install(options: Sequence[str], place: Installation = HERE) -> list[str]:
    """Return a command of the virtual environment's pip."""
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [str(place.python), "-m", "pip", "install", *quiet, *options]


def uv_environment(given: Mapping[str, str] | None = None, place: Installation = HERE) -> dict[str, str]:
    """Return pip's package index and certificates as environment variables, because uv doesn't read pip's settings."""
    environment = os.environ if given is None else given
    command = [str(place.python), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    settings = {name: found[option] for option, name in FROM_PIP.items() if option in found}
    if "UV_INDEX_URL" in environment:
        settings.pop("UV_DEFAULT_INDEX", None)
    return {name: value for name, value in settings.items() if name not in environment}
