"""Compile ahead what the service would compile when idle: `python -m inference_service.precompile`.

With the service's own settings, once for each kind of GPU; COMPILE_CACHE_DIR then serves every replica.
`--only MODEL PART SIGNATURE LANES` makes one file of it: that is how the service itself has it done.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compile_to
from inference_service.diffusion.devices import device_of, dtype_of
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.loading import Placement, fetched_model, quieten
from inference_service.diffusion.model_store.safety_checkers import CheckerMissing
from inference_service.diffusion.model_store.served_model import compiles, files_of, part_of
from inference_service.errors import SettingsError
from inference_service.models.model_folder import NotAModel
from inference_service.wsgi import prepare, settings

NICENESS = 10  # the service that waits for a shape goes on painting beside


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m inference_service.precompile", description=__doc__)
    parser.add_argument("--only", nargs=4, metavar=("MODEL", "PART", "SIGNATURE", "LANES"), help=argparse.SUPPRESS)
    only = parser.parse_args().only
    try:
        chosen = settings()
        if not compiles(chosen, device_of(chosen)):
            sys.exit("Nothing is compiled: set COMPILE_CACHE_DIR, and COMPILE=on where there is no CUDA.")
        prepare(chosen)
        if only:
            _end_with_the_service()
            model, part, signature, lanes = only
            compile_one(chosen, model, part, signature, int(lanes))
            return
        engine = DiffusionEngine(chosen)
        engine.setup(lambda percent: None)
        engine.warm(print)
    except (SettingsError, NotAModel, CheckerMissing) as exc:
        sys.exit(f"Nothing is compiled: {exc}")


def compile_one(chosen: Settings, model: str, part: str, signature: str, lanes: int) -> None:
    """Write one file, with no more of the model on the device than it needs."""
    quieten()
    device = device_of(chosen)
    place = Placement(device, dtype_of(chosen, device), chosen.model_variant)
    folders = (fetched_model(source, chosen) for source in chosen.model_sources)
    folder = next(folder for folder in folders if folder.name == model)
    files = files_of(folder, chosen, place)
    wanted = files.signature(part, signature)
    compile_to(files.file(part, wanted, lanes), part_of(folder, part, chosen, place), wanted.example(lanes, device))


def _end_with_the_service() -> None:
    """Leave when the pipe from the service closes, which it does however the service ends."""
    os.nice(NICENESS)

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
