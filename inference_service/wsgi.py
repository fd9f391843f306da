"""Entry point of the process: reads the environment and creates the app."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import Flask

from inference_service.config.settings import Settings


def load_settings() -> Settings:
    """Return the settings of this process."""
    return Settings.from_env(os.environ)


def set_library_environment(settings: Settings) -> None:
    """Set environment variables that libraries read on import. Existing values are kept."""
    # OpenMP reads this when torch is imported. Otherwise its threads spin while they wait: with other work on the
    # same cores, an image of one second took 25 seconds.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if settings.compile_cache_dir:
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(settings.compile_cache_dir) / "inductor"))


def build() -> Flask:
    """Create the app with the real engine. gunicorn calls this in the worker, after the fork."""
    from inference_service.api.app import create_app
    from inference_service.diffusion.engine import DiffusionEngine

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = load_settings()
    set_library_environment(settings)
    return create_app(DiffusionEngine(settings), settings)
