"""gunicorn configuration: `python -m gunicorn -c inference_service/gunicorn.conf.py`."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from inference_service.api.app import engine_thread_of
from inference_service.errors import SettingsError
from inference_service.server.client_connection import defer_accept
from inference_service.wsgi import load_settings

try:
    settings = load_settings()
except SettingsError as exc:
    sys.exit(f"Couldn't start the inference service: {exc}")

wsgi_app = "inference_service.wsgi:build()"
bind = f"{settings.host}:{settings.port}"
# One process owns the device and all state. Its threads only wait.
workers = 1
worker_class = "inference_service.server.gunicorn_worker.Worker"
threads = settings.threads
# The model loads after the fork, because CUDA can't be initialized before it.
preload_app = False
# A generation request is silent until it ends. The worker's own loop still proves liveness.
timeout = 0
# The engine thread ends after SHUTDOWN_SECONDS. Its callers then need a moment to receive the error.
graceful_timeout = settings.shutdown_s + 5
keepalive = 75
# Writing heartbeats to a container's disk can block.
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108
control_socket_disable = True
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Prevent silent callers from occupying threads."""
    for listener in server.LISTENERS:
        defer_accept(listener.sock)


def post_worker_init(worker: Any) -> None:
    """Drain the engine thread on SIGTERM, alongside gunicorn's own shutdown."""

    def on_term(number: int, frame: Any) -> None:
        engine_thread = engine_thread_of(worker.wsgi)
        threading.Thread(target=engine_thread.drain, args=(settings.shutdown_s,), daemon=True).start()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, on_term)


def worker_exit(server: Any, worker: Any) -> None:
    """End open requests with an error that asks to retry, so that no thread keeps the process alive."""
    if worker.wsgi is not None:
        engine_thread_of(worker.wsgi).close()
