"""The service for gunicorn over an engine that needs no model: a turn takes a twentieth of a second."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from PIL import Image

from inference_service.api.app import create_app
from inference_service.config.settings import Settings
from inference_service.errors import OutOfMemory
from inference_service.server import client_connection
from tests.inference.engines import FakeEngine

TURN_S = float(os.environ.get("TURN_S", "0.05"))
UNREAD_S = UNSENT_S = 1
BLOCKED, FAILING, TOO_LARGE, NOISY = 1001, 1002, 1003, 1004  # seeds, the last with all above it


class SteadyEngine(FakeEngine):
    """As slow for many rows as for one, as a GPU is."""

    def step(self, rows, between):
        time.sleep(TURN_S)
        seeds = {row.picture.seed for row in rows}
        if FAILING in seeds:
            raise ValueError("a tensor has the wrong shape")
        if TOO_LARGE in seeds:
            raise OutOfMemory(param="size")
        super().step(rows, between)

    def decode(self, rows):
        return [
            painting
            if row.picture.seed < NOISY
            else replace(painting, image=Image.effect_noise(painting.image.size, 100))
            for row, painting in zip(rows, super().decode(rows), strict=True)
        ]

    def row_cap(self, bucket):
        return int(os.environ.get("ROWS", super().row_cap(bucket)))


def build():
    """The app; its settings come from the environment."""
    client_connection.SEND_S, client_connection.RECEIVE_S = UNREAD_S, UNSENT_S
    return create_app(SteadyEngine(blocked=frozenset({BLOCKED})), Settings.from_env(os.environ))


def build_without_socket():
    """The app under a server that does not show the caller's socket."""
    app = build()
    inner = app.wsgi_app

    def wsgi_app(environ, start_response):
        del environ["gunicorn.socket"]
        return inner(environ, start_response)

    app.wsgi_app = wsgi_app
    return app
