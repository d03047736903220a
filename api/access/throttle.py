"""Failed sign-ins slow down whoever guesses, without locking out the person whose name is guessed.

An attempt is entered as failed before the password is looked at, and taken out again when it was right: a hundred
attempts sent at once count as a hundred. What is counted: a name from one address, one address for any names, and one
name from anywhere (many more, so that a stranger cannot easily lock somebody out). Names without an account count
alike.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, text

from api.access.passwords import name_key
from api.access.secrets import keyed_hash
from api.access.tables import FAILURES
from api.service.context import Service
from api.service.problems import ServiceError
from supplychain.database import for_writing, is_sqlite
from supplychain.text import Text

WINDOW_S: Final = 900.0
MOST_FOR_PAIR: Final = 5
MOST_FOR_ADDRESS: Final = 30
MOST_FOR_NAME: Final = 100
IPV6_PREFIX: Final = 64

SLOWLY: Final = Text(
    en="Too many sign-ins failed. Try again in {wait_s} seconds, or ask an administrator for a new password.",
    vi="Đăng nhập sai quá nhiều lần. Hãy thử lại sau {wait_s} giây, hoặc nhờ quản trị viên đặt lại mật khẩu.",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in that is under way.

    Parameters
    ----------
    rows
        Rows of the table of failures that stand for it.
    """

    rows: tuple[int, ...]


def begin_attempt(service: Service, name: str, address: str, at_s: float) -> Attempt:
    """Enter an attempt, in a short transaction of its own.

    Parameters
    ----------
    service
        The service.
    name, address
        Who is said to sign in, and from where.
    at_s
        Seconds since 1970.

    Raises
    ------
    ServiceError
        429 if too many attempts failed of late.
    """
    most = _subjects(service, name, address)
    with for_writing(service.engine).begin() as connection:
        _take_turns(connection, most)
        # Failures from a future that the clock has left again are as old as those of long ago.
        stale = or_(FAILURES.c.at_s < at_s - WINDOW_S, FAILURES.c.at_s > at_s + WINDOW_S)
        connection.execute(delete(FAILURES).where(stale))
        for subject, allowed in most.items():
            query = select(FAILURES.c.at_s).where(FAILURES.c.subject == subject).order_by(FAILURES.c.at_s.desc())
            failed = list(connection.scalars(query.limit(allowed)))
            if len(failed) >= allowed:
                wait_s = min(math.ceil(failed[-1] + WINDOW_S - at_s), int(WINDOW_S))
                headers = {"Retry-After": str(max(wait_s, 1))}
                raise ServiceError(SLOWLY.format(wait_s=max(wait_s, 1)), "too_many_requests", headers=headers)
        rows = []
        for subject in most:
            key = connection.execute(insert(FAILURES).values(subject=subject, at_s=at_s)).inserted_primary_key
            assert key is not None  # noqa: S101 - the table has one
            rows.append(int(key[0]))
    return Attempt(tuple(rows))


def forget_attempt(connection: Connection, service: Service, name: str, address: str, attempt: Attempt) -> None:
    """Take out an attempt that was right, and the failures of this name from this address before it.

    Those of the address for other names stay: an own account is no way to guess on at others.
    """
    pair = next(iter(_subjects(service, name, address)))
    connection.execute(delete(FAILURES).where(or_(FAILURES.c.fid.in_(attempt.rows), FAILURES.c.subject == pair)))


def _subjects(service: Service, name: str, address: str) -> Mapping[str, int]:
    network = _network(address)
    said = name_key(name)[:200]
    return {
        keyed_hash(service.secret, "pair", f"{network}\n{said}"): MOST_FOR_PAIR,
        keyed_hash(service.secret, "address", network): MOST_FOR_ADDRESS,
        keyed_hash(service.secret, "name", said): MOST_FOR_NAME,
    }


def _network(address: str) -> str:
    """Return what one person has of addresses: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - the protocol
        return str(found)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network(f"{found}/{IPV6_PREFIX}", strict=False))


def _take_turns(connection: Connection, subjects: Mapping[str, int]) -> None:
    """Let attempts at the same name or from the same address be counted one after another."""
    if is_sqlite(connection):
        return
    for subject in sorted(subjects):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:subject))"), {"subject": subject})
