"""``hinterland serve`` as a process: who it listens to, how it ends, its worker, its logs and figures."""

from __future__ import annotations

import io
import json
import logging
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from demo_run import environment, hinterland
from hypothesis import given
from hypothesis import strategies as st
from patience import PATIENCE_S, browser, wait_until
from service_parts import client, somebody
from sqlalchemy import Engine, text

from api.service.beside import Beside
from api.service.listening import bound, divided
from api.service.logs import LOG, start_logs
from api.service.running import is_loopback
from api.service.secret import shared_secret
from supplychain.database import is_sqlite, make_engine
from supplychain.errors import HinterlandError


@dataclass
class Serving:
    """A service that runs: its process, its address, what it said."""

    process: subprocess.Popen[str]
    address: str
    said: str

    def children(self) -> list[psutil.Process]:
        """Return the processes it started."""
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def serving(database: str, *options: str) -> Iterator[Serving]:
    """Run the service as a user does, on a free port, and end it as a user does."""
    command = [
        sys.executable,
        "-m",
        "api.cli",
        "serve",
        "--port",
        "0",
        "--database",
        database,
        "--lang",
        "en",
        *options,
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, env=environment(), stdout=pipe, stderr=pipe) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+?:\d+", said)
            assert found, (said, process.stderr.read() if process.poll() is not None else "")
            yield Serving(process, found[0], said)
        finally:
            process.kill()


def answered(address: str, path: str = "/readyz") -> httpx.Response:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return httpx.get(address + path, trust_env=False, timeout=PATIENCE_S)
        except httpx.TransportError:
            assert time.monotonic() < deadline, "no answer"
            time.sleep(0.05)


def url_of(engine: Engine) -> str:
    url = engine.url
    return str(url.database) if is_sqlite(engine) else url.render_as_string(hide_password=False)


def test_one_user_is_served_on_this_machine_with_a_worker_and_ends_well(sqlite_engine: Engine) -> None:
    with serving(url_of(sqlite_engine)) as service:
        assert service.said.startswith("Single-user mode: http://127.0.0.1:")
        assert "answers this machine only" in service.said
        assert answered(service.address).json() == {"status": "ok"}
        assert answered(service.address, "/api/v1/organisations").json()["items"] == []
        workers = [child for child in service.children() if child.is_running()]
        assert workers
        assert not any("hinterland.gpkg" in " ".join(worker.cmdline()) for worker in workers)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(PATIENCE_S) == 0
        gone, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
        assert not alive, gone


def test_what_is_under_way_is_answered_before_the_end(sqlite_engine: Engine) -> None:
    with serving(url_of(sqlite_engine), "--no-worker") as service:
        answered(service.address)
        assert service.children() == []
        name, port = service.address.removeprefix("http://").split(":")
        with socket.create_connection((name, int(port)), timeout=PATIENCE_S) as opened:
            opened.sendall(b"POST /api/v1/none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n")
            time.sleep(0.3)
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            opened.sendall(b"{}")
            assert opened.recv(100).startswith(b"HTTP/1.1 4")
        assert service.process.wait(PATIENCE_S) == 0


@pytest.mark.postgis
def test_several_web_processes_share_a_port_a_secret_and_their_figures(postgis_registry: Engine) -> None:
    with serving(url_of(postgis_registry), "--accounts", "--no-worker", "--processes", "2") as service:
        assert service.said.startswith("With accounts")
        answered(service.address)
        with browser(service.address) as one:
            assert one.get("/api/v1/organisations").status_code == 200
            assert one.get("/metrics").status_code == 401
            assert one.get("/api/v1/audit").status_code == 401
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(PATIENCE_S) == 0
        assert service.process.stderr is not None
        lines = [json.loads(line) for line in service.process.stderr if line.startswith("{")]
        assert {line["path"] for line in lines} >= {"/api/v1/organisations", "/api/v1/audit"}
    assert len(shared_secret(postgis_registry)) == 32


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hand the one socket over")
def test_connections_are_divided_among_the_processes_of_an_address() -> None:
    with bound("127.0.0.1", 0) as held, ExitStack() as stack:
        address = held.getsockname()
        for_each = divided(held)
        listening = [stack.enter_context(pickle.loads(pickle.dumps(for_each))) for _process in range(2)]  # noqa: S301 - ours
        for one in listening:
            one.listen(300)
            one.setblocking(False)
        with pytest.raises(HinterlandError, match="Choose another"), bound("127.0.0.1", address[1]):
            pass
        for _client in range(200):
            stack.enter_context(socket.create_connection(address))
        taken = [waiting_at(one) for one in listening]
        assert sum(taken) == 200
        # Each is as likely at either: fewer than 60 at one come twice in a hundred million times.
        assert min(taken) >= 60


