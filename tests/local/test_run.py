"""The supervisor as a process: start, stop, restarts, and no remaining processes."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.errors import Permanent
from functions.models.identity import new_image_ids
from local.host.connection import ACCOUNT_KEY, emulator_connection_string
from local.run import first_run
from local.run.state_files import any_free_port
from local.run.storage import account_key
from tests.azurite import azurite_met
from tests.fakes import START
from tests.image_samples import an_image, an_original
from tests.local.polling import until
from tests.parameter_files import INFOTEXT, png_with
from tests.present import present

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 120.0
STOP_LIMIT_S = 60.0


class Run:
    """`make functions` after the setup."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = any_free_port()
        self.lines: list[str] = []
        self.process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Start it and wait until it prints that it is ready."""
        self.process = await self.begun("functions")
        async with asyncio.timeout(START_LIMIT_S):
            while not any("is ready" in line for line in self.lines):
                line = await present(self.process.stdout).readline()
                assert line, self.lines
                self.lines.append(line.decode().strip())

    async def begun(self, *what: str) -> asyncio.subprocess.Process:
        """Return the new process of `python -m local.run WHAT…` with this folder."""
        env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "local.run", *what),
            cwd=ROOT,
            env=env | {"LOCAL_DIR": str(self.folder), "PORT": str(self.port)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def output_of(self, *what: str) -> tuple[int | None, str]:
        """Return exit code and output of `python -m local.run WHAT…`, which ends by itself."""
        process = await self.begun(*what)
        output, _ = await asyncio.wait_for(process.communicate(), START_LIMIT_S)
        return process.returncode, output.decode()

    async def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        output, _ = await asyncio.wait_for(self.process.communicate(), STOP_LIMIT_S)
        self.lines += output.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    async def health(self) -> int:
        url = f"http://127.0.0.1:{self.port}/api/health"
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    azurite_met()
    run = Run(tmp_path / "kept")
    yield run
    if run.process.returncode is None:
        await run.end(signal.SIGKILL)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # it can end between two questions
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.azurite
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
async def test_a_stop_is_clean(run: Run, number: Any) -> None:
    """After a stop, all processes are gone, the exit code is 0, and no log contains the key."""
    await run.start()
    processes = run.processes
    healthy = await run.health()

    code = await run.end(number)

    assert healthy == 200
    assert code == 0
    assert len(processes) >= 2
    assert alive(processes) == []
    assert [path for path in run.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077] == []
    key = (run.folder / "api-key").read_text().strip()
    assert not any(key in log.read_text() for log in (run.folder / "logs").iterdir())


@pytest.mark.azurite
async def test_a_second_start_uses_the_same_key_and_ports(run: Run) -> None:
    """A second start uses the same key and ports."""
    await run.start()
    key = (run.folder / "api-key").read_text()
    ports = json.loads((run.folder / "ports.json").read_text())
    await run.end(signal.SIGTERM)
    run.lines.clear()

    await run.start()

    assert (run.folder / "api-key").read_text() == key
    assert json.loads((run.folder / "ports.json").read_text()) == ports


@pytest.mark.azurite
async def test_the_storage_has_a_key_of_its_own(run: Run, tmp_path: Path) -> None:
    """The emulator's public key opens nothing, and each folder has another key."""
    await run.start()
    ports = json.loads((run.folder / "ports.json").read_text())
    own, public = (
        AzureBlobs(connection_string=emulator_connection_string(ports["blob"], ports["queue"], key=key))
        for key in (account_key(run.folder), ACCOUNT_KEY)
    )

    # Not below p/, where the sweep at the start removes what isn't published.
    await own.upload("$web", "feed.json", b"{}", content_type="application/json")
    with pytest.raises(Permanent):
        await public.upload("$web", "feed.json", b"[]", content_type="text/html", overwrite=True)

    assert await own.download("$web", "feed.json") == b"{}"
    assert account_key(tmp_path / "other") not in (account_key(run.folder), ACCOUNT_KEY)
    await own.close()
    await public.close()


