"""The local product with two function hosts on one catalog, whose processes can be killed and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from benchmarks.storm.acknowledged import Acknowledged
from local.host.connection import emulator_connection_string
from local.run import process_specs, storage
from local.run.errors import StartError
from local.run.options import Options
from local.run.process import ManagedProcess, ProcessSpec
from local.run.state_files import any_free_port, read_ports

KEY = "benchmark"
HOSTS = ("function host 1", "function host 2")
INFERENCE, BLOBS = "inference service", "Azurite"
# Short, so that many jobs are continued by another worker while the storm lasts.
LEASE_S = 20
REDELIVERY_S = 10
START_TRIES = 5
KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR")


class Product:
    """All processes. Hosts reach the blobs through a proxy that records what the storage has acknowledged."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        kept = {name: value for name, value in environ.items() if name in KEPT_ENVIRONMENT}
        self.catalog = folder / "catalog.sqlite"
        env = kept | {
            "SQLITE_PATH": str(self.catalog),
            "LEASE_SECONDS": str(LEASE_S),
            "LOCAL_REDELIVERY_SECONDS": str(REDELIVERY_S),
            "LIBRARY_TIMEZONE": "UTC",
            # Threads that wait for each other on busy cores cost more than they save.
            "OMP_NUM_THREADS": "1",
        }
        self.options = Options(folder=folder, env=env, port=any_free_port())
        self._specs: dict[str, ProcessSpec] = {}
        self._specs[BLOBS], self.connection = storage.storage_spec(self.options)
        ports = read_ports(folder / "ports.json", storage.PORTS)
        self.acknowledged = Acknowledged(f"http://127.0.0.1:{ports['blob']}")
        self._queue_port = ports["queue"]
        self.urls: tuple[str, ...] = ()
        self.restarts_failed = 0
        self._processes: dict[str, ManagedProcess] = {}
        self._away: set[str] = set()

    async def start(self) -> None:
        """Start all processes and return when they respond."""
        await self.acknowledged.start()
        self._specs[INFERENCE], address = process_specs.inference_spec(self.options)
        through = emulator_connection_string(
            self.acknowledged.port, self._queue_port, key=storage.account_key(self.options.folder)
        )
        urls = []
        for number, name in enumerate(HOSTS):
            options = Options(folder=self.options.folder / f"host{number}", env=self.options.env, port=any_free_port())
            self._specs[name] = process_specs.host_spec(
                options, port=options.port, storage=through, inference=address, key=KEY, dashboard=False
            )
            urls.append(f"http://127.0.0.1:{options.port}/api/")
        self.urls = tuple(urls)
        for name in (BLOBS, INFERENCE, *HOSTS):
            await self._start(name)

    async def stop(self) -> None:
        """Stop all processes, storage last."""
        for name in reversed(list(self._processes)):
            with suppress(ProcessLookupError):
                os.killpg(self._processes[name].pid or 0, signal.SIGCONT)
            await self._processes[name].stop()
        await self.acknowledged.stop()

    async def stop_hosts(self) -> None:
        """Stop what writes to catalog and storage."""
        for name in HOSTS:
            await self._processes.pop(name).stop()

    def is_away(self, name: str) -> bool:
        """Return whether the process is stopped or restarting."""
        return name in self._away

    async def kill(self, name: str, down_s: float) -> None:
        """Kill the process with SIGKILL, and start it again after a while."""
        self._away.add(name)
        await self._processes[name].stop(force=True)
        await asyncio.sleep(down_s)
        await self._start(name)
        self._away.discard(name)

    async def pause(self, name: str, for_s: float) -> None:
        """Stop the process with SIGSTOP, and let it continue after a while."""
        self._away.add(name)
        group = self._processes[name].pid or 0
        os.killpg(group, signal.SIGSTOP)
        try:
            await asyncio.sleep(for_s)
        finally:
            os.killpg(group, signal.SIGCONT)
            self._away.discard(name)

    async def _start(self, name: str) -> None:
        for left in reversed(range(START_TRIES)):
            process = ManagedProcess(self._specs[name], print)
            self._processes[name] = process
            try:
                await process.start()
                return
            except StartError:
                await process.stop(force=True)
                self.restarts_failed += 1
                if not left:
                    raise
