"""Files that are kept between starts: lock, key, and ports."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from functions.settings import Settings
from local.run.errors import StartError
from local.run.state_files import acquire_lock, any_free_port, api_key_entry, is_free, private_key, read_ports

ROOT = Path(__file__).parents[2]


def test_one_run_per_folder(tmp_path: Path) -> None:
    """A second start fails with the process that holds the lock, until it has ended."""
    sentence = r"is already running from this folder: http://127\.0\.0\.1:8080/ \(process \d+\)"
    with acquire_lock(tmp_path / "lock", "http://127.0.0.1:8080/"), pytest.raises(StartError, match=sentence):
        acquire_lock(tmp_path / "lock", "http://127.0.0.1:9090/").__enter__()

    with acquire_lock(tmp_path / "lock", "http://127.0.0.1:9090/"):
        pass


def test_the_folder_is_private(tmp_path: Path) -> None:
    """Only the owner can read the folder, also one of an earlier version."""
    folder = tmp_path / "kept"
    folder.mkdir(mode=0o755)

    with acquire_lock(folder / "lock", "http://127.0.0.1:8080/"):
        mode = folder.stat().st_mode & 0o777

    assert mode == 0o700


def test_files_of_environments_are_ignored() -> None:
    """Neither git nor a deployment takes `.env` or one of its variants."""
    for name in (".gitignore", ".funcignore"):
        assert {".env", ".env.*"} <= set((ROOT / name).read_text(encoding="utf-8").splitlines())


def test_a_folder_that_is_not_writable(tmp_path: Path) -> None:
    """The error names the folder."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StartError, match="isn't writable"):
        acquire_lock(tmp_path / "file" / "lock", "").__enter__()


def test_the_key_is_created_once_and_private(tmp_path: Path) -> None:
    """The key is kept between starts, is long, and is readable only by its owner."""
    first = private_key(tmp_path / "new" / "api-key", prefix="aig_")

    again = private_key(tmp_path / "new" / "api-key", prefix="aig_")

    assert first == again
    assert first.startswith("aig_")
    assert len(first) > 40
    assert (tmp_path / "new" / "api-key").stat().st_mode & 0o777 == 0o600


def test_the_setting_contains_only_the_hash() -> None:
    """The setting `API_KEYS` contains the key's hash, not the key."""
    entry = api_key_entry("local", "editor", "aig_secret")

    settings = Settings.from_env({"API_KEYS": entry})

    assert settings.api_keys.startswith("local:editor:")
    assert "secret" not in entry
    assert len(entry.split(":")[2]) == 64


def test_ports_are_reused(tmp_path: Path) -> None:
    """The next start uses the ports of the first one, so image URLs stay the same."""
    wanted = {"blob": any_free_port(), "queue": any_free_port()}
    first = read_ports(tmp_path / "ports.json", wanted)

    again = read_ports(tmp_path / "ports.json", {"blob": 1, "queue": 2})

    assert first == again == wanted


def test_a_saved_port_that_is_in_use(tmp_path: Path) -> None:
    """If a saved port is in use, another one is chosen and saved."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"blob": taken}))

        chosen = read_ports(tmp_path / "ports.json", {"blob": taken})

    assert chosen["blob"] != taken
    assert read_ports(tmp_path / "ports.json", {"blob": taken}) == chosen


def test_a_broken_ports_file(tmp_path: Path) -> None:
    """An incomplete file is treated as missing."""
    (tmp_path / "ports.json").write_text('{"blob"')

    assert read_ports(tmp_path / "ports.json", {"blob": any_free_port()})


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use(address: str) -> None:
    """A port counts as in use also if a process listens on all addresses."""
    with socket.create_server((address, 0)) as other:
        assert not is_free(other.getsockname()[1])


def run(tmp_path: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.run", *arguments]
    env = {"PATH": "/usr/bin:/bin", "LOCAL_DIR": str(tmp_path), **env}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.program
def test_a_start_on_a_port_in_use(tmp_path: Path) -> None:
    """A start on a port in use prints one message with the solution and exits with 1."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ended = run(tmp_path, PORT=str(port))

    remedy = f"Use another port, for example PORT={port + 1}."
    assert ended.stderr == f"Port {port} is already in use. {remedy}\n"
    assert ended.returncode == 1


@pytest.mark.program
def test_a_start_while_another_runs(tmp_path: Path) -> None:
    """A second start from the same folder names the first process."""
    with acquire_lock(tmp_path / "lock", "http://127.0.0.1:8080/"):
        ended = run(tmp_path, PORT=str(any_free_port()))

    assert ended.stderr.startswith("Auto-Image-Gen is already running from this folder: http://127.0.0.1:8080/")
    assert ended.returncode == 1
