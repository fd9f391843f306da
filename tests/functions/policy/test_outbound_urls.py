"""Which URLs may be called for a user."""

from __future__ import annotations

import pytest

from functions.errors import BadRequest
from functions.policy.security.outbound_urls import check_url, is_public


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:0101:0101::1"],
)
def test_the_public_internet(address: str) -> None:
    """Public servers are allowed, also by their IPv6 forms."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "168.63.129.16", "::ffff:168.63.129.16",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1.1.1.1", "2002:7f00:0001::1", "2002:0a00:0001::", "2001:0:1::1",
        "2001:db8::1", "", "localhost", "1.1.1", "0x7f.1",
        "192.0.0.9", "192.0.0.10", "192.0.0.192", "192.88.99.1", "fec0::1", "feff::1", "3fff::1", "3fff:fff::1",
        "5f00::1", "4000::1", "2001:1::1", "2001:3::1", "2001:20::1", "2001:30::1", "100::1", "100:0:0:1::1",
        "::ffff:0:127.0.0.1", "ff0e::1", "2002:c000:0009::1", "64:ff9b::192.0.0.9",
    ],
)  # fmt: skip
def test_everything_else(address: str) -> None:
    """Local, private, metadata, reserved, embedded, and invalid addresses are rejected."""
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/hook?x=1", "example.org"),
        ("https://EXAMPLE.org:8443/", "example.org"),
        ("https://1.1.1.1/", "1.1.1.1"),
        ("https://[2606:4700:4700::1111]/x", "2606:4700:4700::1111"),
    ],
)
def test_urls_that_may_be_called(url: str, host: str) -> None:
    """An allowed URL returns its host."""
    assert check_url(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org", "ftp://example.org", "example.org", "", "https://", "https:///x", "https://a b.org/",
        "https://me:word@example.org/", "https://me@example.org/", "https://127.0.0.1/", "https://[::1]/",
        "https://169.254.169.254/metadata", "https://[fe80::1%25eth0]/", "https://example.org:99999/", "https://[x",
        "file:///etc/passwd", "javascript:alert(1)", "https://./", "https://../x", "https://。/", "https://．/x",
        "https://１２７.０.０.１/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127｡0．0.1/", "https://127.0.0.1./",
        "https://𝟏𝟎.𝟎.𝟎.𝟏/", "https://[fec0::1]/", "https://127.0.0.\u00ad1/", "https://example\u200b.org/",
    ],
)  # fmt: skip
def test_urls_that_may_not(url: str) -> None:
    """A forbidden URL is rejected with the name of the field."""
    with pytest.raises(BadRequest) as caught:
        check_url(url)

    assert caught.value.details == {"field": "url"}
