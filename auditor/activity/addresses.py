"""An address is in a network or it is not, is public or is not, and neither is guessed for text that is no address.

S3 writes the address that it saw, so proxies and network address translation hide who is behind it (S3 User Guide,
"Amazon S3 server access log format", Remote IP). Through a VPC endpoint it is the private address of the caller.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias

from auditor.errors import InputError

Address: TypeAlias = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Where an address stands: its /24 (IPv6: /48), its /16 (IPv6: /32), and whether it is a public address."""

    network: str
    region: str
    public: bool


def parse_address(text: str) -> Address | None:
    """The address in `text`; None when it is none. IPv4 inside IPv6 (`::ffff:…`) is the IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def neighbourhood(address: Address) -> Neighbourhood:
    """Where `address` stands. Shared address space (100.64.0.0/10) is not public: carriers and VPCs use it inside."""
    near, wide = (24, 16) if isinstance(address, IPv4Address) else (48, 32)
    return Neighbourhood(
        network=str(ip_network((address, near), strict=False)),
        region=str(ip_network((address, wide), strict=False)),
        public=_is_public(address),
    )


# Python calls these private, but nobody runs a VPC on them, and examples are written with them (RFC 5737, RFC 3849).
_DOCUMENTATION: Final = (
    ip_network("192.0.2.0/24"),
    ip_network("198.51.100.0/24"),
    ip_network("203.0.113.0/24"),
    ip_network("2001:db8::/32"),
)


def _is_public(address: Address) -> bool:
    return address.is_global or any(address in network for network in _DOCUMENTATION)


@dataclass(frozen=True, slots=True)
class Networks:
    """A set of networks, ready to be asked about many addresses. The ranges of each version are sorted and apart."""

    four: tuple[tuple[int, int], ...]
    six: tuple[tuple[int, int], ...]

    def __contains__(self, address: Address) -> bool:
        ranges = self.four if isinstance(address, IPv4Address) else self.six
        value = int(address)
        at = bisect_right(ranges, (value, 1 << 128)) - 1
        return at >= 0 and ranges[at][0] <= value <= ranges[at][1]


def networks(entries: Iterable[str], *, origin: str) -> Networks:
    """The set of networks and single addresses in `entries`; InputError naming `origin` and the entry that is neither.

    Bits behind the prefix are ignored, so `198.51.100.23/24` is its network.
    """
    four: list[IPv4Network] = []
    six: list[IPv6Network] = []
    for entry in entries:
        match _parse_network(entry):
            case IPv4Network() as network:
                four.append(network)
            case IPv6Network() as network:
                six.append(network)
            case None:
                raise InputError(
                    f"{origin}: {entry!r} is neither an address nor a network",
                    hint="write networks as 203.0.113.0/24 or 2001:db8::/32",
                )
    return Networks(
        tuple((int(one[0]), int(one[-1])) for one in collapse_addresses(four)),
        tuple((int(one[0]), int(one[-1])) for one in collapse_addresses(six)),
    )


def read_networks(text: str, *, origin: str) -> Networks:
    """The networks in a file with one on each line; what follows `#` or `;` is a comment."""
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in text.splitlines())
    return networks((line for line in lines if line), origin=origin)


def _parse_network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
