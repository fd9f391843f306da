"""Bearer tokens: signed by the issuer's published keys, for us, now, with a role of ours."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from functions.adapters.http.jwt_verifier import (
    KEYS_TTL_S,
    REFRESH_MIN_INTERVAL_S,
    RETRY_S,
    IssuerKeys,
    TokenVerifier,
    open_verifier,
)
from functions.errors import Forbidden, SettingsError, Unauthorized, Unavailable

ISSUER = "https://login.test/tenant/v2.0"
AUDIENCE = "api://auto-image-gen"

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def published(*kids: str) -> dict[str, Any]:
    keys = []
    for kid in kids:
        key = ECAlgorithm.to_jwk(EC_KEY.public_key()) if kid == "ec" else RSAAlgorithm.to_jwk(RSA_KEY.public_key())
        keys.append(json.loads(key) | {"kid": kid, "use": "sig"})
    return {"keys": keys}


def token(key: Any = RSA_KEY, *, kid: str | None = "one", algorithm: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    body = {"iss": ISSUER, "aud": AUDIENCE, "exp": now + 600, "oid": "person-1", "roles": ["editor"]} | claims
    body = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


class Issuer:
    """Gives its key set, counts how often it was asked, and can be away."""

    def __init__(self, *kids: str) -> None:
        self.document = published(*kids)
        self.asked: list[str] = []
        self.away = False

    async def fetch(self, url: str) -> dict[str, Any]:
        self.asked.append(url)
        if self.away:
            raise Unavailable
        return self.document


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def verifier(issuer: Issuer, seconds: Seconds | None = None) -> TokenVerifier:
    keys = IssuerKeys(ISSUER, "https://login.test/keys", fetch=issuer.fetch, monotonic=seconds or Seconds())
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys)


class TestGoodTokens:
    @pytest.mark.parametrize(
        ("claims", "name", "role"),
        [
            ({}, "person-1", "editor"),
            ({"roles": ["reader"]}, "person-1", "reader"),
            ({"roles": ["reader", "editor"]}, "person-1", "editor"),
            ({"roles": "Reader"}, "person-1", "reader"),
            ({"oid": None, "preferred_username": "ada@example.test"}, "ada@example.test", "editor"),
            ({"oid": None, "sub": "subject"}, "subject", "editor"),
            ({"aud": ["other", AUDIENCE]}, "person-1", "editor"),
        ],
    )
    async def test_name_the_person_and_the_role(self, claims: dict[str, Any], name: str, role: str) -> None:
        """
        The person is the token's oid or user name, the role the larger one of ours that it holds.
        """
        caller = await verifier(Issuer("one")).caller(token(**claims))

        assert (caller.name, caller.role) == (name, role)

    async def test_an_elliptic_key_does_too(self) -> None:
        """
        The key decides about the algorithm, not we.
        """
        caller = await verifier(Issuer("one", "ec")).caller(token(EC_KEY, kid="ec", algorithm="ES256"))

        assert caller.name == "person-1"


class TestBadTokens:
    @pytest.mark.parametrize(
        ("made", "problem"),
        [
            (lambda: token(exp=int(time.time()) - 3600), "expired"),
            (lambda: token(exp=None), "isn't valid"),
            (lambda: token(aud="api://something-else"), "another application"),
            (lambda: token(aud=None), "isn't valid"),
            (lambda: token(iss="https://evil.test/"), "another issuer"),
            (lambda: token(iss=None), "isn't valid"),
            (lambda: token(nbf=int(time.time()) + 3600), "isn't valid"),
            (lambda: token(OTHER_KEY), "isn't valid"),
            (lambda: token("s" * 64, algorithm="HS256"), "signing algorithm isn't supported"),
            (lambda: jwt.encode({"iss": ISSUER}, None, algorithm="none"), "signing algorithm isn't supported"),
            (lambda: token(EC_KEY, kid="one", algorithm="ES256"), "isn't valid"),
            (lambda: token(kid="unknown"), "unknown key"),
            (lambda: token(oid=None), "identifies no user"),
            (lambda: "a.b.c", "isn't valid"),
            (lambda: token()[:-8] + "AAAAAAAA", "isn't valid"),
        ],
    )
    async def test_are_refused_with_the_reason(self, made: Any, problem: str) -> None:
        """
        Every flaw of a token is a 401 whose sentence says which.
        """
        with pytest.raises(Unauthorized, match=problem):
            await verifier(Issuer("one")).caller(made())

    async def test_the_public_key_is_no_hmac_secret(self) -> None:
        """
        A token signed with the published key as if it were a shared secret is refused.
        """
        header = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"one","typ":"JWT"}').decode()
        body = jwt.utils.base64url_encode(json.dumps({"iss": ISSUER, "aud": AUDIENCE}).encode()).decode()

        with pytest.raises(Unauthorized, match="isn't supported"):
            await verifier(Issuer("one")).caller(f"{header}.{body}.AAAA")

    @pytest.mark.parametrize("roles", [[], ["owner"], None, "administrator"])
    async def test_without_a_role_of_ours_it_is_forbidden(self, roles: Any) -> None:
        """
        Somebody whom the issuer knows, but who was given no role here, gets a 403.
        """
        with pytest.raises(Forbidden, match="reader or editor app role"):
            await verifier(Issuer("one")).caller(token(roles=roles))


class TestIssuerKeys:
    async def test_are_asked_for_once(self) -> None:
        """
        A second token costs no request.
        """
        issuer = Issuer("one")
        verify = verifier(issuer)

        await verify.caller(token())
        await verify.caller(token())

        assert len(issuer.asked) == 1

    async def test_a_new_key_is_found_at_once_but_not_more_than_once_a_minute(self) -> None:
        """
        After the issuer changes its keys the first token with a new one is good; strangers can't make us ask on.
        """
        issuer, seconds = Issuer("one"), Seconds()
        verify = verifier(issuer, seconds)
        await verify.caller(token())
        issuer.document = published("one", "two")
        seconds.now += REFRESH_MIN_INTERVAL_S

        caller = await verify.caller(token(kid="two"))
        for _ in range(20):
            with pytest.raises(Unauthorized):
                await verify.caller(token(kid="three"))

        assert caller.name == "person-1"
        assert len(issuer.asked) == 2

    async def test_stay_good_while_the_issuer_is_away(self) -> None:
        """
        An hour later the keys are asked for again; if nobody answers, the old ones do.
        """
        issuer, seconds = Issuer("one"), Seconds()
        verify = verifier(issuer, seconds)
        await verify.caller(token())
        issuer.away = True
        seconds.now += KEYS_TTL_S + 1

        caller = await verify.caller(token())

        assert caller.name == "person-1"
        assert len(issuer.asked) == 2

    async def test_an_issuer_that_never_answered_is_unavailable(self) -> None:
        """
        Without any key the call is retryable, not refused; the issuer is asked again only after a pause.
        """
        issuer, seconds = Issuer("one"), Seconds()
        issuer.away = True
        verify = verifier(issuer, seconds)

        for _ in range(3):
            with pytest.raises(Unavailable):
                await verify.caller(token())
        issuer.away = False
        seconds.now += RETRY_S
        caller = await verify.caller(token())

        assert len(issuer.asked) == 2
        assert caller.name == "person-1"

    @pytest.mark.parametrize(
        "document", [{}, {"keys": []}, {"keys": "none"}, {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]}]
    )
    async def test_a_key_set_without_usable_keys_is_unavailable(self, document: dict[str, Any]) -> None:
        """
        Nonsense from the issuer is its failure, and a shared secret is never taken for a public key.
        """
        issuer = Issuer()
        issuer.document = document

        with pytest.raises(Unavailable):
            await verifier(issuer).caller(token())


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
    """
    A real HTTP server on this machine: its address, and what it answers by path.
    """
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
        """
        Without JWT_JWKS_URL the issuer's discovery document names the key set.
        """
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
        """
        Whatever else the issuer says, the caller may try again: 503.
        """
        url, answers = server
        answers["/keys"] = answer

        with pytest.raises(Unavailable):
            await open_verifier(issuer=url, audience=AUDIENCE, jwks_url=f"{url}/keys").caller(token(iss=url))

    async def test_nobody_listening_is_unavailable(self) -> None:
        """
        A refused connection is a 503 as well.
        """
        away = open_verifier(issuer="http://127.0.0.1:9", audience=AUDIENCE, jwks_url="http://127.0.0.1:9/keys")

        with pytest.raises(Unavailable):
            await away.caller(token())

    async def test_another_issuer_in_the_discovery_document_is_a_wrong_setting(
        self, server: tuple[str, dict[str, tuple[int, bytes]]]
    ) -> None:
        """
        A discovery document for somebody else's tokens is never trusted.
        """
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
    """
    Settings with which anybody's token would do are refused.
    """
    with pytest.raises(SettingsError, match=problem):
        open_verifier(**settings)
