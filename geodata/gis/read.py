"""Reading layers of any GIS file as plain arrays; nothing is understood yet."""

from __future__ import annotations

import csv
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geodata.columns import Ids
from geodata.gis.as_layers import Shapes
from geodata.gis.cells import texts_of
from supplychain.errors import HinterlandError
from supplychain.pack.files import guess_encoding
from supplychain.text import Text

GDAL_ERRORS: Final = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, CRSError)

NO_FILE: Final = Text(en="There is no file {path}.", vi="Không có tệp {path}.")
EMPTY_FILE: Final = Text(en="{path} is empty (0 bytes).", vi="{path} trống (0 byte).")
UNREADABLE: Final = Text(
    en="{path} cannot be read as a GIS file: {reason}. It may be damaged, cut off or of another kind.",
    vi="Không đọc được {path} như một tệp GIS: {reason}. Tệp có thể bị hỏng, bị cắt cụt hoặc thuộc loại khác.",
)
WRONG_ENCODING: Final = Text(
    en="Texts of {path} are not in {encoding}. Name the encoding, such as UTF-8 or CP1258 (Windows).",
    vi="Chữ trong {path} không theo bảng mã {encoding}. Hãy nêu bảng mã, ví dụ UTF-8 hoặc CP1258 (Windows).",
)


POINTS_ELSEWHERE: Final = Text(
    en="{path} names other files or addresses to read from instead of holding data. Give the data itself.",
    vi="{path} chỉ dẫn tới tệp hoặc địa chỉ khác chứ không chứa dữ liệu. Hãy đưa chính tệp dữ liệu.",
)
VIRTUAL: Final = (b"<OGRVRT", b"<VRTDataset", b"<OGRWFSDataSource", b"<OGCAPI", b"<GDAL_WMS")
"""How files begin that make GDAL read something else, even over the network."""
HEAD_BYTES: Final = 4096
MOST_MEMBERS: Final = 200
IS_UTF_8: Final = Text(
    en="The file does not state the encoding of its texts; they are valid UTF-8 and were read so",
    vi="Tệp không ghi bảng mã của chữ; chữ hợp lệ theo UTF-8 nên được đọc như vậy",
)
NO_ENCODING: Final = Text(
    en="The file does not state the encoding of its texts; Latin-1 was taken, it looks like {looks}. State it",
    vi="Tệp không ghi bảng mã của chữ; đã đọc theo Latin-1, nhưng chữ giống {looks}. Hãy nêu bảng mã",
)
UNSTATED: Final = "ISO-8859-1"
"""What GDAL takes where a Shapefile states no encoding."""


class ReadError(HinterlandError):
    """A GIS file that cannot be read."""


@dataclass(frozen=True, slots=True)
class ReadTable:
    """One layer as read.

    Parameters
    ----------
    name
        Layer name.
    cells
        Column name to values; null is None in texts and NaN in numbers.
    shapes
        Geometries as the file holds them, None where there is none or it cannot be decoded.
    rows
        Number of each row, as the file counts (feature ids).
    broken
        Which rows hold a geometry that cannot be decoded.
    crs
        CRS as the file states it; None where it states none.
    remarks
        What the reading library had to say.
    """

    name: str
    cells: Mapping[str, NDArray[Any]]
    shapes: Shapes
    rows: NDArray[np.int64]
    broken: NDArray[np.bool_]
    crs: str | None = None
    remarks: tuple[Text, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def empty(cls, name: str) -> ReadTable:
        """Return a layer without rows and columns."""
        shapes: Shapes = np.empty(0, dtype=np.object_)
        return cls(name, {}, shapes, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_))

    def texts(self, name: str) -> Ids:
        """Return a column as texts, empty where there is no such column or a cell is null."""
        return texts_of(self.cells[name]) if name in self.cells else np.full(len(self), "", dtype=np.object_)

    def take(self, which: NDArray[np.int64]) -> ReadTable:
        """Return some of the rows, in that order."""
        cells = {name: values[which] for name, values in self.cells.items()}
        return replace(self, cells=cells, shapes=self.shapes[which], rows=self.rows[which], broken=self.broken[which])

    def with_cells(self, **cells: NDArray[Any]) -> ReadTable:
        """Return the table with some columns replaced or added."""
        return replace(self, cells={**self.cells, **cells})


def check_file(path: Path) -> None:
    """Raise unless there is a file (or a folder, as FileGDB is) with something in it.

    Raises
    ------
    ReadError
        If there is none, it is empty, or it only says where else to read.
    """
    if not path.exists():
        raise ReadError(NO_FILE.format(path=path))
    if path.is_file() and path.stat().st_size == 0:
        raise ReadError(EMPTY_FILE.format(path=path))
    if any(mark in head for head in _heads(path) for mark in VIRTUAL):
        raise ReadError(POINTS_ELSEWHERE.format(path=path))


