"""One run of `hinterland demo` as a user starts it, shared by every test that reads what it leaves."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

SWING_SECONDS: Final = 1
LONGEST_S: Final = 280


@dataclass(frozen=True)
class DemoRun:
    """What one finished run left.

    Parameters
    ----------
    folder
        Its results.
    answer
        The JSON document it printed.
    progress
        What it said on standard error.
    """

    folder: Path
    answer: dict[str, Any]
    progress: str

    @property
    def document(self) -> dict[str, Any]:
        """The document ``plan.json``."""
        found: dict[str, Any] = json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))
        return found


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a started command, without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HINTERLAND_")}
    return {**kept, "COLUMNS": "160", "TERM": "dumb", **changes}


def hinterland(*arguments: str, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Return the finished command ``hinterland ARGUMENTS``, run in ``folder`` by a process of its own.

    Its process comes from one that has loaded the program before (``command_server``).
    """
    with TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        out.touch()
        err.touch()
        request = {"arguments": arguments, "folder": str(folder or Path.cwd()), "out": str(out), "err": str(err)}
        server = command_server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps({**request, "environment": environment(**variables)}) + "\n")
        server.stdin.flush()
        status = server.stdout.readline()
        assert status, "the server of commands ended"
        told, complained = (path.read_text(encoding="utf-8") for path in (out, err))
    return subprocess.CompletedProcess(["hinterland", *arguments], int(status), told, complained)


@cache
def command_server() -> subprocess.Popen[str]:
    """Return the process that commands come from; it ends with the process of the tests."""
    command = [sys.executable, str(Path(__file__).with_name("command_server.py"))]
    paths = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    server = subprocess.Popen(
        command, env=environment(**paths), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(end_server, server)
    return server


def end_server(server: subprocess.Popen[str]) -> None:
    """Let the process that commands come from end."""
    server.communicate()


def hinterland_anew(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Return the finished command ``hinterland ARGUMENTS``, started from nothing as a user starts it."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=LONGEST_S,
        env=environment(),
    )


def run_demo(folder: Path) -> None:
    """Run the demo, and keep in a folder its results and what it said."""
    out = str(folder / "out")
    done = hinterland_anew("demo", "--swing-seconds", str(SWING_SECONDS), "--lang", "en", "--json", "--out", out)
    assert done.returncode == 0, done.stderr
    (folder / "answer.json").write_text(done.stdout, encoding="utf-8")
    (folder / "progress.txt").write_text(done.stderr, encoding="utf-8")


def read_demo(folder: Path) -> DemoRun:
    """Return a run of the demo that was kept in a folder."""
    answer, progress = ((folder / name).read_text(encoding="utf-8") for name in ("answer.json", "progress.txt"))
    return DemoRun(folder / "out", json.loads(answer), progress)
