"""What the image holds, laid out in a folder of its own, starts and answers."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inference.conftest import until
from tests.inference.dockerfiles import copy_into, environment, last_stage

FETCH = [sys.executable, "-m", "inference_service.fetch"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exactly what the image copies."""
    folder = tmp_path_factory.mktemp("image")
    copy_into(folder)
    return folder


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The image's environment and nothing of this process's, with folders that exist here."""
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    folders = {"HOME": str(home), "HF_HOME": str(home / "models"), "COMPILE_CACHE_DIR": str(home / "compiled")}
    return {**environment(), **folders, "PATH": path, "DEVICE": "cpu", **more}


@contextlib.contextmanager
def started(image: Path, home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = surroundings(home, PORT=str(port), INFERENCE_KEY="test-key")
    command = next(each.command for each in last_stage() if each.name == "CMD")
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=image, env=env, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:

        def answers() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                return answer.status == 200
            return False

        until(answers, seconds=120)
        yield url, env
    finally:
        process.terminate()
        process.wait(60)


def test_the_image_starts_and_is_healthy(image: Path, tmp_path: Path) -> None:
    """
    The entry command serves from the copied files alone, and the health check agrees.
    """
    check = next(each.command for each in last_stage() if each.name == "HEALTHCHECK")

    with started(image, tmp_path) as (_, env):
        healthy = subprocess.run(check, cwd=image, env=env, capture_output=True, timeout=60)
    dead = subprocess.run(check, cwd=image, env=env, capture_output=True, timeout=60)

    assert healthy.returncode == 0, healthy.stderr.decode()
    assert dead.returncode != 0


@pytest.fixture(scope="module")
def fetched(image: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """What the stage of the weights says offline, by model: both at once, since each takes seconds to import torch."""
    running = {}
    for model in ("starter", "nobody/nothing"):
        env = surroundings(tmp_path_factory.mktemp("home"), HF_HUB_OFFLINE="1", MODEL_ID=model)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        running[model] = subprocess.Popen(FETCH, cwd=image, env=env, **pipes)
    ended = {}
    for model, process in running.items():
        said, complained = process.communicate(timeout=120)
        ended[model] = subprocess.CompletedProcess(FETCH, process.returncode, said, complained)
    return ended


def test_the_starter_model_needs_no_fetching(image: Path, fetched) -> None:
    """
    Without build arguments the stage of the weights finds the packaged model and leaves the hub alone.
    """
    found = fetched["starter"]

    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [f"starter: {image / 'inference_service' / 'starter_model'}"]


def test_weights_that_cannot_be_had_end_the_build(fetched) -> None:
    """
    An image without its weights is never made: the command fails, in one sentence.
    """
    found = fetched["nobody/nothing"]

    assert found.returncode == 1
    assert found.stderr.startswith("Not everything could be fetched: ")
    assert "Traceback" not in found.stderr
