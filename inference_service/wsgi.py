"""The process: reads the environment, and builds the app that gunicorn serves."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import Flask

from inference_service.config.settings import Settings


def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env(os.environ)


def prepare(chosen: Settings) -> None:
    """Set what the libraries read from the environment when they load; what is set already stays."""
    # Read by OpenMP when torch loads.  Its threads spin while they wait: with other work on the same cores
    # that made a picture of one second take twenty-five.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if chosen.compile_cache_dir:
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(chosen.compile_cache_dir) / "inductor"))


def build() -> Flask:
    """The app over the real engine; gunicorn calls it in the worker, after the fork."""
    from inference_service.api.app import create_app
    from inference_service.diffusion.engine import DiffusionEngine

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    chosen = settings()
    prepare(chosen)
    return create_app(DiffusionEngine(chosen), chosen)
