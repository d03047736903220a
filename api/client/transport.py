"""How the client talks to the service: requests, answers, problems, pages, files and events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_hex
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import httpx

Value = TypeVar("Value")
Item = TypeVar("Item")

WRITES: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))
TRY_AGAIN: Final = frozenset((429, 503))
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class ProblemError(Exception):
    """The service refused a request and said why.

    Parameters
    ----------
    problem
        The problem (RFC 9457) as the service told it.
    """

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or "refused"))
        self.problem = problem
        self.status = int(problem.get("status", 0))
        self.code = str(problem.get("type", "")).rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What came of a request.

    Parameters
    ----------
    value
        The body.
    status
        HTTP status.
    etag
        State of what was answered, for ``if_match``; None where the service gives none.
    location
        Where what was made can be found; None where nothing was.
    """

    value: Value
    status: int
    etag: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is being received.

    Parameters
    ----------
    name
        File name, empty where the service gives none.
    media_type
        Content type.
    parts
        The bytes, as they come.
    """

    name: str
    media_type: str
    parts: Iterator[bytes]


@dataclass(slots=True)
class Transport:
    """The connection to one service.

    Parameters
    ----------
    base_url
        Address without ``/api/v1``, such as ``http://127.0.0.1:8000``.
    key
        API key; None for what is public, or for the one user of single-user mode.
    language
        ``vi`` or ``en``: the language of what people read.
    http
        The HTTP client, of the caller's own making where given.
    retries
        How often a request that the service could not take just now, or whose answer was lost, is sent again; a write
        carries an idempotency key, so that it is done once.
    pause
        Waits some seconds.
    """

    base_url: str
    key: str | None = None
    language: str = "vi"
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60.0))
    retries: int = 3
    pause: Callable[[float], None] = time.sleep

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] = NOTHING,
        headers: Mapping[str, str | None] = NOTHING,
        body: Any = None,  # noqa: ANN401 - any JSON, or bytes
    ) -> Answer[Any]:
        """Send a request and return its answer, a JSON value where it is one, else bytes.

        Raises
        ------
        ProblemError
            If the service refuses it.
        httpx.HTTPError
            If the service cannot be reached.
        """
        request = self._request(method, path, query, headers, body)
        response = self._sent(request, again=not hasattr(body, "read"))
        if response.status_code >= httpx.codes.BAD_REQUEST:
            raise _problem(response)
        value = response.json() if _is_json(response) and response.content else response.content or None
        return Answer(value, response.status_code, response.headers.get("ETag"), response.headers.get("Location"))

    def pages(self, first: Answer[Any]) -> Iterator[Any]:
        """Yield the items of a page and of all that follow it."""
        page = first.value
        while True:
            yield from page["items"]
            if not page.get("next"):
                return
            page = self.send("GET", page["next"]).value

    @contextmanager
    def receive(
        self, path: str, *, query: Mapping[str, Any] = NOTHING, headers: Mapping[str, str | None] = NOTHING
    ) -> Iterator[Download]:
        """Give a file as it comes.

        Raises
        ------
        ProblemError
            If the service refuses it.
        """
        response = self.http.send(self._request("GET", path, query, headers, None), stream=True)
        try:
            if response.status_code >= httpx.codes.BAD_REQUEST:
                response.read()
                raise _problem(response)
            _, _, name = response.headers.get("Content-Disposition", "").partition('filename="')
            yield Download(name.partition('"')[0], response.headers.get("Content-Type", ""), response.iter_bytes())
        finally:
            response.close()

    def follow(
        self, path: str, *, query: Mapping[str, Any] = NOTHING, headers: Mapping[str, str | None] = NOTHING
    ) -> Iterator[dict[str, Any]]:
        """Yield the events of a stream (server-sent events) as they come: ``id``, ``event`` and ``data`` (JSON)."""
        with self.receive(path, query=query, headers={"Accept": "text/event-stream", **headers}) as stream:
            lines: dict[str, str] = {}
            for line in _lines(stream.parts):
                if line:
                    name, _, text = line.partition(":")
                    lines[name] = lines.get(name, "") + text.removeprefix(" ")
                elif "data" in lines:
                    yield {"id": lines.get("id"), "event": lines.get("event"), "data": json.loads(lines["data"])}
                    lines = {}

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any],
        headers: Mapping[str, str | None],
        body: Any,  # noqa: ANN401 - any JSON, or bytes
    ) -> httpx.Request:
        said = {"Accept-Language": self.language}
        if self.key is not None:
            said["Authorization"] = f"Bearer {self.key}"
        if method in WRITES:
            said["Idempotency-Key"] = token_hex(16)
        said |= {name: value for name, value in headers.items() if value is not None}
        is_raw = isinstance(body, bytes) or hasattr(body, "read")
        return self.http.build_request(
            method,
            path if "://" in path else self.base_url.rstrip("/") + path,
            params=[pair for name, value in query.items() for pair in _pairs(name, value)] or None,
            headers=said,
            json=None if is_raw or body is None else body,
            content=body if is_raw else None,
        )

    def _sent(self, request: httpx.Request, *, again: bool) -> httpx.Response:
        for attempt in range(self.retries + 1):
            is_last = attempt == self.retries or not again
            try:
                response = self.http.send(request)
            except httpx.TransportError:
                if is_last:
                    raise
                self.pause(0.5 * 2**attempt)
                continue
            if response.status_code not in TRY_AGAIN or is_last:
                return response
            wait = response.headers.get("Retry-After", "")
            self.pause(float(wait) if wait.isdigit() else 0.5 * 2**attempt)
        raise AssertionError


def quoted(value: object) -> str:
    """Return a value as a part of a path."""
    return quote(str(value), safe="")


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a value of a query
    if value is None:
        return
    for one in value if isinstance(value, list | tuple) else (value,):
        yield name, str(one).lower() if isinstance(one, bool) else str(one)


def _is_json(response: httpx.Response) -> bool:
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    return bool(kind == "application/json" or kind.endswith("+json"))


def _problem(response: httpx.Response) -> ProblemError:
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        found = {"detail": f"HTTP {response.status_code}"}
    return ProblemError({"status": response.status_code, **found})


def _lines(parts: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line.decode().rstrip("\r")
