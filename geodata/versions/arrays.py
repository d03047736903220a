"""Named arrays in one file that is mapped into memory: nothing is parsed but texts, nothing is copied but texts.

A file begins with ``MAGIC`` and the length of a JSON header, which tells where each array stands and the SHA-256 of
all of them; a file that is cut, altered or of another format is never read as if it were whole.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.versions.hashing import SEPARATOR, to_utf8

MAGIC: Final = b"HINTCOL1"
HEADER_START: Final = len(MAGIC) + 8 + 32
ALIGNMENT: Final = 64
REPEATING: Final = 4
"""A text column whose texts stand this often on average is kept as its different texts and their places."""

Array = NDArray[Any]


class DamagedError(Exception):
    """The file is not a whole file of this format."""


def write_arrays(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write arrays to a file that appears only when it is whole.

    Parameters
    ----------
    path
        File to make or replace; its folder is made too.
    arrays
        Arrays by name: numbers and flags of any shape, texts (``object``) of one dimension.
    about
        What else the reader wants to know, as JSON.
    """
    entries, pieces, place = {}, [], 0
    for name, array in arrays.items():
        entry: dict[str, Any] = {"shape": array.shape}
        for key, piece in _pieces(name, array):
            entry[key] = (place, piece.size, piece.dtype.str)
            pieces.append((place, piece))
            place += -(-piece.nbytes // ALIGNMENT) * ALIGNMENT
        entries[name] = entry
    header = json.dumps({"arrays": entries, "about": dict(about), "size": place}).encode()
    digest = hashlib.sha256(header)
    for _, piece in pieces:
        digest.update(_bytes_of(piece))
    path.parent.mkdir(parents=True, exist_ok=True)
    with _appearing(path) as file:
        file.write(MAGIC + len(header).to_bytes(8, "little") + digest.digest() + header)
        start = _aligned(HEADER_START + len(header))
        for offset, piece in pieces:
            file.seek(start + offset)
            file.write(_bytes_of(piece))
        file.truncate(start + place)


def _bytes_of(piece: Array) -> memoryview:
    return memoryview(np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data)


def _aligned(place: int) -> int:
    return -(-place // ALIGNMENT) * ALIGNMENT


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _pieces(name: str, array: Array) -> Iterator[tuple[str, Array]]:
    """Yield what is written of an array: its values, one value that all have, or texts and their places."""
    if array.dtype != np.object_:
        flat = array.reshape(-1)
        if flat.size and (flat.view(f"V{flat.itemsize}") == flat[:1].view(f"V{flat.itemsize}")).all():
            yield "one", flat[:1]
        else:
            yield "values", flat
        return
    import pandas as pd  # noqa: PLC0415 - whoever only reads does not wait for it

    codes, different = pd.factorize(array)
    if len(different) * REPEATING <= len(array):
        yield "places", codes.astype(np.int32)
        yield "texts", np.frombuffer(to_utf8(np.asarray(different, dtype=np.object_), name), dtype=np.uint8)
    else:
        yield "texts", np.frombuffer(to_utf8(array, name), dtype=np.uint8)


def open_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays of a file, mapped into memory and closed to writing, and what else was told of them.

    Raises
    ------
    DamagedError
        If there is no such file, or it is not whole.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise DamagedError(str(error)) from error
    held = memoryview(mapped)
    if len(held) < HEADER_START or bytes(held[: len(MAGIC)]) != MAGIC:
        msg = "it has another format"
        raise DamagedError(msg)
    length = int.from_bytes(held[len(MAGIC) : len(MAGIC) + 8], "little")
    try:
        header = json.loads(bytes(held[HEADER_START : HEADER_START + length]))
    except ValueError as error:
        msg = "its header is damaged"
        raise DamagedError(msg) from error
    start = _aligned(HEADER_START + length)
    if len(held) != start + header["size"]:
        msg = f"it has {len(held)} bytes instead of {start + header['size']}"
        raise DamagedError(msg)
    _check_digest(held, length, header, start)
    arrays = {name: _read(held, start, entry) for name, entry in header["arrays"].items()}
    return arrays, header["about"]


def _check_digest(held: memoryview, length: int, header: Mapping[str, Any], start: int) -> None:
    digest = hashlib.sha256(held[HEADER_START : HEADER_START + length])
    for entry in header["arrays"].values():
        for key in ("one", "values", "places", "texts"):
            if key in entry:
                place, size, dtype = entry[key]
                digest.update(held[start + place : start + place + size * np.dtype(dtype).itemsize])
    if digest.digest() != bytes(held[len(MAGIC) + 8 : HEADER_START]):
        msg = "its content was altered"
        raise DamagedError(msg)


def _read(held: memoryview, start: int, entry: Mapping[str, Any]) -> Array:
    def piece(key: str) -> Array:
        place, size, dtype = entry[key]
        found: Array = np.frombuffer(held, dtype=dtype, count=size, offset=start + place)
        return found

    count = int(np.prod(entry["shape"]))
    array: Array
    if "one" in entry:
        array = np.full(entry["shape"], piece("one")[0])
    elif "values" in entry:
        array = piece("values").reshape(entry["shape"])
    else:
        texts = _texts(piece("texts"), count if "places" not in entry else None)
        array = texts[piece("places")] if "places" in entry else texts
    array.setflags(write=False)
    return array


def _texts(utf8: Array, count: int | None) -> Array:
    """Return texts; ``count`` tells none from one empty text."""
    if count == 0:
        return np.empty(0, dtype=np.object_)
    parts = utf8.tobytes().decode().split(SEPARATOR)
    texts = np.empty(len(parts), dtype=np.object_)
    texts[:] = parts
    return texts
