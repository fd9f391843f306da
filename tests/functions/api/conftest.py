"""Call every route as the host does, with the real catalog and fakes for the rest."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
import jsonschema
import pytest

from functions import bootstrap
from functions.api.routes import openapi
from functions.api.routes.route import Route, matches
from functions.api.routes.table import ROUTES
from functions.models.identity import blob_names, month_of, new_image_id
from functions.models.image import Image
from functions.policy.security.access import Authenticator, FindKey, parse_api_keys
from functions.search.terms import terms_of
from functions.services.system import api_keys
from functions.triggers import http_service
from functions.triggers.http import AREAS
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies, png
from tests.functions.api.album_steps import Add, adder
from tests.functions.api.hooked import Hooked
from tests.functions.api.series import Series

# the callers' names are their keys
KEYS = {"editor": "editor", "reader": "reader", "other": "editor", "admin": "admin"}
HANDLERS = {
    name: getattr(area, name) for area in AREAS for name in [route.name for route in ROUTES] if hasattr(area, name)
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """Return the error after validating its shape."""
        assert self.status >= 400, f"{self.status} is no failure: {self.body[:300]!r}"
        assert self.json.keys() == {"error"}
        error = self.json["error"]
        assert {"code", "message", "retryable"} <= error.keys() <= {"code", "message", "retryable", "details"}
        assert "Traceback" not in error["message"]
        assert error["message"].endswith(".")
        return error

    @property
    def field(self) -> str:
        """Return the field that an error names."""
        return self.error["details"]["field"]


@dataclass
class Api:
    """Calls routes by URL and validates every response against the OpenAPI document."""

    checked: set[str] = field(default_factory=set)

    async def call(
        self,
        method: str,
        address: str,
        body: Any = None,
        *,
        key: str | None = "editor",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        parts = urlsplit(address)
        route, params = find(method, parts.path)
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {key}"} if key else {})
        request = func.HttpRequest(
            method=method,
            url=f"https://app.test/api/{address}",
            headers=sent,
            params=dict(parse_qsl(parts.query, keep_blank_values=True)),
            route_params=params,
            body=body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode(),
        )
        handler = HANDLERS[route.name] if route else http_service.unknown_route
        response = await handler(request)
        answer = Answer(response.status_code, response.get_body(), response.headers)
        if response.mimetype == "application/json" and answer.body:
            hold_against_document(route, answer)
        return answer

    async def get(self, address: str, **more: Any) -> Answer:
        return await self.call("GET", address, **more)

    async def post(self, address: str, body: Any = None, **more: Any) -> Answer:
        return await self.call("POST", address, body, **more)

    async def patch(self, address: str, body: Any = None, **more: Any) -> Answer:
        return await self.call("PATCH", address, body, **more)

    async def put(self, address: str, body: Any = None, **more: Any) -> Answer:
        return await self.call("PUT", address, body, **more)

    async def delete(self, address: str, **more: Any) -> Answer:
        return await self.call("DELETE", address, **more)


def find(method: str, path: str) -> tuple[Route[Any, Any] | None, dict[str, str]]:
    for route in ROUTES:
        if route.method == method and matches(route.path, path):
            pairs = zip(route.path.split("/"), path.split("/"), strict=True)
            return route, {name.strip("{}"): value for name, value in pairs if name.startswith("{")}
    return None, {"path": path}


def hold_against_document(route: Route[Any, Any] | None, answer: Answer) -> None:
    document = openapi.document()
    responses: dict[str, Any] = {}
    if route is not None:
        responses = document["paths"][f"/{route.path}"][route.method.lower()]["responses"]
    if answer.status >= 400:
        schema = {"$ref": "#/components/schemas/ErrorBody"}
    else:
        schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Return the dependencies that differ from the defaults; tests override this."""
    return {}


@pytest.fixture
async def deps(clock: Clock, overrides: dict[str, Any]) -> AsyncIterator[FakeDependencies]:
    made = await make_dependencies(clock, **overrides)
    yield made
    await close_dependencies(made)


def authenticator(find_key: FindKey | None = None) -> Authenticator:
    """Return an authenticator that knows the keys of the tests."""
    entries = [f"{name}:{role}:{hashlib.sha256(name.encode()).hexdigest()}" for name, role in KEYS.items()]
    return Authenticator(keys=parse_api_keys(",".join(entries)), verify_token=None, find_key=find_key)


@pytest.fixture
async def api(deps: FakeDependencies) -> AsyncIterator[Api]:
    bootstrap.provide(deps, authenticator(functools.partial(api_keys.find, deps)))
    yield Api()
    await bootstrap.close()


class Gallery:
    """Adds images to the library, one minute apart."""

    def __init__(self, deps: FakeDependencies, clock: Clock) -> None:
        self._deps, self._clock = deps, clock

    async def add(self, prompt: str = "a fox in the snow", *, at: datetime | None = None, **fields: Any) -> Image:
        moment = at or self._clock()
        self._clock.now = max(self._clock.now, moment) + timedelta(minutes=1)
        id = new_image_id(moment)
        names = blob_names(id)
        image = Image(
            id=id,
            created_by="tests",
            created_at=moment,
            updated_at=moment,
            month=month_of(id),
            **{
                "day": f"{moment:%Y-%m-%d}",
                "theme": "animals",
                "prompt": prompt,
                "title": "Untitled",
                "prompt_source": "user",
                "model": "test-model",
                "width": 64,
                "height": 64,
                "steps": 4,
                "guidance": 5.0,
                "seed": 7,
                "sampler": "ddim",
                "job_id": "job-1",
                "original_blob": names.original,
                "thumbnail_blob": names.thumbnail,
                "bytes": 100,
                "sha256": "0" * 64,
            }
            | fields,
        )
        await self._deps.blobs.upload("originals", names.original, png(), content_type="image/png")
        await self._deps.blobs.upload("thumbnails", names.thumbnail, b"webp", content_type="image/webp")
        return await self._deps.catalog.images.create(image.evolve(terms=terms_of(image)))

    async def several(self, count: int, **fields: Any) -> list[Image]:
        """Add several images, oldest first."""
        return [await self.add(f"picture number {number}", **fields) for number in range(count)]


@pytest.fixture
def gallery(deps: FakeDependencies, clock: Clock) -> Gallery:
    return Gallery(deps, clock)


async def start_bulk(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    """Return the job that a bulk update by search creates."""
    answer = await api.post("images/bulk", body)
    assert answer.status == 202, answer.body
    return answer.json


@pytest.fixture
async def hooked(api: Api, deps: FakeDependencies, clock: Clock) -> Hooked:
    hooked = Hooked(api, deps, clock)
    await hooked.make()
    return hooked


@pytest.fixture
async def series(api: Api, deps: FakeDependencies, clock: Clock) -> Series:
    series = Series(api, deps, clock)
    await series.make()
    return series


@pytest.fixture
async def album(api: Api) -> str:
    """The ID of an empty album."""
    return str((await api.post("albums", {"name": "Best of", "note": "For the wall."})).json["id"])


@pytest.fixture
def add(api: Api, clock: Clock) -> Add:
    return adder(api, clock)
