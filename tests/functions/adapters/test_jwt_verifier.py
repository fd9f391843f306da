"""Bearer tokens: signed by the issuer's published keys, for us, now, with a role of ours."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
import pytest

from functions.adapters.http.jwt_verifier import (
    KEYS_TTL_S,
    REFRESH_MIN_INTERVAL_S,
    RETRY_S,
)
from functions.errors import Forbidden, Unauthorized, Unavailable
from tests.functions.adapters.jwt_issuer import (
    AUDIENCE,
    EC_KEY,
    ISSUER,
    OTHER_KEY,
    Issuer,
    Seconds,
    published,
    token,
    verifier,
)


class TestGoodTokens:
    @pytest.mark.parametrize(
        ("claims", "name", "role"),
        [
            ({}, "person-1", "editor"),
            ({"roles": ["reader"]}, "person-1", "reader"),
            ({"roles": ["reader", "editor"]}, "person-1", "editor"),
            ({"roles": "Reader"}, "person-1", "reader"),
            ({"roles": ["editor", "admin", "reader"]}, "person-1", "admin"),
            ({"preferred_username": "ada@example.test"}, "ada@example.test", "editor"),
            ({"oid": None, "preferred_username": "ada@example.test"}, "ada@example.test", "editor"),
            ({"name": "Ada\u202e L.", "roles": ["reader"]}, "Ada L.", "reader"),
            ({"oid": None, "sub": "subject"}, "subject", "editor"),
            ({"aud": ["other", AUDIENCE]}, "person-1", "editor"),
        ],
    )
    async def test_name_the_user_and_the_role(self, claims: dict[str, Any], name: str, role: str) -> None:
        """The name is the user name of the token, or else its subject; of several roles, the highest counts."""
        caller = await verifier(Issuer("one")).caller(token(**claims))

        assert (caller.name, caller.role) == (name, role)

    async def test_an_elliptic_key_does_too(self) -> None:
        """The key decides about the algorithm, not we."""
        caller = await verifier(Issuer("one", "ec")).caller(token(EC_KEY, kid="ec", algorithm="ES256"))

        assert caller.name == "person-1"

    @pytest.mark.parametrize(
        ("claims", "id", "earlier_name"),
        [
            ({"preferred_username": "ada@example.test"}, "person-1", "person-1"),
            ({"oid": None, "sub": "s", "preferred_username": "ada"}, "s", "ada"),
        ],
    )
    async def test_are_told_apart_by_issuer_and_subject(
        self, claims: dict[str, Any], id: str, earlier_name: str
    ) -> None:
        """The ID contains issuer and user, and the name of version 0.1.0 finds documents of that version."""
        caller = await verifier(Issuer("one")).caller(token(**claims))

        assert caller.id == f"jwt:https%3A//login.test/tenant/v2.0:{id}"
        assert caller.known_as == (caller.id, earlier_name)

    @pytest.mark.parametrize(
        "name", ["key:ada", "jwt:https%3A//login.test/tenant/v2.0:person-2", "schedule:1", "auto-image-gen"]
    )
    @pytest.mark.parametrize("claim", ["oid", "preferred_username", "sub"])
    async def test_get_no_documents_of_another_caller(self, claim: str, name: str) -> None:
        """A user whose name is the ID of another caller has only documents of the user's own ID."""
        claims: dict[str, Any] = {"oid": None, claim: name}

        caller = await verifier(Issuer("one")).caller(token(**claims))

        assert caller.known_as == (caller.id,)


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
            (lambda: jwt.encode({"iss": ISSUER}, "", algorithm="none"), "signing algorithm isn't supported"),
            (lambda: token(EC_KEY, kid="one", algorithm="ES256"), "isn't valid"),
            (lambda: token(kid="unknown"), "unknown key"),
            (lambda: token(oid=None), "must contain oid, sub, or preferred_username"),
            (lambda: token(oid="x" * 256), "at most 255 printable characters"),
            (lambda: token(oid="a\nb"), "at most 255 printable characters"),
            (lambda: "a.b.c", "isn't valid"),
            (lambda: token()[:-8] + "AAAAAAAA", "isn't valid"),
        ],
    )
    async def test_are_rejected_with_the_reason(self, made: Any, problem: str) -> None:
        """Every invalid access token is a 401 with its reason."""
        with pytest.raises(Unauthorized, match=problem):
            await verifier(Issuer("one")).caller(made())

    async def test_the_public_key_is_no_hmac_secret(self) -> None:
        """An access token signed with the public key as an HMAC secret is rejected."""
        header = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"one","typ":"JWT"}').decode()
        body = jwt.utils.base64url_encode(json.dumps({"iss": ISSUER, "aud": AUDIENCE}).encode()).decode()

        with pytest.raises(Unauthorized, match="isn't supported"):
            await verifier(Issuer("one")).caller(f"{header}.{body}.AAAA")

    @pytest.mark.parametrize("roles", [[], ["owner"], None, "administrator"])
    async def test_without_a_role_of_ours_it_is_forbidden(self, roles: Any) -> None:
        """A known user without a role gets a 403."""
        with pytest.raises(Forbidden, match="reader, editor, or admin app role"):
            await verifier(Issuer("one")).caller(token(roles=roles))


class TestIssuerKeys:
    async def test_are_requested_once(self) -> None:
        """A second token costs no request."""
        issuer = Issuer("one")
        verify = verifier(issuer)

        await verify.caller(token())
        await verify.caller(token())

        assert len(issuer.requests) == 1

    async def test_a_new_key_is_found_at_once_but_not_more_than_once_a_minute(self) -> None:
        """A new key of the issuer is loaded at once, at most once a minute."""
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
        assert len(issuer.requests) == 2

    async def test_stay_valid_while_the_issuer_is_unavailable(self) -> None:
        """Keys are loaded again after an hour, and the old ones remain valid during an outage."""
        issuer, seconds = Issuer("one"), Seconds()
        verify = verifier(issuer, seconds)
        await verify.caller(token())
        issuer.away = True
        seconds.now += KEYS_TTL_S + 1

        caller = await verify.caller(token())

        assert caller.name == "person-1"
        assert len(issuer.requests) == 2

    async def test_an_issuer_that_never_answered_is_unavailable(self) -> None:
        """Without any key the error is retryable, and the issuer is called again after a pause."""
        issuer, seconds = Issuer("one"), Seconds()
        issuer.away = True
        verify = verifier(issuer, seconds)

        for _ in range(3):
            with pytest.raises(Unavailable):
                await verify.caller(token())
        issuer.away = False
        seconds.now += RETRY_S
        caller = await verify.caller(token())

        assert len(issuer.requests) == 2
        assert caller.name == "person-1"

    @pytest.mark.parametrize(
        "document", [{}, {"keys": []}, {"keys": "none"}, {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]}]
    )
    async def test_a_key_set_without_usable_keys_is_unavailable(self, document: dict[str, Any]) -> None:
        """Nonsense from the issuer is its failure, and a shared secret is never taken for a public key."""
        issuer = Issuer()
        issuer.document = document

        with pytest.raises(Unavailable):
            await verifier(issuer).caller(token())
