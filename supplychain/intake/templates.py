"""Templates to fill in: Vietnamese headings that name their field, lists to choose from, explanations, examples."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy import Connection, select

from supplychain.columns import ColumnDeclaration
from supplychain.declaration import TableDeclaration
from supplychain.errors import HinterlandError
from supplychain.exports.sheets import SheetCell, SheetLayout, SheetWriter, finished
from supplychain.exports.writing import refuse_existing, whole_file
from supplychain.intake.sheet_plans import EXAMPLE_SHEET, EXPLANATION_SHEET
from supplychain.intake.targets import TARGETS
from supplychain.models.base import METADATA
from supplychain.text import Text

FORMATS: Final = ("xlsx", "ods", "csv")
EXAMPLE_FILE: Final = (
    Path(__file__).parents[1] / "regions" / "binh_duong" / "examples" / "danh-sach-doanh-nghiep-vsip-vi-du.csv"
)
"""A park's tenant list as parks keep them, filled in with made-up firms and the usual faults."""

PARK_FIELDS: Final = ("park", "park_id")
SUPPLIED: Final = frozenset({"source", "confidence", "synthetic", "assumption_ids", "visibility"})
"""Columns that an import fills by itself; they stand last in a template."""

REQUIRED_MARK: Final = "*"
WIDEST: Final = 40.0
NARROWEST: Final = 14.0

UNKNOWN_FORMAT: Final = Text(
    en="A template is an xlsx, ods or csv file, not {format}.", vi="Mẫu là tệp xlsx, ods hoặc csv, không phải {format}."
)
WRONG_ENDING: Final = Text(
    en="A template of the format {format} ends in .{format}; {out} does not.",
    vi="Mẫu định dạng {format} phải có đuôi .{format}; {out} không đúng.",
)
HOW_TO: Final = (
    Text(
        en="Fill in the sheet '{table}', one record a row. Keep the headings: the name in brackets tells the field. "
        "* must be filled in.",
        vi="Điền vào trang '{table}', mỗi hồ sơ một dòng. Giữ nguyên tiêu đề: tên trong ngoặc vuông cho biết trường. "
        "Dấu * là bắt buộc.",
    ),
    Text(
        en="Try it out first: hinterland import FILE --dry-run. Refused rows come back marked.",
        vi="Thử trước: hinterland import TỆP --dry-run. Dòng sai được trả lại kèm đánh dấu và lý do.",
    ),
    Text(
        en="The sheet '{example}' shows made-up rows; it is never imported.",
        vi="Trang '{example}' chỉ là dòng ví dụ tự đặt, không bao giờ được nhập.",
    ),
)
EXPLAINED: Final = ("cột · column", "bắt buộc · required", "loại · kind", "ý nghĩa", "meaning", "giá trị · words")


def heading(column: ColumnDeclaration) -> str:
    """Return the heading of a column: a short Vietnamese name, a mark where it must be filled in, and the field."""
    words = column.meaning.vi
    for sign in (";", ":", "(", ","):
        words = words.split(sign, maxsplit=1)[0]
    mark = f" {REQUIRED_MARK}" if column.required and column.name not in SUPPLIED else ""
    unit = f" ({column.unit})" if column.unit and column.kind == "number" else ""
    return f"{words.strip()}{unit}{mark} [{column.name}]"


def template_columns(declaration: TableDeclaration) -> tuple[ColumnDeclaration, ...]:
    """Return the columns of a template: what must be filled in first, what an import supplies last."""
    return tuple(sorted(declaration.columns, key=lambda column: (column.name in SUPPLIED, column.kind == "id")))


