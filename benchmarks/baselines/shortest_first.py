"""The plain pipeline behind a queue that always takes the request with the fewest steps next."""

from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from typing import Any

from flask import Flask, request

from benchmarks.baselines.plain import Asked, PlainPipeline, answer, asked

# Steps, then the order of arrival, which no two share.
Waiting = queue.PriorityQueue[tuple[int, int, Asked, "Future[str]"]]


def build() -> Flask:
    """The app; gunicorn calls this in its worker."""
    app = Flask(__name__)
    waiting: Waiting = queue.PriorityQueue()
    arrivals = itertools.count()
    threading.Thread(target=_paint, args=(PlainPipeline(), waiting), daemon=True).start()

    @app.post("/v1/images/generations")
    def generate() -> dict[str, Any]:
        wanted = asked(request.get_json())
        picture: Future[str] = Future()
        waiting.put((wanted.steps, next(arrivals), wanted, picture))
        return answer(picture.result())

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def _paint(pipeline: PlainPipeline, waiting: Waiting) -> None:
    while True:
        _, _, wanted, picture = waiting.get()
        try:
            picture.set_result(pipeline.paint([wanted])[0])
        except Exception as exc:  # noqa: BLE001 - the caller raises it
            picture.set_exception(exc)
