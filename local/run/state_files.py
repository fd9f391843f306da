"""What the local run keeps in its folder: the lock, the key of the dashboard, the ports it had."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.run.errors import StartError


@contextmanager
def only_one(path: Path, url: str) -> Iterator[None]:
    """Hold this lock, or raise `StartError` naming who does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+", encoding="utf-8")
    except OSError as exc:
        raise StartError(f"The folder {path.parent} cannot be written: {exc.strerror}.") from exc
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise StartError(f"Auto-Image-Gen already runs from this folder: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{url} (process {os.getpid()})\n")
        lock.flush()
        yield


def private_key(path: Path, *, prefix: str) -> str:
    """The key in this file, made on first use, readable by its owner alone."""
    with suppress(FileNotFoundError):
        key = path.read_text(encoding="utf-8").strip()
        if key:
            return key
    key = prefix + secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    half_written = path.with_suffix(".new")
    half_written.unlink(missing_ok=True)
    with open(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(key + "\n")
    os.replace(half_written, path)
    return key


def api_key_entry(name: str, role: str, key: str) -> str:
    """The key as `API_KEYS` holds it: by its hash only."""
    return f"{name}:{role}:{hashlib.sha256(key.encode()).hexdigest()}"


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether this run could listen there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((address, port)) == 0:
            return False  # somebody listens on all addresses, which binding does not always notice
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def kept_ports(path: Path, wanted: dict[str, int]) -> dict[str, int]:
    """A free port for each name: the one of last time, else the wanted one, else any.

    Pictures are cached by address, so the storage should be found where it was.
    """
    before: dict[str, int] = {}
    with suppress(OSError, ValueError):
        before = {name: int(port) for name, port in json.loads(path.read_text(encoding="utf-8")).items()}
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        candidates = [candidate for candidate in (before.get(name, port), port) if candidate not in chosen.values()]
        chosen[name] = next(filter(is_free, candidates), 0) or any_free_port()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(before | chosen), encoding="utf-8")
    return chosen