def waiting_at(listening: socket.socket) -> int:
    count = 0
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()
            count += 1
    return count


@pytest.mark.parametrize("host", ["0.0.0.0", "example.vn"])  # noqa: S104 - refused
def test_without_accounts_no_other_machine_is_listened_to(sqlite_engine: Engine, host: str) -> None:
    done = hinterland("serve", "--host", host, "--database", url_of(sqlite_engine), "--lang", "en")
    assert done.returncode == 2
    assert f"{host} is not the loopback" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_served_is_told(sqlite_engine: Engine, tmp_path: Path) -> None:
    database = ("--database", url_of(sqlite_engine), "--lang", "en")
    assert "take" in hinterland("serve", "--processes", "2", *database).stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = hinterland("serve", "--port", str(taken.getsockname()[1]), *database)
        assert "Choose another with --port" in done.stderr
        assert done.returncode == 2
    done = hinterland("serve", "--database", str(tmp_path / "none.gpkg"), "--lang", "en")
    assert "hinterland init" in done.stderr


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - refused
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.vn", False),
        ("", False),
    ],
)
def test_the_loopback_is_known(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own


def test_a_worker_that_dies_is_started_again() -> None:
    beside = Beside([sys.executable, "-c", "import time; time.sleep(60)"], environment())
    try:
        first = beside.process_id
        psutil.Process(first).kill()
        wait_until(lambda: beside.process_id != first, "another worker")
        assert psutil.pid_exists(beside.process_id)
    finally:
        beside.stop()
    assert not psutil.pid_exists(beside.process_id)


def test_all_processes_of_a_database_share_one_secret(registry_engine: Engine) -> None:
    others = [make_engine(url_of(registry_engine)) for _ in range(4)]
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda one=one: found.append(shared_secret(one))) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.dispose()
    assert len(found) == 4
    assert set(found) == {shared_secret(registry_engine)}


# Figures and logs


def test_figures_count_requests_and_jobs(registry_engine: Engine) -> None:
    with client(registry_engine, others={"reader": somebody("reader")}) as service:
        service.get("/api/v1/audit")
        assert service.get("/metrics", headers={"x-test-caller": "reader"}).status_code == 403
        answer = service.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'hinterland_requests_total{method="GET",route="/audit",status="200"}' in answer.text
    assert "hinterland_request_seconds_bucket" in answer.text
    assert "# TYPE hinterland_jobs gauge" in answer.text


def test_a_database_of_another_version_is_alive_but_not_ready(sqlite_engine: Engine) -> None:
    with client(sqlite_engine) as service:
        assert service.get("/readyz").status_code == 200
        with sqlite_engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        answer = service.get("/readyz")
        assert service.get("/healthz").status_code == 200
    assert answer.status_code == 503
    assert "of another version" in answer.json()["detail"]
    assert str(sqlite_engine.url.database) not in answer.text


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    before = (LOG.handlers, LOG.level, LOG.propagate)
    start_logs(requests=True, stream=stream)
    yield stream
    LOG.handlers, LOG.level, LOG.propagate = before


def test_every_request_is_a_line_of_json_without_what_was_asked(sqlite_engine: Engine, log: io.StringIO) -> None:
    with client(sqlite_engine, somebody("steward", name="lan")) as service:
        asked = service.get("/api/v1/audit", params={"subject": "a secret"}, headers={"authorization": "Bearer k"})
    line = json.loads(log.getvalue().splitlines()[-1])
    assert "secret" not in log.getvalue()
    assert "Bearer" not in log.getvalue()
    assert line["request_id"] == asked.headers["x-request-id"]
    names = ("event", "method", "path", "route", "status", "account_id", "address")
    told = ("request", "GET", "/api/v1/audit", "/audit", 200, "acc_lan", "127.0.0.1")
    assert tuple(line[name] for name in names) == told
    assert line["duration_ms"] > 0


@given(st.text())
def test_a_record_of_the_log_is_one_line(said: str) -> None:
    stream = io.StringIO()
    before = (LOG.handlers, LOG.level, LOG.propagate)
    start_logs(requests=True, stream=stream)
    try:
        LOG.log(logging.INFO, "%s", said)
    finally:
        LOG.handlers, LOG.level, LOG.propagate = before
    assert json.loads(stream.getvalue())["event"] == said
    assert stream.getvalue().count("\n") == 1
