"""`WebhookClient` over HTTPS, for the public internet only.

The host is resolved once and all of its IP addresses must be public. The connection uses exactly these addresses, so
that a changed DNS record has no effect, and the address of each socket is checked again before it connects. Redirects
aren't followed.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from functions.errors import Permanent, Unavailable
from functions.models.history import WebhookResponse
from functions.policy.security.outbound_urls import check_url, is_ip, is_public
from functions.version import VERSION

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from aiohttp.abc import ResolveResult

TIMEOUT_S = 15.0
LONGEST_RETRY_AFTER_S = 24 * 3600.0


class HttpWebhookClient:
    """One HTTP session for the lifetime of the app. `allowed` decides which IP addresses may be called."""

    def __init__(
        self,
        *,
        allowed: Callable[[str], bool] = is_public,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._allowed, self._trust, self._timeout_s = allowed, trust, timeout_s
        self._session: ClientSession | None = None

    async def validate_url(self, url: str) -> None:
        host = check_url(url)
        if is_ip(host):
            self._refuse_unless_allowed([host])
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._resolved(host, 443, socket.AF_UNSPEC)
        except TimeoutError as exc:
            raise Unavailable(f"Couldn't resolve host {host}.") from exc

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookResponse:
        import aiohttp

        host = check_url(url)
        if is_ip(host):  # isn't passed to the resolver
            self._refuse_unless_allowed([host])
        sent = {"content-type": "application/json", "user-agent": f"Auto-Image-Gen/{VERSION}", **headers}
        try:
            async with self._open().post(url, data=body, headers=sent, allow_redirects=False) as response:
                return WebhookResponse(
                    status=response.status, retry_after_s=seconds(response.headers.get("retry-after", ""))
                )
        except aiohttp.ClientConnectorCertificateError as exc:
            raise Unavailable(f"The TLS certificate of {host} isn't trusted.") from exc
        except TimeoutError as exc:
            raise Unavailable(f"{host} didn't respond within {self._timeout_s:g} seconds.") from exc
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise Unavailable(f"Couldn't connect to {host} over HTTPS.") from exc

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> ClientSession:
        if self._session is None:
            import aiohttp
            from aiohttp.abc import AbstractResolver

            resolved = self._resolved

            class PublicResolver(AbstractResolver):
                """Resolver that returns only the addresses that were checked."""

                async def resolve(
                    self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
                ) -> list[ResolveResult]:
                    return await resolved(host, port, family)

                async def close(self) -> None: ...

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=PublicResolver(),
                    use_dns_cache=False,
                    force_close=True,
                    ssl=self._trust or True,
                    socket_factory=self._socket,
                ),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session

    def _socket(self, address: tuple[Any, ...]) -> socket.socket:
        """Return a socket for the address that is about to be called, or raise `Permanent`."""
        family, kind, protocol, _, where = address
        self._refuse_unless_allowed([where[0]])
        return socket.socket(family=family, type=kind, proto=protocol)

    async def _resolved(self, host: str, port: int, family: int) -> list[ResolveResult]:
        """Return the addresses of the host.

        Raises `Permanent` if one isn't allowed, and `Unavailable` without any address.
        """
        try:
            found: list[Any] = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM, family=family
            )
        except (OSError, UnicodeError) as exc:
            raise Unavailable(f"Host {host} has no IP address.") from exc
        self._refuse_unless_allowed([address[0] for *_, address in found])
        return [
            {
                "hostname": host,
                "host": address[0],
                "port": address[1],
                "family": kind,
                "proto": protocol,
                "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            }
            for kind, _, protocol, _, address in found
        ]

    def _refuse_unless_allowed(self, addresses: list[str]) -> None:
        if not addresses or not all(self._allowed(address) for address in addresses):
            raise Permanent("This URL resolves to a private network address. Use a public URL.")


def seconds(retry_after: str) -> float | None:
    """Return a Retry-After value in seconds, or None for a date or an invalid value."""
    return min(float(retry_after), LONGEST_RETRY_AFTER_S) if retry_after.strip().isdecimal() else None
