"""One webhook sent: to an address that was checked, in limited time; no redirect is followed, no answer is kept."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import Any, Final

import certifi
import httpcore

from api.webhooks.addresses import (
    Address,
    AddressError,
    Destination,
    Resolve,
    Target,
    checked_addresses,
    read_destination,
    system_resolve,
)
from supplychain.text import Text

USER_AGENT: Final = "Hinterland-Webhooks/1"
LEAST_S: Final = 0.001
OK_FROM, OK_TO = 200, 300
REDIRECT_TO: Final = 400
LONGEST_RETRY_AFTER_S: Final = 86_400

ACCEPTED: Final = Text(en="accepted", vi="đã nhận")
REDIRECTED: Final = Text(
    en="it answered with a redirect, and webhooks follow none; give the address it leads to",
    vi="máy chủ trả lời chuyển hướng, webhook không đi theo; hãy ghi địa chỉ đích",
)
REFUSED: Final = Text(en="it answered with an error", vi="máy chủ trả lời lỗi")
TOO_SLOW: Final = Text(en="it did not answer in {seconds:g} s", vi="máy chủ không trả lời trong {seconds:g} giây")
NOT_REACHED: Final = Text(en="it could not be reached", vi="không kết nối được")
NO_CERTIFICATE: Final = Text(
    en="its certificate is not valid for its name", vi="chứng thư của máy chủ không hợp lệ với tên"
)
NO_HTTP: Final = Text(en="what it answered is not HTTP", vi="câu trả lời không phải HTTP")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending.

    Parameters
    ----------
    status
        HTTP status; None where there was no answer.
    told
        In words.
    took_ms
        Time it took.
    retry_after_s
        How long the receiver asks to wait.
    """

    status: int | None
    told: Text
    took_ms: int
    retry_after_s: int | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and OK_FROM <= self.status < OK_TO


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends webhooks.

    Parameters
    ----------
    resolve
        Gives the addresses of a name.
    timeout_s
        For the whole of it: connecting, sending, and the head of the answer.
    tls
        What certificates must be like; None for those that this machine trusts.
    """

    resolve: Resolve = system_resolve
    timeout_s: float = 10.0
    tls: ssl.SSLContext | None = None

    def send(self, url: str, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> Outcome:
        """Return what came of posting a body; every address it may not go to is an outcome as well."""
        began = monotonic()
        try:
            destination = read_destination(url, targets)
            addresses = checked_addresses(destination, targets, self.resolve, url)
        except AddressError as error:
            return Outcome(None, error.text, _since(began))
        backend = _CheckedBackend(destination, addresses, began + self.timeout_s)
        context = self.tls or (default_tls() if destination.is_tls else None)
        pool = httpcore.ConnectionPool(context, max_connections=1, retries=0, network_backend=backend)
        try:
            with pool:
                status, retry_after = self._post(pool, destination, headers, body)
        except httpcore.TimeoutException:
            return Outcome(None, TOO_SLOW.format(seconds=self.timeout_s), _since(began))
        except httpcore.ProtocolError:
            return Outcome(None, NO_HTTP, _since(began))
        except (httpcore.NetworkError, OSError) as error:
            is_tls = any(isinstance(one, ssl.SSLError) for one in (error, error.__cause__, error.__context__))
            return Outcome(None, NO_CERTIFICATE if is_tls else NOT_REACHED, _since(began))
        told = ACCEPTED if OK_FROM <= status < OK_TO else REDIRECTED if OK_TO <= status < REDIRECT_TO else REFUSED
        return Outcome(status, told, _since(began), retry_after)

    def _post(
        self, pool: httpcore.ConnectionPool, to: Destination, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, int | None]:
        host = f"[{to.host}]" if ":" in to.host else to.host
        standard = 443 if to.is_tls else 80
        sent: dict[bytes | str, bytes | str] = {
            "Host": host if to.port == standard else f"{host}:{to.port}",
            "User-Agent": USER_AGENT,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        sent.update(headers.items())
        url = httpcore.URL(
            scheme=b"https" if to.is_tls else b"http", host=to.host.encode(), port=to.port, target=to.path.encode()
        )
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self.timeout_s)
        with pool.stream("POST", url, headers=sent, content=body, extensions={"timeout": limits}) as answer:
            # The body is not read: nothing of an internal system's answer can be seen through a webhook.
            named = dict(answer.headers)
            return answer.status, _seconds(named.get(b"Retry-After", named.get(b"retry-after")))


def _seconds(value: bytes | None) -> int | None:
    if value is None or not value.isdigit():
        return None
    return min(int(value[:9]), LONGEST_RETRY_AFTER_S)


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)


@cache
def default_tls() -> ssl.SSLContext:
    """Return what certificates must be like: of an authority this machine or certifi knows, and of the name called."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass
class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever name it is asked for, until a moment."""

    destination: Destination
    addresses: Sequence[Address]
    until: float
    plain: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first checked address that answers."""
        assert (host, port) == (self.destination.host, self.destination.port)  # noqa: S101 - the pool has one origin
        trouble: Exception = httpcore.ConnectError()
        for address in self.addresses:
            try:
                stream = self.plain.connect_tcp(
                    str(address), port, _left(self.until, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
            else:
                return _LimitedStream(stream, self.until)
        raise trouble


def _left(until: float, timeout: float | None) -> float:
    """Return the seconds that are left, never more than a step may take.

    Raises
    ------
    httpcore.ReadTimeout
        If none are left.
    """
    left = until - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return max(min(left, left if timeout is None else timeout), LEAST_S)


class _LimitedStream(httpcore.NetworkStream):
    """A connection that ends at a moment, so that an answer in drops takes no longer than any other."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self.inner = inner
        self.until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        return self.inner.read(max_bytes, _left(self.until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self.inner.write(buffer, _left(self.until, timeout))

    def close(self) -> None:
        """Hang up."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection with TLS, whose certificate must be of the name called."""
        inner = self.inner.start_tls(ssl_context, server_hostname, _left(self.until, timeout))
        return _LimitedStream(inner, self.until)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """Return what the connection knows."""
        return self.inner.get_extra_info(info)
