"""A web process is ready when it begins to listen: its first requests make nothing that others would wait for."""

from __future__ import annotations

import subprocess
import sys

from demo_run import environment
from sqlalchemy import Engine

PROGRAM = """
import gc, sys
from pydantic import TypeAdapter
from api.service.app import create_app
from api.service.running import Wish, make_web
from api.service.settings import ServiceSettings

def made_by_a_request(app):
    made = []
    def note(frame, event, _argument):
        if event == "call" and frame.f_code is TypeAdapter.__init__.__code__:
            made.append(frame)
    scope = {"type": "http", "method": "GET", "path": "/api/v1/networks", "root_path": "", "headers": []}
    sys.setprofile(note)
    for route in app.routes:
        route.matches(dict(scope))
    sys.setprofile(None)
    return len(made)

assert "supplychain.search.index" not in sys.modules
app = make_web(Wish(ServiceSettings(sys.argv[1]), with_worker=False))
print(made_by_a_request(app), "supplychain.search.index" in sys.modules, gc.get_freeze_count() > 100_000)
print(made_by_a_request(create_app(app.state.service)) > 100)
"""


def test_routes_and_the_search_engine_are_made_before_the_first_request_and_kept_out_of_collections(
    sqlite_engine: Engine,
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(sqlite_engine.url.database)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "True", "True", "True"], done.stdout
