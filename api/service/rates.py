"""How often one may ask: a bucket of requests for each key, account or address, refilled evenly (a token bucket).

Each web process counts for itself. The headers are those of draft-ietf-httpapi-ratelimit-headers.
"""

from __future__ import annotations

import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.access.caller import Caller
from api.service.problems import ServiceError
from api.service.settings import Limits
from supplychain.text import Text

WINDOW_S: Final = 60.0
MOST_BUCKETS: Final = 50_000
NETWORK_BITS: Final = 64
"""An IPv6 user holds a whole network; it counts as one address."""

PIECE: Final = re.compile(r"/static/[^/]+|/api/v1/ogc/collections/[^/]+/tiles/[^/]+/[^/]+/[^/]+/[^/]+")
"""Paths of what a map asks for by the dozen."""

TOO_OFTEN: Final = Text(
    en="Too many requests: at most {limit} a minute. Try again in {seconds} s.",
    vi="Quá nhiều yêu cầu: tối đa {limit} mỗi phút. Hãy thử lại sau {seconds} giây.",
)


@dataclass(slots=True)
class Bucket:
    """Requests that are left, at a time of the monotonic clock."""

    left: float
    at_s: float


class Rates:
    """Counts the requests of everybody.

    Parameters
    ----------
    limits
        How many requests in a minute.
    clock
        Seconds that never go back.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, caller: Caller, address: str, path: str = "") -> dict[str, str]:
        """Take one request and return the headers that tell what is left; the one user of this machine has no limit.

        Each key has a bucket of its own: a program that asks too often keeps no other program of its account waiting.
        Pieces of a map (tiles, and files of the page) are counted apart: moving a map asks for dozens at once.

        Raises
        ------
        ServiceError
            If none is left; ``Retry-After`` tells when one will be.
        """
        if caller.means == "operator":
            return {}
        name, limit = f"{caller.means} {caller.key_id or caller.account_id}", self._limits.requests_per_minute
        if caller.account_id is None:
            name, limit = f"address {network_of(address)}", self._limits.anonymous_per_minute
        if PIECE.fullmatch(path):
            name, limit = f"pieces {name}", limit * self._limits.pieces_for_request
        return self._take(name, limit)

    def take_failed(self, address: str) -> None:
        """Count a request whose key or session was refused.

        Raises
        ------
        ServiceError
            If the address has none left.
        """
        self._take(f"address {network_of(address)}", self._limits.anonymous_per_minute)

    def _take(self, name: str, limit: int) -> dict[str, str]:
        now_s = self._clock()
        bucket = self._buckets.pop(name, None) or Bucket(limit, now_s)
        self._buckets[name] = bucket  # used last stands last
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        rate = limit / WINDOW_S
        bucket.left = min(limit, bucket.left + (now_s - bucket.at_s) * rate)
        bucket.at_s = now_s
        if bucket.left < 1:
            seconds = max(1, math.ceil((1 - bucket.left) / rate))
            headers = {"Retry-After": str(seconds), **_told(limit, 0, seconds)}
            raise ServiceError(TOO_OFTEN.format(limit=limit, seconds=seconds), "too_many_requests", headers=headers)
        bucket.left -= 1
        return _told(limit, int(bucket.left), math.ceil((limit - bucket.left) / rate))


def _told(limit: int, left: int, seconds: int) -> dict[str, str]:
    return {"RateLimit-Policy": f'"minute";q={limit};w={WINDOW_S:.0f}', "RateLimit": f'"minute";r={left};t={seconds}'}


def network_of(address: str) -> str:
    """Return the address that counts as one user's."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, NETWORK_BITS), strict=False).network_address)
    return str(found)
