"""A PBF file cut into pieces of whole blobs, each a small PBF file of its own.

Reading piece by piece keeps memory flat, lets progress be told and an import be stopped between pieces.
The layout is that of https://wiki.openstreetmap.org/wiki/PBF_Format (BlobHeader: type = 1, datasize = 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

PIECE_BYTES: Final = 512 * 1024
MOST_HEADER_BYTES: Final = 64 * 1024
MOST_BLOB_BYTES: Final = 32 * 1024 * 1024


class BlobError(Exception):
    """The bytes are no PBF file, or end too early."""

    def __init__(self, position: int, *, cut_short: bool) -> None:
        super().__init__(f"no blob at byte {position}")
        self.position = position
        self.cut_short = cut_short


def cut_pieces(data: memoryview, piece_bytes: int = PIECE_BYTES) -> Iterator[tuple[bytes, int]]:
    """Yield pieces of about ``piece_bytes``, each led by the file's header, and the byte each ends at.

    Raises
    ------
    BlobError
        Where the bytes are not a PBF file or end inside a blob.
    """
    position, start, header = 0, 0, b""
    while position < len(data):
        kind, end = _next_blob(data, position)
        if position == 0 and kind != b"OSMHeader":
            raise BlobError(0, cut_short=False)
        if kind == b"OSMHeader":
            if position > start:
                yield header + bytes(data[start:position]), position
            header, start = bytes(data[position:end]), end
        elif end - start >= piece_bytes:
            yield header + bytes(data[start:end]), end
            start = end
        position = end
    if start < position or not header:
        yield header + bytes(data[start:position]), position


def _next_blob(data: memoryview, position: int) -> tuple[bytes, int]:
    """Return the type of the blob at a position and where it ends."""
    header_bytes = int.from_bytes(data[position : position + 4], "big")
    if not 0 < header_bytes <= MOST_HEADER_BYTES:
        raise BlobError(position, cut_short=False)
    start = position + 4
    end = start + header_bytes
    if end > len(data):
        raise BlobError(position, cut_short=position > 0)
    kind, blob_bytes = _read_header(bytes(data[start:end]), position)
    if end + blob_bytes > len(data):
        raise BlobError(position, cut_short=True)
    return kind, end + blob_bytes


def _read_header(header: bytes, position: int) -> tuple[bytes, int]:
    kind, blob_bytes, place = b"", -1, 0
    try:
        while place < len(header):
            field, place = _varint(header, place)
            value, place = _varint(header, place)
            if field & 7 == 2:  # noqa: PLR2004 - wire type of bytes
                if field >> 3 == 1:
                    kind = header[place : place + value]
                place += value
            elif field & 7 == 0:
                blob_bytes = value if field >> 3 == 3 else blob_bytes  # noqa: PLR2004 - field of datasize
            else:
                raise BlobError(position, cut_short=False)
    except IndexError:
        raise BlobError(position, cut_short=False) from None
    if place != len(header) or not kind or not 0 <= blob_bytes <= MOST_BLOB_BYTES:
        raise BlobError(position, cut_short=False)
    return kind, blob_bytes


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - last byte of a varint
            return value, place
        shift += 7
