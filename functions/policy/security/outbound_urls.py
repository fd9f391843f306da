"""Check URLs that users enter: only the public internet may be called. All functions are pure."""

from __future__ import annotations

import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from functions.errors import BadRequest

# IPv6 ranges with an embedded IPv4 address, which is the address that is actually reached.
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
AZURE_PLATFORM = "168.63.129.16"  # a public address that responds only inside Azure, with data about the machine

# Some versions of Python consider parts of these public. Addresses: https://www.iana.org/assignments/ (the registries
# `iana-ipv4-special-registry` and `iana-ipv6-special-registry`).
GLOBAL_UNICAST = IPv6Network("2000::/3")  # everything else, such as site-local fec0::/10, is reserved or local
NOT_PUBLIC_IPV6 = (
    IPv6Network("2001::/23"),  # protocol assignments, such as Teredo and ORCHID
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("3fff::/20"),  # documentation
)
NOT_PUBLIC_IPV4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; one cloud has its metadata service here
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, which no longer exist
)
DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))  # full stops of other scripts


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
        if ip not in GLOBAL_UNICAST or any(ip in network for network in (*NAT64, *NOT_PUBLIC_IPV6)):
            return False
    elif any(ip in network for network in NOT_PUBLIC_IPV4):
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
    """Return the host of an HTTPS URL that may be called, judged by its text, as an HTTP client reads it.

    Raise `BadRequest` naming the field.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise BadRequest("url isn't a valid URL. Use a URL such as https://example.com/webhook.", field="url") from exc
    if parts.scheme != "https":
        raise BadRequest("url must start with https://.", field="url")
    # HTTP clients read other digits, such as full-width ones, as ASCII digits.
    plain = unicodedata.normalize("NFKC", (host or "").translate(DOTS)).rstrip(".")
    if not plain or parts.username or parts.password or any(map(is_blank, url)):
        raise BadRequest("url must have a host and can't contain a user name or password.", field="url")
    if is_ip(plain) and not is_public(plain):
        raise BadRequest("url points to a private network. Use a public URL.", field="url")
    return plain


def is_blank(character: str) -> bool:
    """Return whether a character is a space, a control character, or invisible."""
    return character.isspace() or unicodedata.category(character).startswith("C")


def is_ip(host: str) -> bool:
    """Return whether the host is an IP address."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
