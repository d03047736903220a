"""The socket that the service listens on; of several web processes each has one of its own where the system can."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

NO_PORT: Final = Text(
    en="Cannot listen on {host}:{port}: {why}. Choose another with --port.",
    vi="Không nghe được trên {host}:{port}: {why}. Hãy chọn cổng khác bằng --port.",
)


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket bound to an address that nobody else listens on; port 0 takes a free one.

    Raises
    ------
    HinterlandError
        If the address cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, protocol)
    except OSError as error:
        raise HinterlandError(NO_PORT.format(host=host, port=port, why=error.strerror or error)) from error
    with opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind(address)
        except OSError as error:
            raise HinterlandError(NO_PORT.format(host=host, port=port, why=error.strerror or error)) from error
        opened.set_inheritable(True)
        yield opened


def divided(opened: socket.socket) -> Any:  # noqa: ANN401 - a socket, as far as its new owners can tell
    """Return what each of several processes is handed to listen on the address of a bound socket.

    Processes that wait at one socket get very unequal shares of the connections, up to all and none. Linux divides
    them evenly among sockets that share an address (``SO_REUSEPORT``); elsewhere the one socket is handed over.
    """
    if sys.platform != "linux":
        return opened
    # Only now: nobody else may have had the address when it was taken.
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return _Address(opened)


class _Address:
    """An address that is held by a bound socket; in the process that it is handed to it is a socket of that process."""

    def __init__(self, held: socket.socket) -> None:
        self._held = held

    def __reduce__(self) -> tuple[Callable[[int, Any], socket.socket], tuple[int, Any]]:
        return _bound_beside, (int(self._held.family), self._held.getsockname())


def _bound_beside(family: int, address: Any) -> socket.socket:  # noqa: ANN401 - its form depends on the family
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    opened.bind(address)
    return opened
