"""A connection that asks and takes answers as HTTP/1.1, and no more: a load must not spend what it is to measure."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

TIMEOUT_S: Final = 30.0
WITHOUT_BODY: Final = frozenset((204, 304))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; the names of headers in small letters, the body as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One connection of one client, kept open; it is made at the first request, and anew after it was closed.

    Parameters
    ----------
    base_url
        Address of the service, such as ``http://127.0.0.1:8000``.
    key
        API key.
    """

    def __init__(self, base_url: str, key: str) -> None:
        parts = urlsplit(base_url)
        self._address = parts.hostname or "", parts.port or 80
        self._usual = {"Host": parts.netloc, "Authorization": f"Bearer {key}", "Accept-Encoding": "gzip"}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        document: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and return the whole answer.

        Raises
        ------
        OSError
            If there is no connection, it ends before the answer does, or that takes too long.
        ValueError
            If what comes is no HTTP.
        """
        body = b"" if document is None else json.dumps(document).encode()
        told = {**self._usual, **(headers or {})}
        if body:
            told |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        target = f"{path}?{urlencode(params)}" if params else path
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        try:
            async with asyncio.timeout(TIMEOUT_S):
                reader, writer = self._streams or await asyncio.open_connection(*self._address)
                self._streams = reader, writer
                writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
                answer = await _read(reader)
        except BaseException as error:
            self.close()
            if isinstance(error, asyncio.IncompleteReadError):
                msg = "The connection ended before the answer."
                raise ConnectionError(msg) from error
            raise
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        """Close it; the next request makes it anew."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ", 2)[1])
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _colon, value in pairs}
    if status in WITHOUT_BODY:
        return Answer(status, headers, b"")
    if headers.get("transfer-encoding") == "chunked":
        return Answer(status, headers, await _read_chunks(reader))
    return Answer(status, headers, await reader.readexactly(int(headers["content-length"])))


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return found
