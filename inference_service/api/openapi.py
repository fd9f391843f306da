"""The OpenAPI 3.1 document, made from the very types that requests are read into and answers are built from."""

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
ANSWERS = (
    response_types.ImagesAnswer,
    response_types.StatusAnswer,
    response_types.ModelList,
    response_types.ModelAnswer,
    response_types.Health,
    response_types.Readiness,
    response_types.ErrorAnswer,
)
EVENTS = (
    response_types.PartialImageEvent,
    response_types.CompletedEvent,
    response_types.BlockedEvent,
    response_types.ProgressEvent,
    response_types.ErrorEvent,
)
NAMES = "Names the request: the same name and body join the first one, another body is 422."
# Gateways write one of their own, in whatever form.
BESIDE = "Likewise, in the same form, but not looked at beside an Idempotency-Key."
NAME = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{1,128}$"}

Json = dict[str, Any]


@functools.cache
def document() -> Json:
    """The whole document; it is the same for the life of the process."""
    wanted: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]]
    wanted = [(kind, "serialization", TypeAdapter(kind)) for kind in (*ANSWERS, *EVENTS)]
    wanted.append((GenerationRequest, "validation", TypeAdapter(GenerationRequest)))
    _, found = TypeAdapter.json_schemas(wanted, ref_template=SCHEMAS + "{model}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Auto-Image-Gen inference service",
            "version": VERSION,
            "description": "Text to pictures by diffusion models, in the shape of OpenAI's Images API.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": {
            GENERATIONS: {"post": _generate()},
            GENERATIONS + "/{id}": _named(),
            **_about(),
        },
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "INFERENCE_KEY"}},
        },
    }


def _generate() -> Json:
    priorities = TypeAdapter(Priority).json_schema()
    return {
        "operationId": "generate",
        "summary": "Paint pictures",
        "parameters": [
            {"name": "Idempotency-Key", "in": "header", "description": NAMES, "schema": NAME},
            {"name": "X-Request-Id", "in": "header", "description": BESIDE, "schema": {"type": "string"}},
            {"name": "X-Priority", "in": "header", "schema": priorities | {"default": "interactive"}},
            {"name": "X-Progress", "in": "header", "description": "1: tell the steps.", "schema": {"enum": ["0", "1"]}},
        ],
        "requestBody": {"required": True, "content": _json("GenerationRequest")},
        "responses": {
            "200": {
                "description": "The pictures.",
                "content": {
                    **_json("ImagesAnswer"),
                    "text/event-stream": {"schema": _events()},
                },
            },
            **_failures(400, 401, 404, 410, 413, 422, 429, 500, 503),
        },
    }


def _events() -> Json:
    """One event of a stream."""
    data = {"anyOf": [{"$ref": SCHEMAS + kind.__name__} for kind in EVENTS]}
    return {
        "description": "With `stream`, each of the events; its name is the `type` in its data.",
        "type": "object",
        "properties": {
            "event": {"type": "string"},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data},
        },
        "required": ["event", "data"],
    }


def _named() -> Json:
    parameters = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    return {
        "parameters": parameters,
        "get": {
            "operationId": "find",
            "summary": "How a named request stands",
            "responses": {"200": _answer("StatusAnswer"), **_failures(401, 404)},
        },
        "delete": {
            "operationId": "cancel",
            "summary": "Cancel a named request for everybody, and forget its pictures",
            "responses": {"204": {"description": "It is gone."}, **_failures(401, 404)},
        },
    }


def _about() -> Json:
    """The routes about the service itself."""
    model = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
    metrics = {"description": "Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    itself = {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "/v1/models": {
            "get": {
                "operationId": "models",
                "summary": "The served models with their profiles, the default one first",
                "responses": {"200": _answer("ModelList"), **_failures(401, 503)},
            }
        },
        "/v1/models/{model}": {
            "get": {
                "operationId": "model",
                "summary": "One model with its profile",
                "parameters": [model],
                "responses": {"200": _answer("ModelAnswer"), **_failures(401, 404, 503)},
            }
        },
        "/healthz": {
            "get": {
                "operationId": "healthz",
                "summary": "Whether the process lives; 503 when only a restart helps",
                "security": [],
                "responses": {"200": _answer("Health"), "503": _answer("Health")},
            }
        },
        "/readyz": {
            "get": {
                "operationId": "readyz",
                "summary": "Whether a request would be taken now; 503 when not",
                "security": [],
                "responses": {"200": _answer("Readiness"), "503": _answer("Readiness")},
            }
        },
        "/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "Figures for Prometheus",
                "responses": {"200": metrics, **_failures(401)},
            }
        },
        "/openapi.json": {
            "get": {
                "operationId": "description",
                "summary": "This document",
                "security": [],
                "responses": {"200": itself},
            }
        },
    }


def _failures(*statuses: int) -> Json:
    return {str(status): _answer("ErrorAnswer") for status in statuses}


def _answer(name: str) -> Json:
    return {"description": name, "content": _json(name)}


def _json(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": SCHEMAS + name}}}
