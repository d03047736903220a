"""Where webhooks may go: only to public addresses, and to internal ones that the operator named.

An address is checked as it is written, and again as what its name leads to at the moment of sending; the connection is
then made to the very address that was checked, so that a name cannot lead somewhere else in between.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import SplitResult, urlsplit

from supplychain.errors import HinterlandError
from supplychain.text import Text

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""Gives the addresses that a name leads to."""

LONGEST_URL: Final = 2000
PUBLIC_PORTS: Final = (443, 8443)
DEFAULT_PORTS: Final = {"https": 443, "http": 80}
LAST_PORT: Final = 65535

NEVER: Final[tuple[Network, ...]] = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.88.99.0/24",
        "224.0.0.0/3",
        "168.63.129.16/32",
        "100.100.100.200/32",
        "::/128",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
        "fd00:ec2::254/128",
    )
)
"""Addresses no webhook reaches whoever allows it: those of nobody, of many, of the link, of clouds' own data."""

_PUBLIC_V6: Final = ip_network("2000::/3")
_NOT_PUBLIC: Final[tuple[Network, ...]] = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",
        "2002::/16",
        "2001::/23",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001:db8::/32",
        "3fff::/20",
    )
)
"""Addresses that carry another address within them, are of protocols (RFC 6890) or of examples."""

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_VISIBLE: Final = re.compile(r"[!-~]+")

WRONG_URL: Final = Text(
    en="{url} cannot be the address of a webhook: {why}.", vi="{url} không thể là địa chỉ webhook: {why}."
)
NO_SCHEME: Final = Text(en="it must begin with https://", vi="phải bắt đầu bằng https://")
NO_SIGNS: Final = Text(
    en="it must be 1 to 2000 visible ASCII characters, without backslash",
    vi="phải gồm 1 đến 2000 ký tự ASCII, không có \\",
)
NO_USER: Final = Text(en="it must not hold a user name or password", vi="không được chứa tên người dùng hay mật khẩu")
NO_FRAGMENT: Final = Text(en="it must not hold a #", vi="không được chứa #")
NO_HOST: Final = Text(
    en="its host must be a name with dots, or an IP address in its usual form (four decimal numbers, or IPv6 in [])",
    vi="máy chủ phải là tên có dấu chấm, hoặc địa chỉ IP dạng thường (bốn số thập phân, hoặc IPv6 trong [])",
)
NO_PORT: Final = Text(
    en="its port must be 443 or 8443, or one that the operator allows (hinterland webhook allow)",
    vi="cổng phải là 443 hoặc 8443, hoặc cổng do người vận hành cho phép (hinterland webhook allow)",
)
NO_TLS: Final = Text(
    en="without https only internal addresses that the operator allows can be reached",
    vi="không có https thì chỉ dùng được địa chỉ nội bộ do người vận hành cho phép",
)
NOT_PUBLIC: Final = Text(
    en="its host is not on the public internet; the operator can allow internal systems (hinterland webhook allow)",
    vi="máy chủ không thuộc internet công cộng; người vận hành có thể cho phép máy nội bộ (hinterland webhook allow)",
)
NO_ANSWER: Final = Text(en="its name leads to no address", vi="tên máy chủ không trỏ tới địa chỉ nào")
WRONG_TARGET: Final = Text(
    en="'{target}' names no target; write HOST:PORT, ADDRESS:PORT or NETWORK:PORT, such as 10.20.0.0/16:8443.",
    vi="'{target}' không phải đích; hãy ghi MÁY:CỔNG, ĐỊA_CHỈ:CỔNG hoặc MẠNG:CỔNG, ví dụ 10.20.0.0/16:8443.",
)
NEVER_TARGET: Final = Text(
    en="'{target}' holds addresses that no webhook may reach.", vi="'{target}' chứa địa chỉ mà webhook không được tới."
)


class AddressError(HinterlandError):
    """An address that webhooks may not go to."""


@dataclass(frozen=True, slots=True)
class Target:
    """An internal target that the operator allows.

    Parameters
    ----------
    host
        A name, which may lead to private addresses but to none of this machine; or addresses.
    port
        The one port.
    """

    host: str | Network
    port: int

    @property
    def text(self) -> str:
        """Return the target as it is written."""
        if isinstance(self.host, str):
            return f"{self.host}:{self.port}"
        network = str(self.host)
        return f"[{network}]:{self.port}" if self.host.version == 6 else f"{network}:{self.port}"  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Destination:
    """An address as it is written in a webhook, taken apart.

    Parameters
    ----------
    is_tls
        Whether it is https.
    host
        Name in small letters, or the address.
    port
        The port.
    path
        Path and query.
    literal
        The address, where the host is one.
    """

    is_tls: bool
    host: str
    port: int
    path: str
    literal: Address | None


