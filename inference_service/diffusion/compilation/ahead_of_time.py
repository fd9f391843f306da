"""Modules compiled ahead of time, one file for each signature and number of lanes.

Compiled in a process of its own: while Dynamo traces, no other thread of its process can run a model.  What
comes out takes the weights as arguments, so that LoRAs may change them; it is loaded without tracing
anything, runs without guards and never compiles again.  Its callers look at shapes and dtypes themselves.

The files are pickles, of which torch makes programs: nobody else may write to their folder.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference_service.diffusion.compilation.signatures import Arguments, Signature


def called(module: Any, arguments: Arguments) -> Any:
    """What is compiled."""
    return module(**arguments)


def compile_to(file: Path, module: Any, arguments: Arguments) -> None:
    """Compile the module for arguments like these, and write the outcome."""
    import torch

    with torch.no_grad(), torch._dynamo.config.patch(enable_aot_compile=True):
        function: Any = torch.compile(
            called,
            fullgraph=True,
            dynamic=False,
            options={"guard_filter_fn": torch.compiler.skip_all_guards_unsafe},
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        function.aot_compile(((module, arguments), {})).save_compiled_function(str(file))


def loaded(file: Path) -> Callable[[Any, Arguments], Any]:
    """What `compile_to` wrote; any exception where this machine or these versions cannot run it."""
    import torch

    with file.open("rb") as stream:
        function: Any = torch.compiler.load_compiled_function(stream)
    return function  # type: ignore[no-any-return]


@dataclass(frozen=True)
class CompiledFiles:
    """The files of one model on one kind of device, with one torch."""

    folder: Path

    def file(self, part: str, signature: Signature, lanes: int) -> Path:
        return self.folder / f"{part}-{signature.key}-{lanes}.aot"

    def keep(self, part: str, signature: Signature) -> None:
        """Write the signature down, for the process that compiles it and for later starts."""
        file = self._note(part, signature.key)
        if not file.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            file.write_text(signature.text)

    def signature(self, part: str, key: str) -> Signature:
        return Signature(self._note(part, key).read_text())

    def found(self, part: str) -> Iterator[tuple[Signature, int]]:
        """What is compiled already, and for how many lanes."""
        for file in sorted(self.folder.glob(f"{part}-*-*.aot")):
            _, key, lanes = file.stem.rsplit("-", 2)
            if self._note(part, key).is_file():
                yield self.signature(part, key), int(lanes)

    def _note(self, part: str, key: str) -> Path:
        return self.folder / f"{part}-{key}.json"


def compiled_files(root: str, device: str, model: str, revision: str, kind: str) -> CompiledFiles:
    """Where they lie: by device, version of torch and diffusers, model, and `kind`, such as its dtype."""
    import diffusers
    import torch

    name = torch.cuda.get_device_name() if device == "cuda" else f"{device} {platform.machine()}"
    versions = f"torch {torch.__version__} diffusers {diffusers.__version__}"
    steps = (name, versions, f"{model} {revision} {kind}")
    return CompiledFiles(Path(root).joinpath(*(re.sub(r"[^\w.]+", "-", step) for step in steps)))
