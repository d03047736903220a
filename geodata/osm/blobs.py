"""A PBF file cut into pieces of whole blobs, each a small PBF file of its own, unpacked.

Reading piece by piece keeps memory flat, lets progress be told and an import be stopped between pieces. Texts are
checked on the way: libosmium takes it for granted that none holds a NUL character, and reads beyond its memory where
one does.

The layout is that of https://wiki.openstreetmap.org/wiki/PBF_Format. BlobHeader: type = 1, datasize = 3. Blob: raw = 1,
raw_size = 2, zlib_data = 3. PrimitiveBlock: stringtable = 1, of strings = 1.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

PIECE_BYTES: Final = 512 * 1024
MOST_HEADER_BYTES: Final = 64 * 1024
MOST_BLOB_BYTES: Final = 32 * 1024 * 1024

_NUMBER, _BYTES = 0, 2
_FIXED: Final = {1: 8, 5: 4}
_TEXT: Final = 1 << 3 | _BYTES


class BlobError(Exception):
    """The bytes are no PBF file, end too early, or hold what cannot be read.

    Parameters
    ----------
    position
        Byte at which the trouble starts.
    reason
        ``no_map``, ``cut_short``, ``damaged`` or ``packing``.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"{reason} at byte {position}")
        self.position = position
        self.reason = reason


class _Blob(NamedTuple):
    kind: bytes
    position: int
    start: int
    end: int


class Content(NamedTuple):
    """A PBF file in memory.

    Parameters
    ----------
    data
        Its bytes.
    plain
        False where a text may hold characters beyond U+FFFFF, which libosmium writes wrongly as OPL.
    """

    data: bytes
    plain: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Some blobs of a file, led by its header.

    Parameters
    ----------
    header
        The header's blob as it stands in the file.
    file
        The bytes of the file.
    blobs
        Where the blobs of data stand in it.
    end
        Byte of the file the piece ends at.
    """

    header: bytes
    file: memoryview
    blobs: tuple[_Blob, ...]
    end: int

    def unpacked(self) -> Content:
        """Return the piece as a PBF file of its own, its blobs not packed.

        Raises
        ------
        BlobError
            If a blob cannot be unpacked or holds texts with NUL characters.
        """
        parts = [self.header]
        plain = True
        for blob in self.blobs:
            content = _unpack(self.file[blob.start : blob.end], blob.position)
            plain &= _has_plain_texts(content, blob.position)
            parts.append(_pack(content))
        return Content(b"".join(parts), plain)


def cut_pieces(data: memoryview, piece_bytes: int = PIECE_BYTES) -> Iterator[Piece]:
    """Yield pieces of about ``piece_bytes``, the first at once so that its header can be read.

    Raises
    ------
    BlobError
        Where the bytes are not a PBF file or end inside a blob.
    """
    position, start, header = 0, 0, b""
    blobs: list[_Blob] = []
    while position < len(data):
        blob = _next_blob(data, position)
        if blob.kind == b"OSMHeader":
            if blobs:
                yield Piece(header, data, tuple(blobs), position)
            header, start, blobs = bytes(data[position : blob.end]), blob.end, []
        elif not header:
            raise BlobError(0, "no_map")
        elif blob.kind == b"OSMData":
            blobs.append(blob)
            if blob.end - start >= piece_bytes:
                yield Piece(header, data, tuple(blobs), blob.end)
                start, blobs = blob.end, []
        position = blob.end
    yield Piece(header, data, tuple(blobs), position)


def _next_blob(data: memoryview, position: int) -> _Blob:
    """Return the blob whose header stands at a position."""
    header_bytes = int.from_bytes(data[position : position + 4], "big")
    if not 0 < header_bytes <= MOST_HEADER_BYTES:
        raise BlobError(position, "damaged" if position else "no_map")
    end = position + 4 + header_bytes
    if end > len(data):
        raise BlobError(position, "cut_short" if position else "no_map")
    kind, blob_bytes = b"", -1
    for field in _fields(data[position + 4 : end], position):
        if field.number == 1 and field.kind == _BYTES:
            kind = bytes(field.content)
        elif field.number == 3 and field.kind == _NUMBER:  # noqa: PLR2004 - field of datasize
            blob_bytes = field.value
    if not kind or not 0 <= blob_bytes <= MOST_BLOB_BYTES:
        raise BlobError(position, "damaged" if position else "no_map")
    if end + blob_bytes > len(data):
        raise BlobError(position, "cut_short")
    return _Blob(kind, position, end, end + blob_bytes)


def _unpack(blob: memoryview, position: int) -> bytes:
    """Return what a blob holds, of at most 32 MB."""
    found = {field.number: field for field in _fields(blob, position) if field.kind == _BYTES}
    if 1 in found:
        return bytes(found[1].content)
    if 3 not in found:  # noqa: PLR2004 - field of zlib_data
        raise BlobError(position, "packing")
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(found[3].content, MOST_BLOB_BYTES + 1)
    except zlib.error as error:
        raise BlobError(position, "damaged") from error
    if not unpacking.eof or len(unpacked) > MOST_BLOB_BYTES:
        raise BlobError(position, "damaged")
    return unpacked


def _pack(unpacked: bytes) -> bytes:
    """Return a blob with its header, not packed."""
    blob = b"\x0a" + _number(len(unpacked)) + unpacked
    header = b"\x0a\x07OSMData\x18" + _number(len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _has_plain_texts(block: bytes, position: int) -> bool:
    """Return whether no text of a block holds a character beyond U+FFFFF; refuse one that holds a NUL character."""
    plain = True
    for table in _fields(memoryview(block), position):
        if table.number != 1 or table.kind != _BYTES:
            continue
        content = bytes(table.content)
        # The first byte of such a character in UTF-8; a length that looks like it costs time only.
        plain &= b"\xf4" not in content
        # The length of an empty text (the first one always is) is the only NUL byte there may be.
        if content.count(0) != _empty_texts(content, position):
            raise BlobError(position, "damaged")
    return plain


def _empty_texts(table: bytes, position: int) -> int:
    """Return how many texts of a table are empty; a table holds nothing but texts."""
    empty = place = 0
    try:
        while place < len(table):
            size = table[place + 1]
            if table[place] != _TEXT:
                raise BlobError(position, "damaged")
            if size < 0x80:  # noqa: PLR2004 - a length of one byte
                place += 2 + size
                empty += not size
            else:
                size, place = _varint(memoryview(table), place + 1)
                place += size
    except IndexError:
        raise BlobError(position, "damaged") from None
    return empty


class _Field(NamedTuple):
    number: int
    kind: int
    value: int
    content: memoryview


def _fields(message: memoryview, position: int) -> Iterator[_Field]:
    """Yield the fields of a protocol buffer message."""
    place = 0
    try:
        while place < len(message):
            key, place = _varint(message, place)
            kind = key & 7
            value = 0
            size = _FIXED.get(kind, 0)
            if kind in (_NUMBER, _BYTES):
                value, place = _varint(message, place)
                size = value if kind == _BYTES else 0
            elif not size:
                raise BlobError(position, "damaged")
            if place + size > len(message):
                raise BlobError(position, "damaged")
            yield _Field(key >> 3, kind, value, message[place : place + size])
            place += size
    except IndexError:
        raise BlobError(position, "damaged") from None


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - last byte of a varint
            return value, place
        shift += 7


def _number(value: int) -> bytes:
    """Return a number as a varint."""
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
