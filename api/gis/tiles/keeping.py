"""Tiles that were made: kept in memory, the latest asked for, and the costly ones as files in the cache folder.

A tile is named by the version of its layer and by who sees what of it, so it is never stale: a changed layer has tiles
of other names, and the old ones go when room is needed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Hashable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import get_ident
from typing import Final

from supplychain.latest import Latest

FORMAT: Final = 1
"""Raised whenever tiles are made in another way."""
MOST_BYTES: Final = 64 * 2**20
MOST_FILE_BYTES: Final = 512 * 2**20
WRITES_BETWEEN_SWEEPS: Final = 200
ENTRY_BYTES: Final = 200
"""What an entry takes besides its tile."""


def tile_key(*parts: object) -> str:
    """Return the name of a tile that follows from some things, and from nothing else but the program."""
    return hashlib.sha256(repr((FORMAT, _program(), *parts)).encode()).hexdigest()


@cache
def _program() -> str:
    return version("hinterland")


class TileShelf(Latest[bytes]):
    """Tiles in memory; one that is larger than all there may be is not kept.

    Parameters
    ----------
    most_bytes
        Bytes they may take together.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(most_bytes=most_bytes, size=_entry_bytes)
        self._room = most_bytes

    def put(self, key: Hashable, value: bytes) -> None:
        """Put a tile in."""
        if _entry_bytes(value) <= self._room:
            super().put(key, value)


def _entry_bytes(tile: bytes) -> int:
    return len(tile) + ENTRY_BYTES


class TileFolder:
    """Tiles as files, for every process of a machine; those written first go first.

    Parameters
    ----------
    folder
        Where they are; made with the first tile, for its owner only.
    most_bytes
        Bytes they may take together, about.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_FILE_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._writes = 0

    def get(self, key: str) -> bytes | None:
        """Return a tile; None where it is not there or cannot be read."""
        try:
            return self._file(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, tile: bytes) -> None:
        """Write a tile; it appears only when it is whole. A folder that cannot be written only costs time."""
        file = self._file(key)
        part = file.with_suffix(f".{os.getpid()}-{get_ident()}.part")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.parent.mkdir(mode=0o700, exist_ok=True)
            part.write_bytes(tile)
            part.replace(file)
            self._writes += 1
            if self._writes % WRITES_BETWEEN_SWEEPS == 1:
                self.sweep()
        except OSError:
            return

    def sweep(self) -> None:
        """Let the oldest files go until there is room."""
        files = []
        for file in self._folder.glob("*/*"):
            try:
                told = file.stat()
            except FileNotFoundError:  # another process swept it
                continue
            files.append((told.st_mtime, told.st_size, file))
        held = sum(size for _, size, _ in files)
        for _, size, file in sorted(files, key=lambda one: one[0]):
            if held <= self._most_bytes:
                return
            file.unlink(missing_ok=True)
            held -= size

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key[2:]}.mvt"


SHELF: Final = TileShelf()
"""Tiles of this process."""
