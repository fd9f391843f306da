"""A real Azurite for the tests: blobs and queues on free ports, over a folder of its own.

`azurite` is one server for the whole run; `storage` is the connection string of a fresh, empty account in it.
A test that needs a storage that breaks starts its own: `with AzuriteServer(tmp_path) as server`.
"""

from __future__ import annotations

import base64
import itertools
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest

from tests.requirements_met import require

SCRIPT = Path(__file__).parents[1] / "local" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
DEFAULT_ACCOUNT = "devstoreaccount1"
# The account and key that every Azurite has; published by Microsoft, no secret.
DEFAULT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
ACCOUNTS = 1000  # a test takes one and leaves it
ACCOUNT_KEY = base64.b64encode(b"one key for all accounts of the tests").decode()
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0


class AzuriteServer:
    """Azurite as a process that can be stopped and started again over the same data and ports."""

    def __init__(self, folder: Path, *, wrapper: Sequence[str] = (), preload: Path | None = None) -> None:
        """Set the command `wrapper`, which runs Azurite as its arguments, for example with limits.

        Node.js loads the file `preload` first.
        """
        self.folder = folder
        self.blob_port, self.queue_port, self._table_port = free_ports(3)
        self._wrapper = wrapper
        self._node = ["node", *(["--require", str(preload)] if preload else [])]
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count()

    @property
    def connection_string(self) -> str:
        """Of the default account, which all tests of one server share."""
        return self.connection_string_of(DEFAULT_ACCOUNT, DEFAULT_KEY)

    def fresh_account(self) -> str:
        """Return the connection string of a new account."""
        number = next(self._numbers)
        if number >= ACCOUNTS:
            raise RuntimeError(f"All {ACCOUNTS} test accounts are used up; raise ACCOUNTS in tests/azurite.py.")
        return self.connection_string_of(f"test{number}", ACCOUNT_KEY)

    def connection_string_of(self, account: str, key: str) -> str:
        return (
            f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
            f"BlobEndpoint=http://127.0.0.1:{self.blob_port}/{account};"
            f"QueueEndpoint=http://127.0.0.1:{self.queue_port}/{account};"
        )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the process, to send it a signal."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, or go on where a stopped one ended; one that runs is a normal return."""
        if self.running:
            return
        accounts = [f"{DEFAULT_ACCOUNT}:{DEFAULT_KEY}", *(f"test{number}:{ACCOUNT_KEY}" for number in range(ACCOUNTS))]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "azurite.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._wrapper, *self._command()],
                env=os.environ | {"AZURITE_ACCOUNTS": ";".join(accounts)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not all(map(answers, (self.blob_port, self.queue_port))):
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Azurite did not start:\n{(self.folder / 'azurite.log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop in an orderly way, data saved; one that is stopped is a normal return."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_TIMEOUT_S)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _command(self) -> list[str]:
        ports = {"blob": self.blob_port, "queue": self.queue_port, "table": self._table_port}
        given = [word for name, port in ports.items() for word in (f"--{name}Port", str(port))]
        # The SDK is ahead of the versions of the API that this Azurite knows.
        flags = ["--skipApiVersionCheck", "--disableTelemetry", "--silent", "--location", str(self.folder)]
        return [*self._node, str(SCRIPT), *given, *flags]


def free_ports(count: int) -> list[int]:
    """Return ports on which nothing listens now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def answers(port: int) -> bool:
    """Whether something listens on this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def azurite_met() -> None:
    """Skip, or fail in CI, where Azurite cannot run."""
    require(shutil.which("node"), "Node.js", "install Node 20 or newer")
    require(SCRIPT.exists(), "Azurite", "run `npm ci` in local/, or `make test`, which does")


@pytest.fixture(scope="session")
def azurite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzuriteServer]:
    azurite_met()
    with AzuriteServer(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
def azurite(azurite_server: AzuriteServer) -> AzuriteServer:
    """The server of this run, started again should a test have left it stopped."""
    azurite_server.start()
    return azurite_server


@pytest.fixture
def storage(azurite: AzuriteServer) -> str:
    """The connection string of a storage account of this test's own, empty."""
    return azurite.fresh_account()
