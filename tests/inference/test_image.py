"""The files of the container image start and respond in a folder of their own."""

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

from tests.inference.conftest import wait_until
from tests.inference.dockerfiles import copy_into, environment, last_stage

pytestmark = pytest.mark.program

FETCH = [sys.executable, "-m", "inference_service.fetch"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exactly the files that the image copies."""
    folder = tmp_path_factory.mktemp("image")
    copy_into(folder)
    return folder


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """Return the image's environment with folders that exist here, without this process's environment."""
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

        def is_responding() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=5) as response:
                return response.status == 200
            return False

        wait_until(is_responding, seconds=240)
        yield url, env
    finally:
        process.terminate()
        process.wait(60)


def test_the_image_starts_and_is_healthy(image: Path, tmp_path: Path) -> None:
    """The image's command serves from the copied files alone, and its health check succeeds."""
    check = next(each.command for each in last_stage() if each.name == "HEALTHCHECK")

    with started(image, tmp_path) as (_, env):
        healthy = subprocess.run(check, cwd=image, env=env, capture_output=True, timeout=60, check=False)
    dead = subprocess.run(check, cwd=image, env=env, capture_output=True, timeout=60, check=False)

    assert healthy.returncode == 0, healthy.stderr.decode()
    assert dead.returncode != 0


@pytest.fixture(scope="module")
def fetched(image: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """Offline output of the download command by model. Both run at once, because importing torch takes seconds."""
    running = {}
    for model in ("starter", "nobody/nothing"):
        env = surroundings(tmp_path_factory.mktemp("home"), HF_HUB_OFFLINE="1", MODEL_ID=model)
        running[model] = subprocess.Popen(
            FETCH, cwd=image, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    ended = {}
    for model, process in running.items():
        text, complained = process.communicate(timeout=240)
        ended[model] = subprocess.CompletedProcess(FETCH, process.returncode, text, complained)
    return ended


def test_the_starter_model_needs_no_download(image: Path, fetched: dict[str, subprocess.CompletedProcess[str]]) -> None:
    """Without build arguments, the download command finds the built-in model and needs no network."""
    found = fetched["starter"]

    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [f"starter: {image / 'inference_service' / 'starter_model'}"]


def test_missing_weights_fail_the_build(fetched: dict[str, subprocess.CompletedProcess[str]]) -> None:
    """If weights can't be downloaded, the command fails with one sentence, so no image is built."""
    found = fetched["nobody/nothing"]

    assert found.returncode == 1
    assert found.stderr.startswith("Some files couldn't be downloaded: ")
    assert "Traceback" not in found.stderr
