"""The service as a gunicorn process on its own port."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.inference.conftest import KEY, PATH, wait_until

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, route: str, method: str = "GET") -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + route, method=method, headers={"Authorization": f"Bearer {KEY}"})
        try:
            with urllib.request.urlopen(request, timeout=300) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def state(self) -> str:
        return json.loads(self.get("/readyz")[1])["status"]

    def metric(self, name: str) -> float:
        """Return the sum of all samples whose line starts with this name."""
        lines = self.get("/metrics")[1].decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    def send(self, body: dict[str, object], **headers: str) -> socket.socket:
        """Send a request on a plain socket, which a test can close."""
        data = json.dumps(body).encode()
        lines = {
            "Host": "test",
            "Authorization": f"Bearer {KEY}",
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **headers,
        }
        head = f"POST {PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return self.send_bytes(head.encode() + b"\r\n" + data)

    def send_bytes(self, data: bytes) -> socket.socket:
        """Send these bytes, and leave the connection open."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=300)
        connection.sendall(data)
        return connection


def read_response(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers in lowercase, and body from a connection that the server closes."""
    with connection, connection.makefile("rb") as stream:
        head, _, body = stream.read().partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body


@contextlib.contextmanager
def serving(log: Path, *, app: str = "", **settings: str) -> Iterator[Server]:
    """Run the service under gunicorn with the starter model or with `app`, and stop it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"]
    command += [app] if app else []
    environment = {**os.environ, "INFERENCE_KEY": KEY, "PORT": str(port), "DEVICE": "cpu", **settings}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    server = Server(port, process, log)
    try:

        def is_responding() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                return server.get("/readyz")[0] == 200
            return False

        wait_until(is_responding)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(300)
