"""What each sheet of a file holds: as its headers say exactly, as a person confirmed, or as suggested."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from supplychain.errors import HinterlandError
from supplychain.exports.sheets import LISTS_SHEET
from supplychain.intake.files import Column, Sheet, TableFile
from supplychain.intake.mapping import ColumnMapping, FileMapping, SheetMapping
from supplychain.intake.mapping.values import field_names
from supplychain.intake.options import ImportOptions
from supplychain.intake.rows import SheetPlan
from supplychain.intake.targets import TABLES, TARGETS, TENANTS
from supplychain.intake.values import ValueOptions
from supplychain.text import Text

SURE: Final = 0.9
"""A suggestion at least so sure needs no person to confirm it."""

SURE_TABLE: Final = 0.6

ERROR_COLUMNS: Final = ("lỗi", "error")
"""Columns that a file of refused rows has more than the file it comes from."""

EXAMPLE_SHEET: Final = "ví dụ · examples"
EXPLANATION_SHEET: Final = "hướng dẫn · guide"
"""Sheets of a template that hold no records."""

_FIELD_IN_HEADER: Final = re.compile(r".*\[([a-z][a-z0-9_]*)\]\s*", re.DOTALL)
_ORDER: Final = {name: place for place, name in enumerate((*TABLES, TENANTS))}
_TEMPLATE: Final = Text(en="a sheet of the template", vi="trang của mẫu")
_EXACT: Final = Text(en="the heading names the field", vi="tiêu đề nêu tên trường")

NO_TABLE: Final = Text(
    en="No sheet of {file} is recognised as a table of the registry. Say what it holds with --table, or write a "
    "mapping with --write-map MAP.yaml.",
    vi="Không nhận ra trang nào của {file} là bảng của sổ đăng ký. Hãy nêu bằng --table, hoặc viết ánh xạ bằng "
    "--write-map MAP.yaml.",
)


def suggested_mapping(file: TableFile, target: str | None = None) -> FileMapping:
    """Return what the sheets of a file hold as far as headings and cells tell.

    A heading that names its field, alone or in brackets (``Mã số thuế [tax_code]``), is certain; the other columns
    are suggested.
    """
    return FileMapping(tuple(_suggested(sheet, target) for sheet in file.sheets))


def _suggested(sheet: Sheet, target: str | None) -> SheetMapping:
    if sheet.name in (EXAMPLE_SHEET, EXPLANATION_SHEET, LISTS_SHEET):
        nothing = tuple(ColumnMapping(column.name, None, 1.0, _TEMPLATE) for column in sheet.columns)
        return SheetMapping(sheet.name, None, nothing, reason=_TEMPLATE)
    if target is None and sheet.name in TARGETS:
        target = sheet.name
    if target is None:
        exact = {column.index: name for column in sheet.columns if (name := named_field(column.header)) is not None}
        fitting = [table for table, declared in TARGETS.items() if exact and declared.key in exact.values()]
        if len(fitting) > 1:  # a table that refers to others has their keys among its columns too
            fitting = [table for table in fitting if set(exact.values()) <= set(field_names(table))]
        target = fitting[0] if len(fitting) == 1 else None
    if target is not None:
        columns = [_exactly(column, target) for column in sheet.columns]
        if all(one.confidence == 1.0 for one in columns) and any(one.field for one in columns):
            return SheetMapping(sheet.name, target, tuple(columns), confidence=1.0, reason=_EXACT)
    return _guessed(sheet, target)


def _guessed(sheet: Sheet, target: str | None) -> SheetMapping:
    from supplychain.intake.mapping.suggest import SAMPLE_ROWS, suggest_sheet  # noqa: PLC0415 - loads rapidfuzz

    sample = []
    for row in sheet.rows():
        sample.append(row)
        if len(sample) == SAMPLE_ROWS:
            break
    bare = [replace(column, header=_without_field(column.header)) for column in sheet.columns]
    found = suggest_sheet(sheet.name, bare, sample, target)
    if found.table is None:
        return found
    table = found.table
    exact = [_exactly(column, table) for column in sheet.columns]
    certain = {one.field for one in exact if one.field is not None}
    columns = tuple(
        sure if sure.confidence == 1.0 else replace(guess, field=None) if guess.field in certain else guess
        for sure, guess in zip(exact, found.columns, strict=True)
    )
    return replace(found, columns=columns)


def _exactly(column: Column, target: str) -> ColumnMapping:
    name = named_field(column.header)
    if name in field_names(target):
        return ColumnMapping(column.name, name, 1.0, _EXACT)
    is_error = column.header.strip().casefold() in ERROR_COLUMNS
    return ColumnMapping(column.name, None, 1.0 if is_error else 0.0)


def named_field(header: str) -> str | None:
    """Return the field that a heading names: the whole heading, or what stands in brackets at its end."""
    found = _FIELD_IN_HEADER.fullmatch(header)
    return found[1] if found else header.strip()


def _without_field(header: str) -> str:
    found = _FIELD_IN_HEADER.fullmatch(header)
    return header[: found.start(1) - 1].strip() if found else header


def unsure_columns(mapping: FileMapping) -> list[tuple[str, str]]:
    """Return sheet and column of everything suggested that a person should confirm before anything is written."""
    found = []
    for sheet in mapping.sheets:
        if sheet.table is None:
            continue
        if sheet.confidence < SURE_TABLE:
            found.append((sheet.sheet, ""))
        found.extend((sheet.sheet, one.column) for one in sheet.columns if one.field and one.confidence < SURE)
    return found


def plan_sheets(file: TableFile, mapping: FileMapping, options: ImportOptions) -> list[SheetPlan]:
    """Return the sheets that hold records, in the order in which their tables refer to each other.

    Raises
    ------
    HinterlandError
        If no sheet holds records.
    """
    plans = []
    for sheet in file.sheets:
        said = mapping.sheet(sheet.name)
        if said is not None and said.table is not None:
            plans.append(_plan(file, sheet, said, options))
    if not plans:
        raise HinterlandError(NO_TABLE.format(file=file.path.name))
    return in_order(plans)


def in_order(plans: Sequence[SheetPlan]) -> list[SheetPlan]:
    """Return sheets in the order in which their tables refer to each other."""
    return sorted(plans, key=lambda plan: _ORDER[plan.target])


def _plan(file: TableFile, sheet: Sheet, said: SheetMapping, options: ImportOptions) -> SheetPlan:
    columns = tuple(replace(column, options=_written(column.options, options)) for column in said.columns)
    mapping = replace(said, sheet=sheet.name, columns=columns)
    return SheetPlan(sheet, said.table or "", mapping, file.kind == "delimited", options.vsic_version)


def _written(said: ValueOptions, options: ImportOptions) -> ValueOptions:
    """Return how cells are written: as the mapping says of the column, else as the person says of the whole file."""
    return replace(
        said,
        decimal=options.decimal if said.decimal is None else said.decimal,
        day_first=options.day_first if said.day_first is None else said.day_first,
    )
