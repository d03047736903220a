"""Geometries of any file as plain lines in WGS 84; what is left out or changed is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.columns import Flags
from geodata.gis.as_layers import Shapes
from geodata.gis.crs import Reprojection
from geodata.gis.from_layers import lines_of
from geodata.gis.read import ReadTable
from geodata.gis.remarks import Remarks
from geodata.infrastructure.build import select_lines
from geodata.network import Geometries
from supplychain.text import Text

Rows = NDArray[np.int64]

NO_GEOMETRY: Final = Text(
    en="Rows without a line were left out: {rows}.", vi="Bỏ qua các dòng không có hình học: {rows}."
)
BROKEN: Final = Text(
    en="Rows whose geometry cannot be read (damaged, or a curve: convert curves to lines) were left out: {rows}.",
    vi="Bỏ qua các dòng có hình học không đọc được (hỏng, hoặc là cung tròn: hãy đổi sang đoạn thẳng): {rows}.",
)
NOT_LINES: Final = Text(
    en="Rows with points or areas are no links and were left out: {rows}.",
    vi="Bỏ qua các dòng là điểm hoặc vùng, không phải đoạn tuyến: {rows}.",
)
PARTLY_LINES: Final = Text(
    en="Of collections the lines were taken, points and areas left out: rows {rows}.",
    vi="Với hình học hỗn hợp, chỉ lấy đường, bỏ điểm và vùng: các dòng {rows}.",
)
HEIGHTS: Final = Text(
    en="Heights (Z) or measures (M) of {count} rows were dropped.",
    vi="Đã bỏ cao độ (Z) hoặc giá trị đo (M) của {count} dòng.",
)
MULTI_PART: Final = Text(
    en="Lines of several parts became a link a part: rows {rows}.",
    vi="Đường nhiều phần được tách thành mỗi phần một đoạn tuyến: các dòng {rows}.",
)
OUTSIDE: Final = Text(
    en="Rows with coordinates that are no longitude and latitude (is the CRS right?) were left out: {rows}.",
    vi="Bỏ qua các dòng có tọa độ không phải kinh độ, vĩ độ (hệ tọa độ có đúng không?): {rows}.",
)
NO_LENGTH: Final = Text(
    en="Lines whose points are all the same have no length and were left out: rows {rows}.",
    vi="Bỏ qua các đường có mọi điểm trùng nhau, chiều dài bằng 0: các dòng {rows}.",
)
SELF_CROSSING: Final = Text(
    en="Lines that cross or touch themselves were kept as they are: rows {rows}.",
    vi="Giữ nguyên các đường tự cắt hoặc tự chạm: các dòng {rows}.",
)
DUPLICATES: Final = Text(
    en="Rows with the line and the attributes of an earlier row were left out: {rows}.",
    vi="Bỏ qua các dòng trùng cả đường lẫn thuộc tính với dòng trước: {rows}.",
)
SAME_LINES: Final = Text(
    en="Rows with the line of an earlier row and other attributes were kept: {rows}. Run the network check.",
    vi="Giữ lại các dòng trùng đường với dòng trước nhưng khác thuộc tính: {rows}. Hãy kiểm tra mạng lưới.",
)


@dataclass(frozen=True, slots=True)
class CleanLines:
    """Lines of a layer.

    Parameters
    ----------
    lines
        Lines in WGS 84, two different points or more each.
    row
        int64[n]; position in the table of the row each came from.
    """

    lines: Geometries
    row: Rows


def clean_lines(table: ReadTable, way: Reprojection, remarks: Remarks) -> CleanLines:
    """Return the lines of a layer in WGS 84: single-part, flat, of two points or more; tell all that was changed."""
    shapes, row = _single_parts(table, remarks)
    shapes = shapely.transform(shapes, way.to_wgs84) if way.steps else shapes
    coordinates = lines_of(shapes)
    sensible = _within_degrees(coordinates)
    _tell(remarks, "outside", OUTSIDE, table, row[~sensible], loss=True)
    coordinates, row = select_lines(coordinates, np.flatnonzero(sensible)), row[sensible]
    lines = without_repeats(coordinates)
    long = np.diff(lines.offsets) > 1
    _tell(remarks, "no_length", NO_LENGTH, table, row[~long], loss=True)
    return CleanLines(select_lines(lines, np.flatnonzero(long)), row[long])


def _tell(remarks: Remarks, kind: str, text: Text, table: ReadTable, row: Rows, *, loss: bool = False) -> None:
    remarks.add_rows(kind, text, table.rows[np.unique(row)].tolist(), loss=loss)


def _single_parts(table: ReadTable, remarks: Remarks) -> tuple[Shapes, Rows]:
    shapes = table.shapes
    every = np.arange(len(table))
    missing = (shapely.is_missing(shapes) & ~table.broken) | shapely.is_empty(shapes)
    _tell(remarks, "no_geometry", NO_GEOMETRY, table, every[missing], loss=True)
    _tell(remarks, "broken_geometry", BROKEN, table, every[table.broken], loss=True)
    row = every[~missing & ~table.broken]
    shapes = shapes[row]
    deep = shapely.has_z(shapes) | shapely.has_m(shapes)
    _tell(remarks, "heights_dropped", HEIGHTS, table, row[deep])
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING
    shapes = shapely.force_2d(shapes)
    shapes[multi] = shapely.line_merge(shapes[multi], directed=True)
    parts, row = _parts(shapes, row)
    is_line = np.isin(shapely.get_type_id(parts), (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING))
    with_line = np.unique(row[is_line])
    without = np.setdiff1d(row[~is_line], with_line)
    _tell(remarks, "not_lines", NOT_LINES, table, without, loss=True)
    _tell(remarks, "partly_lines", PARTLY_LINES, table, np.intersect1d(row[~is_line], with_line), loss=True)
    parts, row = parts[is_line], row[is_line]
    several = np.bincount(row, minlength=len(table)) > 1
    _tell(remarks, "multi_part", MULTI_PART, table, np.flatnonzero(several))
    return parts, row


def _parts(shapes: Shapes, row: Rows) -> tuple[Shapes, Rows]:
    """Return the parts of collections, those within collections too."""
    found, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_num_geometries(found) > 1).any():
        found, inner = shapely.get_parts(found, return_index=True)
        owner = owner[inner]
    kept = ~shapely.is_empty(found)
    return found[kept], row[owner[kept]]


def _within_degrees(lines: Geometries) -> Flags:
    points = lines.coordinates
    wrong = ~((np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0))  # noqa: PLR2004 - degrees
    owner = np.repeat(np.arange(len(lines)), np.diff(lines.offsets))
    found: Flags = np.bincount(owner[wrong], minlength=len(lines)) == 0
    return found


def without_repeats(lines: Geometries) -> Geometries:
    """Return lines without points that repeat the point before them."""
    points = lines.coordinates
    keep = np.ones(len(points), dtype=np.bool_)
    if len(points):
        keep[1:] = (points[1:] != points[:-1]).any(axis=1)
        starts = lines.offsets[:-1]
        keep[starts[starts < len(points)]] = True
    total = np.concatenate([[0], np.cumsum(keep)])
    return Geometries(total[lines.offsets], points[keep])


def tell_self_crossing(clean: CleanLines, table: ReadTable, remarks: Remarks) -> None:
    """Tell which lines cross or touch themselves."""
    owner = np.repeat(np.arange(len(clean.lines)), np.diff(clean.lines.offsets))
    if len(owner) == 0:
        return
    simple = shapely.is_simple(shapely.linestrings(clean.lines.coordinates, indices=owner))
    _tell(remarks, "self_crossing", SELF_CROSSING, table, clean.row[~simple])


def without_duplicates(clean: CleanLines, table: ReadTable, columns: tuple[str, ...], remarks: Remarks) -> CleanLines:
    """Return the lines without those that an earlier row has, drawn the same way, with the same cells.

    Parameters
    ----------
    clean, table
        Lines, and the layer they came from.
    columns
        Columns that count; rows that differ in one are both kept and told, as are lines drawn the other way.
    remarks
        Takes what is to be said.
    """
    seen: dict[bytes, list[tuple[Any, ...]]] = {}
    cells = [table.cells[column] for column in columns]
    repeated: list[int] = []
    same_line: list[int] = []
    for place, row in enumerate(clean.row.tolist()):
        points = clean.lines.points(place)
        turned = points[::-1].tobytes()
        key = points.tobytes()
        values = (*(str(column[row]) for column in cells), key <= turned)
        known = seen.setdefault(min(key, turned), [])
        if values in known:
            repeated.append(place)
        elif known:
            same_line.append(place)
        known.append(values)
    _tell(remarks, "duplicate_rows", DUPLICATES, table, clean.row[np.array(repeated, dtype=np.int64)], loss=True)
    _tell(remarks, "same_line", SAME_LINES, table, clean.row[np.array(same_line, dtype=np.int64)])
    keep = np.setdiff1d(np.arange(len(clean.row)), repeated)
    return CleanLines(select_lines(clean.lines, keep), clean.row[keep])
