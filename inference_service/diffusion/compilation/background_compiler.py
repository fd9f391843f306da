"""Brings compiled shapes to the models, while they go on painting: files are loaded, missing ones made when idle."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles, loaded
from inference_service.diffusion.compilation.compile_queue import Task, found_tasks, wanted_tasks
from inference_service.diffusion.compilation.compiled_module import Compiled, CompiledModule
from inference_service.events import event

CONTEXT_BYTES = 2 << 30  # of CUDA itself in another process, and of loading there
DECODED = (1, 2, 4)  # pictures at once; a decoder is never given more of a large size


@dataclass
class Client:
    """One loaded model's modules, and what has been tried for them."""

    model: str
    files: CompiledFiles
    modules: Sequence[CompiledModule]
    found: list[Task]
    tried: set[Task] = field(default_factory=set)


class Compiler:
    """For the one thread that owns the models.  One file at a time is loaded or made, on a thread beside it."""

    def __init__(self, device: str, lanes: Sequence[int]) -> None:
        self._device = device
        self._lanes = lanes
        self._clients: dict[str, Client] = {}
        self._thread: threading.Thread | None = None
        self._arrived: queue.SimpleQueue[tuple[Task, weakref.ref[CompiledModule], Compiled]] = queue.SimpleQueue()

    def serve(self, model: str, files: CompiledFiles, modules: Sequence[CompiledModule]) -> None:
        """From now on bring this model what is compiled."""
        found = found_tasks(files, [module.part for module in modules])
        self._clients[model] = Client(model, files, modules, found)

    def forget(self, model: str) -> None:
        """The model is being given up."""
        self._clients.pop(model, None)

    def advance(self) -> None:
        """Put in place what has arrived, and let the next file be loaded; takes no time to speak of."""
        while not self._arrived.empty():
            task, reference, compiled = self._arrived.get()
            if (module := reference()) is not None:
                module.install(task.signature, task.lanes, compiled)
                event("compiled.installed", part=task.part, lanes=task.lanes)
        if not self._is_busy():
            for client in self._clients.values():
                if client.found:
                    self._start(client, client.found.pop(0))
                    return

    def idle(self) -> bool:
        """As `advance`; and where nothing is left to load, have something made.  False when nothing is left at all."""
        self.advance()
        if self._is_busy():
            return True
        for client in self._clients.values():
            for module in client.modules:
                sizes = DECODED if module.part == "decoder" else self._lanes
                for task in wanted_tasks(module.part, module.asked, sizes):
                    if task in client.tried:
                        continue
                    if not self._has_room(module):
                        client.tried.add(task)
                        event("compile.no_room", part=task.part, lanes=task.lanes)
                        continue
                    self._start(client, task)
                    return True
        return False

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _has_room(self, module: CompiledModule) -> bool:
        """Whether another process can hold this module too; else only `warm` can compile it."""
        import torch

        if self._device != "cuda":
            return True
        needed = CONTEXT_BYTES + sum(one.numel() * one.element_size() for one in module.wrapped.parameters())
        if torch.cuda.mem_get_info()[0] < needed:
            torch.cuda.empty_cache()
        return bool(torch.cuda.mem_get_info()[0] > needed)

    def _start(self, client: Client, task: Task) -> None:
        client.tried.add(task)
        (module,) = (one for one in client.modules if one.part == task.part)
        # The thread must not keep a model that is given up meanwhile.
        work = (task, client.files, client.model, weakref.ref(module))
        self._thread = threading.Thread(target=self._bring, args=work, name="compiler", daemon=True)
        self._thread.start()

    def _bring(self, task: Task, files: CompiledFiles, model: str, reference: weakref.ref[CompiledModule]) -> None:
        import torch

        file = files.file(task.part, task.signature, task.lanes)
        try:
            if not file.is_file():
                files.keep(task.part, task.signature)
                _made_elsewhere(task, model)
            try:
                compiled = loaded(file)
            except Exception:
                file.unlink(missing_ok=True)  # of another machine, or cut: the next start makes it anew
                raise
            if (module := reference()) is not None:
                # What is done at the first call only is done here.
                with torch.no_grad():
                    compiled(module.wrapped, task.signature.example(task.lanes, self._device))
                self._arrived.put((task, reference, compiled))
        except Exception as exc:
            event("compile.failed", part=task.part, lanes=task.lanes, error=type(exc).__name__, reason=str(exc)[-300:])


def _made_elsewhere(task: Task, model: str) -> None:
    """Have a process of its own write the task's file; RuntimeError with its last words where it does not."""
    only = [model, task.part, task.signature.key, str(task.lanes)]
    # That process ends when this pipe does, and so with this one.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "inference_service.precompile", "--only", *only],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        words: Any = process.stderr
        said = words.read().decode(errors="replace").strip()
    if process.returncode:
        raise RuntimeError(said or f"exit status {process.returncode}")
