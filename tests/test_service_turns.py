"""Writers that wait for the database leave room to readers; what follows a write is no trouble of the write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Lock

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from patience import browser
from service_parts import OPERATOR, FixedCallers, client, listening, make_service
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from api.access.guard import CallerParameter, allowed
from api.rest.fields import Model, told
from api.service.app import create_app
from api.service.context import ServiceParameter
from api.service.frame import Frame, Message, Scope
from api.service.turns import WRITERS, Turns
from api.service.writing import Answer, write
from supplychain.database import DatabaseTroubleError, make_engine
from supplychain.text import Text

ROUTER = APIRouter(prefix="/turns")
PATIENCE_S = 20.0


class Size(Model):
    """A number of the tests."""

    size: int = told("Size", "Cỡ", 1)


class Gate:
    """Holds requests that write, and counts how many are inside at once."""

    def __init__(self) -> None:
        self.opened, self.full = Event(), Event()
        self._lock = Lock()
        self._inside = self.most = 0
        self.awaited = 0

    def close(self, awaited: int) -> None:
        """Hold those that come from now on, and tell (``full``) when so many are inside."""
        self.opened.clear()
        self.full.clear()
        self._inside, self.most, self.awaited = 0, 0, awaited

    def wait(self) -> None:
        """Be held."""
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
            if self._inside >= self.awaited:
                self.full.set()
        assert self.opened.wait(PATIENCE_S)
        with self._lock:
            self._inside -= 1


GATE = Gate()


@ROUTER.post("/held", dependencies=[allowed("public")])
def held() -> Size:
    GATE.wait()
    return Size(size=1)


@ROUTER.post("/written", dependencies=[allowed("public")])
def written(request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    """Write, and answer late, as one does that waits for its job."""
    answer = write(request, service, caller, "turns.write", lambda _connection: Answer(200, Size(size=2)))
    GATE.wait()
    return answer


@ROUTER.post("/followed/{trouble}", dependencies=[allowed("public")])
def followed(trouble: str, request: Request, service: ServiceParameter, caller: CallerParameter) -> Response:
    said: list[str] = []

    def first() -> None:
        said.append("first")
        if trouble == "driver":
            statement = "DELETE"
            raise OperationalError(statement, {}, sqlite3.OperationalError("database is locked"))
        raise DatabaseTroubleError(Text(en="Gone.", vi="Mất."))

    def make(_connection: Connection) -> Answer:
        return Answer(200, Size(size=3), after=(first, partial(said.append, "second")))

    answer = write(request, service, caller, "turns.follow", make)
    answer.headers["X-Said"] = ",".join(said)
    return answer


@ROUTER.get("/read", dependencies=[allowed("public")])
def read() -> Size:
    return Size(size=4)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = create_app(make_service(create_engine("sqlite://")), authenticate=FixedCallers(OPERATOR), routers=(ROUTER,))
    with listening(app) as found:
        yield found


def ask(address: str, method: str, path: str) -> httpx.Response:
    with browser(f"{address}/api/v1/turns") as one:
        return one.request(method, path)


@contextmanager
def many(address: str, path: str, count: int) -> Iterator[list[Future[httpx.Response]]]:
    with ThreadPoolExecutor(count) as pool:
        yield [pool.submit(ask, address, "POST", path) for _ in range(count)]


def test_some_requests_write_at_once_others_wait_and_all_read(address: str) -> None:
    GATE.close(WRITERS)
    with many(address, "/held", 3 * WRITERS) as asked:
        try:
            assert GATE.full.wait(PATIENCE_S)
            assert ask(address, "GET", "/read").json() == {"size": 4}
        finally:
            GATE.opened.set()
        assert [one.result().json() for one in asked] == [{"size": 1}] * 3 * WRITERS
    assert GATE.most == WRITERS


def test_who_has_written_and_only_waits_for_the_answer_holds_nobody_up(sqlite_engine: Engine) -> None:
    app = create_app(make_service(sqlite_engine), authenticate=FixedCallers(OPERATOR), routers=(ROUTER,))
    count = WRITERS + 3
    GATE.close(count)
    with listening(app) as address, many(address, "/written", count) as asked:
        is_full = GATE.full.wait(PATIENCE_S)
        GATE.opened.set()
        assert is_full
        assert [one.result().status_code for one in asked] == [200] * count


def test_who_waits_too_long_for_a_turn_is_told_to_come_back() -> None:
    """By hand: one turn there is, its holder never leaves, the second has 0.05 s of patience."""

    async def run() -> list[Message]:
        inside = asyncio.Event()

        async def never(_scope: Scope, _receive: object, _send: object) -> None:
            inside.set()
            await asyncio.Event().wait()

        framed = Frame(Turns(never, writers=1, patience_s=0.05))
        scope = {"type": "http", "method": "POST", "path": "/x", "headers": [], "query_string": b""}
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return await asyncio.Future()

        first = asyncio.ensure_future(framed({**scope}, receive, send))
        await inside.wait()
        await framed({**scope}, receive, send)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return sent

    start = asyncio.run(run())[0]
    assert start["status"] == 503
    assert (b"retry-after", b"2") in start["headers"]


def test_readers_are_answered_while_another_program_holds_the_file(tmp_path: Path, sqlite_engine: Engine) -> None:
    """The embedded database, its write lock held from outside: as many writers as fill all threads, and a reader."""
    path = tmp_path / "copy.gpkg"
    with closing(sqlite3.connect(path)) as copy, closing(sqlite3.connect(str(sqlite_engine.url.database))) as original:
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
    engine = make_engine(str(path), connections=2 * WRITERS)
    GATE.close(0)
    GATE.opened.set()
    app = create_app(make_service(engine), authenticate=FixedCallers(OPERATOR), routers=(ROUTER,))
    with listening(app) as address, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with many(address, "/written", 5 * WRITERS) as asked:
            try:
                with browser(f"{address}/api/v1") as one:
                    assert one.get("/organisations").status_code == 200
                assert not any(one.done() for one in asked)
            finally:
                other.execute("ROLLBACK")
            assert {one.result().status_code for one in asked} == {200}
    engine.dispose()


@pytest.mark.parametrize("trouble", ["driver", "database"])
def test_a_write_that_is_kept_is_answered_as_kept_whatever_follows(sqlite_engine: Engine, trouble: str) -> None:
    with client(sqlite_engine, routers=(ROUTER,)) as one:
        answer = one.post(f"/api/v1/turns/followed/{trouble}")
    assert (answer.status_code, answer.json(), answer.headers["x-said"]) == (200, {"size": 3}, "first,second")
