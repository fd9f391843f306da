"""Authenticate callers by API key or access token. Without any configuration, nobody has access."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from functions.errors import Forbidden, SettingsError, Unauthorized
from functions.models.caller import Caller

ROLES = ("reader", "editor", "admin")  # each includes the ones before it
KEY_PREFIX = "aig_"  # of generated keys
MAX_CREDENTIAL = 16_384  # characters; a token with many groups has about 4,000
UNRESOLVED = "@Microsoft.KeyVault("
FORM = "name:role:sha256, where role is reader, editor, or admin and sha256 is the hexadecimal SHA-256 hash of the key"

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}")
SHA256 = re.compile(r"[0-9a-f]{64}")

VerifyToken = Callable[[str], Awaitable[Caller]]
FindKey = Callable[[str], Awaitable[Caller | None]]


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """An API key with its owner, role, and SHA-256 hash."""

    name: str
    role: str
    digest: bytes

    @property
    def caller(self) -> Caller:
        return Caller.of_key(self.name, role=self.role)


def parse_api_keys(text: str) -> tuple[ApiKey, ...]:
    """Parse `name:role:sha256,…`. The result is empty for an empty text or an unresolved Key Vault reference.

    Raises `SettingsError` for anything else, naming the entry by its position, so that no hash is repeated.
    """
    text = text.strip()
    if not text or text.startswith(UNRESOLVED):
        return ()
    keys = [parse_entry(entry.strip(), place) for place, entry in enumerate(text.split(","), start=1) if entry.strip()]
    names = [key.name for key in keys]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"API_KEYS contains the name {name} twice. Give each key a unique name.")
    return tuple(keys)


def parse_entry(entry: str, place: int) -> ApiKey:
    """Parse one entry of API_KEYS, or raise `SettingsError` with its position."""
    name, role, digest = ([part.strip() for part in entry.split(":")] + ["", "", ""])[:3]
    digest = digest.lower()
    if entry.count(":") != 2 or not NAME.fullmatch(name) or role not in ROLES or not SHA256.fullmatch(digest):
        raise SettingsError(f"Entry {place} of API_KEYS is invalid. Use the format {FORM}.")
    return ApiKey(name=name, role=role, digest=bytes.fromhex(digest))


def key_owner(key: str, keys: tuple[ApiKey, ...]) -> Caller | None:
    """Return the owner of this key, or None. Takes the same time for every key (constant-time comparison)."""
    digest = hashlib.sha256(key.encode()).digest()
    found: ApiKey | None = None
    for candidate in keys:
        if hmac.compare_digest(candidate.digest, digest):
            found = candidate
    return found.caller if found else None


def read_credential(headers: Mapping[str, str]) -> str:
    """Return the API key or token of a request, or "" if there is none. Header names are in lower case."""
    scheme, _, value = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    return headers.get("x-api-key", "").strip()


class Authenticator:
    """Authenticates requests. Without API keys and a token issuer, it rejects every request.

    `keys` are the keys in the settings; `find_key` returns the owner of a key in the catalog.
    """

    def __init__(
        self, *, keys: tuple[ApiKey, ...], verify_token: VerifyToken | None, find_key: FindKey | None = None
    ) -> None:
        self.keys, self._verify_token, self._find_key = keys, verify_token, find_key

    async def caller(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller, or raise `Unauthorized`.

        Raises `Unavailable` while the token issuer can't be reached, or the catalog for a key that isn't in the
        settings.
        """
        if not self.keys and self._verify_token is None:
            raise Unauthorized("No authentication is configured. Set API_KEYS, or JWT_ISSUER and JWT_AUDIENCE.")
        presented = read_credential(headers)
        if not presented:
            raise Unauthorized
        if len(presented) > MAX_CREDENTIAL:
            raise Unauthorized("The API key or token is too long.")
        caller = key_owner(presented, self.keys)
        if caller is not None:
            return caller
        if self._verify_token is not None and presented.count(".") == 2:
            return await self._verify_token(presented)
        if self._find_key is not None and (found := await self._find_key(presented)) is not None:
            return found
        raise Unauthorized("The API key isn't valid. Check it, or ask for a new one.")


def require(caller: Caller, role: str) -> None:
    """Raise `Forbidden` unless the caller's role is at least `role`."""
    if role == "admin" and not caller.may_administer:
        raise Forbidden(
            f"Your role is {caller.role}. This operation requires the admin role. Use a key or an account with the "
            "role admin."
        )
    if role == "editor" and not caller.may_edit:
        raise Forbidden("Your role is reader. This operation requires the editor role.")
