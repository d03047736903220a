"""One writer of an index at a time, on one machine: a file that the system unlocks when its owner ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from supplychain.search.errors import SearchError
from supplychain.text import Text

LOCK_FILE: Final = "writer.lock"
POLL_S: Final = 0.02

BUSY: Final = Text(
    en="The search index in {folder} is being written by process {owner}. Try again when it has finished.",
    vi="Chỉ mục tìm kiếm trong {folder} đang được tiến trình {owner} ghi. Hãy thử lại khi tiến trình đó xong.",
)


class BusyError(SearchError):
    """Another process writes the index."""


@contextmanager
def writing(folder: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the right to write an index.

    The file names the owner's process for people to read; what counts is the system's lock on it, which ends with
    the process however it ends. A lock file left behind by a killed process is therefore taken over at once.

    Parameters
    ----------
    folder
        Of the index.
    wait_s
        Seconds to wait for another writer.

    Raises
    ------
    BusyError
        If another process still writes then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + wait_s
        while not _lock(file):
            if time.monotonic() >= deadline:
                raise BusyError(BUSY.format(folder=folder, owner=_owner(folder)))
            time.sleep(POLL_S)
        try:
            file.seek(0)
            file.truncate()
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield
        finally:
            file.seek(0)
            file.truncate()
            file.flush()
            _unlock(file)


def _owner(folder: Path) -> str:
    try:
        return (folder / LOCK_FILE).read_text(encoding="utf-8").strip() or "?"
    except OSError:  # Windows keeps a locked file from being read
        return "?"


if sys.platform == "win32":  # pragma: no cover - not the build machine's system
    import msvcrt

    _BYTE: Final = 1 << 20  # far behind the text, so that people can read it

    def _lock(file: IO[str]) -> bool:
        file.seek(_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        file.seek(_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
