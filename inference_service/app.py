"""The Flask app: routes, who may call, and one error shape for every failure."""

from __future__ import annotations

import hmac

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from inference_service import generations
from inference_service.desk import Desk
from inference_service.encoding import encode
from inference_service.engine import Engine
from inference_service.errors import BadField, BadKey, ServiceError, Starting, TooLarge, UnknownRoute
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.settings import SPARE_THREADS, Settings
from inference_service.studio import Studio

LARGEST_BODY = 64 * 1024  # bytes; a request is two texts and a dozen numbers
OPEN_ROUTES = frozenset({"healthz", "readyz"})  # for probes, which carry no key
PERMANENT = {"x-should-retry": "false"}


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The service over this engine, whose model begins to load at once on a thread of its own.

    `studio_of(app)` is what a process closes before it ends.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # Half of the spare threads stay free for health and refusals however many callers join.
    callers = 1 + settings.queue_limit + SPARE_THREADS // 2
    desk = Desk(queue_limit=settings.queue_limit, caller_limit=callers, keep_s=settings.keep_finished_s)
    metrics = Metrics(desk)
    studio = Studio(engine, encode, desk, metrics)
    app.extensions["studio"] = studio
    app.register_blueprint(generations.blueprint(desk, settings))
    _add_service_routes(app, desk, metrics)
    _guard(app, settings)
    _add_error_handlers(app)

    @app.after_request
    def count(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        metrics.answers.labels(route, answer.status_code).inc()
        return answer

    studio.start()
    return app


def studio_of(app: Flask) -> Studio:
    """The studio that paints for this app."""
    studio: Studio = app.extensions["studio"]
    return studio


def _add_service_routes(app: Flask, desk: Desk, metrics: Metrics) -> None:
    @app.get("/v1/models")
    def models() -> Response:
        profile = desk.profile()
        model = {
            "id": profile.model,
            "object": "model",
            "created": 0,
            "owned_by": "auto-image-gen",
            "profile": profile.to_json(),
        }
        return jsonify({"object": "list", "data": [model]})

    @app.get("/healthz")
    def healthz() -> tuple[Response, int]:
        """Whether the process lives.  A model that is loading or missing is no reason to restart it."""
        broken = desk.status().broken
        return jsonify({"status": "broken" if broken else "ok"}), 503 if broken else 200

    @app.get("/readyz")
    def readyz() -> Response:
        """Whether a request would be taken now."""
        status = desk.status()
        facts = {"status": status.state, "accepts": status.accepts, "waiting": status.waiting}
        answer = jsonify({**facts, "running": status.running, "reason": status.reason or None})
        if not status.accepts:
            answer.status_code = 503
            answer.headers["Retry-After"] = "5"
        return answer

    @app.get("/metrics")
    def prometheus() -> Response:
        return Response(metrics.text(), mimetype="text/plain; version=0.0.4")


def _guard(app: Flask, settings: Settings) -> None:
    """Every route but the probes needs the key; without a key configured, nobody has it."""

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
            raise BadKey()


def _add_error_handlers(app: Flask) -> None:
    @app.errorhandler(ServiceError)
    def on_service_error(error: ServiceError) -> Response:
        if error.status >= 500 and not isinstance(error, Starting):
            event("request.failed", code=error.code)
        return _error_answer(error, error.status)

    @app.errorhandler(RequestEntityTooLarge)
    def on_too_large(_: RequestEntityTooLarge) -> Response:
        return on_service_error(TooLarge(f"The body must have at most {LARGEST_BODY:,} bytes."))

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
    answer = jsonify(error.body())
    answer.status_code = status
    answer.headers.update(error.headers())
    return answer
