"""Azure's Python worker, which indexes the app once for all tests of a module."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.requirements_met import require

ROOT = Path(__file__).parents[3]
KEY = "a-key"


class Worker:
    """The worker process: the functions it indexed, and a method to call them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.functions: dict[str, Any] = self._line()

    def call(self, function: str, **trigger: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(json.dumps({"function": function, **trigger}), file=self._process.stdin, flush=True)
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the worker ended: {self._process.communicate()[1][-3000:]}"
        return json.loads(line)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    require(
        importlib.util.find_spec("azure_functions_runtime"),
        "Azure's Python worker",
        "run `make test`, which installs azure-functions-runtime",
    )
    folder = tmp_path_factory.mktemp("worker")
    env = os.environ | {
        "API_KEYS": f"tests:admin:{hashlib.sha256(KEY.encode()).hexdigest()}",
        "SQLITE_PATH": str(folder / "catalog.sqlite"),
        # Nothing listens there: what runs here needs no storage.
        "AzureWebJobsStorage": "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=bm9uZQ==;"
        "BlobEndpoint=http://127.0.0.1:9/devstoreaccount1;QueueEndpoint=http://127.0.0.1:9/devstoreaccount1;",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.functions.worker.worker", str(ROOT)],
        cwd=folder,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield Worker(process)
        process.communicate(timeout=30)  # closes its input: it ends by itself
        assert process.returncode == 0