def write_template(table: str, out: Path, file_format: str, parks: Sequence[str] = ()) -> None:
    """Write a template.

    Parameters
    ----------
    table
        A table of the registry, or ``tenants``.
    out
        File to write; it must not be there.
    file_format
        ``xlsx``, ``ods`` or ``csv``; CSV has the headings alone.
    parks
        Names of parks to choose from.

    Raises
    ------
    HinterlandError
        If there is no such format, or the file is there.
    """
    if file_format not in FORMATS:
        raise HinterlandError(UNKNOWN_FORMAT.format(format=file_format))
    if out.suffix.lower() != f".{file_format}":
        raise HinterlandError(WRONG_ENDING.format(format=file_format, out=out))
    refuse_existing(out)
    declaration = TARGETS[table]
    columns = template_columns(declaration)
    with whole_file(out) as partial:
        if file_format == "csv":
            partial.write_bytes(_csv(columns))
            return
        layouts = _layouts(table, columns, parks)
        with finished(_writer(partial, file_format, layouts)) as writer:
            _write_sheets(writer, layouts, declaration, columns)


def _csv(columns: Sequence[ColumnDeclaration]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([heading(column) for column in columns])
    return buffer.getvalue().encode("utf-8-sig")


def _writer(path: Path, file_format: str, layouts: Sequence[SheetLayout]) -> SheetWriter:
    if file_format == "ods":
        from supplychain.exports.ods import OdsWriter  # noqa: PLC0415 - beside its sister

        return OdsWriter(path, layouts)
    from supplychain.exports.xlsx import XlsxWriter  # noqa: PLC0415 - loads openpyxl

    return XlsxWriter(path)


def _layouts(table: str, columns: Sequence[ColumnDeclaration], parks: Sequence[str]) -> list[SheetLayout]:
    widths = [min(WIDEST, max(NARROWEST, len(heading(column)) + 1.0)) for column in columns]
    choices: dict[int, Sequence[str]] = {}
    for place, column in enumerate(columns):
        if column.name in PARK_FIELDS and parks:
            choices[place] = parks
        elif column.kind == "boolean":
            choices[place] = ("yes", "no")
        elif column.choices and column.kind != "list":
            choices[place] = column.choices
    explained = [36.0, 12.0, 12.0, 60.0, 60.0, 50.0]
    return [
        SheetLayout(table, widths, choices),
        SheetLayout(EXAMPLE_SHEET, widths),
        SheetLayout(EXPLANATION_SHEET, explained, frozen_rows=0),
    ]


def _write_sheets(
    writer: SheetWriter,
    layouts: Sequence[SheetLayout],
    declaration: TableDeclaration,
    columns: Sequence[ColumnDeclaration],
) -> None:
    headings = [SheetCell(heading(column), bold=True) for column in columns]
    writer.begin_sheet(layouts[0])
    writer.write_row(headings)
    writer.begin_sheet(layouts[1])
    writer.write_row(headings)
    for row in examples(declaration.name):
        writer.write_row(SheetCell(row.get(column.name), example=True) for column in columns)
    writer.begin_sheet(layouts[2])
    for text in (declaration.meaning, *HOW_TO):
        told = text.format(table=declaration.name, example=EXAMPLE_SHEET)
        writer.write_row([SheetCell(told.vi), SheetCell(None), SheetCell(None), SheetCell(None), SheetCell(told.en)])
    writer.write_row([])
    writer.write_row(SheetCell(name, bold=True) for name in EXPLAINED)
    for column in columns:
        writer.write_row(SheetCell(text) for text in _explanation(column))


def _explanation(column: ColumnDeclaration) -> list[str]:
    unit = f" [{column.unit}]" if column.unit else ""
    required = "có · yes" if column.required and column.name not in SUPPLIED else ""
    words = ", ".join(column.choices) or ", ".join(column.references)
    return [heading(column), required, f"{column.kind}{unit}", column.meaning.vi, column.meaning.en, words]


def examples(table: str) -> list[Mapping[str, str]]:
    """Return the made-up rows that a template shows, as texts by field."""
    text = Path(__file__).with_name("template_examples.yaml").read_text(encoding="utf-8")
    rows: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)
    return [{name: str(value) for name, value in row.items()} for row in rows.get(table, ())]


def park_names(connection: Connection) -> tuple[str, ...]:
    """Return the names of the registry's parks in the order of the alphabet."""
    table = METADATA.tables["parks"]
    return tuple(connection.scalars(select(table.c.name_vi).order_by(table.c.name_vi)))
