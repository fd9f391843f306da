"""The OpenAPI document, and the app held to it by requests that are right, nearly right and plain wrong."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from inference_service.api.openapi import document
from tests.inference.asking import ask, events, status_of
from tests.inference.conftest import KEY, PATH


class Door:
    """A WSGI app that is known before the one behind it."""

    behind: Any = None

    def __call__(self, environ, start_response):
        return self.behind(environ, start_response)


described = schemathesis.openapi.from_dict(document())
described.app = Door()


def check(name, value):
    """Raise unless the value has the shape of that name in the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)


@pytest.fixture
def served(make_client, engine):
    described.app.behind = make_client(engine, max_pixels=128 * 128, max_images=2).application
    yield
    described.app.behind = None


@described.parametrize()
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_service_keeps_to_its_description(case, served):
    """
    Whatever is sent, no answer is a 5xx, each has a status, a type and a shape that the document names, and nothing
    passes that the document forbids.
    """
    # What a model can do stands in its profile and not in the document: not every size that is one is painted.
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=[positive_data_acceptance])


def test_every_route_is_described(client):
    """
    The document has each route and method of the app, and no other.
    """
    routes = {
        (re.sub(r"<(?:path:)?name>", "{}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert routes == {
        (re.sub(r"{\w+}", "{}", path), method)
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "parameters"
    }


def test_answers_are_of_their_shapes(client, engine):
    """
    Finished, kept, failed and partly blocked requests look as described, null and missing fields included.
    """
    engine.blocked = frozenset({8})

    check("ImagesAnswer", ask(client, "some", n=2).json)
    check("StatusAnswer", status_of(client, "some"))
    ask(client, "none", seed=8)
    check("StatusAnswer", status_of(client, "none"))
    check("ModelList", client.get("/v1/models").json)
    check("Readiness", client.get("/readyz").json)
    with pytest.raises(jsonschema.ValidationError):
        check("ImagesAnswer", status_of(client, "some"))


def test_events_are_of_their_shapes(client, engine):
    """
    Every kind of event is told, and looks as described.
    """
    engine.blocked = frozenset({8})
    shapes = {
        "image_generation.partial_image": "PartialImageEvent",
        "image_generation.completed": "CompletedEvent",
        "image_generation.blocked": "BlockedEvent",
        "image_generation.progress": "ProgressEvent",
        "error": "ErrorEvent",
    }

    told = []
    for seed in (7, 8):
        body = {"prompt": "a fox", "stream": True, "partial_images": 1, "seed": seed, "n": 9 - seed, "steps": 9}
        told += events(client.post(PATH, json=body, headers={"X-Progress": "1"}))

    assert {name for name, _ in told} >= shapes.keys() - {"image_generation.progress"}
    for name, data in told:
        check(shapes[name], data)


def test_the_document_is_open_and_whole(client):
    """
    A reader without a key gets the document that the process has.
    """
    answer = client.application.test_client().get("/openapi.json")

    assert answer.json == document()
    assert answer.json["openapi"] == "3.1.0"
    assert "seed" in answer.json["components"]["schemas"]["GenerationRequest"]["properties"]
