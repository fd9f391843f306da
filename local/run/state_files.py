"""State files of the local run: the lock, the keys, and the ports of the last start."""

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
def acquire_lock(path: Path, url: str) -> Iterator[None]:
    """Hold this lock, or raise `StartError` with the process that holds it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)  # it contains keys, images, and prompts; also a folder of an earlier version
        lock = path.open("a+", encoding="utf-8")
    except OSError as exc:
        raise StartError(f"Folder {path.parent} isn't writable: {exc.strerror}.") from exc
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise StartError(f"Auto-Image-Gen is already running from this folder: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{url} (process {os.getpid()})\n")
        lock.flush()
        yield


def lock_holder(path: Path) -> str | None:
    """Return the URL of the process that holds this lock, or None if no process holds it."""
    try:
        with path.open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read().partition(" ")[0]
    except OSError:
        return None
    return None


def private_key(path: Path, *, prefix: str) -> str:
    """Return the key in this file; create it on first use, readable only by its owner."""
    with suppress(FileNotFoundError):
        key = path.read_text(encoding="utf-8").strip()
        if key:
            return key
    key = prefix + secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(key + "\n")
    temporary.replace(path)
    return key


def api_key_entry(name: str, role: str, key: str) -> str:
    """Return the key's entry in `API_KEYS`, which contains only its hash."""
    return f"{name}:{role}:{hashlib.sha256(key.encode()).hexdigest()}"


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Return whether a process can listen on this port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((address, port)) == 0:
            return False  # bind doesn't always fail if another process listens on all addresses
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


def read_ports(path: Path, wanted: dict[str, int]) -> dict[str, int]:
    """Return a free port per name: the last one if possible, else the wanted one, else any; save the result.

    Browsers cache images by URL, so the storage keeps its port if possible.
    """
    last: dict[str, int] = {}
    with suppress(OSError, ValueError, TypeError, AttributeError):
        last = {name: int(port) for name, port in json.loads(path.read_text(encoding="utf-8")).items()}
    chosen: dict[str, int] = {}
    for name, port in wanted.items():
        candidates = [candidate for candidate in (last.get(name, port), port) if candidate not in chosen.values()]
        chosen[name] = next(filter(is_free, candidates), 0) or any_free_port()
    # Without space on the disk, only the next start may choose other ports.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(last | chosen), encoding="utf-8")
    return chosen
