"""Things that are dear to make and only read, made once for all processes of a run of the tests."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process to ask for it fills, while the others wait.

    Parameters
    ----------
    factory
        Where a run keeps its files.
    name
        What it is, as the name of the folder.
    make
        Fills the empty folder. Where it fails, the next process tries again.
    """
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, begun = shared / f"once_{name}", factory.mktemp(name)
    with (shared / f"once_{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            make(begun)
            begun.rename(folder)
    return folder
