"""Places read from a CSV file: id, longitude, latitude and, if there is one, a name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from geodata.answers.places import Place, PlaceError, check_position
from supplychain.errors import Finding, FindingsError
from supplychain.text import Text, fold

MOST_BYTES: Final = 64 * 1024 * 1024
ID_COLUMNS: Final = ("id", "place_id", "ma")
LON_COLUMNS: Final = ("lon", "longitude", "lng", "x", "kinh_do")
LAT_COLUMNS: Final = ("lat", "latitude", "y", "vi_do")
NAME_COLUMNS: Final = ("name", "name_vi", "ten")
MOST_FINDINGS: Final = 50

REFUSED: Final = Text(
    en="The places of {file} cannot be used; put right what follows.",
    vi="Không dùng được các địa điểm trong {file}; hãy sửa những điều sau.",
)
NOT_TEXT: Final = Text(
    en="it is not text in UTF-8; save it as CSV UTF-8.", vi="không phải văn bản UTF-8; hãy lưu dạng CSV UTF-8."
)
TOO_LARGE: Final = Text(en="it is larger than {most} MB; split it.", vi="tệp lớn hơn {most} MB; hãy chia nhỏ.")
NO_ROWS: Final = Text(
    en="there is no row below the header; a place needs the columns id, lon, lat.",
    vi="không có dòng nào dưới dòng tiêu đề; mỗi địa điểm cần các cột id, lon, lat.",
)
NO_COLUMN: Final = Text(
    en="the header lacks a column {column}; it has: {known}.", vi="dòng tiêu đề thiếu cột {column}; hiện có: {known}."
)
TWICE: Final = Text(
    en="id {value} stands on line {line} already; ids must be unique.",
    vi="mã {value} đã có ở dòng {line}; mã phải là duy nhất.",
)
NO_ID: Final = Text(en="the id is empty.", vi="mã để trống.")
NO_NUMBER: Final = Text(
    en="{value} is no number; write degrees such as 106.723.", vi="{value} không phải số; hãy ghi độ, ví dụ 106.723."
)
BROKEN: Final = Text(en="it cannot be read as CSV: {why}.", vi="không đọc được dạng CSV: {why}.")


def read_places(path: Path) -> tuple[Place, ...]:
    """Return the places of a CSV file in its order.

    The file is UTF-8 with a header; separators are ``,``, ``;`` or tabs; numbers use a decimal point, or a comma where
    the separator is another sign. Columns id (place_id), lon (longitude), lat (latitude) and name, in any order; others
    are left alone.

    Raises
    ------
    FindingsError
        With everything wrong in the file: a missing column, an empty or repeated id, a coordinate that is no number,
        out of range or swapped.
    OSError
        If the file cannot be opened.
    """
    name = path.name
    if path.stat().st_size > MOST_BYTES:
        raise _refused(name, [Finding(name, None, None, TOO_LARGE.format(most=MOST_BYTES // 1024**2))])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(name, [Finding(name, None, None, NOT_TEXT)]) from error
    if "\0" in text:
        raise _refused(name, [Finding(name, None, None, NOT_TEXT)])
    header, _, _ = text.partition("\n")
    separator = max(",;\t", key=header.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise _refused(name, [Finding(name, None, None, BROKEN.format(why=error))]) from error
    return _places(name, rows, separator)


def _refused(name: str, findings: Sequence[Finding]) -> FindingsError:
    return FindingsError(REFUSED.format(file=name), findings[:MOST_FINDINGS])


def _places(name: str, rows: list[tuple[int, list[str]]], separator: str) -> tuple[Place, ...]:
    header = [fold(cell.strip()).replace(" ", "_") for cell in rows[0][1]] if rows else []
    columns, findings = {}, []
    for wanted in (ID_COLUMNS, LON_COLUMNS, LAT_COLUMNS):
        found = [header.index(known) for known in wanted if known in header]
        columns[wanted[0]] = found[0] if found else -1
        if not found:
            text = NO_COLUMN.format(column=wanted[0], known=", ".join(header) or "–")
            findings.append(Finding(name, 1, None, text))
    named = [header.index(known) for known in NAME_COLUMNS if known in header]
    columns["name"] = named[0] if named else -1
    filled = [(line, row) for line, row in rows[1:] if any(cell.strip() for cell in row)]
    if not filled:
        findings.append(Finding(name, None, None, NO_ROWS))
    if findings:
        raise _refused(name, findings)
    places: list[Place] = []
    lines: dict[str, int] = {}
    for line, row in filled:
        cells = {column: row[at].strip() if 0 <= at < len(row) else "" for column, at in columns.items()}
        wrong = list(_wrong(name, line, cells, lines, separator))
        findings += wrong
        lines.setdefault(cells["id"], line)
        if not wrong:
            lon, lat = (_number(cells[column], separator) for column in ("lon", "lat"))
            places.append(Place(cells["id"], lon, lat, cells["name"]))
    if findings:
        raise _refused(name, findings)
    return tuple(places)


def _wrong(name: str, line: int, cells: dict[str, str], lines: dict[str, int], separator: str) -> Iterator[Finding]:
    place_id = cells["id"]
    if not place_id:
        yield Finding(name, line, "id", NO_ID)
    elif place_id in lines:
        yield Finding(name, line, "id", TWICE.format(value=place_id, line=lines[place_id]))
    unread = [column for column in ("lon", "lat") if _read(cells[column], separator) is None]
    for column in unread:
        yield Finding(name, line, column, NO_NUMBER.format(value=repr(cells[column])))
    if not unread:
        try:
            check_position(_number(cells["lat"], separator), _number(cells["lon"], separator), place_id)
        except PlaceError as error:
            yield Finding(name, line, None, error.text)


def _read(cell: str, separator: str) -> float | None:
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", ".") if separator != "," else cell)
    except ValueError:
        return None


def _number(cell: str, separator: str) -> float:
    value = _read(cell, separator)
    return float("nan") if value is None else value
