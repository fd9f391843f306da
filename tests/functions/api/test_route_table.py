"""The table of routes and the OpenAPI document that is made from it."""

from __future__ import annotations

from typing import Any

import jsonschema

from functions.api.routes import openapi, table
from functions.api.routes.route import matches


class TestRoutes:
    def test_names_and_urls_are_unique(self) -> None:
        """Function names are unique, and no URL matches two routes of one method."""
        names = [route.name for route in table.ROUTES]
        clashes = [
            (one.name, other.name)
            for place, one in enumerate(table.ROUTES)
            for other in table.ROUTES[place + 1 :]
            if one.method == other.method and matches(one.path, other.path)
        ]

        assert len(names) == len(set(names))
        assert clashes == []

    def test_writing_needs_an_editor(self) -> None:
        """Routes for readers write nothing."""
        for_readers = {
            route.name
            for route in table.ROUTES
            if route.method != "GET" and route.required_role in ("anonymous", "reader")
        }

        assert for_readers == {"preview_schedule", "check_prompt", "estimate_job", "read_parameters"}

    def test_anonymous_routes_are_three(self) -> None:
        """All other routes require sign-in."""
        anonymous = {route.path for route in table.ROUTES if route.required_role == "anonymous"}

        assert anonymous == {"health", "sign-in", "openapi.json"}

    def test_methods_of_a_url(self) -> None:
        """The methods of a URL are known, to distinguish a wrong method from an unknown URL."""
        assert set(table.methods_of("images/01ABC")) == {"GET", "PATCH", "DELETE"}
        assert table.methods_of("images/bulk") == ("GET", "PATCH", "DELETE", "POST")
        assert table.methods_of("nonsense") == ()


class TestOpenApi:
    def test_has_every_route_and_no_other(self) -> None:
        """The document and the table contain the same routes."""
        described = {
            (method.upper(), path.lstrip("/"), operation["operationId"])
            for path, item in openapi.document()["paths"].items()
            for method, operation in item.items()
        }

        assert described == {(route.method, route.path, route.name) for route in table.ROUTES}

    def test_its_schemas_are_json_schema(self) -> None:
        """Every schema is valid JSON Schema 2020-12, and every reference resolves."""
        document = openapi.document()
        schemas = document["components"]["schemas"]

        for schema in schemas.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        wanted = {reference.rpartition("/")[2] for reference in references(document)}

        assert wanted <= schemas.keys()

    def test_unknown_fields_are_ruled_out(self) -> None:
        """The schemas of bodies allow no other fields."""
        document = openapi.document()

        for path, item in document["paths"].items():
            for operation in item.values():
                if "application/json" in operation.get("requestBody", {}).get("content", {}):
                    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                    assert document["components"]["schemas"][name]["additionalProperties"] is False, path

    def test_every_answer_has_the_error_shape_beside_it(self) -> None:
        """Every route documents the error response."""
        for item in openapi.document()["paths"].values():
            for operation in item.values():
                content = operation["responses"]["default"]["content"]
                assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorBody"}

    def test_internal_fields_are_not_described(self) -> None:
        """Internal fields are not in the document."""
        properties = openapi.document()["components"]["schemas"]["ImageResponse"]["properties"]

        assert {"terms", "original_blob", "purging"}.isdisjoint(properties)


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        found = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return found.union(*(references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(references(inner) for inner in value))
    return set()
