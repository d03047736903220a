"""The connection of the load benchmark: whole answers however they are framed, and an error where one breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from benchmarks.load_connection import Answer, Connection

Use = Callable[[Connection], Awaitable[None]]


def asked(answers: list[bytes], use: Use) -> list[bytes]:
    """Let a connection be used against a server that gives one answer after another; return what it was sent."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answers:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")), 0)
            heard.append(head + await reader.readexactly(length))
            answer = answers.pop(0)
            writer.write(answer)
            if b"Connection: close" in answer or not answer:
                break
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            connection = Connection(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "hl_key")
            try:
                await use(connection)
            finally:
                connection.close()

    asyncio.run(run())
    return heard


def test_answers_of_known_length_in_chunks_and_without_body_are_read_one_after_another() -> None:
    answers = [
        b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 5\r\n\r\nh\r\n\r\n',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ]
    found: list[Answer] = []

    async def use(connection: Connection) -> None:
        found.append(await connection.request("GET", "/a", params={"q": "thép"}))
        found.append(await connection.request("GET", "/b"))
        found.append(await connection.request("GET", "/c"))
        found.append(await connection.request("PATCH", "/d", document={"x": 1}, headers={"If-Match": '"a"'}))
        found.append(await connection.request("GET", "/e"))

    heard = asked(answers, use)
    assert [(one.status, one.body) for one in found] == [
        (200, b"h\r\n\r\n"),
        (200, b"abcde"),
        (304, b""),
        (201, b""),
        (200, b"ok"),
    ]
    assert found[0].headers["etag"] == '"a"'
    assert heard[0].startswith(b"GET /a?q=th%C3%A9p HTTP/1.1\r\n")
    assert b"Authorization: Bearer hl_key\r\n" in heard[0]
    assert heard[3].endswith(b'\r\n\r\n{"x": 1}')
    assert b'If-Match: "a"\r\n' in heard[3]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhalf"])
def test_an_answer_that_breaks_off_is_an_error(answer: bytes) -> None:
    async def use(connection: Connection) -> None:
        with pytest.raises(ConnectionError):
            await connection.request("GET", "/a")

    asked([answer], use)


def test_what_is_no_http_is_an_error() -> None:
    async def use(connection: Connection) -> None:
        with pytest.raises(ValueError, match="invalid literal"):
            await connection.request("GET", "/a")

    asked([b"SSH-2.0 hello there\r\n\r\n"], use)
