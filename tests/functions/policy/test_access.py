"""Authentication: API keys by their hash, and no access by default."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from functions.errors import Forbidden, SettingsError, Unauthorized
from functions.models.caller import Caller
from functions.policy.security.access import (
    MAX_CREDENTIAL,
    Authenticator,
    key_owner,
    parse_api_keys,
    read_credential,
    require,
)


def entry(name: str, role: str, key: str) -> str:
    return f"{name}:{role}:{hashlib.sha256(key.encode()).hexdigest()}"


KEYS = f"{entry('dashboard', 'editor', 'key-one')}, {entry('kiosk', 'reader', 'key-two')}"


def authenticator(keys: str = KEYS, verify_token: Any = None) -> Authenticator:
    return Authenticator(keys=parse_api_keys(keys), verify_token=verify_token)


class TestParsing:
    def test_reads_every_entry(self) -> None:
        """Each entry has a name, a role, and a digest; spaces and case of the hash don't matter."""
        keys = parse_api_keys(
            f" {KEYS.upper().replace('DASHBOARD', 'dashboard').replace('KIOSK', 'kiosk')} ".replace(
                ":EDITOR:", ":editor:"
            ).replace(":READER:", ":reader:")
        )

        assert [(key.name, key.role) for key in keys] == [("dashboard", "editor"), ("kiosk", "reader")]

    @pytest.mark.parametrize("text", ["", "   ", ",", "@Microsoft.KeyVault(SecretUri=https://v.test/secrets/k/)"])
    def test_unset_gives_no_keys(self, text: str) -> None:
        """An empty setting and a Key Vault reference that was not resolved count as unset."""
        assert parse_api_keys(text) == ()

    @pytest.mark.parametrize(
        "text",
        [
            "just-a-key",
            "name:editor",
            "name:owner:" + "0" * 64,
            "name:editor:" + "0" * 63,
            "name:editor:" + "g" * 64,
            ":editor:" + "0" * 64,
            "na\nme:editor:" + "0" * 64,
            "name:editor:" + "0" * 64 + ":more",
        ],
    )
    def test_malformed_is_rejected_by_place(self, text: str) -> None:
        """A malformed entry is reported by its position, without any part of a key or hash."""
        with pytest.raises(SettingsError) as caught:
            parse_api_keys(f"{entry('first', 'reader', 'k')},{text}")

        assert caught.value.message.startswith("Entry 2 of API_KEYS is invalid")
        assert "0000" not in caught.value.message

    def test_a_repeated_name_is_rejected(self) -> None:
        """Two API keys of one name are rejected, because created_by could not distinguish them."""
        with pytest.raises(SettingsError, match="the name same twice"):
            parse_api_keys(f"{entry('same', 'reader', 'a')},{entry('same', 'editor', 'b')}")


class TestCredential:
    @pytest.mark.parametrize(
        ("headers", "expected"),
        [
            ({}, ""),
            ({"authorization": "Bearer abc"}, "abc"),
            ({"authorization": "bearer  abc "}, "abc"),
            ({"x-api-key": " abc "}, "abc"),
            ({"authorization": "Basic abc"}, ""),
            ({"authorization": "Basic abc", "x-api-key": "key"}, "key"),
            ({"authorization": "Bearer", "x-api-key": "key"}, "key"),
        ],
    )
    def test_where_it_is_looked_for(self, headers: dict[str, str], expected: str) -> None:
        """A bearer credential has precedence over X-API-Key, and other schemes are ignored."""
        assert read_credential(headers) == expected


class TestGate:
    @pytest.mark.parametrize("header", ["authorization", "x-api-key"])
    async def test_a_known_key_names_its_holder(self, header: str) -> None:
        """An API key in either header signs its owner in, with the role of the key."""
        value = "Bearer key-two" if header == "authorization" else "key-two"

        caller = await authenticator().caller({header: value})

        assert caller == Caller.of_key("kiosk", role="reader")

    @pytest.mark.parametrize("key", ["key-three", "KEY-ONE", "key-one ", hashlib.sha256(b"key-one").hexdigest(), "é"])
    def test_no_other_key_has_a_holder(self, key: str) -> None:
        """A key in another case, with spaces, or as its hash is rejected."""
        assert key_owner(key, parse_api_keys(KEYS)) is None

    async def test_no_credential_is_rejected(self) -> None:
        """A call without a credential is rejected with what to send."""
        with pytest.raises(Unauthorized, match="Send an API key"):
            await authenticator().caller({})

    async def test_nothing_configured_rejects_every_call(self) -> None:
        """Without keys and an issuer every credential is rejected, with what to set."""
        closed = authenticator("")

        for headers in ({}, {"x-api-key": ""}, {"authorization": "Bearer key-one"}, {"authorization": "Bearer a.b.c"}):
            with pytest.raises(Unauthorized, match="Set API_KEYS"):
                await closed.caller(headers)

    async def test_an_unresolved_vault_reference_rejects_every_call(self) -> None:
        """The text of a Key Vault reference is not an API key."""
        reference = "@Microsoft.KeyVault(SecretUri=https://v.test/secrets/k/)"

        with pytest.raises(Unauthorized):
            await authenticator(reference).caller({"x-api-key": reference})

    async def test_an_enormous_credential_is_rejected(self) -> None:
        """A very long credential is rejected without hashing or parsing."""
        with pytest.raises(Unauthorized, match="too long"):
            await authenticator().caller({"x-api-key": "k" * (MAX_CREDENTIAL + 1)})

    async def test_only_what_looks_like_a_token_reaches_the_issuer(self) -> None:
        """A mistyped API key causes no request for the issuer's keys."""
        requested: list[str] = []

        async def verify(token: str) -> Caller:
            requested.append(token)
            return Caller.of_key("ada", role="editor")

        open_to_both = authenticator(verify_token=verify)

        with pytest.raises(Unauthorized, match="The API key isn't valid"):
            await open_to_both.caller({"x-api-key": "wrong"})
        caller = await open_to_both.caller({"authorization": "Bearer head.body.sign"})

        assert requested == ["head.body.sign"]
        assert caller.name == "ada"


@pytest.mark.parametrize(
    ("role", "needed", "allowed"),
    [
        ("reader", "reader", True),
        ("reader", "editor", False),
        ("editor", "reader", True),
        ("editor", "editor", True),
        ("reader", "admin", False),
        ("editor", "admin", False),
        ("admin", "reader", True),
        ("admin", "editor", True),
        ("admin", "admin", True),
    ],
)
def test_roles(role: str, needed: str, allowed: bool) -> None:
    """A reader reads, an editor also writes, an administrator does everything, and the error names the role."""
    caller = Caller.of_key("x", role=role)

    if allowed:
        require(caller, needed)
    else:
        with pytest.raises(Forbidden, match=f"Your role is {role}. This operation requires the {needed} role."):
            require(caller, needed)
