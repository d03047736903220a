"""Hostile senders: huge, deep, slow, broken, many. Each gets a clear answer, and everybody else is served meanwhile."""

from __future__ import annotations

import gzip
import json
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import APIRouter, Request
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE_S, browser, hold_within
from service_parts import OPERATOR, FixedCallers, listening, make_service, tight
from sqlalchemy import create_engine

from api.access.guard import allowed
from api.rest.fields import Model, told
from api.service.app import create_app
from api.service.bodies import STREAMED
from api.service.json_checks import depth_of
from api.service.protocol import HEAD_BYTES

ROUTER = APIRouter()
MB = 1_000_000
LIMITS = tight(body_bytes=100_000, upload_bytes=5 * MB, json_depth=20, body_timeout_s=0.5)


class Text(Model):
    """A text of the tests."""

    text: str = told("Text", "Văn bản", "a")


class Size(Model):
    """How much arrived."""

    size: int = told("Bytes", "Byte", 1)


@ROUTER.post("/texts", dependencies=[allowed("public")])
def take_text(text: Text) -> Size:
    return Size(size=len(text.text))


@ROUTER.put("/uploads/{name}", dependencies=[allowed("public")], openapi_extra=STREAMED)
async def take_upload(name: str, request: Request) -> Size:
    del name
    size = 0
    async for part in request.stream():
        size += len(part)
    return Size(size=size)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    service = make_service(create_engine("sqlite://"), limits=LIMITS)
    app = create_app(service, authenticate=FixedCallers(OPERATOR), routers=(ROUTER,))
    with listening(app, most_connections=40, head_timeout_s=0.5) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    headers = {"accept-language": "en"}
    with browser(f"{address}/api/v1", headers=headers) as found:
        yield found


