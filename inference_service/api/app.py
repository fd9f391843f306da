"""Flask app: authentication, and one JSON format for all errors."""

from __future__ import annotations

import hmac

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from inference_service.api import generations, service_routes
from inference_service.api.response_types import ErrorResponse
from inference_service.config.intervals import Intervals
from inference_service.config.settings import SPARE_THREADS, Settings
from inference_service.engine import Engine
from inference_service.errors import BodyTooLarge, InvalidApiKey, InvalidField, RouteNotFound, ServiceError, Starting
from inference_service.events import event
from inference_service.files.encoding import encode, preview_file
from inference_service.metrics import Metrics
from inference_service.requests.request_queue import RequestQueue
from inference_service.worker.engine_thread import EngineThread

MAX_BODY_BYTES = 64 * 1024  # A request contains two texts and a few numbers.
# Probes send no key. The API description is public.
OPEN_ROUTES = frozenset({"service.healthz", "service.readyz", "service.get_openapi"})


def create_app(engine: Engine, settings: Settings, intervals: Intervals | None = None) -> Flask:
    """Return the app for this engine, and start loading the engine's model on a thread.

    Close `engine_thread_of(app)` before the process ends.
    """
    intervals = intervals or Intervals()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    # Half of the spare threads remain available for health checks and error responses, however many callers join.
    callers = 1 + settings.queue_limit + SPARE_THREADS // 2
    queue = RequestQueue(queue_limit=settings.queue_limit, caller_limit=callers, ttl_s=settings.result_ttl_s)
    metrics = Metrics(queue)
    metrics.watch_memory(engine.memory)
    engine_thread = EngineThread(engine, encode, preview_file, queue, metrics, idle_s=intervals.idle_s)
    app.extensions["engine_thread"] = engine_thread
    app.register_blueprint(generations.blueprint(queue, settings, metrics, intervals))
    app.register_blueprint(service_routes.blueprint(queue, metrics))
    _guard(app, settings)
    _add_error_handlers(app)

    @app.after_request
    def count_response(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        metrics.record_response(route, response.status_code)
        return response

    engine_thread.start()
    return app


def engine_thread_of(app: Flask) -> EngineThread:
    """Return the engine thread of this app."""
    engine_thread: EngineThread = app.extensions["engine_thread"]
    return engine_thread


def _guard(app: Flask, settings: Settings) -> None:
    """Require the API key on all routes except the open ones. If no key is configured, refuse all requests."""

    @app.before_request
    def check_key() -> None:
        if request.endpoint in OPEN_ROUTES:
            return
        if not settings.inference_key:
            if settings.insecure_no_key:
                return
            raise InvalidApiKey("INFERENCE_KEY isn't set, so all requests are refused. Set it and restart the service.")
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        is_same = hmac.compare_digest(key.strip().encode("latin-1", "replace"), settings.inference_key.encode())
        if scheme.lower() != "bearer" or not is_same:
            raise InvalidApiKey(param="Authorization")


def _add_error_handlers(app: Flask) -> None:
    @app.errorhandler(ServiceError)
    def on_service_error(error: ServiceError) -> Response:
        if error.status >= 500 and not isinstance(error, Starting):
            event("request.failed", code=error.code)
        return _error_response(error, error.status)

    @app.errorhandler(RequestEntityTooLarge)
    def on_too_large(_: RequestEntityTooLarge) -> Response:
        return on_service_error(
            BodyTooLarge(f"The request body must be at most {MAX_BODY_BYTES:,} bytes.", param="body")
        )

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        """Convert Flask's own errors, such as an unknown route, to the service's format."""
        if error.code == 404:
            return on_service_error(RouteNotFound())
        response = _error_response(InvalidField(error.description or error.name), error.code or 500)
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(Exception)
    def on_bug(error: Exception) -> Response:
        event("request.crashed", error=type(error).__name__, route=str(request.url_rule))
        return _error_response(ServiceError(), 500)


def _error_response(error: ServiceError, status: int) -> Response:
    body: ErrorResponse = {"error": error.body()}
    response = jsonify(body)
    response.status_code = status
    response.headers.update(error.headers())
    return response
