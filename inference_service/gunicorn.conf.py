"""How gunicorn serves: `python -m gunicorn -c inference_service/gunicorn.conf.py`."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from inference_service.api.app import studio_of
from inference_service.errors import SettingsError
from inference_service.server.client_connection import leave_out_silent
from inference_service.wsgi import settings

try:
    chosen = settings()
except SettingsError as exc:
    sys.exit(f"The inference service cannot start: {exc}")

wsgi_app = "inference_service.wsgi:build()"
bind = f"{chosen.host}:{chosen.port}"
# One process owns the device and all state; its threads only wait.
workers = 1
worker_class = "inference_service.server.gunicorn_worker.Worker"
threads = chosen.threads
# The model is loaded after the fork: CUDA cannot be initialised before one.
preload_app = False
# A painting request is silent for as long as it takes; the worker's own loop still proves that it lives.
timeout = 0
# The studio ends by itself after SHUTDOWN_SECONDS; its callers then need a moment to be told.
graceful_timeout = chosen.shutdown_s + 5
keepalive = 75
# Heartbeats in memory: on a container's disk they can block.
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108
control_socket_disable = True
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Let no silent caller keep a thread."""
    for listener in server.LISTENERS:
        leave_out_silent(listener.sock)


def post_worker_init(worker: Any) -> None:
    """On SIGTERM, begin to drain the studio beside gunicorn's own farewell."""

    def on_term(number: int, frame: Any) -> None:
        studio = studio_of(worker.wsgi)
        threading.Thread(target=studio.drain, args=(chosen.shutdown_s,), daemon=True).start()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, on_term)


def worker_exit(server: Any, worker: Any) -> None:
    """Tell waiting callers to try again, so that no thread keeps the process."""
    if worker.wsgi is not None:
        studio_of(worker.wsgi).close()
