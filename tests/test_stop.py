"""Ctrl+C at moments at which Python itself would swallow it."""

from __future__ import annotations

import subprocess
import sys

from demo_run import environment

TIDYING = """
import os, signal, weakref
from api.stop import STOP, StoppedError

class Thing: pass

STOP.listen()
thing = Thing()
held = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))
del thing
try:
    STOP.check()
except StoppedError:
    print("stopped")
"""


def test_wish_heard_while_python_tidies_up_is_kept_and_leaves_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TIDYING], capture_output=True, text=True, check=False, env=environment(), timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")
