"""Check URLs that users enter: only the public internet may be called. All functions are pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from functions.errors import BadRequest

# IPv6 ranges with an embedded IPv4 address, which is the address that is actually reached.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
AZURE_PLATFORM = "168.63.129.16"  # a public address that responds only inside Azure, with data about the machine
IPV4_COMPATIBLE = IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address, as text, belongs to the public internet.

    Private, loopback, link-local (such as the cloud's metadata service), shared, reserved, and multicast addresses
    don't, and neither do IPv6 addresses that embed such an address.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        wrapped = inside(ip)
        if wrapped is not None:
            return is_public(str(wrapped))
        # Newer Python versions consider some of these public.
        if ip.teredo is not None or any(ip in network for network in NAT64) or ip in IPV4_COMPATIBLE:
            return False
    return ip.is_global and str(ip) != AZURE_PLATFORM and not ip.is_multicast and not ip.is_reserved


def inside(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that is embedded in this one, or None."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64[0] else None


def check_url(url: str) -> str:
    """Return the host of an HTTPS URL that may be called, judged by its text.

    Raise `BadRequest` naming the field.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise BadRequest("url isn't a valid URL. Use a URL such as https://example.com/webhook.", field="url") from exc
    if parts.scheme != "https":
        raise BadRequest("url must start with https://.", field="url")
    if not host or parts.username or parts.password or any(character.isspace() for character in url):
        raise BadRequest("url must have a host and can't contain a user name or password.", field="url")
    if is_ip(host) and not is_public(host):
        raise BadRequest("url points to a private network. Use a public URL.", field="url")
    return host


def is_ip(host: str) -> bool:
    """Return whether the host is an IP address."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
