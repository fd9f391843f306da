"""The OpenAPI document, and conformance of the app for valid and invalid requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from inference_service.api.openapi import document
from tests.inference.client_calls import request_images, request_status, stream_events
from tests.inference.conftest import KEY, PATH
from tests.inference.engines import FakeEngine


class LateApp:
    """A WSGI app that is passed to the schema before its target exists."""

    target: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.target(environ, start_response)


schema = schemathesis.openapi.from_dict(document())
schema.app = LateApp()


def check_shape(name: Any, value: Any) -> None:
    """Validate the value against a schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)


@pytest.fixture
def served(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> Iterator[None]:
    schema.app.target = make_client(engine, max_pixels=128 * 128, max_images=2).application
    yield
    schema.app.target = None


@schema.parametrize()
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_the_service_conforms_to_the_document(case: Any, served: Any) -> None:
    """For any request, the response has a documented status and schema, isn't a 5xx, and invalid input is rejected."""
    # Model capabilities are in the profile, not in the document, so not every valid size can be generated.
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=[positive_data_acceptance])


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
