"""How gunicorn serves: `python -m gunicorn -c inference_service/gunicorn.conf.py`."""

from __future__ import annotations

import sys
from typing import Any

from inference_service.app import close_studio
from inference_service.errors import SettingsError
from inference_service.wsgi import settings

try:
    chosen = settings()
except SettingsError as exc:
    sys.exit(f"The inference service cannot start: {exc}")

wsgi_app = "inference_service.wsgi:build()"
bind = f"{chosen.host}:{chosen.port}"
# One process owns the device and all state; its threads only wait.
workers = 1
worker_class = "gthread"
threads = chosen.threads
# The model is loaded after the fork: CUDA cannot be initialised before one.
preload_app = False
# A painting request is silent for as long as it takes; the worker's own loop still proves that it lives.
timeout = 0
graceful_timeout = chosen.shutdown_s
keepalive = 75
# Heartbeats in memory: on a container's disk they can block.
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108
control_socket_disable = True
loglevel = "warning"


def worker_exit(server: Any, worker: Any) -> None:
    """Tell waiting callers to try again, so that no thread keeps the process."""
    if worker.wsgi is not None:
        close_studio(worker.wsgi)
