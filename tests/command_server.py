"""A process that has loaded the program once and becomes a command line as often as asked.

Started as ``python tests/command_server.py``. It reads requests from its standard input, a JSON object a line, forks
for each, and answers with the exit status. The fork is a process of its own that goes through ``api.cli.main`` as any
command does; what it need not do again is to import pandas, scipy and the like, which takes seconds, and to make the
commands.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from importlib import import_module
from typing import Any, Final

LOADED: Final = (
    "api.cli",
    "api.commands",
    "api.explain.run",
    "api.network.importing",
    "api.quote.run",
    "api.routes.route",
    "api.service.running",
    "api.solve_folder",
)


def become(request: dict[str, Any]) -> None:
    """Put on the arguments, folder, environment and standard streams of a request."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    for number, path in enumerate(("/dev/null", request["out"], request["err"])):
        opened = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_TRUNC)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["hinterland", *request["arguments"]]


def wait_for_work() -> None:
    """Return in a new process for each request, which is that command from then on."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer
    sys.exit()


if __name__ == "__main__":
    for name in LOADED:
        import_module(name)
    import_module("api.cli").program()
    gc.freeze()
    wait_for_work()
    import_module("api.cli").main()
