"""The OpenAPI document describes the app's routes and responses."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from inference_service.api.openapi import document
from tests.inference.client_calls import request_images, request_status, stream_events
from tests.inference.conftest import PATH
from tests.inference.engines import FakeEngine


def check_shape(name: Any, value: Any) -> None:
    """Validate the value against a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)


def test_every_route_is_documented(client: FlaskClient) -> None:
    """The document contains exactly the routes and methods of the app."""
    routes = {
        (re.sub(r"<(?:path:)?\w+>", "{}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes == {
        (re.sub(r"{\w+}", "{}", path), method)
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "parameters"
    }


def test_responses_match_their_schemas(client: FlaskClient, engine: FakeEngine) -> None:
    """Completed, kept, failed, and partly blocked requests match their schemas."""
    engine.blocked = frozenset({8})

    check_shape("ImagesResponse", request_images(client, "some", n=2).json)
    check_shape("StatusResponse", request_status(client, "some"))
    request_images(client, "none", seed=8)
    check_shape("StatusResponse", request_status(client, "none"))
    check_shape("ModelList", client.get("/v1/models").json)
    check_shape("Readiness", client.get("/readyz").json)
    with pytest.raises(jsonschema.ValidationError):
        check_shape("ImagesResponse", request_status(client, "some"))


def test_events_match_their_schemas(client: FlaskClient, engine: FakeEngine) -> None:
    """All kinds of events are sent and match their schemas."""
    engine.blocked = frozenset({8})
    shapes = {
        "image_generation.partial_image": "PartialImageEvent",
        "image_generation.completed": "CompletedEvent",
        "image_generation.blocked": "BlockedEvent",
        "image_generation.progress": "ProgressEvent",
        "error": "ErrorEvent",
    }

    events = []
    for seed in (7, 8):
        body = {"prompt": "a fox", "stream": True, "partial_images": 1, "seed": seed, "n": 9 - seed, "steps": 9}
        events += stream_events(client.post(PATH, json=body, headers={"X-Progress": "1"}))

    assert {name for name, _ in events} >= shapes.keys() - {"image_generation.progress"}
    for name, data in events:
        check_shape(shapes[name], data)


def test_the_document_needs_no_key(client: FlaskClient) -> None:
    """The document is available without a key."""
    response = client.application.test_client().get("/openapi.json")

    assert response.json == document()
    assert response.json["openapi"] == "3.1.0"
    assert "seed" in response.json["components"]["schemas"]["GenerationRequest"]["properties"]
