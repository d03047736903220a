"""The service as tests meet it: the real application on a free port of this machine, with callers of their choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Thread
from types import MappingProxyType
from typing import Any, Final

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI
from patience import browser, wait_until
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from api.access.caller import Caller, operator
from api.access.rights import Role
from api.service.app import create_app
from api.service.context import JobGate, Service
from api.service.identity import Authenticate
from api.service.openapi import Application
from api.service.protocol import HEAD_BYTES, HEAD_TIMEOUT_S, Protocol, WebConfig
from api.service.settings import Limits, ServiceSettings

OPERATOR: Final = operator("Lan")
CALLER_HEADER: Final = "x-test-caller"
SECRET: Final = b"a secret of the tests, 32 bytes.."


@dataclass
class FakeGate:
    """A gate to workers that only remembers what it was told."""

    woken: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def wake(self, job_id: str) -> None:
        """Remember a job that is ready."""
        self.woken.append(job_id)

    def cancel(self, job_id: str) -> None:
        """Remember a job that was stopped."""
        self.cancelled.append(job_id)


@dataclass(frozen=True)
class FixedCallers:
    """Authentication of tests: one caller, or the one whose name the header ``x-test-caller`` has."""

    caller: Caller
    others: Mapping[str, Caller] = field(default_factory=dict)

    def __call__(self, connection: HTTPConnection, _service: Service) -> Caller:
        """Return who asks."""
        name = connection.headers.get(CALLER_HEADER)
        return self.caller if name is None else self.others[name]


def somebody(*roles: Role, name: str = "lan", organisation_id: str | None = None) -> Caller:
    """Return a caller with an account ``acc_NAME`` and roles, as if an API key had been shown."""
    return Caller(f"acc_{name}", name, frozenset(roles), organisation_id, "key")


def make_service(
    engine: Engine,
    *,
    jobs: JobGate | None = None,
    limits: Limits | None = None,
    **settings: Any,  # noqa: ANN401 - settings of the service
) -> Service:
    """Return a service over a database that is ready."""
    database = (
        engine.url.render_as_string(hide_password=False) if engine.dialect.name != "sqlite" else engine.url.database
    )
    chosen = ServiceSettings(str(database), limits=limits or Limits(), **settings)
    return Service(engine, chosen, jobs or FakeGate(), SECRET)


_BEFORE: list[tuple[tuple[APIRouter, ...], Application]] = []
"""Routers of tests, and an application made with them before."""


def application(service: Service, authenticate: Authenticate, routers: tuple[APIRouter, ...] = ()) -> Application:
    """Return the application over a service, as ``create_app`` makes it, with routes and document of one made before.

    What each route asks for is worked out when a request first meets it, some tenths of a second for all of them, and
    the document takes two seconds. Neither depends on the service, which requests find by their application.
    """
    made = create_app(service, authenticate=authenticate, routers=routers)
    for others, first in _BEFORE:
        if len(others) == len(routers) and all(one is other for one, other in zip(others, routers, strict=True)):
            made.router = first.router
            made.openapi = first.openapi  # type: ignore[method-assign]  # FastAPI's own way
            return made
    _BEFORE.append((routers, made))
    return made


@contextmanager
def listening(app: FastAPI, *, most_connections: int = 2000, head_timeout_s: float = HEAD_TIMEOUT_S) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    config = WebConfig(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        access_log=False,
        lifespan="on",
        http=Protocol,
        ws="none",
        server_header=False,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    config.most_connections, config.head_timeout_s = most_connections, head_timeout_s
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), "the service has started")
        assert server.started, "the service did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def client(
    engine: Engine,
    caller: Caller = OPERATOR,
    *,
    others: Mapping[str, Caller] = MappingProxyType({}),
    routers: tuple[APIRouter, ...] = (),
    language: str = "en",
    service: Service | None = None,
    **settings: Any,  # noqa: ANN401 - settings of the service
) -> Iterator[httpx.Client]:
    """Give a client of the service over a database that is ready.

    Parameters
    ----------
    engine
        The database, with all tables.
    caller
        Who asks.
    others
        Who asks where the header ``x-test-caller`` names them.
    routers
        Endpoints of the test itself, under ``/api/v1``.
    language
        Language of the answers.
    service
        The service; made from the engine and ``settings`` (``jobs``, ``limits``, ``mode`` …) by default.
    """
    found = service or make_service(engine, **settings)
    app = application(found, FixedCallers(caller, others), routers)
    headers = {"accept-language": language}
    with listening(app) as address, browser(address, headers=headers) as one:
        yield one


def without_id(answer: httpx.Response) -> dict[str, Any]:
    """Return the body of a problem without the id of its request: what absent and hidden must share."""
    body: dict[str, Any] = answer.json()
    return {name: value for name, value in body.items() if name != "instance"}


def tight(**limits: Any) -> Limits:  # noqa: ANN401 - fields of Limits
    """Return the limits with some changed."""
    return replace(Limits(), **limits)
