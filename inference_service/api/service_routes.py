"""Routes that describe the service: models, probes, metrics, and the OpenAPI document."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from inference_service.api import openapi
from inference_service.api.response_types import Health, ModelList, ModelResponse, Readiness
from inference_service.errors import ModelNotFound
from inference_service.metrics import Metrics
from inference_service.models.profile import Profile
from inference_service.requests.request_queue import RequestQueue

RETRY_S = 5


def blueprint(queue: RequestQueue, metrics: Metrics) -> Blueprint:
    """Return the routes for this queue and its metrics."""
    routes = Blueprint("service", __name__)

    @routes.get("/v1/models")
    def list_models() -> Response:
        model_list: ModelList = {"object": "list", "data": [_model(profile) for profile in queue.profiles()]}
        return jsonify(model_list)

    @routes.get("/v1/models/<path:name>")
    def get_model(name: str) -> Response:
        for profile in queue.profiles():
            if profile.model == name:
                return jsonify(_model(profile))
        raise ModelNotFound("The requested model isn't available. `GET /v1/models` lists the available models.")

    @routes.get("/healthz")
    def healthz() -> tuple[Response, int]:
        """Check liveness. A model that is loading or missing is no reason to restart the process."""
        broken = queue.status().broken
        health: Health = {"status": "broken" if broken else "ok"}
        return jsonify(health), 503 if broken else 200

    @routes.get("/readyz")
    def readyz() -> Response:
        """Check readiness."""
        status = queue.status()
        readiness: Readiness = {
            "status": status.state,
            "accepts": status.accepts,
            "percent": status.percent,
            "waiting": status.waiting,
            "running": status.running,
            "reason": status.reason or None,
        }
        response = jsonify(readiness)
        if not status.accepts:
            response.status_code = 503
            response.headers["Retry-After"] = str(RETRY_S)
        return response

    @routes.get("/metrics")
    def metrics_text() -> Response:
        return Response(metrics.text(), mimetype="text/plain; version=0.0.4")

    @routes.get("/openapi.json")
    def get_openapi() -> Response:
        return jsonify(openapi.document())

    return routes


def _model(profile: Profile) -> ModelResponse:
    return {
        "id": profile.model,
        "object": "model",
        "created": 0,
        "owned_by": "auto-image-gen",
        "profile": profile,
    }
