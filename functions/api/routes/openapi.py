"""Create the OpenAPI 3.1 document from the route table and its models."""

from __future__ import annotations

import functools
import re
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.api.error_responses import ErrorBody
from functions.api.routes.route import Route
from functions.api.routes.table import ROUTES
from functions.api.schemas.fields import Empty
from functions.api.schemas.files import MEDIA_TYPES, UploadedFile
from functions.version import VERSION

REF = "#/components/schemas/{model}"
ERRORS = "An error. `error.code` identifies it."
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Unique key of the request. Repeating a request with the same key and body returns the original job."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}

TAG_DESCRIPTIONS = {
    "Images": "List, search, change, and export images.",
    "Changes": "Poll for changes.",
    "Prompts": "Write, check, and reuse prompts.",
    "Jobs": "Create and monitor image generation jobs.",
    "Schedules": "Manage schedules, upcoming prompts, publishing, and webhooks.",
    "Settings": "Limits, time zone, and pausing of all schedules.",
    "Presets": "Saved image generation options of the current user.",
    "Saved searches": "Saved search queries of the current user.",
    "API keys": "Create, list, and revoke API keys.",
    "Audit": "List and export changes, with the values before and after.",
    "Insights": "Statistics by schedule.",
    "Service": "Health, sign-in, configuration, and this document.",
    "Setup": "Components in use and their tests.",
}

Json = dict[str, Any]
Model = type[BaseModel]
Refs = dict[tuple[Model, JsonSchemaMode], Json]


@functools.cache
def document() -> Json:
    """Return the whole document, which is the same for the lifetime of the process."""
    refs, schemas = _schemas()
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(f"/{route.path}", {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Auto-Image-Gen",
            "version": VERSION,
            "description": "Generates images from themes, on a schedule and on demand.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api"}],
        "security": [{"bearer": []}, {"key": []}],
        "tags": [{"name": name, "description": about} for name, about in TAG_DESCRIPTIONS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key or an access token (JWT)."},
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    }


def _schemas() -> tuple[Refs, Json]:
    """Return the reference to each model, and all schemas by name."""
    wanted: dict[tuple[Model, JsonSchemaMode], None] = {(ErrorBody, "serialization"): None}
    for route in ROUTES:
        if route.body not in (Empty, UploadedFile):
            wanted[route.body, "validation"] = None
        for response in (route.response, *route.other_responses.values()):
            if response is not None and not isinstance(response, str):
                wanted[response, "serialization"] = None
    refs, definitions = models_json_schema(list(wanted), ref_template=REF)
    return cast(Refs, refs), definitions["$defs"]


def _operation(route: Route[Any, Any], refs: Refs) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {},
    }
    if route.idempotent:
        operation["parameters"].append(IDEMPOTENCY)
    if route.required_role == "anonymous":
        operation["security"] = []
        access = ""
    else:
        access = f"Requires the `{route.required_role}` role."
    operation["description"] = f"{route.description} {access}".strip()
    if route.body is UploadedFile:
        operation["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": _of_file(kind)} for kind in MEDIA_TYPES},
        }
    elif route.body is not Empty:
        required = any(field.is_required() for field in route.body.model_fields.values())
        operation["requestBody"] = {"required": required, "content": _json(refs[route.body, "validation"])}
    found_responses: dict[int, Model | str] = {**route.other_responses}
    if route.response is not None:
        found_responses[route.status] = route.response
    elif not found_responses:
        found_responses[route.status] = "Success."
    for status, response in sorted(found_responses.items()):
        operation["responses"][str(status)] = _response(status, response, refs, route.media_type)
    operation["responses"]["default"] = {"description": ERRORS, "content": _json(refs[ErrorBody, "serialization"])}
    return operation


def _of_file(media_type: str) -> Json:
    return {"type": "string"} if media_type == "text/plain" else {"type": "string", "format": "binary"}


def _response(status: int, response: Model | str, refs: Refs, media_type: str) -> Json:
    if not isinstance(response, str):
        meaning = "The job was created." if status == 202 else "Success."
        return {"description": meaning, "content": _json(refs[response, "serialization"])}
    if status == 200:
        return {"description": response, "content": {media_type: {}}}
    return {"description": response}


def _path_parameters(route: Route[Any, Any]) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route[Any, Any]) -> list[Json]:
    if route.query is Empty:
        return []
    schema = route.query.model_json_schema(ref_template=REF)
    found: list[Json] = []
    for name, field in schema.get("properties", {}).items():
        description = field.pop("description", None)
        parameter: Json = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        if description:
            parameter["description"] = description
        if field.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        found.append({**parameter, "schema": _present(_inlined(field, schema.get("$defs", {})))})
    return found


def _inlined(schema: Any, definitions: Json) -> Any:
    """Return a schema with resolved references, as needed outside of the components."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _inlined(value, definitions) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_inlined(value, definitions) for value in schema]
    return schema


def _present(schema: Json) -> Json:
    """Return a schema without null, because a query parameter can't be null."""
    kinds: list[Json] = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {key: value for key, value in schema.items() if key not in ("anyOf", "default")} | kinds[0]


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
