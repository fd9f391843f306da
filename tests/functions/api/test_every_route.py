"""What every route has in common: sign-in, roles, unknown fields, and errors."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import azure.functions as func
import pytest

from functions import bootstrap
from functions.api.routes.table import ROUTES
from functions.api.schemas.files import UploadedFile
from functions.triggers import http_images, http_service
from tests.fakes import FakeDependencies
from tests.functions.api.conftest import HANDLERS, Api


class TestEveryRoute:
    def test_has_a_handler(self) -> None:
        """Each route in the table has a function of its name."""
        assert HANDLERS.keys() == {route.name for route in ROUTES}

    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
    async def test_without_a_key_only_anonymous_ones_answer(self, api: Api, route: Any, deps: FakeDependencies) -> None:
        """Without an API key, every other route returns 401, whatever else is invalid."""
        answer = await api.call(route.method, route.path.replace("{id}", "x"), {"nonsense": 1}, key=None)

        if route.required_role == "anonymous":
            assert answer.status in (200, 400)
        else:
            assert (answer.status, answer.error["code"]) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
    async def test_a_reader_changes_nothing(self, api: Api, route: Any) -> None:
        """A reader gets 403 from routes that write, before the body is validated."""
        answer = await api.call(route.method, route.path.replace("{id}", "x"), {"nonsense": 1}, key="reader")

        assert (answer.status == 403) == (route.required_role in ("editor", "admin"))

    @pytest.mark.parametrize(
        "route", [route for route in ROUTES if route.required_role == "admin"], ids=lambda r: r.name
    )
    async def test_an_editor_administers_nothing(self, api: Api, route: Any) -> None:
        """An editor gets 403 from routes for administrators, with what to use instead."""
        answer = await api.call(route.method, route.path.replace("{id}", "x"), key="editor")

        assert answer.status == 403
        assert answer.error["message"].endswith("Use a key or an account with the role admin.")

    @pytest.mark.parametrize(
        "route", [route for route in ROUTES if route.body is not UploadedFile], ids=lambda r: r.name
    )
    async def test_unknown_fields_and_parameters_are_rejected(self, api: Api, route: Any) -> None:
        """The error names an unknown field or parameter."""
        path = route.path.replace("{id}", "x")

        in_body = await api.call(route.method, path, {"nonsense": 1}, key="admin")
        in_query = await api.call(route.method, f"{path}?nonsense=1", key="admin")

        assert (in_body.status, in_query.status) == (400, 400)
        named = [problem["field"] for problem in in_body.error["details"].get("problems", [])] or [in_body.field]
        assert "nonsense" in named or in_body.field == "prefix"
        assert "nonsense" in json.dumps(in_query.error["details"])

    @pytest.mark.parametrize("route", [route for route in ROUTES if route.method != "GET"], ids=lambda r: r.name)
    @pytest.mark.parametrize("body", [b"{", b"[]", b"x" * 300_000], ids=["no JSON", "no object", "too long"])
    async def test_malformed_bodies_are_rejected(self, api: Api, route: Any, body: bytes) -> None:
        """Every route rejects a malformed body."""
        answer = await api.call(route.method, route.path.replace("{id}", "x"), body, key="admin")

        assert answer.status == (413 if len(body) > 1000 else 400)
        assert answer.field == "body"

    async def test_unknown_urls_and_methods(self, api: Api) -> None:
        """An unknown URL is a 404 and a wrong method a 405, in the same error shape."""
        nowhere = await api.get("nothing/here", key=None)
        wrong = await api.call("DELETE", "jobs", key=None)

        assert (nowhere.status, nowhere.error["code"]) == (404, "not_found")
        assert (wrong.status, wrong.error["details"]["methods"]) == (405, ["POST", "GET"])
        assert wrong.headers["Allow"] == "POST, GET"

    @pytest.mark.parametrize("path", ["jobs/", "images//"])
    async def test_an_allowed_method_is_never_refused_as_such(self, path: str) -> None:
        """A URL that differs from a route only by slashes doesn't exist; the error doesn't say GET, not GET."""
        request = func.HttpRequest("GET", f"http://x/api/{path}", body=b"", route_params={"path": path})

        answer = await http_service.unknown_route(request)

        assert answer.status_code == 404
        assert "Remove slashes at the end" in answer.get_body().decode()

    async def test_headers_of_every_answer(self, api: Api) -> None:
        """Browsers may not cache, guess the type of a response, or use HTTP for this host."""
        for answer in (await api.get("jobs"), await api.get("nothing/here"), await api.get("jobs", key=None)):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_unknown_urls_come_last(self) -> None:
        """The function for unmatched URLs is last by name, because Azure matches in that order."""
        assert all(route.name < http_service.UNMATCHED_ROUTE for route in ROUTES)

    async def test_a_bug_is_a_500_without_a_trace(
        self, api: Api, deps: FakeDependencies, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """An unexpected error returns one sentence with the id of its log entry, and no details."""

        async def broken(*args: object, **kwargs: object) -> None:
            raise RuntimeError("secret text")

        monkeypatch.setattr(deps.catalog.images, "search", broken)

        with caplog.at_level(logging.INFO):
            answer = await api.get("images", headers={"X-Request-Id": "request-1234"})

        assert (answer.status, answer.error["code"]) == (500, "internal")
        assert "request-1234" in answer.error["message"]
        assert "request-1234" in caplog.text
        assert "secret text" not in caplog.text + answer.body.decode()

    @pytest.mark.parametrize(("given", "saved"), [("request-1234", True), ("bad id\n", False), ("x" * 100, False)])
    async def test_request_ids(self, api: Api, given: str, saved: bool) -> None:
        """A valid request ID is reused; every response has one and is not cached."""
        answer = await api.get("images", headers={"X-Request-Id": given})

        assert (answer.headers["X-Request-Id"] == given) is saved
        assert len(answer.headers["X-Request-Id"]) >= 8
        assert answer.headers["Cache-Control"] == "no-store"

    async def test_nothing_private_is_logged(
        self, api: Api, deps: FakeDependencies, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The log contains no API keys, themes, or signed URLs."""
        with caplog.at_level(logging.DEBUG, logger="auto_image_gen"):
            job = (await api.post("jobs", {"theme": "my private theme"})).json
            await api.post("jobs", {"theme": "my private theme", "options": {"count": 64}})
            await api.get(f"jobs/{job['id']}")

        assert "http.answered" in caplog.text
        assert "private" not in caplog.text
        assert "Bearer" not in caplog.text
        assert "sig=" not in caplog.text


