"""The service as processes of their own: web, workers, a database server; started, killed, measured."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil

START_S = 60.0
"""Seconds in which a process must answer after it was started."""

SERVER_USER = "postgres"
"""Who runs the database server where this runs as root, which PostgreSQL refuses."""


def hinterland() -> list[str]:
    """Return the command of this installation."""
    return [str(Path(sys.executable).with_name("hinterland"))]


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Process:
    """One process that can be killed and started again.

    Parameters
    ----------
    name
        What it is.
    command
        Its command line.
    log
        File that takes what it says.
    environment
        Variables besides ours.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill it and all its children at once (SIGKILL)."""
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def stop(self, seconds: float = 30.0) -> int:
        """Ask it to end (SIGTERM), kill it if it does not, and return its exit status."""
        if self.running is None:
            return 0
        self.running.terminate()
        try:
            return self.running.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return -int(signal.SIGKILL)

    def cpu_s(self) -> float:
        """Return the CPU seconds that the process and its children have used."""
        if self.running is None:
            return 0.0
        whole = psutil.Process(self.running.pid)
        times = [one.cpu_times() for one in [whole, *whole.children(recursive=True)]]
        return float(sum(one.user + one.system for one in times))

    def memory_mb(self) -> float:
        """Return the memory that the process and its children have asked for, in MB, without the files they map.

        Pages of libraries count as a process's own or as shared with whoever else runs, which changes by 24 MB as
        processes of jobs come and go.
        """
        if self.running is None:
            return 0.0
        try:
            whole = psutil.Process(self.running.pid)
            family = [whole, *whole.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0.0
        return sum(_own_memory_mb(one) for one in family)


def _own_memory_mb(process: psutil.Process) -> float:
    try:
        if sys.platform != "linux":
            return float(process.memory_full_info().uss) / 1e6
        known = process.memory_info()
        return float(known.rss - known.shared) / 1e6
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0


def wait_for(url: str, seconds: float = START_S) -> None:
    """Wait until an address answers with success.

    Raises
    ------
    TimeoutError
        If it does not.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - an address of the loopback
                return
        except (HTTPError, URLError, OSError):
            time.sleep(0.05)
    msg = f"{url} did not answer within {seconds:.0f} s."
    raise TimeoutError(msg)


@dataclass(slots=True)
class DatabaseServer:
    """A PostgreSQL server of our own in a folder, without a socket file.

    Parameters
    ----------
    folder
        Where it keeps its data.
    port
        Its port on the loopback.
    programs
        Folder of ``initdb`` and ``pg_ctl``.
    """

    folder: Path
    port: int
    programs: Path

    @property
    def url(self) -> str:
        """Address of the database of the benchmark."""
        return f"postgresql+psycopg://{SERVER_USER}@127.0.0.1:{self.port}/hinterland"

    def make(self) -> None:
        """Make the cluster and the database, with PostGIS."""
        self._run("initdb", "-D", str(self.folder), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", SERVER_USER)
        self.start()
        for database, statement in (
            ("postgres", "CREATE DATABASE hinterland"),
            ("hinterland", "CREATE EXTENSION postgis"),
        ):
            self._run(
                "psql", "-qh", "127.0.0.1", "-p", str(self.port), "-U", SERVER_USER, "-d", database, "-c", statement
            )

    def start(self) -> None:
        """Start the server and wait until it answers, also after it was killed."""
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        options = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=100"
        self._run("pg_ctl", "-D", str(self.folder), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def kill(self) -> None:
        """Kill the server and all its processes at once (SIGKILL)."""
        pid = int((self.folder / "postmaster.pid").read_text(encoding="ascii").split()[0])
        family = psutil.Process(pid)
        for one in [family, *family.children(recursive=True)]:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs([family], timeout=10)

    def stop(self) -> None:
        """End the server."""
        self._run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        user = pwd.getpwnam(SERVER_USER).pw_uid if os.geteuid() == 0 else None
        group = pwd.getpwnam(SERVER_USER).pw_gid if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            user=user,
            group=group,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode != 0:
            msg = f"{program} of PostgreSQL failed: {done.stderr.decode(errors='replace').strip()}"
            raise RuntimeError(msg)


@contextmanager
def database_server(folder: Path) -> Iterator[DatabaseServer]:
    """Give a new PostgreSQL server with PostGIS; it is stopped and its folder removed afterwards.

    Raises
    ------
    FileNotFoundError
        If PostgreSQL is not installed.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else Path(shutil.which("initdb") or "/nowhere/initdb").parent
    if not (programs / "initdb").exists():
        msg = "PostgreSQL is not on this machine; the benchmark starts a server of its own (initdb, pg_ctl)."
        raise FileNotFoundError(msg)
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, SERVER_USER, SERVER_USER)
        folder.chmod(0o711)  # The server's own user must reach its folder inside ours.
    server = DatabaseServer(data, free_port(), programs)
    server.make()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)
