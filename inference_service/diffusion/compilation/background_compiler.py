"""Background compilation: loads compiled files while models run, and compiles missing ones when idle."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.compilation.ahead_of_time import CompiledFiles, load_compiled
from inference_service.diffusion.compilation.compile_queue import CompileTask, compile_tasks, compiled_tasks
from inference_service.diffusion.compilation.compiled_module import Compiled, CompiledModule
from inference_service.events import event

CONTEXT_BYTES = 2 << 30  # Memory for CUDA itself in another process, and for loading the module.
DECODER_BATCH_SIZES = (1, 2, 4)  # Images per decode. Larger batches of large images aren't decoded.


@dataclass
class CompiledModel:
    """Modules of a loaded model, and the tasks attempted for them."""

    name: str
    files: CompiledFiles
    modules: Sequence[CompiledModule]
    available: list[CompileTask]
    attempted: set[CompileTask] = field(default_factory=set)


class Compiler:
    """Loads or compiles one file at a time on its own thread. Used by the thread that owns the models."""

    def __init__(self, device: str, batch_sizes: Sequence[int]) -> None:
        self._device = device
        self._batch_sizes = batch_sizes
        self._models: dict[str, CompiledModel] = {}
        self._thread: threading.Thread | None = None
        self._ready: queue.SimpleQueue[tuple[CompileTask, weakref.ref[CompiledModule], Compiled]] = queue.SimpleQueue()

    def add(self, name: str, files: CompiledFiles, modules: Sequence[CompiledModule]) -> None:
        """Load or compile files for this model from now on."""
        available = compiled_tasks(files, [module.component for module in modules])
        self._models[name] = CompiledModel(name, files, modules, available)

    def remove(self, name: str) -> None:
        """Stop loading and compiling files for this model."""
        self._models.pop(name, None)

    def advance(self) -> None:
        """Install loaded files, and start to load the next one, without blocking."""
        while not self._ready.empty():
            task, reference, compiled = self._ready.get()
            if (module := reference()) is not None:
                module.install(task.signature, task.batch_rows, compiled)
                event("compiled.installed", component=task.component, batch_rows=task.batch_rows)
        if not self._is_busy():
            for model in self._models.values():
                if model.available:
                    self._start(model, model.available.pop(0))
                    return

    def idle(self) -> bool:
        """Advance, and start compilation if nothing is left to load. Return False if nothing is left at all."""
        self.advance()
        if self._is_busy():
            return True
        for model in self._models.values():
            for module in model.modules:
                sizes = DECODER_BATCH_SIZES if module.component == "decoder" else self._batch_sizes
                for task in compile_tasks(module.component, module.calls, sizes):
                    if task in model.attempted:
                        continue
                    if not self._fits_another_copy(module):
                        model.attempted.add(task)
                        event("compile.out_of_memory", component=task.component, batch_rows=task.batch_rows)
                        continue
                    self._start(model, task)
                    return True
        return False

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _fits_another_copy(self, module: CompiledModule) -> bool:
        """Return whether another process can load this module too. If not, only `precompile` can compile it."""
        import torch

        if self._device != "cuda":
            return True
        needed = CONTEXT_BYTES + sum(each.numel() * each.element_size() for each in module.wrapped.parameters())
        if torch.cuda.mem_get_info()[0] < needed:
            torch.cuda.empty_cache()
        return bool(torch.cuda.mem_get_info()[0] > needed)

    def _start(self, model: CompiledModel, task: CompileTask) -> None:
        model.attempted.add(task)
        (module,) = (each for each in model.modules if each.component == task.component)
        # A weak reference: the thread must not keep a model in memory that is evicted during compilation.
        arguments = (task, model.files, model.name, weakref.ref(module))
        self._thread = threading.Thread(target=self._load_or_compile, args=arguments, name="compiler", daemon=True)
        self._thread.start()

    def _load_or_compile(
        self, task: CompileTask, files: CompiledFiles, name: str, reference: weakref.ref[CompiledModule]
    ) -> None:
        import torch

        file = files.file(task.component, task.signature, task.batch_rows)
        try:
            if not file.is_file():
                files.save_signature(task.component, task.signature)
                _compile_in_other_process(task, name)
            try:
                compiled = load_compiled(file)
            except Exception:
                # The file is incomplete or from another machine. The next start compiles it again.
                file.unlink(missing_ok=True)
                raise
            if (module := reference()) is not None:
                # Run the work of the first call here, off the engine thread.
                with torch.no_grad():
                    compiled(module.wrapped, task.signature.example(task.batch_rows, self._device))
                self._ready.put((task, reference, compiled))
        except Exception as exc:  # noqa: BLE001 - an uncompiled shape still runs
            event(
                "compile.failed",
                component=task.component,
                batch_rows=task.batch_rows,
                error=type(exc).__name__,
                reason=str(exc)[-300:],
            )


def _compile_in_other_process(task: CompileTask, name: str) -> None:
    """Compile the task's file in another process, or raise RuntimeError with the end of its output."""
    task_arguments = [name, task.component, task.signature.key, str(task.batch_rows)]
    # The other process exits when this pipe closes, at the latest when this process ends.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "inference_service.precompile", "--only", *task_arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        stderr: Any = process.stderr
        message = stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise RuntimeError(message or f"exit status {process.returncode}")