def problem_of(answer: httpx.Response, status: int) -> str:
    """Return the sentence of a problem with a status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    detail: str = answer.json()["detail"]
    return detail


def connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)


def everything(opened: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    found = b""
    while part := opened.recv(65_536):
        found += part
    return found


# Size


def test_a_body_that_says_itself_too_large_is_refused_at_once(client: httpx.Client) -> None:
    answer = client.post("/texts", content=b"x" * 200_000, headers={"content-type": "application/json"})
    assert "larger than 0.1 MB" in problem_of(answer, 413)


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * 10_000


def test_a_body_without_a_length_is_refused_where_it_grows_too_large(client: httpx.Client) -> None:
    answer = client.post("/texts", content=chunks(100), headers={"content-type": "application/json"})
    assert "larger than 0.1 MB" in problem_of(answer, 413)
    assert client.post("/texts", json={"text": "abc"}).json() == {"size": 3}


def test_an_upload_streams_up_to_a_larger_limit(client: httpx.Client) -> None:
    assert client.put("/uploads/a", content=chunks(400)).json() == {"size": 4 * MB}
    assert "larger than 5 MB" in problem_of(client.put("/uploads/a", content=chunks(600)), 413)
    large = client.put("/uploads/a", content=b"x" * 6 * MB)
    assert "larger than 5 MB" in problem_of(large, 413)
    assert large.headers["connection"] == "close"


def test_who_never_stops_sending_hears_the_refusal_and_is_cut_off(address: str) -> None:
    """A sender of a gigabyte that does not listen: answered at once, heard for three seconds, then cut off."""

    def cut_off_s() -> float:
        with connected(address) as opened:
            head = f"PUT /api/v1/uploads/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {10**9}\r\n\r\n"
            opened.sendall(head.encode())
            began_s, sent = time.monotonic(), 0
            try:
                while time.monotonic() - began_s < 10:
                    sent += opened.send(b"x" * 65_536)
            except OSError:
                pass
            assert sent < 10**9
            return time.monotonic() - began_s

    hold_within(cut_off_s, 6)


def test_a_packed_body_is_refused_and_never_kept_as_what_it_is_not(client: httpx.Client) -> None:
    """RFC 9110, 15.5.16: 415 for a content coding that is not taken; Accept-Encoding names those that are."""
    packed = gzip.compress(b'{"text": "abc"}')
    for method, path in (("POST", "/texts"), ("PUT", "/uploads/a")):
        for coding in ("gzip", "identity, br", "x-unknown"):
            headers = {"content-encoding": coding, "content-type": "application/json"}
            answer = client.request(method, path, content=packed, headers=headers)
            assert "without Content-Encoding" in problem_of(answer, 415)
            assert answer.headers["accept-encoding"] == "identity"
    headers = {"content-encoding": "Identity", "content-type": "application/json"}
    assert client.post("/texts", content=b'{"text": "abc"}', headers=headers).json() == {"size": 3}


# Depth and text


def test_json_nested_ten_thousand_deep_is_refused(client: httpx.Client) -> None:
    for body in (b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 10_000):
        answer = client.post("/texts", content=body, headers={"content-type": "application/json"})
        assert "nested deeper than 20 levels" in problem_of(answer, 400)
    brackets = json.dumps({"text": "[" * 1000 + '"' + "\\{" * 1000})
    answer = client.post("/texts", content=brackets, headers={"content-type": "application/json"})
    assert answer.json() == {"size": 3001}


def depth_by_hand(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_by_hand, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_by_hand, value), default=0)
    return 0


KEYS = st.text(alphabet='[]{}"\\', max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\ab'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_depth_is_counted_outside_of_strings(value: object) -> None:
    assert depth_of(json.dumps(value).encode()) == depth_by_hand(value)
    assert depth_of(json.dumps(value, indent=1, ensure_ascii=False).encode()) == depth_by_hand(value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"text": "\xff"}', r"not UTF-8 \(byte 11\)"),
        ('{"text": "a"}'.encode("utf-16"), "not UTF-8"),
        (b'{"text": "a\\u0000b"}', "NUL"),
        (b'{"te\\u0000xt": "a"}', "NUL"),
        (b'{"text": "\\ud800"}', "half a character"),
        (b'{"text": NaN}', "holds NaN"),
        (b'{"text": -Infinity}', "holds -Infinity"),
        (b'{"text": ', "JSON"),
        (b'{"text": "a"} {', "JSON"),
        (b'{"text": ' + b"9" * 5000 + b"}", "cannot be read"),
    ],
)
def test_text_that_is_none_is_refused(client: httpx.Client, body: bytes, sentence: str) -> None:
    answer = client.post("/texts", content=body, headers={"content-type": "application/json"})
    assert re.search(sentence, problem_of(answer, 400))


def test_a_byte_order_mark_is_passed_over(client: httpx.Client) -> None:
    """RFC 8259, 8.1: who reads JSON may ignore the mark rather than treat it as an error."""
    body = b'\xef\xbb\xbf{"text": "abc"}'
    assert client.post("/texts", content=body, headers={"content-type": "application/json"}).json() == {"size": 3}


def test_a_pair_of_surrogates_is_one_character(client: httpx.Client) -> None:
    body = b'{"text": "\\ud83d\\ude00 \\\\u0000 NaN"}'
    assert client.post("/texts", content=body, headers={"content-type": "application/json"}).json() == {"size": 12}


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense", None])
def test_a_wrong_content_type_is_told(client: httpx.Client, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = client.post("/texts", content=b'{"text": "a"}', headers=headers)
    assert "application/json" in problem_of(answer, 415)


def test_a_body_that_is_missing_is_told(client: httpx.Client) -> None:
    assert "places" in problem_of(client.post("/texts"), 422)
    assert "places" in problem_of(client.post("/texts", headers={"content-type": "application/json"}), 422)


# Time


@pytest.mark.parametrize("path", ["texts", "uploads/a"])
def test_a_slow_body_is_refused(address: str, path: str) -> None:
    method = "POST" if path == "texts" else "PUT"
    head = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with connected(address) as opened:
        opened.sendall(f"{head}Content-Length: 100\r\n\r\n".encode())
        began_s = time.monotonic()
        opened.sendall(b'{"te')
        answer = opened.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"connection: close" in answer.lower()
        assert 0.4 < time.monotonic() - began_s < 4


def test_a_slow_head_is_refused_and_a_silent_connection_closed(address: str) -> None:
    with connected(address) as slow, connected(address) as silent:
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127")
        answer = everything(slow)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"problem+json" in answer
        assert everything(silent) == b""


def test_the_second_head_of_a_connection_may_not_be_slow_either(address: str) -> None:
    with connected(address) as opened:
        opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        time.sleep(0.2)
        opened.sendall(b"GET /healthz HT")
        answer = everything(opened)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"HTTP/1.1 408" in answer


# HTTP itself


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * (10 * HEAD_BYTES), 431),
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_what_is_not_http_is_told(address: str, said: bytes, status: int) -> None:
    with connected(address) as opened:
        opened.sendall(said)
        opened.shutdown(socket.SHUT_WR)
        answer = everything(opened)
    assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer
    assert b"application/problem+json" in answer
    document = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert document["status"] == status


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
def test_other_methods_are_refused(address: str, method: str) -> None:
    with connected(address) as opened:
        opened.sendall(f"{method} /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        assert everything(opened).startswith(b"HTTP/1.1 405")


def test_a_wish_for_another_protocol_is_passed_over(client: httpx.Client) -> None:
    headers = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    answer = client.get("/openapi.json", headers=headers)
    assert answer.status_code == 200


# Many


def test_a_crowd_is_told_that_there_is_no_room(address: str) -> None:
    """Of 60 connections 40 have room; the others are told to come back, and when some left there is room again."""
    crowd = [connected(address) for _ in range(60)]
    try:
        answers = []
        for opened in crowd:
            opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            answers.append(opened.recv(65_536))
        refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]
        assert len([answer for answer in answers if answer.startswith(b"HTTP/1.1 200")]) == 60 - len(refused)
        assert len(refused) >= 20
        assert all(b"Retry-After: 5" in answer for answer in refused)
    finally:
        for opened in crowd:
            opened.close()
    for _ in range(50):
        with connected(address) as opened:
            opened.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            if opened.recv(100).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.1)
    pytest.fail("no room again")
