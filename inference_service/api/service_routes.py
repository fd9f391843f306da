"""The routes about the service itself: models, probes, metrics, and the description of the API."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from inference_service.api import openapi
from inference_service.api.response_types import Health, ModelAnswer, ModelList, Readiness
from inference_service.errors import UnknownModel
from inference_service.metrics import Metrics
from inference_service.models.profile import Profile
from inference_service.requests.request_queue import Desk

RETRY_S = 5


def blueprint(desk: Desk, metrics: Metrics) -> Blueprint:
    """The routes over this desk and its metrics."""
    routes = Blueprint("service", __name__)

    @routes.get("/v1/models")
    def models() -> Response:
        found: ModelList = {"object": "list", "data": [_model(profile) for profile in desk.profiles()]}
        return jsonify(found)

    @routes.get("/v1/models/<path:name>")
    def model(name: str) -> Response:
        for profile in desk.profiles():
            if profile.model == name:
                return jsonify(_model(profile))
        raise UnknownModel("This service does not serve that model; `GET /v1/models` lists those it does.")

    @routes.get("/healthz")
    def healthz() -> tuple[Response, int]:
        """Whether the process lives.  A model that is loading or missing is no reason to restart it."""
        broken = desk.status().broken
        health: Health = {"status": "broken" if broken else "ok"}
        return jsonify(health), 503 if broken else 200

    @routes.get("/readyz")
    def readyz() -> Response:
        """Whether a request would be taken now."""
        status = desk.status()
        facts: Readiness = {
            "status": status.state,
            "accepts": status.accepts,
            "percent": status.percent,
            "waiting": status.waiting,
            "running": status.running,
            "reason": status.reason or None,
        }
        answer = jsonify(facts)
        if not status.accepts:
            answer.status_code = 503
            answer.headers["Retry-After"] = str(RETRY_S)
        return answer

    @routes.get("/metrics")
    def prometheus() -> Response:
        return Response(metrics.text(), mimetype="text/plain; version=0.0.4")

    @routes.get("/openapi.json")
    def description() -> Response:
        return jsonify(openapi.document())

    return routes


def _model(profile: Profile) -> ModelAnswer:
    return {
        "id": profile.model,
        "object": "model",
        "created": 0,
        "owned_by": "auto-image-gen",
        "profile": profile,
    }
