"""The webhook client against real HTTPS servers that answer, fail, hang, or redirect."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from functions.adapters.http.webhook_client import HttpWebhookClient
from functions.errors import BadRequest, Permanent, Unavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Receiver:
    """An HTTPS server whose handler a test sets."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.handler: Handler = self.take
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return await self.handler(request)


@pytest.fixture
async def receiver(certificate: Path) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server)
    await site.start()
    port = runner.addresses[0][1]
    receiver.url = f"https://localhost:{port}/hook"
    yield receiver
    await runner.cleanup()


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
async def client(certificate: Path) -> AsyncIterator[HttpWebhookClient]:
    """One that may call this machine and trusts its certificate."""
    made = HttpWebhookClient(allowed=lambda address: address in {"127.0.0.1", "::1"}, trust=trusting(certificate))
    yield made
    await made.close()


async def test_a_message_arrives_as_sent(client: HttpWebhookClient, receiver: Receiver) -> None:
    """Body and headers, once."""
    response = await client.post(receiver.url, b'{"a": 1}', headers={"webhook-id": "msg_1"})

    ((headers, body),) = receiver.seen
    assert response.status == 204
    assert body == b'{"a": 1}'
    assert (headers["webhook-id"], headers["content-type"]) == ("msg_1", "application/json")
    assert headers["user-agent"].startswith("Auto-Image-Gen/")
    assert "cookie" not in headers


@pytest.mark.parametrize("status", [200, 301, 400, 410, 500, 503])
async def test_any_answer_is_reported(client: HttpWebhookClient, receiver: Receiver, status: int) -> None:
    """Any status of the receiver is returned as a response, not raised as an error."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": "120", "Location": "https://localhost/"})

    receiver.handler = answer

    response = await client.post(receiver.url, b"{}", headers={})

    assert (response.status, response.retry_after_s) == (status, 120.0)


async def test_a_redirect_is_not_followed(client: HttpWebhookClient, receiver: Receiver) -> None:
    """Not even to a place that may be called."""

    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": receiver.url})

    receiver.handler = elsewhere

    response = await client.post(receiver.url, b"{}", headers={})

    assert response.status == 307
    assert len(receiver.seen) == 1


async def test_one_that_hangs(certificate: Path, receiver: Receiver) -> None:
    """A request is given up after the client's timeout."""
    forever = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await forever.wait()
        return web.Response()

    receiver.handler = hang
    impatient = HttpWebhookClient(allowed=lambda address: True, trust=trusting(certificate), timeout_s=0.5)

    with pytest.raises(Unavailable, match=r"localhost didn't respond within 0\.5 seconds\."):
        await impatient.post(receiver.url, b"{}", headers={})
    await impatient.close()
    forever.set()


async def test_one_that_sends_without_end(client: HttpWebhookClient, receiver: Receiver) -> None:
    """The status is enough: a body that never ends is not read."""

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except ConnectionError:
            return response

    receiver.handler = flood

    assert (await asyncio.wait_for(client.post(receiver.url, b"{}", headers={}), 60)).status == 200


async def test_an_untrusted_certificate(receiver: Receiver) -> None:
    """A server with an untrusted certificate is rejected."""
    strict = HttpWebhookClient(allowed=lambda address: True)

    with pytest.raises(Unavailable, match="certificate"):
        await strict.post(receiver.url, b"{}", headers={})
    await strict.close()

    assert receiver.seen == []


@pytest.fixture
async def careful(certificate: Path) -> AsyncIterator[HttpWebhookClient]:
    """One as the app has it, which would even trust the certificate."""
    made = HttpWebhookClient(trust=trusting(certificate))
    yield made
    await made.close()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "ⓛocalhost",
    ],
)
async def test_this_machine_is_never_called(careful: HttpWebhookClient, receiver: Receiver, host: str) -> None:
    """This computer is rejected by name, by IP address, and by unusual spellings of it."""
    url = receiver.url.replace("localhost", host)

    with pytest.raises((Permanent, BadRequest), match="private network"):
        await careful.validate_url(url)
    with pytest.raises((Permanent, BadRequest, Unavailable)):
        await careful.post(url, b"{}", headers={})

    assert receiver.seen == []


async def test_the_address_of_the_socket_is_checked(certificate: Path, receiver: Receiver) -> None:
    """An address that the checks of the URL and of the host let through isn't called."""
    answers = iter([True])  # for the address in the URL
    fickle = HttpWebhookClient(allowed=lambda address: next(answers, False), trust=trusting(certificate))
    literal = receiver.url.replace("localhost", "1.1.1.1")

    with pytest.raises(Permanent, match="private network"):
        await fickle.post(literal, b"{}", headers={})
    await fickle.close()

    assert receiver.seen == []


async def test_a_host_that_resolves_differently_later(certificate: Path, receiver: Receiver) -> None:
    """A host that resolves to this computer only at the time of the call is rejected."""
    answers = iter([True, True])  # for both addresses of the first look-up, at most
    fickle = HttpWebhookClient(allowed=lambda address: next(answers, False), trust=trusting(certificate))

    await fickle.validate_url(receiver.url)
    answers = iter([])
    with pytest.raises(Permanent, match="private network"):
        await fickle.post(receiver.url, b"{}", headers={})
    await fickle.close()

    assert receiver.seen == []


@pytest.mark.parametrize(
    "url",
    ["https://nothing.invalid/", "https://localhost:1/", f"https://{'a' * 70}.org/"],
    ids=["name", "port", "label"],
)
async def test_an_unreachable_receiver(client: HttpWebhookClient, url: str) -> None:
    """An unknown host and a closed port are reported in one sentence."""
    with pytest.raises(Unavailable, match=r"\.$"):
        await client.post(url, b"{}", headers={})


async def test_one_that_speaks_no_https(client: HttpWebhookClient) -> None:
    """A server without HTTPS is reported as such."""
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    with pytest.raises(Unavailable, match="Couldn't connect to localhost over HTTPS"):
        await client.post(f"https://localhost:{port}/", b"{}", headers={})
    server.close()
    await server.wait_closed()