@pytest.mark.azurite
async def test_a_lost_catalog_is_restored_and_not_replaced_by_an_empty_one(run: Run) -> None:
    """Without its catalog, a library with images doesn't start; `make rebuild` restores it, and then it starts."""
    await run.start()
    ports = json.loads((run.folder / "ports.json").read_text())
    blobs = AzureBlobs(
        connection_string=emulator_connection_string(ports["blob"], ports["queue"], key=account_key(run.folder))
    )
    (id,) = new_image_ids(START, 1)
    image = an_image(id, seed=1)
    await blobs.upload("originals", image.original_blob, an_original(image), content_type="image/png")
    await blobs.close()
    await run.end(signal.SIGTERM)
    for file in run.folder.glob("catalog.sqlite*"):
        file.unlink()

    refused, why = await run.output_of("functions")
    restored, report = await run.output_of("rebuild")
    await run.start()

    assert refused == 1
    assert f"Catalog file {run.folder / 'catalog.sqlite'} is missing, but the storage has images." in why
    assert "Run `make rebuild` to restore the catalog." in why
    assert restored == 0
    assert "1 originals: 1 restored" in report
    with closing(sqlite3.connect(run.folder / "catalog.sqlite")) as connection:
        assert connection.execute("SELECT id FROM images").fetchall() == [(id,)]


@pytest.mark.azurite
async def test_a_folder_is_imported(run: Run, tmp_path: Path) -> None:
    """`make import` adds the images of a folder to the library of the local run, and none twice."""
    folder = tmp_path / "images of mine"
    folder.mkdir()
    (folder / "fox.png").write_bytes(png_with({"parameters": INFOTEXT}))
    (folder / "owl.jpg").write_bytes(b"no image")

    missing, why = await run.output_of("import", str(tmp_path / "elsewhere"))
    first, report = await run.output_of("import", str(folder))
    (folder / "owl.jpg").unlink()
    second, again = await run.output_of("import", str(folder))
    await run.start()

    assert (missing, first, second) == (1, 1, 0)
    assert f"FOLDER must be an existing folder, but is {tmp_path / 'elsewhere'}." in why
    assert "2 files: 1 imported, 0 already in the library, 0 without generation parameters, 1 unreadable." in report
    assert "owl.jpg: The file isn't a PNG, JPEG, or WebP image." in report
    assert "1 files: 0 imported, 1 already in the library" in again
    with closing(sqlite3.connect(run.folder / "catalog.sqlite")) as connection:
        ((body,),) = connection.execute("SELECT body FROM images").fetchall()
    assert json.loads(body)["prompt"] == "a red fox, in the snow"


@pytest.mark.azurite
async def test_a_killed_run_leaves_nothing_running(run: Run) -> None:
    """If the supervisor is killed, the storage and the function app end."""
    await run.start()
    processes = run.processes

    await run.end(signal.SIGKILL)

    await until(lambda: alive(processes) == [])


@pytest.mark.azurite
async def test_a_killed_process_is_restarted(run: Run) -> None:
    """A killed function app is restarted at the same URL."""
    await run.start()
    [app] = [process for process in run.processes if "local.host" in process.cmdline()]

    app.kill()
    await until(lambda: alive([app]) == [])

    async def answers() -> bool:
        try:
            return await run.health() == 200
        except aiohttp.ClientError:
            return False

    await until(answers)
    await run.end(signal.SIGTERM)
    assert any("The function app stopped (ended by SIGKILL). Restarting it" in line for line in run.lines)


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("\n", False), ("no\n", False)])
async def test_a_question_at_the_terminal(typed: str, answer: bool) -> None:
    """Only y and yes count as yes."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal:
        os.write(ours, typed.encode())

        text = await asyncio.wait_for(first_run.ask_yes_no("More?", terminal), STOP_LIMIT_S)

    os.close(ours)
    assert text is answer


def test_no_question_without_a_terminal() -> None:
    """If the output is a file or a pipe, no question is asked."""
    with Path(os.devnull).open() as nothing:
        assert not first_run.has_terminal(nothing)