def _heads(path: Path) -> Iterator[bytes]:
    """Yield the first bytes of a file, and of the files in it where it is a ZIP archive."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        yield stream.read(HEAD_BYTES)
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist()[:MOST_MEMBERS]:
                with archive.open(member) as stream:
                    yield stream.read(HEAD_BYTES)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, zlib.error) as error:
        raise _unreadable(path, error) from error


def layer_names(path: Path) -> tuple[tuple[str, str | None], ...]:
    """Return the layers of a file with their geometry types, None for tables without geometry.

    Raises
    ------
    ReadError
        If the file is not there or cannot be read.
    """
    check_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(path)
    except (*GDAL_ERRORS, ValueError) as error:
        raise _unreadable(path, error) from error
    return tuple((str(name), None if kind is None else str(kind)) for name, kind in found)


def read_table(path: Path, layer: str | None = None, *, encoding: str | None = None) -> ReadTable:
    """Return one layer of a file.

    Parameters
    ----------
    path
        File, zipped Shapefile or FileGDB folder.
    layer
        Name of the layer; None: the first.
    encoding
        Encoding of texts where the file does not state it (Shapefile); None: as GDAL finds it.

    Raises
    ------
    ReadError
        If the file is not there, cannot be read to its end or holds texts of another encoding.
    """
    check_file(path)
    # GDAL would guess dates from texts of a GeoJSON file.
    options = {"DATE_AS_STRING": "YES"} if path.suffix.lower() in {".geojson", ".json", ".geojsonl"} else {}
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            meta, rows, shapes, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, return_fids=True, datetime_as_string=True, **options
            )
    except UnicodeDecodeError as error:
        raise ReadError(WRONG_ENCODING.format(path=path, encoding=error.encoding.upper())) from error
    except LookupError as error:
        raise ReadError(WRONG_ENCODING.format(path=path, encoding=encoding)) from error
    except (*GDAL_ERRORS, ValueError, RuntimeError) as error:
        raise _unreadable(path, error) from error
    cells = dict(zip(meta["fields"].tolist(), columns, strict=True))
    said = [Text(en=words, vi=words) for words in dict.fromkeys(" ".join(str(one.message).split()) for one in caught)]
    if encoding is None and meta["encoding"] == UNSTATED:
        found = _unstated_encoding(cells)
        if found is IS_UTF_8:
            again = read_table(path, layer, encoding="UTF-8")
            return replace(again, remarks=(*again.remarks, IS_UTF_8))
        said += [found] if found is not None else []
    decoded, broken = _decode(shapes, len(rows))
    return ReadTable(
        name=layer or path.stem,
        cells=cells,
        shapes=decoded,
        rows=np.asarray(rows, dtype=np.int64),
        broken=broken,
        crs=meta["crs"],
        remarks=tuple(said),
    )


def _unstated_encoding(cells: Mapping[str, NDArray[Any]]) -> Text | None:
    """Return what to say of texts that were read as Latin-1 for want of anything better; None where all are ASCII."""
    texts = [*cells, *(one for values in cells.values() if values.dtype == np.object_ for one in values)]
    foreign = [text for text in texts if isinstance(text, str) and not text.isascii()]
    if not foreign:
        return None
    content = "\n".join(foreign).encode("latin-1", "replace")
    try:
        content.decode()
    except UnicodeDecodeError:
        return NO_ENCODING.format(looks=guess_encoding(content))
    return IS_UTF_8


def _unreadable(path: Path, error: Exception) -> ReadError:
    reason = " ".join(str(error).replace(str(path), path.name).split()).rstrip(".") or type(error).__name__
    return ReadError(UNREADABLE.format(path=path, reason=reason[:200]))


def _decode(wkb: NDArray[Any] | None, count: int) -> tuple[Shapes, NDArray[np.bool_]]:
    if wkb is None:
        return np.full(count, None, dtype=np.object_), np.zeros(count, dtype=np.bool_)
    shapes: Shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    there = np.array([value is not None for value in wkb], dtype=np.bool_)
    return shapes, there & shapely.is_missing(shapes)


def read_csv_table(path: Path) -> ReadTable:
    """Return a CSV file as a table of texts, empty cells as None.

    Raises
    ------
    ReadError
        If it is not there or is not a table of UTF-8 text.
    """
    check_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except UnicodeDecodeError as error:
        raise ReadError(WRONG_ENCODING.format(path=path, encoding="UTF-8")) from error
    except csv.Error as error:
        raise _unreadable(path, error) from error
    header, body = rows[0], [row for row in rows[1:] if row]
    uneven = next((place for place, row in enumerate(body) if len(row) != len(header)), None)
    if uneven is not None:
        reason = f"row {uneven + 2} has {len(body[uneven])} cells, the header {len(header)}"
        raise _unreadable(path, ValueError(reason))
    cells = {
        name: np.array([row[place] or None for row in body], dtype=np.object_) for place, name in enumerate(header)
    }
    nothing = np.full(len(body), None, dtype=np.object_)
    lines = np.arange(2, len(body) + 2, dtype=np.int64)
    return ReadTable(path.stem, cells, nothing, lines, np.zeros(len(body), dtype=np.bool_))
