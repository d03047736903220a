"""The frame of every request: ids, languages, problems, headers, origins, rates, paging, entity tags."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from collections.abc import Iterator

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st
from service_parts import OPERATOR, SECRET, client, make_service, somebody, tight, without_id
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from api.access.caller import ANONYMOUS, Caller
from api.access.guard import allowed
from api.rest.catalogue import ROUTERS
from api.rest.fields import Model, told
from api.service.app import create_app, streamed_routes
from api.service.bodies import STREAMED
from api.service.context import ServiceParameter
from api.service.etags import etag, not_modified, require_match
from api.service.faults import database_problem
from api.service.frame import Frame, Message, Receive, Scope, Send
from api.service.language import language_of
from api.service.origins import host_of
from api.service.paging import Page, PageParameter, make_cursor, read_cursor
from api.service.problems import PROBLEMS, ServiceError, not_found
from api.service.query_limits import limit_queries
from api.service.rates import Rates, network_of
from supplychain.database import is_sqlite, make_engine
from supplychain.errors import Finding, FindingsError, HinterlandError
from supplychain.text import Text

ROUTER = APIRouter(prefix="/things")
THING = Text(en="thing", vi="vật")
COUNT = 25


class Thing(Model):
    """A thing of the tests."""

    number: int = told("Number", "Số", 1, ge=0, le=100)
    name: str = told("Name", "Tên", "a", default="a", max_length=5)


@ROUTER.get("", dependencies=[allowed("public")])
def list_things(page: PageParameter, kind: str = "all") -> Page[Thing]:
    after = -1 if page.after is None else int(page.after[0] or 0)
    rows = [number for number in range(COUNT) if number > after][: page.fetch]
    shown, following = page.cut(rows, lambda number: (number,))
    return Page(items=[Thing(number=number, name=kind[:5]) for number in shown], next=following)


@ROUTER.get("/{number}", dependencies=[allowed("public")])
def read_thing(number: int, request: Request) -> Response:
    if number >= COUNT:
        raise not_found(THING, str(number))
    tag = etag("things", number)
    return not_modified(request, tag) or Response("{}", headers={"ETag": tag}, media_type="application/json")


@ROUTER.put("/{number}", dependencies=[allowed("public")])
def write_thing(number: int, thing: Thing, request: Request) -> Thing:
    require_match(request, etag("things", number))
    return thing


@ROUTER.get("/trouble/{kind}", dependencies=[allowed("public")])
def trouble(kind: str, service: ServiceParameter) -> Thing:
    if kind == "findings":
        finding = Finding("f.csv", 3, "name_vi", Text(en="Too long.", vi="Quá dài."))
        raise FindingsError(Text(en="One thing is wrong.", vi="Có một chỗ sai."), [finding])
    if kind == "refused":
        raise HinterlandError(Text(en="No such CRS.", vi="Không có hệ tọa độ này."))
    if kind == "slow":
        with service.engine.connect() as connection:
            slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            connection.execute(text(slow))
    if kind == "wrong":
        with service.engine.connect() as connection:
            connection.execute(text("SELECT * FROM there_is_no_such_table"))
    raise ZeroDivisionError


@ROUTER.get("/long/text", dependencies=[allowed("public")])
def long_text() -> Response:
    return Response("xin chào " * 1000, media_type="text/plain")


@ROUTER.get("/rights/needed", dependencies=[allowed("audit:read")])
def for_stewards() -> Thing:
    return Thing(number=1)


@pytest.fixture
def service(sqlite_engine: Engine) -> Iterator[httpx.Client]:
    with client(sqlite_engine, routers=(ROUTER,), others={"nobody": ANONYMOUS, "firm": somebody("firm")}) as found:
        yield found


def test_every_answer_has_an_id_and_the_headers_browsers_need(service: httpx.Client) -> None:
    answers = [service.get("/api/v1/things"), service.get("/api/v1/things/99"), service.get("/nowhere")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers
    assert service.get("/healthz", headers={"x-request-id": "bad id\r"[:6]}).headers["x-request-id"].startswith("req_")
    assert answers[1].json()["instance"] == answers[1].headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/things/99", 404),
        ("DELETE", "/api/v1/things", 405),
        ("GET", "/api/v1/things/abc", 422),
        ("GET", "/api/v1/things?limit=0", 422),
        ("GET", "/api/v1/things?cursor=abc", 400),
        ("GET", "/api/v1/things/%FF", 400),
        ("GET", "/api/v1/things?kind=%00", 400),
        ("PUT", "/api/v1/things/1", 422),
        ("GET", "/api/v1/things/trouble/findings", 422),
        ("GET", "/api/v1/things/trouble/refused", 422),
        ("GET", "/api/v1/things/trouble/wrong", 500),
        ("GET", "/api/v1/things/trouble/fault", 500),
    ],
)  # fmt: skip
def test_every_error_is_a_problem_in_the_language_asked_for(
    service: httpx.Client, method: str, path: str, status: int
) -> None:
    for language, accepted in (("vi", "fr, vi;q=0.8, en;q=0.2"), ("en", "en-GB")):
        answer = service.request(method, path, headers={"accept-language": accepted})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert "accept-language" in answer.headers["vary"].lower()
        problem = answer.json()
        kind = next(kind for kind in PROBLEMS.values() if kind.status == status)
        assert problem["title"] == kind.title.of(language)  # type: ignore[arg-type]
        assert problem["status"] == status
        assert "Traceback" not in answer.text
        assert problem["detail"].endswith(".")


def test_wrong_fields_are_told_one_by_one(service: httpx.Client) -> None:
    answer = service.put("/api/v1/things/1", json={"number": 101, "name": "abcdef", "colour": "red"})
    assert answer.status_code == 422
    found = {finding["column"]: finding["detail"] for finding in answer.json()["findings"]}
    assert found == {
        "number": "This must be at most 100.",
        "name": "This must have at most 5 characters.",
        "colour": "There is no such field.",
    }


def test_findings_keep_their_place(service: httpx.Client) -> None:
    problem = service.get("/api/v1/things/trouble/findings").json()
    assert problem["findings"] == [
        {"file": "f.csv", "row": 3, "column": "name_vi", "character": None, "detail": "Too long."}
    ]


def test_what_has_no_right_is_told_so(service: httpx.Client) -> None:
    nobody = service.get("/api/v1/things/rights/needed", headers={"x-test-caller": "nobody"})
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    firm = service.get("/api/v1/things/rights/needed", headers={"x-test-caller": "firm"})
    assert firm.status_code == 403
    assert "audit:read" in firm.json()["detail"]
    assert service.get("/api/v1/things/rights/needed").status_code == 200


def test_a_slow_query_is_stopped_on_both_databases(registry_engine: Engine) -> None:
    url = registry_engine.url
    limited = make_engine(
        str(url.database) if is_sqlite(registry_engine) else url.render_as_string(hide_password=False)
    )
    limit_queries(limited, 0.2)
    with client(limited, routers=(ROUTER,)) as service:
        answer = service.get("/api/v1/things/trouble/slow")
    limited.dispose()
    assert answer.status_code == 503
    assert "took the database too long" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "2"


def test_long_answers_are_compressed_for_who_takes_it(service: httpx.Client) -> None:
    with service.stream("GET", "/api/v1/things/long/text", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).decode() == "xin chào " * 1000
    plain = service.get("/api/v1/things/long/text", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_head_is_answered_as_get_without_the_body(service: httpx.Client) -> None:
    """RFC 9110, 9.3.2: the same header fields, no content."""
    whole, head = service.get("/api/v1/things/3"), service.head("/api/v1/things/3")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert service.head("/api/v1/things/99").status_code == 404
    assert service.get("/healthz").json() == {"status": "ok"}


def test_a_reader_that_takes_nothing_is_cut_off() -> None:
    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})

    async def ask() -> int:
        taken = 0

        async def take(_message: Message) -> None:
            nonlocal taken
            taken += 1
            if taken > 3:
                await asyncio.Event().wait()

        async def nothing() -> Message:
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        with pytest.raises(TimeoutError):
            await Frame(endless, reader_patience_s=0.05)(scope, nothing, take)
        return taken

    assert asyncio.run(ask()) == 4


# Paging


def test_pages_follow_each_other_to_the_end(service: httpx.Client) -> None:
    """25 things in pages of 10: 10, 10, 5; the link header and ``next`` agree; the last has none."""
    following: str | None = "/api/v1/things?limit=10&kind=wood"
    sizes, numbers = [], []
    while following:
        answer = service.get(following)
        page = answer.json()
        following = page["next"]
        assert answer.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
        sizes.append(len(page["items"]))
        numbers += [thing["number"] for thing in page["items"]]
        assert {thing["name"] for thing in page["items"]} == {"wood"}
    assert sizes == [10, 10, 5]
    assert numbers == list(range(25))


def test_a_cursor_serves_only_its_own_list_and_caller(service: httpx.Client) -> None:
    following = service.get("/api/v1/things?limit=10&kind=wood").json()["next"]
    cursor = httpx.URL(following).params["cursor"]
    asked = {
        "other filter": service.get("/api/v1/things", params={"kind": "iron", "cursor": cursor}),
        "other list": service.get("/api/v1/audit", params={"kind": "wood", "cursor": cursor}),
        "other caller": service.get(following, headers={"x-test-caller": "firm"}),
        "changed": service.get("/api/v1/things", params={"kind": "wood", "cursor": "A" + cursor[1:]}),
        "too long": service.get("/api/v1/things", params={"kind": "wood", "cursor": "A" * 2000}),
        "no base64": service.get("/api/v1/things", params={"kind": "wood", "cursor": "ê.ê"}),
    }
    assert {name: answer.status_code for name, answer in asked.items()} == dict.fromkeys(asked, 400)
    assert len({str(without_id(answer)) for answer in asked.values()}) == 1
    other_size = service.get("/api/v1/things", params={"kind": "wood", "cursor": cursor, "limit": "3"})
    assert [thing["number"] for thing in other_size.json()["items"]] == [10, 11, 12]


KEYS = st.lists(st.one_of(st.text(), st.integers(), st.none(), st.floats(allow_nan=False, allow_infinity=False)))


@given(key=KEYS, binding=st.binary(max_size=32))
def test_a_cursor_gives_back_its_key(key: list[str | int | float | None], binding: bytes) -> None:
    try:
        cursor = make_cursor(tuple(key), binding, SECRET)
    except UnicodeEncodeError:
        return
    assert read_cursor(cursor, binding, SECRET) == tuple(key)
    with pytest.raises(ServiceError, match="does not belong"):
        read_cursor(cursor, binding + b"x", SECRET)


# Entity tags (RFC 9110, 13.1)


def test_what_did_not_change_is_not_sent_again(service: httpx.Client) -> None:
    tag = service.get("/api/v1/things/3").headers["etag"]
    for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        answer = service.get("/api/v1/things/3", headers={"if-none-match": known})
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
    assert service.get("/api/v1/things/3", headers={"if-none-match": '"x"'}).status_code == 200


def test_nobody_writes_over_what_they_have_not_seen(service: httpx.Client) -> None:
    tag = service.get("/api/v1/things/3").headers["etag"]

    def put(**headers: str) -> httpx.Response:
        return service.put("/api/v1/things/3", json={"number": 1}, headers=headers)

    assert put().status_code == 428
    assert put().json()["etag"] == tag
    for stale in ('"x"', f"W/{tag}"):
        answer = put(**{"if-match": stale})
        assert answer.status_code == 412
        assert answer.headers["etag"] == answer.json()["etag"] == tag
    assert put(**{"if-match": tag}).status_code == put(**{"if-match": "*"}).status_code == 200


# Languages (RFC 9110, 12.5.4)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "vi"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en;q=0.3, vi;q=0.2", "en"),
        ("fr", "vi"),
        ("*", "vi"),
        ("vi;q=0, *", "en"),
        ("en;q=0", "vi"),
        ("EN", "en"),
        ("en;q=abc", "vi"),
        (";;;,,,q=", "vi"),
    ],
)
def test_the_language_wanted_most_is_spoken(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


@given(st.text())
def test_any_header_gives_a_language(accepted: str) -> None:
    assert language_of(accepted) in {"vi", "en"}


# Origins


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8000", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("EVIL.example:80", "evil.example"),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_host_is_read(host: str, name: str) -> None:
    assert host_of(host) == name


def test_a_name_that_was_made_to_lead_here_is_refused(service: httpx.Client) -> None:
    """DNS rebinding: the page of evil.example, whose name now leads to 127.0.0.1, would be of our own origin."""
    for host in ("evil.example", "evil.example:8000", "localhost.evil.example", "[::1"):
        answer = service.get("/api/v1/things", headers={"host": host})
        assert answer.status_code == 400
        assert "does not answer to the name" in answer.json()["detail"]
    assert service.get("/api/v1/things", headers={"host": "localhost:1"}).status_code == 200
    assert service.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_with_accounts_only_the_public_name_is_held(sqlite_engine: Engine) -> None:
    known = make_service(sqlite_engine, mode="accounts", public_url="https://chuoi.example.vn")
    with client(sqlite_engine, service=known) as service:
        answer = service.get("/healthz", headers={"host": "chuoi.example.vn"})
        assert answer.status_code == 200
        assert "max-age" in answer.headers["strict-transport-security"]
        assert service.get("/api/v1/audit", headers={"host": "evil.example"}).status_code == 400
        assert service.get("/api/v1/audit", headers={"host": "chuoi.example.vn"}).status_code == 200
    with client(sqlite_engine, mode="accounts") as service:
        assert service.get("/api/v1/audit", headers={"host": "anything.example"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "evil"])
def test_a_page_of_another_site_writes_nothing(service: httpx.Client, origin: str) -> None:
    answer = service.put("/api/v1/things/3", json={"number": 1}, headers={"origin": origin, "if-match": "*"})
    assert answer.status_code == 403
    assert service.get("/api/v1/things/3", headers={"origin": origin}).status_code == 200


def test_our_own_page_writes(service: httpx.Client) -> None:
    headers = {"origin": str(service.base_url).rstrip("/"), "if-match": "*"}
    assert service.put("/api/v1/things/3", json={"number": 1}, headers=headers).status_code == 200
    foreign = {"sec-fetch-site": "cross-site", "if-match": "*"}
    assert service.put("/api/v1/things/3", json={"number": 1}, headers=foreign).status_code == 403


def test_the_public_address_is_our_own_origin_behind_a_proxy(sqlite_engine: Engine) -> None:
    known = make_service(sqlite_engine, mode="accounts", public_url="https://chuoi.example.vn/")
    with client(sqlite_engine, service=known, routers=(ROUTER,)) as service:
        for origin, status in (("https://chuoi.example.vn", 200), ("https://chuoi.example.vn.evil.example", 403)):
            headers = {"origin": origin, "if-match": "*"}
            assert service.put("/api/v1/things/3", json={"number": 1}, headers=headers).status_code == status


# Rates


def test_a_bucket_refills_evenly() -> None:
    """60 a minute is one a second: 60 at once, then one for each second that passes."""
    time_s = [0.0]
    rates = Rates(tight(requests_per_minute=60, anonymous_per_minute=6), clock=lambda: time_s[0])
    lan = somebody("reader", name="lan")
    for left in range(59, -1, -1):
        assert rates.take(lan, "10.0.0.1")["RateLimit"].startswith(f'"minute";r={left};')
    with pytest.raises(ServiceError, match=r"at most 60 a minute. Try again in 1 s") as caught:
        rates.take(lan, "10.0.0.2")
    assert caught.value.headers["Retry-After"] == "1"
    rates.take(somebody("reader", name="minh"), "10.0.0.1")
    time_s[0] = 2.0
    rates.take(lan, "10.0.0.1")
    rates.take(lan, "10.0.0.1")
    with pytest.raises(ServiceError):
        rates.take(lan, "10.0.0.1")


def test_pieces_of_a_map_are_counted_apart() -> None:
    """2 requests a minute and 10 pieces for each: 20 pieces, and still both requests."""
    rates = Rates(tight(anonymous_per_minute=2), clock=lambda: 0.0)
    tile = "/api/v1/ogc/collections/parks/tiles/WebMercatorQuad/9/240/407"
    for _ in range(20):
        rates.take(ANONYMOUS, "10.0.0.1", tile)
    with pytest.raises(ServiceError, match="at most 20 a minute"):
        rates.take(ANONYMOUS, "10.0.0.1", tile)
    for path in ("/api/v1/ogc/collections/parks/items", "/api/v1/parks"):
        rates.take(ANONYMOUS, "10.0.0.1", path)
    with pytest.raises(ServiceError, match="at most 2 a minute"):
        rates.take(ANONYMOUS, "10.0.0.1", f"{tile}/items")


def test_nobody_shares_a_bucket_but_who_shares_an_address() -> None:
    rates = Rates(tight(anonymous_per_minute=2), clock=lambda: 0.0)
    rates.take(ANONYMOUS, "2001:db8::1")
    rates.take_failed("2001:db8::ffff")
    with pytest.raises(ServiceError, match="Try again in 30 s"):
        rates.take(ANONYMOUS, "2001:db8::2")
    rates.take(ANONYMOUS, "2001:db8:0:1::1")
    assert rates.take(OPERATOR, "127.0.0.1") == {}
    assert network_of("::ffff:10.0.0.1") != network_of("::ffff:10.0.0.2")
    assert network_of("somewhere") == "somewhere"


def test_each_key_has_a_bucket_of_its_own() -> None:
    rates = Rates(tight(requests_per_minute=1), clock=lambda: 0.0)
    session = Caller("acc_lan", "lan", frozenset(), means="session")
    keys = [Caller("acc_lan", "lan", frozenset(), means="key", key_id=name) for name in ("a", "b")]
    for one in (session, *keys):
        rates.take(one, "10.0.0.1")
        with pytest.raises(ServiceError, match="at most 1 a minute"):
            rates.take(one, "10.0.0.2")


def test_too_many_requests_are_told_when_to_come_back(sqlite_engine: Engine) -> None:
    limits = tight(anonymous_per_minute=3)
    with client(sqlite_engine, ANONYMOUS, routers=(ROUTER,), limits=limits) as service:
        answers = [service.get("/api/v1/things") for _ in range(4)]
        assert service.get("/healthz").status_code == 200
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert 15 <= int(answers[3].headers["retry-after"]) <= 20  # a third of a minute, less what the test took


# Trouble of the database


@pytest.mark.parametrize(
    ("orig", "kind", "code"),
    [
        (sqlite3.OperationalError("database is locked"), OperationalError, "unavailable"),
        (sqlite3.OperationalError("database or disk is full"), OperationalError, "storage_full"),
        (sqlite3.OperationalError("disk I/O error"), OperationalError, "unavailable"),
        (sqlite3.OperationalError("interrupted"), OperationalError, "unavailable"),
        (sqlite3.DatabaseError("database disk image is malformed"), DatabaseError, "unavailable"),
        (Exception("could not extend file: No space left on device"), OperationalError, "storage_full"),
        (Exception("server closed the connection unexpectedly"), OperationalError, "unavailable"),
        (Exception("deadlock detected"), OperationalError, "unavailable"),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), IntegrityError, None),
        (sqlite3.ProgrammingError("cannot bind"), ProgrammingError, None),
    ],
)
def test_trouble_of_the_database_is_told_from_faults_of_ours(
    orig: Exception, kind: type[DatabaseError], code: str | None
) -> None:
    found = database_problem(kind("SELECT 1", None, orig))
    assert (None if found is None else found[0]) == code


def test_a_database_that_is_gone_is_told_without_its_address() -> None:
    engine = make_engine("postgresql://somebody@127.0.0.1:1/nowhere", connections=2)
    with client(engine) as service:
        assert service.get("/healthz").status_code == 200
        for path in ("/readyz", "/api/v1/organisations", "/api/v1/audit"):
            answer = service.get(path)
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"] == "2"
            assert "nowhere" not in answer.text
    engine.dispose()


def test_every_route_that_takes_its_body_as_it_arrives_is_known(sqlite_engine: Engine) -> None:
    """Found among the routers without building every route: the same as among the routes as they are served."""
    app = create_app(make_service(sqlite_engine))
    mark = next(iter(STREAMED))
    served = [
        (method, route.path_regex.pattern)
        for route in iter_route_contexts(app.routes)
        if (getattr(route, "openapi_extra", None) or {}).get(mark)
        for method in route.methods or ()
    ]
    assert served
    assert sorted((method, path.pattern) for method, path in streamed_routes(ROUTERS)) == sorted(served)


@pytest.mark.parametrize("has_begun", [False, True])
def test_what_the_stopping_server_waits_for_no_longer_is_told_so(has_begun: bool) -> None:
    """Without an answer to the cancelled request the server below would answer 500 in plain text, with a traceback."""
    sent: list[Message] = []

    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        if has_begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.Event().wait()

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return await asyncio.Future()

    async def run() -> None:
        headers = [(b"accept-language", b"en")]
        scope = {"type": "http", "method": "POST", "path": "/x", "headers": headers, "query_string": b""}
        task = asyncio.ensure_future(Frame(endless)(scope, receive, send))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await task

    asyncio.run(run())
    assert [message.get("status") for message in sent] == ([200] if has_begun else [503, None])
    assert has_begun or b"is being stopped" in sent[1]["body"]
    assert has_begun or (b"retry-after", b"2") in sent[0]["headers"]