class TestFailClosed:
    @pytest.fixture(autouse=True)
    async def fresh(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        for name in ("API_KEYS", "JWT_ISSUER", "JWT_AUDIENCE", "AzureWebJobsStorage"):
            monkeypatch.delenv(name, raising=False)
        bootstrap.settings.cache_clear()
        yield
        await bootstrap.close()
        bootstrap.settings.cache_clear()

    async def call(self, key: str = "") -> func.HttpResponse:
        headers = {"X-API-Key": key} if key else {}
        return await http_images.list_images(
            func.HttpRequest("GET", "https://app.test/api/images", headers=headers, body=b"")
        )

    async def test_nothing_configured(self) -> None:
        """Without settings every call is rejected, except the health check, which says that the app can't work."""
        answer = await self.call("anything")
        health = await http_service.get_health(func.HttpRequest("GET", "https://app.test/api/health", body=b""))

        assert answer.status_code == 401
        assert "Set API_KEYS" in json.loads(answer.get_body())["error"]["message"]
        assert health.status_code == 503

    async def test_an_unresolved_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An unresolved Key Vault reference counts as unset."""
        reference = "@Microsoft.KeyVault(SecretUri=https://v.test/secrets/keys/)"
        monkeypatch.setenv("API_KEYS", reference)

        answer = await self.call(reference)

        assert answer.status_code == 401

    async def test_malformed_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Malformed API keys are rejected, and the error names the invalid entry."""
        monkeypatch.setenv("API_KEYS", "me:owner:secret-hash")

        answer = await self.call("anything")

        error = json.loads(answer.get_body())["error"]
        assert (answer.status_code, error["code"]) == (500, "settings")
        assert "Entry 1 of API_KEYS" in error["message"]
        assert "secret-hash" not in error["message"]

    async def test_an_issuer_without_audience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without an audience, no token is accepted."""
        monkeypatch.setenv("JWT_ISSUER", "https://login.test/tenant")

        answer = await self.call("a.b.c")

        assert (answer.status_code, json.loads(answer.get_body())["error"]["code"]) == (500, "settings")

    async def test_storage_that_is_missing_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without storage, the error names the setting to set."""
        import hashlib

        monkeypatch.setenv("API_KEYS", f"me:editor:{hashlib.sha256(b'key').hexdigest()}")

        answer = await self.call("key")

        assert answer.status_code == 500
        assert "Set AzureWebJobsStorage" in json.loads(answer.get_body())["error"]["message"]
