"""The Flask app: who may call, and one error shape for every failure."""

from __future__ import annotations

import hmac

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from inference_service.api import generations, service_routes
from inference_service.api.response_types import ErrorAnswer
from inference_service.config.settings import SPARE_THREADS, Settings
from inference_service.engine import Engine
from inference_service.errors import BadField, BadKey, ServiceError, Starting, TooLarge, UnknownRoute
from inference_service.events import event
from inference_service.files.encoding import encode, preview_file
from inference_service.metrics import Metrics
from inference_service.requests.request_queue import Desk
from inference_service.worker.engine_thread import Studio

LARGEST_BODY = 64 * 1024  # bytes; a request is two texts and a dozen numbers
# For probes, which carry no key, and for readers of the API's description.
OPEN_ROUTES = frozenset({"service.healthz", "service.readyz", "service.description"})


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The service over this engine, whose model begins to load at once on a thread of its own.

    `studio_of(app)` is what a process closes before it ends.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    # Half of the spare threads stay free for health and refusals however many callers join.
    callers = 1 + settings.queue_limit + SPARE_THREADS // 2
    desk = Desk(queue_limit=settings.queue_limit, caller_limit=callers, keep_s=settings.keep_finished_s)
    metrics = Metrics(desk)
    metrics.watch_memory(engine.memory)
    studio = Studio(engine, encode, preview_file, desk, metrics)
    app.extensions["studio"] = studio
    app.register_blueprint(generations.blueprint(desk, settings, metrics))
    app.register_blueprint(service_routes.blueprint(desk, metrics))
    _guard(app, settings)
    _add_error_handlers(app)

    @app.after_request
    def count(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        metrics.answered(route, answer.status_code)
        return answer

    studio.start()
    return app


def studio_of(app: Flask) -> Studio:
    """The studio that paints for this app."""
    studio: Studio = app.extensions["studio"]
    return studio


def _guard(app: Flask, settings: Settings) -> None:
    """Every route but the open ones needs the key; without a key configured, nobody has it."""

    @app.before_request
    def check_key() -> None:
        if request.endpoint in OPEN_ROUTES:
            return
        if not settings.inference_key:
            if settings.insecure_no_key:
                return
            raise BadKey("No INFERENCE_KEY is set, so this service refuses every call; set one and restart it.")
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode("latin-1", "replace"), settings.inference_key.encode())
        if scheme.lower() != "bearer" or not same:
            raise BadKey(param="Authorization")


def _add_error_handlers(app: Flask) -> None:
    @app.errorhandler(ServiceError)
    def on_service_error(error: ServiceError) -> Response:
        if error.status >= 500 and not isinstance(error, Starting):
            event("request.failed", code=error.code)
        return _error_answer(error, error.status)

    @app.errorhandler(RequestEntityTooLarge)
    def on_too_large(_: RequestEntityTooLarge) -> Response:
        return on_service_error(TooLarge(f"The body must have at most {LARGEST_BODY:,} bytes.", param="body"))

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        """Flask's own refusals, such as an unknown route, in the one shape."""
        if error.code == 404:
            return on_service_error(UnknownRoute())
        answer = _error_answer(BadField(error.description or error.name), error.code or 500)
        if allowed := getattr(error, "valid_methods", None):
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer

    @app.errorhandler(Exception)
    def on_bug(error: Exception) -> Response:
        event("request.crashed", error=type(error).__name__, route=str(request.url_rule))
        return _error_answer(ServiceError(), 500)


def _error_answer(error: ServiceError, status: int) -> Response:
    body: ErrorAnswer = {"error": error.body()}
    answer = jsonify(body)
    answer.status_code = status
    answer.headers.update(error.headers())
    return answer
