"""Conformance of the app to its OpenAPI document, for valid and invalid requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from inference_service.api.openapi import document
from tests.inference.conftest import KEY
from tests.inference.engines import FakeEngine

# It makes the cases of the file's test. Importing it takes long, so other files don't get it.
pytest_plugins = ["schemathesis.pytest.plugin"]
pytestmark = pytest.mark.slow


class LateApp:
    """A WSGI app that is passed to the schema before its target exists."""

    target: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.target(environ, start_response)


schema = schemathesis.openapi.from_dict(document())
schema.app = LateApp()


@pytest.fixture
def served(make_client: Callable[..., FlaskClient], engine: FakeEngine) -> Iterator[None]:
    schema.app.target = make_client(engine, max_pixels=128 * 128, max_images=2).application
    yield
    schema.app.target = None


@schema.parametrize()
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_service_conforms_to_the_document(case: Any, served: Any) -> None:
    """For any request, the response has a documented status and schema, isn't a 5xx, and invalid input is rejected."""
    # Model capabilities are in the profile, not in the document, so not every valid size can be generated.
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=[positive_data_acceptance])
