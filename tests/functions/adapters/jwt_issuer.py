"""An issuer of tokens for tests: keys, signed tokens, and a fake of its key set."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from functions.adapters.http.jwt_verifier import (
    IssuerKeys,
    TokenVerifier,
)
from functions.errors import Unavailable

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
    """A token issuer that counts requests for its keys and can be unavailable."""

    def __init__(self, *kids: str) -> None:
        self.document = published(*kids)
        self.requests: list[str] = []
        self.away = False

    async def fetch(self, url: str) -> dict[str, Any]:
        self.requests.append(url)
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
