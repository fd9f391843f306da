"""OpenAPI 3.1 document, generated from the types of requests and responses."""

from __future__ import annotations

import functools
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from inference_service import VERSION
from inference_service.api import response_types
from inference_service.requests.request_body import GenerationRequest
from inference_service.requests.validation import Priority

SCHEMAS = "#/components/schemas/"
GENERATIONS = "/v1/images/generations"
RESPONSES = (
    response_types.ImagesResponse,
    response_types.StatusResponse,
    response_types.ModelList,
    response_types.ModelResponse,
    response_types.Health,
    response_types.Readiness,
    response_types.ErrorResponse,
)
EVENTS = (
    response_types.PartialImageEvent,
    response_types.CompletedEvent,
    response_types.BlockedEvent,
    response_types.ProgressEvent,
    response_types.ErrorEvent,
)
REQUEST_ID_DESCRIPTION = (
    "Unique ID of the request. Repeating it with the same body returns the same result; a different body returns 422."
)
# Gateways set their own X-Request-Id, so its format isn't restricted in the schema.
ALTERNATIVE_ID_DESCRIPTION = (
    "Alternative to `Idempotency-Key`, in the same format. Ignored if `Idempotency-Key` is set."
)
REQUEST_ID_SCHEMA = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,128}$"}

Json = dict[str, Any]


@functools.cache
def document() -> Json:
    """Return the document. It doesn't change while the process runs."""
    schemas: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]]
    schemas = [(schema_type, "serialization", TypeAdapter(schema_type)) for schema_type in (*RESPONSES, *EVENTS)]
    schemas.append((GenerationRequest, "validation", TypeAdapter(GenerationRequest)))
    _, definitions = TypeAdapter.json_schemas(schemas, ref_template=SCHEMAS + "{model}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Auto-Image-Gen inference service",
            "version": VERSION,
            "description": "Text-to-image generation with diffusion models, compatible with the OpenAI Images API.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": {
            GENERATIONS: {"post": _create_image()},
            GENERATIONS + "/{id}": _request_routes(),
            **_service_routes(),
        },
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "INFERENCE_KEY"}},
        },
    }


def _create_image() -> Json:
    priorities = TypeAdapter(Priority).json_schema()
    return {
        "operationId": "create_image",
        "summary": "Generate images",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": REQUEST_ID_DESCRIPTION,
                "schema": REQUEST_ID_SCHEMA,
            },
            {
                "name": "X-Request-Id",
                "in": "header",
                "description": ALTERNATIVE_ID_DESCRIPTION,
                "schema": {"type": "string"},
            },
            {
                "name": "X-Priority",
                "in": "header",
                "description": "Priority of the request. `batch` requests give way to `interactive` requests.",
                "schema": priorities | {"default": "interactive"},
            },
            {
                "name": "X-Progress",
                "in": "header",
                "description": "Set to 1 to receive progress events in the stream.",
                "schema": {"enum": ["0", "1"]},
            },
        ],
        "requestBody": {"required": True, "content": _json("GenerationRequest")},
        "responses": {
            "200": {
                "description": "The generated images.",
                "content": {
                    **_json("ImagesResponse"),
                    "text/event-stream": {"schema": _events()},
                },
            },
            **_errors(400, 401, 404, 410, 413, 422, 429, 500, 503),
        },
    }


def _events() -> Json:
    """Return the schema of one event of a stream."""
    data = {"anyOf": [{"$ref": SCHEMAS + schema_type.__name__} for schema_type in EVENTS]}
    return {
        "description": "If `stream` is true, a stream of server-sent events. The event name equals `type` in its data.",
        "type": "object",
        "properties": {
            "event": {"type": "string"},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data},
        },
        "required": ["event", "data"],
    }


def _request_routes() -> Json:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    return {
        "parameters": parameters,
        "get": {
            "operationId": "get_request",
            "summary": "Get the status of a request",
            "responses": {"200": _response("StatusResponse"), **_errors(401, 404)},
        },
        "delete": {
            "operationId": "cancel_request",
            "summary": "Cancel a request",
            "description": "Also deletes its result.",
            "responses": {"204": {"description": "The request was canceled."}, **_errors(401, 404)},
        },
    }


def _service_routes() -> Json:
    """Return the routes that describe the service itself."""
    model = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
    metrics = {
        "description": "Metrics in Prometheus text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    openapi_response = {
        "description": "The OpenAPI 3.1 document.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    return {
        "/v1/models": {
            "get": {
                "operationId": "list_models",
                "summary": "List models",
                "responses": {"200": _response("ModelList"), **_errors(401, 503)},
            }
        },
        "/v1/models/{model}": {
            "get": {
                "operationId": "get_model",
                "summary": "Get a model",
                "parameters": [model],
                "responses": {"200": _response("ModelResponse"), **_errors(401, 404, 503)},
            }
        },
        "/healthz": {
            "get": {
                "operationId": "healthz",
                "summary": "Check liveness",
                "security": [],
                "responses": {"200": _response("Health"), "503": _response("Health", "The process must be restarted.")},
            }
        },
        "/readyz": {
            "get": {
                "operationId": "readyz",
                "summary": "Check readiness",
                "security": [],
                "responses": {
                    "200": _response("Readiness"),
                    "503": _response("Readiness", "The service accepts no requests."),
                },
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Get Prometheus metrics",
                "responses": {"200": metrics, **_errors(401)},
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "get_openapi",
                "summary": "Get the OpenAPI document",
                "security": [],
                "responses": {"200": openapi_response},
            }
        },
    }


def _errors(*statuses: int) -> Json:
    return {str(status): _response("ErrorResponse", "An error. `error.code` identifies it.") for status in statuses}


def _response(name: str, description: str = "Success.") -> Json:
    return {"description": description, "content": _json(name)}


def _json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": SCHEMAS + name}}}
