"""Where a request comes from, as far as tries are counted by it."""

from __future__ import annotations

import ipaddress


def network(address: str) -> str:
    """Of IPv6 the half that a network is given: whoever has one address there has all of them.

    A socket for both kinds says an address of IPv4 as one of IPv6 (RFC 4291, 2.5.5.2): each of these is by itself.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((found.packed, 64), strict=False))
