"""Discovery and key sets of an issuer over HTTP, and wrong settings."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from functions.adapters.http.jwt_verifier import (
    open_verifier,
)
from functions.errors import SettingsError, Unavailable
from tests.functions.adapters.jwt_issuer import (
    AUDIENCE,
    ISSUER,
    published,
    token,
)


class Handler(BaseHTTPRequestHandler):
    answers: dict[str, tuple[int, bytes]]

    def do_GET(self) -> None:
        status, body = self.answers.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, tuple[int, bytes]]]]:
    """Start an HTTP server with responses by path, and return its URL."""
    answers: dict[str, tuple[int, bytes]] = {}
    handler = type("Answers", (Handler,), {"answers": answers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", answers
        http.shutdown()
        thread.join()


class TestOverHttp:
    async def test_discovery_leads_to_the_keys(self, server: tuple[str, dict[str, tuple[int, bytes]]]) -> None:
        """Without JWT_JWKS_URL the issuer's discovery document names the key set."""
        url, answers = server
        discovery = {"issuer": url, "jwks_uri": f"{url}/keys"}
        answers["/.well-known/openid-configuration"] = (200, json.dumps(discovery).encode())
        answers["/keys"] = (200, json.dumps(published("one")).encode())

        caller = await open_verifier(issuer=url, audience=AUDIENCE, jwks_url="").caller(token(iss=url))

        assert caller.name == "person-1"

    @pytest.mark.parametrize("answer", [(500, b"broken"), (200, b"<html>"), (200, b"[]"), (302, b""), (404, b"")])
    async def test_a_broken_issuer_is_unavailable(
        self, server: tuple[str, dict[str, tuple[int, bytes]]], answer: tuple[int, bytes]
    ) -> None:
        """Any other response of the issuer is a retryable 503."""
        url, answers = server
        answers["/keys"] = answer

        with pytest.raises(Unavailable):
            await open_verifier(issuer=url, audience=AUDIENCE, jwks_url=f"{url}/keys").caller(token(iss=url))

    async def test_a_refused_connection_is_unavailable(self) -> None:
        """A refused connection is a 503."""
        away = open_verifier(issuer="http://127.0.0.1:9", audience=AUDIENCE, jwks_url="http://127.0.0.1:9/keys")

        with pytest.raises(Unavailable):
            await away.caller(token())

    async def test_another_issuer_in_the_discovery_document_is_a_wrong_setting(
        self, server: tuple[str, dict[str, tuple[int, bytes]]]
    ) -> None:
        """A discovery document of another issuer is rejected."""
        url, answers = server
        discovery = {"issuer": "https://evil.test", "jwks_uri": f"{url}/keys"}
        answers["/.well-known/openid-configuration"] = (200, json.dumps(discovery).encode())

        with pytest.raises(SettingsError, match="JWT_ISSUER"):
            await open_verifier(issuer=url, audience=AUDIENCE, jwks_url="").caller(token(iss=url))


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"issuer": ISSUER, "audience": "", "jwks_url": ""}, "JWT_AUDIENCE isn't set"),
        ({"issuer": "http://login.test", "audience": AUDIENCE, "jwks_url": ""}, "JWT_ISSUER must start with https"),
        ({"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": "http://login.test/k"}, "JWT_JWKS_URL must start"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, str], problem: str) -> None:
    """Settings that would accept any token are rejected."""
    with pytest.raises(SettingsError, match=problem):
        open_verifier(**settings)
