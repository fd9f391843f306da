"""Verify access tokens of one issuer, such as Microsoft Entra ID, using the issuer's published keys."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from functions.errors import Forbidden, SettingsError, Unauthorized, Unavailable
from functions.models.caller import Caller
from functions.models.text_direction import one_line
from functions.policy.security.access import ROLES

# Only asymmetric signatures: with `none` or HMAC, anyone could sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCK_SKEW_S = 60
KEYS_TTL_S = 3600.0
# A token with an unknown key causes a reload of the keys, at a limited rate to prevent abuse.
REFRESH_MIN_INTERVAL_S = 60.0
RETRY_S = 5.0  # delay after a failure without any known key; until then callers get an error instead of waiting
TIMEOUT_S = 5.0
MAX_ANSWER_BYTES = 1_000_000
MAX_NAME = 100  # characters
MAX_SUBJECT = 255  # characters; the limit of OpenID Connect for `sub`

Fetch = Callable[[str], Awaitable[dict[str, Any]]]


async def fetch_json(url: str) -> dict[str, Any]:
    """Return the JSON object at a URL, or raise `Unavailable`."""
    import httpx2

    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as client:
            response = await client.get(url, headers={"accept": "application/json"})
        if response.status_code != 200 or len(response.content) > MAX_ANSWER_BYTES:
            raise Unavailable(f"The token issuer returned status {response.status_code} for its signing keys.")
        answer = json.loads(response.content)
    except (httpx2.HTTPError, ValueError) as exc:
        raise Unavailable("Couldn't load the token issuer's signing keys. Try again in a moment.") from exc
    if not isinstance(answer, dict):
        raise Unavailable("Couldn't load the token issuer's signing keys. Try again in a moment.")
    return answer


class IssuerKeys:
    """The issuer's public keys by ID, loaded when needed and cached for an hour.

    If the issuer can't be reached, the last known keys stay valid.
    """

    def __init__(
        self,
        issuer: str,
        jwks_url: str,
        *,
        fetch: Fetch = fetch_json,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer, self._jwks_url, self._fetch, self._monotonic = issuer, jwks_url, fetch, monotonic
        self._keys: dict[str | None, Any] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, kid: str | None) -> Any:
        """Return the key with this ID.

        Raises `Unauthorized` if it doesn't exist, `Unavailable` if keys can't be loaded.
        """
        if not self._fresh() or kid not in self._keys:
            async with self._lock:
                if not self._fresh() or kid not in self._keys:
                    await self._refresh()
        try:
            return self._keys[kid]
        except KeyError:
            raise Unauthorized("The token was signed with an unknown key.") from None

    def _fresh(self) -> bool:
        return self._monotonic() - self._fetched_at < KEYS_TTL_S

    async def _refresh(self) -> None:
        now = self._monotonic()
        if now - self._tried_at < (REFRESH_MIN_INTERVAL_S if self._keys else RETRY_S):
            if self._keys:
                return
            raise Unavailable("Couldn't load the token issuer's signing keys. Try again in a moment.")
        self._tried_at = now
        try:
            keys = self._read(await self._fetch(await self._address()))
        except Unavailable:
            if self._keys:
                return
            raise
        self._keys, self._fetched_at = keys, now

    async def _address(self) -> str:
        if not self._jwks_url:
            document = await self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if document.get("issuer") != self._issuer:
                raise SettingsError("JWT_ISSUER doesn't match the issuer in its discovery document.")
            found = document.get("jwks_uri")
            if not isinstance(found, str) or not is_safe(found):
                raise Unavailable("The issuer's discovery document has no HTTPS jwks_uri.")
            self._jwks_url = found
        return self._jwks_url

    @staticmethod
    def _read(document: dict[str, Any]) -> dict[str | None, Any]:
        from jwt import PyJWK, PyJWTError

        keys: dict[str | None, Any] = {}
        entries = document.get("keys")
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
                continue
            try:
                keys[entry.get("kid")] = PyJWK(entry)
            except PyJWTError:
                continue  # an unsupported key type; other keys can be valid
        if not keys:
            raise Unavailable("The token issuer publishes no supported signing key.")
        return keys


class TokenVerifier:
    """Verifies access tokens and returns their users."""

    def __init__(self, *, issuer: str, audience: str, keys: IssuerKeys) -> None:
        self._issuer, self._audience, self._keys = issuer, audience, keys

    async def caller(self, token: str) -> Caller:
        """Return the token's user.

        Raises `Unauthorized` for an invalid token, and `Forbidden` without a role in this app.
        """
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Unauthorized("The token's signing algorithm isn't supported.")
            kid = header.get("kid")
            claims = jwt.decode(
                token,
                await self._keys.get(kid if isinstance(kid, str) else None),
                algorithms=ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                leeway=CLOCK_SKEW_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError as exc:
            raise Unauthorized("Your session has expired. Sign in again.") from exc
        except jwt.InvalidAudienceError as exc:
            raise Unauthorized("The token was issued for another application.") from exc
        except jwt.InvalidIssuerError as exc:
            raise Unauthorized("The token was issued by another issuer.") from exc
        except jwt.PyJWTError as exc:
            raise Unauthorized("The token isn't valid. Sign in again.") from exc
        subject = subject_in(claims)
        return Caller.of_token(
            self._issuer,
            subject,
            name=one_line(first_of(claims, "preferred_username", "name"))[:MAX_NAME] or subject,
            role=role_in(claims),
            earlier_name=first_of(claims, "oid", "preferred_username", "sub")[:MAX_NAME],
        )


def first_of(claims: dict[str, Any], *names: str) -> str:
    """Return the first of these claims that isn't empty, or an empty string."""
    return next((value for name in names if isinstance(value := claims.get(name), str) and value), "")


def subject_in(claims: dict[str, Any]) -> str:
    """Return what identifies the user in a token's claims, preferably what never changes, or raise `Unauthorized`."""
    subject = first_of(claims, "oid", "sub", "preferred_username")
    if not subject:
        raise Unauthorized("The access token must contain oid, sub, or preferred_username.")
    if len(subject) > MAX_SUBJECT or not subject.isprintable():
        raise Unauthorized(f"The access token's subject must have at most {MAX_SUBJECT} printable characters.")
    return subject


def role_in(claims: dict[str, Any]) -> str:
    """Return the highest of the user's roles in a token's claims, or raise `Forbidden`."""
    roles = claims.get("roles", [])
    granted = {str(role).lower() for role in (roles if isinstance(roles, list) else [roles])}
    for role in reversed(ROLES):
        if role in granted:
            return role
    raise Forbidden("You have no role in this app. Ask an administrator for the reader, editor, or admin app role.")


def is_safe(url: str) -> bool:
    """Return whether keys may be loaded from this URL: HTTPS, or a server on this computer."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def open_verifier(*, issuer: str, audience: str, jwks_url: str) -> TokenVerifier:
    """Return the verifier for these settings, or raise `SettingsError`."""
    if not audience:
        raise SettingsError("JWT_AUDIENCE isn't set. Set it, so that only tokens for this application are accepted.")
    for name, url in (("JWT_ISSUER", issuer), ("JWT_JWKS_URL", jwks_url)):
        if url and not is_safe(url):
            raise SettingsError(f"{name} must start with https://.")
    return TokenVerifier(issuer=issuer, audience=audience, keys=IssuerKeys(issuer, jwks_url))
