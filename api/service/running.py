"""Running the service: a socket, one or more web processes on it, and a worker beside them."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from api.console import Talk
from api.service.listening import bound, divided
from api.service.settings import ServiceSettings
from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from uvicorn import Config

    from api.service.openapi import Application

THREADS: Final = 16
"""Requests that a web process works on at once; each holds at most one connection to the database."""

POOL: Final = 20
GRACE_S: Final = 10
SPARE_FILES: Final = 200
BACKLOG: Final = 4096

NOT_LOOPBACK: Final = Text(
    en="Without accounts the service listens on this machine only: {host} is not the loopback. "
    "Leave out --host, or run it with --accounts.",
    vi="Khi không có tài khoản, dịch vụ chỉ nghe trên máy này: {host} không phải địa chỉ loopback. "
    "Hãy bỏ --host, hoặc chạy với --accounts.",
)
ONE_PROCESS: Final = Text(
    en="Several web processes need PostgreSQL; the embedded database takes --processes 1.",
    vi="Nhiều tiến trình web cần PostgreSQL; cơ sở dữ liệu nhúng chỉ dùng --processes 1.",
)
SINGLE: Final = Text(
    en="Single-user mode: http://{host}:{port}/ answers this machine only, and whoever uses it may do everything.",
    vi="Chế độ một người dùng: http://{host}:{port}/ chỉ trả lời máy này, và ai dùng máy đều có toàn quyền.",
)
ACCOUNTS: Final = Text(
    en="With accounts: listening on http://{host}:{port}/.", vi="Có tài khoản: đang nghe trên http://{host}:{port}/."
)
HOW_TO_STOP: Final = Text(en="Stop with Ctrl+C.", vi="Dừng bằng Ctrl+C.")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the service is to run.

    Parameters
    ----------
    settings
        Of each web process.
    host, port
        Where it listens; port 0 takes a free one.
    processes
        Web processes.
    with_worker
        Whether a worker is started beside them.
    results
        Folder of a finished run, shown under ``/results/``.
    """

    settings: ServiceSettings
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    with_worker: bool = True
    results: Path | None = None


def run_service(wish: Wish, talk: Talk) -> None:
    """Serve until SIGTERM or Ctrl+C; what is under way then is answered first.

    Raises
    ------
    HinterlandError
        If the database cannot be used, the address cannot be listened on, or is not this machine's without accounts.
    """
    _check(wish)
    with ExitStack() as stack:
        listening = stack.enter_context(bound(wish.host, wish.port))
        if wish.processes > 1:
            # Set before the library of metrics is imported, which then keeps them in files there.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(
                TemporaryDirectory(prefix="hinterland-metrics-")
            )
        if wish.with_worker:
            from api.service.beside import worker_beside  # noqa: PLC0415

            stack.enter_context(worker_beside(wish.settings.database))
        told = SINGLE if wish.settings.mode == "single" else ACCOUNTS
        talk.say(told.format(host=_shown(wish.host), port=listening.getsockname()[1]))
        talk.say(HOW_TO_STOP)
        sys.stdout.flush()
        _serve(wish, listening)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check(wish: Wish) -> None:
    from api.readiness import opened  # noqa: PLC0415 - the command line stays quick
    from supplychain.database import is_sqlite  # noqa: PLC0415

    if wish.settings.mode == "single" and not is_loopback(wish.host):
        raise HinterlandError(NOT_LOOPBACK.format(host=wish.host))
    if wish.results is not None:
        from api.service.results import check_results_folder  # noqa: PLC0415

        check_results_folder(wish.results)
    with opened(wish.settings.database) as engine:
        if wish.processes > 1 and is_sqlite(engine):
            raise HinterlandError(ONE_PROCESS)


def is_loopback(host: str) -> bool:
    """Return whether an address is this machine's own, which no other machine reaches."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _serve(wish: Wish, listening: socket.socket) -> None:
    from uvicorn import Server  # noqa: PLC0415
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415

    class GracefulServer(Server):
        """Ends as it was asked to, without passing the signal on to whoever waits for it."""

        async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
            await super()._serve(sockets)
            self._captured_signals.clear()

    config = web_config(wish)
    if wish.processes > 1:
        Multiprocess(config, [divided(listening)]).run()
    else:
        GracefulServer(config).run([listening])


def web_config(wish: Wish) -> Config:
    """Return how uvicorn runs a web process; it can be handed to a child process."""
    from api.service.protocol import HEAD_BYTES, KEEP_ALIVE_S, Protocol, WebConfig  # noqa: PLC0415

    proxies = list(wish.settings.trusted_proxies)
    config = WebConfig(
        partial(make_web, wish),
        factory=True,
        http=Protocol,
        ws="none",
        loop="asyncio",
        workers=wish.processes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=30,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    config.most_connections = min(wish.settings.limits.connections, max(_open_files() - SPARE_FILES, 1))
    return config


def _open_files() -> int:
    """Let this process open as many files as the system lets it, and return how many these are."""
    if sys.platform == "win32":
        return 8192
    import resource  # noqa: PLC0415 - not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else hard
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def make_web(wish: Wish) -> Application:
    """Return the application of a web process with a database of its own; called in that process."""
    import anyio.to_thread  # noqa: PLC0415

    from api.jobs.gate import TABLE_GATE  # noqa: PLC0415
    from api.service.app import create_app  # noqa: PLC0415
    from api.service.context import Service  # noqa: PLC0415
    from api.service.front import front_router  # noqa: PLC0415
    from api.service.logs import start_logs  # noqa: PLC0415
    from api.service.memory import keep_for_good, share_heaps  # noqa: PLC0415
    from api.service.query_limits import limit_queries  # noqa: PLC0415
    from api.service.results import results_router  # noqa: PLC0415
    from api.service.secret import shared_secret  # noqa: PLC0415
    from supplychain.database import clear_errors, make_engine  # noqa: PLC0415

    share_heaps()
    start_logs(requests=wish.settings.mode == "accounts")
    engine = make_engine(wish.settings.database, connections=POOL)
    limit_queries(engine, wish.settings.limits.query_timeout_s)
    with clear_errors(engine):
        secret = shared_secret(engine)

    @asynccontextmanager
    async def alive(_app: Any) -> AsyncIterator[None]:  # noqa: ANN401 - as the framework has it
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        engine.dispose()

    service = Service(engine, wish.settings, TABLE_GATE, secret)
    results = () if wish.results is None else (results_router(wish.results),)
    pages = (front_router(with_results=wish.results is not None), *results)
    app = create_app(service, pages=pages, lifespan=alive)
    _make_ready(app)
    keep_for_good()
    return app


def _make_ready(app: Application) -> None:
    """Make now what would be made at the first requests, while all others wait: routes by path, and the search engine.

    A process that begins beside others then answers as quickly as they do, and takes its share of the connections.
    """
    from importlib import import_module  # noqa: PLC0415

    nowhere = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/-",
        "root_path": "",
        "headers": [],
        "query_string": b"",
    }
    for route in app.routes:
        route.matches(nowhere)
    import_module("api.registry.searching")
