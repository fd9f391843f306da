"""Compile in advance what the service would compile when idle: `python -m inference_service.precompile`.

Run it with the service's settings, once per kind of GPU. Each replica then uses COMPILE_CACHE_DIR.
`--only MODEL COMPONENT SIGNATURE BATCH_SIZE` compiles one file; the service uses it for background compilation.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compile_to
from inference_service.diffusion.devices import device_of, dtype_of
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.loading import DevicePlacement, fetched_model, silence_library_logs
from inference_service.diffusion.model_store.safety_checkers import CheckerMissing
from inference_service.diffusion.model_store.served_model import compiles, component_module, files_of
from inference_service.errors import SettingsError
from inference_service.models.model_folder import NotAModel
from inference_service.wsgi import load_settings, set_library_environment

NICENESS = 10  # The service continues to generate while it waits for a compiled file.


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with these arguments, or with those of the process."""
    parser = argparse.ArgumentParser(prog="python -m inference_service.precompile", description=__doc__)
    parser.add_argument(
        "--only", nargs=4, metavar=("MODEL", "COMPONENT", "SIGNATURE", "BATCH_SIZE"), help=argparse.SUPPRESS
    )
    only = parser.parse_args(arguments).only
    try:
        settings = load_settings()
        if not compiles(settings, device_of(settings)):
            sys.exit("Compilation is off. Set COMPILE_CACHE_DIR, and set COMPILE=on if CUDA isn't available.")
        set_library_environment(settings)
        if only:
            _exit_with_parent()
            model, component, signature, batch_rows = only
            compile_file(settings, model, component, signature, int(batch_rows))
            return
        engine = DiffusionEngine(settings)
        engine.setup(lambda percent: None)
        engine.precompile(print)
    except (SettingsError, NotAModel, CheckerMissing) as exc:
        sys.exit(f"Compilation failed: {exc}")


def compile_file(settings: Settings, model: str, component: str, signature: str, batch_rows: int) -> None:
    """Write one file, with only the required component of the model on the device."""
    silence_library_logs()
    device = device_of(settings)
    placement = DevicePlacement(device, dtype_of(settings, device), settings.model_variant)
    folders = (fetched_model(source, settings) for source in settings.model_sources)
    folder = next(folder for folder in folders if folder.name == model)
    files = files_of(folder, settings, placement)
    compiled_signature = files.signature(component, signature)
    compile_to(
        files.file(component, compiled_signature, batch_rows),
        component_module(folder, component, settings, placement),
        compiled_signature.example(batch_rows, device),
    )


def _exit_with_parent() -> None:
    """Exit when the pipe from the parent process closes, which happens however the parent ends."""
    os.nice(NICENESS)

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
