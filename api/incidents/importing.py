"""Road closures and tickets as CSV or GeoJSON: every row checked, everything wrong told at once, nothing half done."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from supplychain.errors import Finding, FindingsError
from supplychain.text import Text

COLUMNS: Final = (
    "ticket_id",
    "title",
    "cause",
    "description",
    "source_state",
    "state",
    "starts_at",
    "ends_at",
    "share",
    "mode",
    "lon",
    "lat",
    "tolerance_m",
    "network",
    "link_ids",
    "note",
)
"""Columns of a CSV, and properties of GeoJSON features, where the geometry takes the place of lon and lat."""
NUMBERS: Final = ("share", "lon", "lat", "tolerance_m")
LIST: Final = ";"
MOST_ROWS: Final = 500
MOST_FINDINGS: Final = 200
DELIMITERS: Final = (",", ";", "\t")
GEOMETRIES: Final = ("Point", "LineString")

SUMMARY: Final = Text(
    en="{file} was not taken over: {count} finding(s). Put them right and send it again.",
    vi="Chưa nhập {file}: {count} lỗi. Hãy sửa rồi gửi lại.",
)
NOT_UTF8: Final = Text(
    en="It is not UTF-8 (byte {place}); save it as CSV UTF-8.",
    vi="Không phải UTF-8 (byte thứ {place}); hãy lưu dạng CSV UTF-8.",
)
NUL: Final = Text(en="It holds a NUL sign, which is no text.", vi="Có ký tự NUL, không phải văn bản.")
EMPTY: Final = Text(en="There are no rows in it.", vi="Không có dòng nào.")
TOO_MANY: Final = Text(en="It has more than {most} rows; send it in parts.", vi="Có hơn {most} dòng; hãy chia nhỏ.")
NO_COLUMN: Final = Text(en="There is no such column; there are {known}.", vi="Không có cột này; các cột gồm {known}.")
TWICE: Final = Text(en="stands twice; the first is on line {row}.", vi="bị lặp; dòng đầu là {row}.")
MISSING: Final = Text(en="This column is needed.", vi="Cần có cột này.")
BAD_ROW: Final = Text(
    en="This row has {found} cells; the head has {wanted}.", vi="Dòng này có {found} ô; tiêu đề có {wanted} ô."
)
NOT_CSV: Final = Text(en="It cannot be read as CSV: {why}.", vi="Không đọc được dạng CSV: {why}.")
NOT_A_NUMBER: Final = Text(
    en="'{value}' is no number; write it with a decimal point.",
    vi="'{value}' không phải số; hãy dùng dấu chấm thập phân.",
)
HALF_PLACE: Final = Text(en="lon and lat go together.", vi="lon và lat phải đi cùng nhau.")
NOT_JSON: Final = Text(en="It is not JSON: {why}.", vi="Không phải JSON: {why}.")
NOT_COLLECTION: Final = Text(
    en="It must be a GeoJSON FeatureCollection in WGS 84.", vi="Phải là GeoJSON FeatureCollection, hệ WGS 84."
)
NOT_FEATURE: Final = Text(en="It must be a Feature.", vi="Phải là một Feature.")
BAD_GEOMETRY: Final = Text(
    en="The geometry must be a Point or LineString; send parts as features of their own.",
    vi="Hình học phải là Point hoặc LineString; hãy tách các phần thành đối tượng riêng.",
)

Kind = Literal["csv", "geojson"]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row as it stands in a file.

    Parameters
    ----------
    number
        Line of the CSV, the head being 1; or number of the feature, the first being 1.
    ticket_id
        Id of the ticket.
    values
        What the form of a ticket takes.
    """

    number: int
    ticket_id: str
    values: Mapping[str, Any]


