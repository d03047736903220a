"""Layers that never change once they are made: kept in memory, the latest asked for, and as files in the cache folder.

What is kept is named by the hash of everything it follows from and of the version of the program, so it is never
stale; what is missing or damaged is made again. Whoever asks for one has shown before that they may see it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine

from geodata.features.held import HeldSource
from geodata.features.source import Origin
from geodata.features.table import FeatureTable, Field, Shapes
from geodata.versions.arrays import DamagedError, open_arrays, write_arrays
from supplychain.latest import Latest
from supplychain.text import Text

FORMAT: Final = 1
"""Raised whenever what is kept, or how it is made, changes."""
FOLDER: Final = "layers"
MOST_BYTES: Final = 256 * 2**20
"""Bytes of layers that stay in memory; the one asked for last always does."""
MOST_FILES: Final = 400
"""Files that stay in the folder; those written first go first."""
LOCKS: Final = tuple(Lock() for _ in range(16))
"""Two that ask for the same layer make it once; two different layers seldom wait for each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A layer that was just made.

    Parameters
    ----------
    table
        Its features.
    origin
        What it was made from.
    """

    table: FeatureTable
    origin: Origin


def bytes_of(source: HeldSource) -> int:
    """Return the bytes that a layer takes, about."""
    shapes = source.table.shapes
    offsets = sum(one.nbytes for one in shapes.offsets)
    return int(source.table.columns.nbytes + source.table.ids.nbytes + shapes.coordinates.nbytes + offsets)


SHELF: Final[Latest[HeldSource]] = Latest(most_bytes=MOST_BYTES, size=bytes_of)


def kept_layer(folder: Path | None, key: str, name: str, make: Callable[[], Mapping[str, Made]]) -> HeldSource:
    """Return a layer from memory or from its file, or make and keep it.

    Parameters
    ----------
    folder
        Where files are kept (``folder_of``); None for layers that are not costly enough for a file.
    key
        Hash of what the layers follow from (``key_of``).
    name
        Which of the layers that are made together.
    make
        Makes them.
    """
    found = SHELF.get(f"{key}-{name}")
    if found is not None:
        return found
    with LOCKS[hash(key) % len(LOCKS)]:
        found = SHELF.get(f"{key}-{name}") or (None if folder is None else _open(folder, key, name))
        if found is not None:
            SHELF.put(f"{key}-{name}", found)
            return found
        for one, made in make().items():
            source = HeldSource(made.table, _version(key, one), made.origin)
            SHELF.put(f"{key}-{one}", source)
            if folder is not None:
                _write(folder, key, one, made)
            found = source if one == name else found
    if found is None:
        msg = f"layers made of {key} have no {name!r}."
        raise KeyError(msg)
    return found


def folder_of(engine: Engine, chosen: Path | None = None) -> Path:
    """Return where the files of layers of a database are kept: in the cache folder chosen, or the usual one."""
    from api.network.stored import cache_folder  # noqa: PLC0415 - loads what builds networks

    return (chosen or cache_folder(engine)) / FOLDER


def key_of(*parts: object) -> str:
    """Return the name of a layer that follows from some things, and from nothing else but the program."""
    return hashlib.sha256(repr((FORMAT, version("hinterland"), *parts)).encode()).hexdigest()[:40]


def _version(key: str, name: str) -> str:
    return hashlib.sha256(f"{key} {name}".encode()).hexdigest()[:32]


def _file(folder: Path, key: str, name: str) -> Path:
    return folder / f"{name}-{key}.columns"


def _write(folder: Path, key: str, name: str, made: Made) -> None:
    table, shapes = made.table, made.table.shapes
    arrays: dict[str, Any] = {"columns": _to_bytes(table.columns.append_column("", table.ids))}
    arrays["coordinates"] = shapes.coordinates
    arrays |= {f"offsets{level}": one for level, one in enumerate(shapes.offsets)}
    about = {"fields": [asdict(field) for field in table.fields], "kind": shapes.kind, "origin": asdict(made.origin)}
    try:
        write_arrays(_file(folder, key, name), arrays, about)
        files = sorted(folder.glob("*.columns"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in files[MOST_FILES:]:
            old.unlink(missing_ok=True)
    except OSError:  # a cache that cannot be written only costs time
        return


def _open(folder: Path, key: str, name: str) -> HeldSource | None:
    try:
        arrays, about = open_arrays(_file(folder, key, name))
        columns = pa.ipc.open_stream(pa.py_buffer(np.ascontiguousarray(arrays["columns"]))).read_all()
        offsets = tuple(arrays[one] for one in sorted(arrays) if one.startswith("offsets"))
        fields = tuple(_field(one) for one in about["fields"])
        origin = about["origin"]
        shapes = Shapes(about["kind"], arrays["coordinates"], offsets)
        table = FeatureTable(fields, columns.column(""), columns.drop_columns([""]), shapes)
        return HeldSource(table, _version(key, name), Origin(**{**origin, "source": Text(**origin["source"])}))
    except (DamagedError, KeyError, TypeError, ValueError):
        return None


def _field(told: Mapping[str, Any]) -> Field:
    words = tuple((str(word), Text(**meaning)) for word, meaning in told["words"])
    return Field(told["name"], told["kind"], Text(**told["meaning"]), told["unit"], words)


def _to_bytes(table: pa.Table) -> Any:  # noqa: ANN401 - uint8[N]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return np.frombuffer(sink.getvalue(), dtype=np.uint8)