def read_target(text: str) -> Target:
    """Return the target that an operator writes.

    Raises
    ------
    AddressError
        If it is none, or one that nobody may allow.
    """
    host, colon, port = text.strip().lower().rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) <= LAST_PORT):
        raise AddressError(WRONG_TARGET.format(target=text))
    bare = host.removeprefix("[").removesuffix("]")
    try:
        network = ip_network(bare)
    except ValueError:
        if not _is_name(host):
            raise AddressError(WRONG_TARGET.format(target=text)) from None
        return Target(host, int(port))
    if any(network.version == one.version and network.overlaps(one) for one in NEVER):
        raise AddressError(NEVER_TARGET.format(target=text))
    return Target(network, int(port))


def read_destination(url: str, targets: Sequence[Target]) -> Destination:
    """Return a webhook's address taken apart, refused where how it is written is reason enough; nothing is looked up.

    Raises
    ------
    AddressError
        If webhooks may not go there.
    """
    parts = _split(url)
    host, literal = _host(url, parts)
    try:
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise _wrong(url, NO_PORT) from None
    allowed = [target for target in targets if target.port == port and _names(target, host, literal)]
    if not allowed:
        _check_public(url, parts.scheme, port, host, literal)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme == "https", host, port, path, literal)


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or not _VISIBLE.fullmatch(url) or "\\" in url:
        raise _wrong(url, NO_SIGNS)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _wrong(url, NO_HOST) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise _wrong(url, NO_SCHEME)
    if "@" in parts.netloc:
        raise _wrong(url, NO_USER)
    if "#" in url:
        raise _wrong(url, NO_FRAGMENT)
    return parts


def _host(url: str, parts: SplitResult) -> tuple[str, Address | None]:
    """Return the host and, where it is an address, that; only in the one form in which everybody reads the same."""
    host = (parts.hostname or "").rstrip(".")
    try:
        if parts.netloc.startswith("["):
            if "%" in host:
                raise _wrong(url, NO_HOST)
            return host, IPv6Address(host)
        # Resolvers read 2130706433, 0x7f.1 and 0177.0.0.1 as addresses; here such a host is no host at all.
        if _NUMERIC.fullmatch(host.rpartition(".")[2]):
            return host, IPv4Address(host)
    except ValueError:
        raise _wrong(url, NO_HOST) from None
    if not _is_name(host):
        raise _wrong(url, NO_HOST)
    return host, None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    numeric = _NUMERIC.fullmatch(labels[-1]) is not None
    return len(host) <= 253 and not numeric and all(_LABEL.fullmatch(label) for label in labels)  # noqa: PLR2004 - RFC 1035


def _check_public(url: str, scheme: str, port: int, host: str, literal: Address | None) -> None:
    if literal is not None and not is_public(literal):
        raise _wrong(url, NOT_PUBLIC)
    if literal is None and ("." not in host or host.endswith(".localhost")):
        raise _wrong(url, NOT_PUBLIC)
    if scheme != "https":
        raise _wrong(url, NO_TLS)
    if port not in PUBLIC_PORTS:
        raise _wrong(url, NO_PORT)


def _names(target: Target, host: str, literal: Address | None) -> bool:
    """Return whether a host is written as a target allows it, or may turn out to be one of its addresses."""
    if isinstance(target.host, str):
        return target.host == host
    return literal is None or _holds(target.host, literal)


def _holds(network: Network, address: Address) -> bool:
    return network.version == address.version and address in network


def _wrong(url: str, why: Text) -> AddressError:
    shown = url[:100] if url.isprintable() else ascii(url[:100])
    return AddressError(WRONG_URL.format(url=shown, why=why))


def is_public(address: Address) -> bool:
    """Return whether an address is one of the public internet, and carries no other address within it."""
    if any(_holds(network, address) for network in (*NEVER, *_NOT_PUBLIC)):
        return False
    if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked_addresses(
    destination: Destination, targets: Iterable[Target], resolve: Resolve, url: str
) -> tuple[Address, ...]:
    """Return the addresses a webhook may be sent to now: all that its name leads to, if every one is allowed.

    Raises
    ------
    AddressError
        If the name leads nowhere, or any of its addresses is not allowed.
    """
    if destination.literal is not None:
        found: tuple[Address, ...] = (destination.literal,)
    else:
        found = tuple(ip_address(one.partition("%")[0]) for one in resolve(destination.host, destination.port))
    if not found:
        raise _wrong(url, NO_ANSWER)
    here = [target for target in targets if target.port == destination.port]
    for address in found:
        if not _may_reach(destination, address, here):
            raise _wrong(url, NOT_PUBLIC)
    return tuple(dict.fromkeys(found))


def _may_reach(destination: Destination, address: Address, targets: Sequence[Target]) -> bool:
    if any(_holds(network, address) for network in NEVER):
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    for target in targets:
        if isinstance(target.host, str):
            if target.host == destination.host and not address.is_loopback:
                return True
        elif _holds(target.host, address):
            return True
    return destination.is_tls and destination.port in PUBLIC_PORTS and is_public(address)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses that the resolver of this machine gives for a name; none where it gives none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))
