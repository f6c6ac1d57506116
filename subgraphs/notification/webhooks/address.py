"""Which addresses may be called: a partner's server, and nothing inside of ours."""

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from shared.errors import Invalid

_LONGEST = 2_000
# Networks whose addresses have an IPv4 address in their last 32 bits: NAT64, IPv4-compatible.
_AROUND_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


class AddressForbidden(OSError):
    """The host's name leads into a private network."""


def check_url(url: str, *, private: bool) -> str:
    """`url` if it can be one of a partner's; `private` lets http and private addresses pass.

    Raises Invalid. A name is looked up at each call, since it may lead elsewhere by then.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, URL(url).raw_host  # the host that is connected to
    except ValueError:
        raise _invalid("This is no address. Give one like https://example.com/partline.") from None
    if len(url) > _LONGEST or any(not char.isprintable() or char.isspace() for char in url):
        raise _invalid(f"Give an address of at most {_LONGEST} characters, without spaces.")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise _invalid("Give an address that begins with https://.")
    if not parts.hostname or not host or port == 0:
        raise _invalid("This address names no server. Give one like https://example.com/partline.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _invalid(
            "Leave user name, password and #fragment out of the address. Each call is signed; "
            "check the signature instead."
        )
    if not private and _is_private(host.rstrip(".")):
        raise _invalid("This address cannot be reached from outside. Give a public one.")
    return url


def _invalid(message: str) -> Invalid:
    return Invalid(message, "WEBHOOK_ADDRESS")


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not _is_public(host)
    except ValueError:
        # No name ends in a number. It is an address in another spelling (127.1, 2130706433), and
        # for what looks like one aiohttp asks no resolver.
        return host.rpartition(".")[2][:1].isdigit()


def _is_public(address: str) -> bool:
    """Raises ValueError for what is no IP address."""
    found = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    return bool(found.is_global) and not found.is_multicast


def _innermost(
    found: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if isinstance(found, ipaddress.IPv4Address):
        return found
    if any(found in network for network in _AROUND_IPV4):
        return ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.ipv4_mapped or found.sixtofour or found


class GuardedResolver(AbstractResolver):
    """Gives the addresses of a name, unless one of them leads into a private network.

    aiohttp connects to exactly what this returns, so a name cannot change in between.
    """

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: Any = socket.AF_INET
    ) -> list[ResolveResult]:
        found: Sequence[ResolveResult] = await self._resolver.resolve(host, port, family)
        if not all(_is_public(result["host"]) for result in found):
            raise AddressForbidden(f"{host} leads into a private network")
        return list(found)

    async def close(self) -> None:
        await self._resolver.close()
