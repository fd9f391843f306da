"""The plain pipeline behind a queue that always takes the request with the fewest steps next."""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from typing import Any

from flask import Flask, request

from benchmarks.baselines.plain import BaselineRequest, PlainPipeline, parse_request, response_body

# Steps, then the order of arrival, which no two share.
Waiting = queue.PriorityQueue[tuple[int, int, BaselineRequest, "Future[str]"]]


def build() -> Flask:
    """The app; gunicorn calls this in its worker."""
    app = Flask(__name__)
    waiting: Waiting = queue.PriorityQueue()
    arrivals = itertools.count()
    threading.Thread(target=_generate, args=(PlainPipeline(), waiting), daemon=True).start()

    @app.post("/v1/images/generations")
    def generate() -> dict[str, Any]:
        wanted = parse_request(request.get_json())
        image: Future[str] = Future()
        waiting.put((wanted.steps, next(arrivals), wanted, image))
        return response_body(image.result())

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def _generate(pipeline: PlainPipeline, waiting: Waiting) -> None:
    while True:
        _, _, wanted, image = waiting.get()
        try:
            image.set_result(pipeline.generate([wanted])[0])
        except Exception as exc:  # noqa: BLE001 - the caller raises it
            image.set_exception(exc)
