"""Modules compiled ahead of time, one file per signature and batch size.

Compilation runs in another process, because no other thread of a process can run a model while Dynamo traces. A
compiled function takes the weights as arguments, so LoRAs may change them. It loads without tracing, has no guards,
and never recompiles, so its callers check shapes and dtypes.

The files are pickles that contain executable code, so their folder must not be writable by other users.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.diffusion.compilation.signatures import Arguments, Signature


def call_module(module: Any, arguments: Arguments) -> Any:
    """Call the module. This function is compiled."""
    return module(**arguments)


def compile_to(file: Path, module: Any, arguments: Arguments) -> None:
    """Compile the module for arguments of these shapes, and write the result."""
    import torch

    with torch.no_grad(), torch._dynamo.config.patch(enable_aot_compile=True):
        function: Any = torch.compile(
            call_module,
            fullgraph=True,
            dynamic=False,
            options={"guard_filter_fn": torch.compiler.skip_all_guards_unsafe},
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        function.aot_compile(((module, arguments), {})).save_compiled_function(str(file))


def load_compiled(file: Path) -> Callable[[Any, Arguments], Any]:
    """Load a file written by `compile_to`; any exception means that this machine or these versions can't run it."""
    import torch

    with file.open("rb") as stream:
        function: Any = torch.compiler.load_compiled_function(stream)
    return function  # type: ignore[no-any-return]


@dataclass(frozen=True)
class CompiledFiles:
    """Compiled files of one model for one kind of device and one torch version."""

    folder: Path

    def file(self, component: str, signature: Signature, batch_rows: int) -> Path:
        return self.folder / f"{component}-{signature.key}-{batch_rows}.aot"

    def save_signature(self, component: str, signature: Signature) -> None:
        """Save the signature for the process that compiles it and for later starts."""
        file = self._signature_file(component, signature.key)
        if not file.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.write_text(signature.text)

    def signature(self, component: str, key: str) -> Signature:
        return Signature(self._signature_file(component, key).read_text())

    def available(self, component: str) -> Iterator[tuple[Signature, int]]:
        """Yield the signatures and batch sizes that are already compiled."""
        for file in sorted(self.folder.glob(f"{component}-*-*.aot")):
            _, key, batch_rows = file.stem.rsplit("-", 2)
            if self._signature_file(component, key).is_file():
                yield self.signature(component, key), int(batch_rows)

    def _signature_file(self, component: str, key: str) -> Path:
        return self.folder / f"{component}-{key}.json"


def compiled_files(root: str, device: str, model: str, revision: str, variant: str) -> CompiledFiles:
    """Return the folder of compiled files by device, versions, model, and `variant`, such as the dtype."""
    import diffusers
    import torch

    name = torch.cuda.get_device_name() if device == "cuda" else f"{device} {platform.machine()}"
    versions = f"torch {torch.__version__} diffusers {diffusers.__version__}"
    folders = (name, versions, f"{model} {revision} {variant}")
    return CompiledFiles(Path(root).joinpath(*(re.sub(r"[^\w.]+", "-", folder) for folder in folders)))
