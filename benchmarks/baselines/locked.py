"""One pipeline call per request, in Flask with a lock: the usual simple server."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, request

from benchmarks.baselines.plain import PlainPipeline, parse_request, response_body


def build() -> Flask:
    """The app; gunicorn calls this in its worker."""
    app = Flask(__name__)
    pipeline, lock = PlainPipeline(), threading.Lock()

    @app.post("/v1/images/generations")
    def generate() -> dict[str, Any]:
        wanted = parse_request(request.get_json())
        with lock:
            images = pipeline.generate([wanted])
        return response_body(images[0])

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app
