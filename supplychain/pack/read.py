"""A pack from its folder: every file read, everything wrong told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from supplychain.columns import ColumnDeclaration
from supplychain.errors import Finding, FindingsError
from supplychain.models.base import Base
from supplychain.pack import messages
from supplychain.pack.cells import CellError, clean, parse_cell, shown
from supplychain.pack.check import PackCheck, check_origin
from supplychain.pack.declaration import DTYPES, TableDeclaration, declare
from supplychain.pack.files import RawTable, read_csv_table, read_text, read_yaml
from supplychain.pack.findings import Origin
from supplychain.pack.pack import Pack, Region
from supplychain.text import Text

REGION_FILE: Final = "pack.yaml"

_REGION_KEYS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "region_id": str,
        "name": dict,
        "currency": str,
        "price_year": int,
        "base_year": int,
        "crs": str,
        "licence": str,
    }
)
_NO_REGION: Final = Region("unread", Text(en="", vi=""), "VND", 2000, 2000, "EPSG:4326", "")


@dataclass(slots=True)
class _Reading:
    """What has been read so far, with everything found wrong."""

    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)
    broken_tables: set[str] = field(default_factory=set)
    broken_cells: set[tuple[str, int, str]] = field(default_factory=set)


def read_pack(
    folder: Path, models: Sequence[type[Base]], *, checks: Iterable[PackCheck] = (), partial: bool = False
) -> Pack:
    """Return the pack that a folder holds, checked.

    Parameters
    ----------
    folder
        Folder with ``pack.yaml``, a CSV file per table and ``scenarios/*.yaml``.
    models
        The tables of the pack.
    checks
        Further checks, from rooms to the right; each runs when its tables could be read.
    partial
        Whether files that are missing or belong to no model are passed over; references to tables that are not
        there are then not checked.

    Raises
    ------
    FindingsError
        With everything found wrong in all files.
    """
    folder = Path(folder)
    if not folder.is_dir():
        finding = Finding(str(folder), None, None, messages.NO_FOLDER.format(folder=folder))
        raise FindingsError(messages.SUMMARY.format(count=1), [finding])
    declarations = declare(models)
    reading = _Reading()
    region = _read_region(folder, reading)
    if not partial:
        _refuse_unknown_files(folder, declarations, reading)
    for declaration in declarations.values():
        if partial and not (folder / declaration.file_name()).exists():
            declarations = MappingProxyType(
                {name: kept for name, kept in declarations.items() if name != declaration.name}
            )
            continue
        if declaration.storage == "csv":
            _read_csv(folder, declaration, reading)
        else:
            _read_yaml_table(folder, declaration, reading)
    pack = Pack(region or _NO_REGION, declarations, MappingProxyType(reading.tables))
    origin = Origin(reading.lines, frozenset(reading.broken_tables), frozenset(reading.broken_cells))
    reading.findings.extend(check_origin(pack, origin, checks, partial=partial))
    if reading.findings:
        raise FindingsError(messages.SUMMARY.format(count=len(reading.findings)), reading.findings)
    return pack


def _read_region(folder: Path, reading: _Reading) -> Region | None:
    text = read_text(folder / REGION_FILE, REGION_FILE, reading.findings)
    content = read_yaml(text, REGION_FILE, reading.findings) if text is not None else None
    if content is None:
        return None
    wrong = [key for key, kind in _REGION_KEYS.items() if type(content.get(key)) is not kind]
    wrong += [key for key in ("name", "remark") if key in content and _both(content[key]) is None]
    unknown = sorted(set(content) - set(_REGION_KEYS) - {"remark"})
    count = len(reading.findings)
    if wrong:
        text_ = messages.YAML_KEYS.format(keys=", ".join(_REGION_KEYS), wrong=", ".join(dict.fromkeys(wrong)))
        reading.findings.append(Finding(REGION_FILE, None, None, text_))
    if unknown:
        text_ = messages.YAML_UNKNOWN_KEYS.format(keys=", ".join(unknown))
        reading.findings.append(Finding(REGION_FILE, None, None, text_))
    if not wrong and content["crs"] != "EPSG:4326":
        text_ = messages.WRONG_CRS.format(value=shown(content["crs"]))
        reading.findings.append(Finding(REGION_FILE, None, "crs", text_))
    if len(reading.findings) > count:
        return None
    name, remark = _both(content.pop("name")), _both(content.pop("remark", None))
    return Region(name=name or Text(en="", vi=""), remark=remark, **content)


def _both(value: object) -> Text | None:
    """Return the Text of a mapping with exactly the texts ``vi`` and ``en``."""
    if not isinstance(value, dict) or set(value) != {"vi", "en"}:
        return None
    texts = {language: clean(text) for language, text in value.items() if isinstance(text, str)}
    return Text(en=texts["en"], vi=texts["vi"]) if all(texts.get(key) for key in ("vi", "en")) else None


def _refuse_unknown_files(folder: Path, declarations: Mapping[str, TableDeclaration], reading: _Reading) -> None:
    known = [declaration.file_name() for declaration in declarations.values() if declaration.storage == "csv"]
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() == ".csv" and path.name not in known:
            text = messages.UNKNOWN_FILE.format(hint=_hint(path.name, known))
            reading.findings.append(Finding(path.name, None, None, text))


def _hint(name: str, known: Sequence[str]) -> Text:
    close = get_close_matches(name, known, n=1)
    return messages.DID_YOU_MEAN.format(name=close[0]) if close else Text(en="", vi="")


def _read_csv(folder: Path, declaration: TableDeclaration, reading: _Reading) -> None:
    name = declaration.file_name()
    count = len(reading.findings)
    if declaration.may_be_absent and not (folder / name).exists():
        raw: RawTable | None = RawTable(declaration.column_names, (), ())
    else:
        raw = read_csv_table(folder / name, name, reading.findings)
    if raw is not None:
        _check_header(raw.header, declaration, reading)
    columns: dict[str, list[Any]] = {column.name: [] for column in declaration.columns}
    if raw is None or len(set(raw.header)) < len(raw.header) or declaration.key not in raw.header:
        reading.broken_tables.add(declaration.name)
        reading.lines[declaration.name] = ()
    else:
        columns = _parse_rows(raw, declaration, reading)
        reading.lines[declaration.name] = raw.lines
    if raw is None and len(reading.findings) == count:  # pragma: no cover - read_csv_table always tells why
        msg = f"{name} was not read and nobody said why."
        raise AssertionError(msg)
    reading.tables[declaration.name] = _frame(columns, declaration)


def _check_header(header: Sequence[str], declaration: TableDeclaration, reading: _Reading) -> None:
    name = declaration.file_name()
    for column in dict.fromkeys(column for column in header if header.count(column) > 1):
        reading.findings.append(Finding(name, 1, None, messages.DUPLICATE_HEADER.format(column=shown(column))))
    for column in dict.fromkeys(column for column in header if column not in declaration.column_names):
        hint = _hint(column, declaration.column_names)
        text = messages.UNKNOWN_COLUMN.format(column=shown(column), hint=hint)
        reading.findings.append(Finding(name, 1, None, text))
    for declared in declaration.columns:
        if declared.required and declared.name not in header:
            text = messages.MISSING_COLUMN.format(column=declared.name)
            reading.findings.append(Finding(name, 1, None, text))


def _parse_rows(raw: RawTable, declaration: TableDeclaration, reading: _Reading) -> dict[str, list[Any]]:
    width = len(raw.header)
    rows = []
    for index, (row, line) in enumerate(zip(raw.rows, raw.lines, strict=True)):
        if len(row) != width:
            text = messages.RAGGED_ROW.format(found=len(row), expected=width)
            reading.findings.append(Finding(declaration.file_name(), line, None, text))
            reading.broken_cells.update((declaration.name, index, name) for name in declaration.column_names)
        rows.append((*row, *([""] * (width - len(row))))[:width])
    position = {name: place for place, name in enumerate(raw.header)}
    columns: dict[str, list[Any]] = {}
    for column in declaration.columns:
        place = position.get(column.name)
        if place is None:
            columns[column.name] = [None] * len(rows)
            if column.required:
                reading.broken_cells.update((declaration.name, index, column.name) for index in range(len(rows)))
        else:
            cells = [row[place] for row in rows]
            columns[column.name] = _parse_column(cells, column, declaration, raw.lines, reading)
    return columns


def _parse_column(
    cells: Sequence[str],
    column: ColumnDeclaration,
    declaration: TableDeclaration,
    lines: Sequence[int],
    reading: _Reading,
) -> list[Any]:
    values: list[Any] = []
    for index, raw_cell in enumerate(cells):
        cell = clean(raw_cell)
        value = None
        place = (declaration.name, index, column.name)
        if cell and place not in reading.broken_cells:
            try:
                value = parse_cell(cell, column.kind)
            except CellError as error:
                reading.findings.append(Finding(declaration.file_name(), lines[index], column.name, error.text))
                reading.broken_cells.add(place)
        elif cell and column.kind == "id":
            value = cell  # the id of a ragged row, so that references to it are not told as well
        values.append(value)
    return values


def _frame(columns: Mapping[str, list[Any]], declaration: TableDeclaration) -> pd.DataFrame:
    series = {}
    for column in declaration.columns:
        dtype = DTYPES[column.kind]
        if dtype == "bool":
            values: list[Any] = columns[column.name]
            dtype = "object" if None in values else dtype
            series[column.name] = pd.Series(values, dtype=dtype)
        else:
            series[column.name] = pd.Series(columns[column.name], dtype=dtype)
    frame = pd.DataFrame(series)
    for column in declaration.columns:
        if column.kind == "number":
            frame[column.name] = frame[column.name] + 0.0
    return frame


def _read_yaml_table(folder: Path, declaration: TableDeclaration, reading: _Reading) -> None:
    columns: dict[str, list[Any]] = {column.name: [] for column in declaration.columns}
    for path in sorted((folder / declaration.name).glob("*.yaml")):
        name = declaration.file_name(path.stem)
        text = read_text(path, name, reading.findings)
        content = read_yaml(text, name, reading.findings) if text is not None else None
        both = _both(content.get("name")) if content is not None else None
        if content is not None and content.get(declaration.key) != path.stem:
            text_ = messages.FILE_NAME_ID.format(
                key=declaration.key, value=shown(content.get(declaration.key)), stem=path.stem
            )
            reading.findings.append(Finding(name, None, declaration.key, text_))
        if content is not None and both is None:
            text_ = messages.YAML_KEYS.format(keys="name.vi, name.en", wrong="name")
            reading.findings.append(Finding(name, None, "name", text_))
        row = {
            declaration.key: path.stem,
            "name_vi": both.vi if both else None,
            "name_en": both.en if both else None,
            "text": clean(text) if text is not None and content is not None else None,
        }
        index = len(columns[declaration.key])
        for column, value in row.items():
            columns[column].append(value)
            if value is None:
                reading.broken_cells.add((declaration.name, index, column))
    reading.lines[declaration.name] = ()
    reading.tables[declaration.name] = _frame(columns, declaration)
