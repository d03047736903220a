"""The web service as it runs for users: a real server on a free port of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx
import uvicorn

from api.server import create_app


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """Give a client of the service over a folder, served on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(create_app(folder), host="127.0.0.1", port=0, log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        deadline = monotonic() + 20.0
        while not server.started:
            assert monotonic() < deadline, "the service did not start"
            sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
