"""The app with a fake engine for gunicorn, whose steps take 50 ms."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

from PIL import Image

from inference_service.api.app import create_app
from inference_service.config.settings import Settings
from inference_service.errors import OutOfMemory
from inference_service.server import client_connection
from tests.inference.engines import FakeEngine

STEP_S = float(os.environ.get("TURN_S", "0.05"))
UNREAD_S = UNSENT_S = 1
BLOCKED, FAILING, TOO_LARGE, NOISY = 1001, 1002, 1003, 1004  # Seeds; the last one includes all larger seeds.


class SteadyEngine(FakeEngine):
    """A step takes the same time for any number of rows, as on a GPU."""

    def step(self, rows: Any, on_step: Any) -> None:
        time.sleep(STEP_S)
        seeds = {row.spec.seed for row in rows}
        if FAILING in seeds:
            raise ValueError("a tensor has the wrong shape")
        if TOO_LARGE in seeds:
            raise OutOfMemory(param="size")
        super().step(rows, on_step)

    def decode(self, rows: Any) -> Any:
        return [
            decoded if row.spec.seed < NOISY else replace(decoded, image=Image.effect_noise(decoded.image.size, 100))
            for row, decoded in zip(rows, super().decode(rows), strict=True)
        ]

    def row_cap(self, bucket: Any) -> Any:
        return int(os.environ.get("ROWS", super().row_cap(bucket)))


def build() -> Any:
    """Return the app, with settings from the environment."""
    client_connection.SEND_S, client_connection.RECEIVE_S = UNREAD_S, UNSENT_S
    return create_app(SteadyEngine(blocked=frozenset({BLOCKED})), Settings.from_env(os.environ))


def build_patient() -> Any:
    """Return the app with the real time limits."""
    return create_app(SteadyEngine(blocked=frozenset({BLOCKED})), Settings.from_env(os.environ))


def build_without_socket() -> Any:
    """Return the app for a server that doesn't provide the caller's socket."""
    app = build()
    inner = app.wsgi_app

    def wsgi_app(environ: Any, start_response: Any) -> Any:
        del environ["gunicorn.socket"]
        return inner(environ, start_response)

    app.wsgi_app = wsgi_app
    return app