class _Reader:
    """Findings of one file, collected."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def wrong(self, row: int | None, column: str | None, text: Text) -> None:
        """Add a finding; more than some hundreds help nobody."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(self.file, row, column, text))

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises
        ------
        FindingsError
            If anything was.
        """
        if self.findings:
            raise FindingsError(SUMMARY.format(file=self.file, count=len(self.findings)), self.findings)


def read_rows(content: bytes, kind: Kind) -> list[ImportRow]:
    """Return the rows of a file.

    Raises
    ------
    FindingsError
        With everything that is wrong with the file itself; what a row says is checked by its form.
    """
    reader = _Reader(kind)
    text = ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reader.wrong(None, None, NOT_UTF8.format(place=error.start + 1))
    if "\0" in text:
        reader.wrong(None, None, NUL)
    reader.raise_if_any()
    rows = _csv_rows(reader, text) if kind == "csv" else _feature_rows(reader, text)
    if not rows and not reader.findings:
        reader.wrong(None, None, EMPTY)
    _check_ids(reader, rows)
    reader.raise_if_any()
    return rows


def _check_ids(reader: _Reader, rows: Iterable[ImportRow]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if not row.ticket_id:
            reader.wrong(row.number, "ticket_id", MISSING)
        elif row.ticket_id in seen:
            reader.wrong(row.number, "ticket_id", TWICE.format(row=seen[row.ticket_id]))
        seen.setdefault(row.ticket_id, row.number)


def _csv_rows(reader: _Reader, text: str) -> list[ImportRow]:
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[ImportRow] = []
    try:
        names = [name.strip() for name in next(lines, [])]
        _check_head(reader, names)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= MOST_ROWS:
                reader.wrong(lines.line_num, None, TOO_MANY.format(most=MOST_ROWS))
                break
            if len(cells) != len(names):
                reader.wrong(lines.line_num, None, BAD_ROW.format(found=len(cells), wanted=len(names)))
                continue
            values = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
            rows.append(_row(reader, lines.line_num, values))
    except csv.Error as error:
        reader.wrong(lines.line_num, None, NOT_CSV.format(why=error))
    return rows


def _check_head(reader: _Reader, names: list[str]) -> None:
    for name in names:
        if name not in COLUMNS:
            reader.wrong(1, name[:60], NO_COLUMN.format(known=", ".join(COLUMNS)))
    for name in {name for name in names if names.count(name) > 1}:
        reader.wrong(1, name[:60], TWICE.format(row=1))
    for name in ("ticket_id", "title"):
        if name not in names:
            reader.wrong(1, name, MISSING)
    reader.raise_if_any()


def _row(reader: _Reader, number: int, cells: Mapping[str, str]) -> ImportRow:
    values: dict[str, Any] = dict(cells)
    for name in NUMBERS:
        if name in values:
            values[name] = _number(reader, number, name, values[name], float)
    if "network" in values:
        values["network"] = _number(reader, number, "network", values["network"], int)
    if "link_ids" in values:
        values["link_ids"] = [one.strip() for one in values["link_ids"].split(LIST) if one.strip()]
    lon, lat = values.pop("lon", None), values.pop("lat", None)
    if ("lon" in cells) != ("lat" in cells):
        reader.wrong(number, "lon", HALF_PLACE)
    elif lon is not None:
        values["place"] = {"type": "Point", "coordinates": [lon, lat]}
    return ImportRow(number, str(values.pop("ticket_id", "")), values)


def _number(reader: _Reader, row: int, column: str, cell: str, kind: Callable[[str], float]) -> float | None:
    try:
        return kind(cell)
    except ValueError:
        reader.wrong(row, column, NOT_A_NUMBER.format(value=cell[:40]))
        return None


def _feature_rows(reader: _Reader, text: str) -> list[ImportRow]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        reader.wrong(None, None, NOT_JSON.format(why=why))
        return []
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection" or "crs" in data:
        reader.wrong(None, None, NOT_COLLECTION)
        return []
    if len(features) > MOST_ROWS:
        reader.wrong(None, None, TOO_MANY.format(most=MOST_ROWS))
        return []
    return [row for number, one in enumerate(features, 1) if (row := _feature(reader, number, one)) is not None]


def _feature(reader: _Reader, number: int, feature: Any) -> ImportRow | None:  # noqa: ANN401 - any JSON
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict) or feature.get("type") != "Feature":
        reader.wrong(number, None, NOT_FEATURE)
        return None
    values = {name: value for name, value in properties.items() if value is not None}
    for name in values:
        if name not in COLUMNS or name in {"lon", "lat"}:
            reader.wrong(number, name[:60], NO_COLUMN.format(known=", ".join(COLUMNS)))
    geometry = feature.get("geometry")
    if geometry is not None:
        if not isinstance(geometry, dict) or geometry.get("type") not in GEOMETRIES:
            reader.wrong(number, "geometry", BAD_GEOMETRY)
            return None
        values["place"] = {name: geometry.get(name) for name in ("type", "coordinates")}
    ticket_id = values.pop("ticket_id", feature.get("id", ""))
    return ImportRow(number, str(ticket_id) if isinstance(ticket_id, str | int) else "", values)
