"""The storage emulator keeps what it has stored when its process is killed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from azure.storage.queue import QueueClient

from local.run.storage import JOURNAL
from tests.azurite import AzuriteServer, azurite_met

pytestmark = pytest.mark.azurite

KILLS = 2
SCRIPT_LIMIT_S = 60

# A database on a disk that is full while `full` is set: what is written then ends after half of its bytes.
FULL_DISK = """
const fs = require('node:fs');
const Loki = require('lokijs');
const [journal, file] = process.argv.slice(1);
let full = false;
const { writeSync, appendFileSync, writeFile } = fs;
const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
const half = (write) => (target, data, ...rest) => {
  if (!full) return write(target, data, ...rest);
  full = false; // in functions that this one calls
  write(target, data.slice(0, data.length / 2));
  full = true;
  throw noSpace();
};
fs.writeSync = half(writeSync);
fs.appendFileSync = half(appendFileSync);
fs.writeFile = (path, data, ...rest) => (full ? rest.at(-1)(noSpace()) : writeFile(path, data, ...rest));
require(journal);
const opened = () => {
  const database = new Loki(file, { persistenceMethod: 'fs' });
  const load = (done) => database.loadDatabase({}, () => done(database));
  return new Promise(load);
};
const save = (database) => new Promise((done) => database.saveDatabase((error) => done(error ? 'failed' : 'saved')));
const names = (database) => database.getCollection('blobs').data.map((document) => document.name);
const size = () => (fs.existsSync(`${file}.journal-saving`) ? fs.statSync(`${file}.journal-saving`).size : 0);
(async () => {
  const database = await opened();
  const blobs = database.addCollection('blobs');
  await save(database);
  const insert = (name) => blobs.insert({ name });
  const seen = [];
  %s
  console.log(JSON.stringify(seen));
})();
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AzuriteServer]:
    azurite_met()
    with AzuriteServer(tmp_path / "azurite", preload=JOURNAL) as server:
        yield server


def container_of(server: AzuriteServer) -> ContainerClient:
    return BlobServiceClient.from_connection_string(server.connection_string).get_container_client("originals")


def restart_after_kill(server: AzuriteServer) -> None:
    server.kill()
    server.start()


def stored(server: AzuriteServer) -> dict[str, bytes]:
    container = container_of(server)
    return {name: container.download_blob(name).readall() for name in container.list_blob_names()}


def test_acknowledged_changes_survive_a_kill(server: AzuriteServer) -> None:
    """New, replaced, and deleted blobs and messages are as before, although the index wasn't saved since."""
    container = container_of(server)
    container.create_container()
    queue = QueueClient.from_connection_string(server.connection_string, "jobs")
    queue.create_queue()
    for number in range(20):
        container.upload_blob(f"{number:02}", bytes([number]) * 1000)
        queue.send_message(str(number))
    container.upload_blob("03", b"replaced", overwrite=True)
    container.delete_blob("04")
    before = stored(server)

    restart_after_kill(server)

    assert stored(server) == before
    assert (len(before), before["03"]) == (19, b"replaced")
    assert queue.get_queue_properties().approximate_message_count == 20


def test_no_kill_loses_an_acknowledged_blob(server: AzuriteServer) -> None:
    """Everything that was stored before each of several kills is kept, also if a start is killed."""
    container_of(server).create_container()
    acknowledged: dict[str, bytes] = {}
    for kill in range(KILLS):
        container = container_of(server)
        for number in range(10 * (kill + 1)):
            name = f"{kill}-{number:02}"
            container.upload_blob(name, name.encode())
            acknowledged[name] = name.encode()
        restart_after_kill(server)
        restart_after_kill(server)

    assert stored(server) == acknowledged


def test_a_cut_off_line_is_ignored(server: AzuriteServer) -> None:
    """A kill in the middle of writing the journal costs only the change that wasn't acknowledged."""
    container = container_of(server)
    container.create_container()
    container.upload_blob("one", b"1")
    server.kill()
    journal = server.folder / "__azurite_db_blob__.json.journal"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"in":"$BLOBS_COLLECTION$","put":{"na')

    server.start()
    container.upload_blob("two", b"2")
    restart_after_kill(server)

    assert stored(server) == {"one": b"1", "two": b"2"}


def test_an_orderly_stop_leaves_no_journal(server: AzuriteServer) -> None:
    """The saved index contains all changes, so that journals don't grow."""
    container = container_of(server)
    container.create_container()
    container.upload_blob("one", b"1")
    assert list(server.folder.glob("*.journal*"))

    server.stop()

    assert list(server.folder.glob("*.journal*")) == []
    server.start()
    assert stored(server) == {"one": b"1"}


def on_a_full_disk(folder: Path, steps: str) -> list[object]:
    """Run these steps, and return what they have added to `seen`."""
    azurite_met()
    command = [shutil.which("node") or "node", "--eval", FULL_DISK % steps, str(JOURNAL), str(folder / "index.json")]
    done = subprocess.run(
        command, cwd=JOURNAL.parent, timeout=SCRIPT_LIMIT_S, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_a_full_disk_stops_no_save(tmp_path: Path) -> None:
    """Saves fail without an exception or further copies of the journal, and succeed when there is space again."""
    steps = """
    insert('one');
    full = true;
    seen.push(await save(database));
    full = false;
    insert('two');
    full = true;
    seen.push(await save(database), size());
    seen.push(await save(database), size());
    full = false;
    seen.push(names(await opened()), await save(database), size(), names(await opened()));
    """

    first, second, size, third, same_size, unsaved, last, left, saved = on_a_full_disk(tmp_path, steps)

    assert (first, second, third, last) == ("failed", "failed", "failed", "saved")
    assert (size, left) == (same_size, 0)
    assert unsaved == saved == ["one", "two"]


def test_a_change_after_a_full_disk_is_kept(tmp_path: Path) -> None:
    """A line that a full disk cut off costs no later change."""
    steps = """
    insert('one');
    full = true;
    insert('cut off');
    insert('also');
    full = false;
    insert('two');
    seen.push(...names(await opened()));
    """

    assert on_a_full_disk(tmp_path, steps) == ["one", "two"]
