"""A document as a workbook: what it is, a sheet per table, and what the columns mean."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from api.documents.cells import KIND_TITLES, KIND_WORDS, cell_text, is_missing, stand_line, stand_rows, visible
from api.documents.fixed_zip import fixed_zip
from api.documents.model import Amount
from api.documents.words import WORDS
from api.numbers import scientific
from api.totals import STATUS_NAMES
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from api.documents.model import Cell, Column, Document, Table

SHEET_NAME_LENGTH: Final = 31
FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
RESERVED: Final = {"history"}
LONGEST_TEXT: Final = 32_767
"""Characters that a cell of Excel can hold."""
LONGEST_FOOTER: Final = 200
CUT: Final = "…"
WIDEST: Final = 60
NARROWEST: Final = 9
FEW_ROWS_MEASURED: Final = 200
HEAD_FILL: Final = PatternFill("solid", fgColor="E3EAE2")
STRONG_FILL: Final = PatternFill("solid", fgColor="F1F3EE")
STAND_FILL: Final = PatternFill("solid", fgColor="FFF6DD")
RULE: Final = Border(bottom=Side(style="thin", color="9AA59E"))
SOFT: Final = Font(name="Calibri", size=10, color="56645C")
PLAIN: Final = Font(name="Calibri", size=11)
BOLD: Final = Font(name="Calibri", size=11, bold=True)
LINK: Final = Font(name="Calibri", size=11, color="2F7D4F", underline="single")
FORMATS: Final = {"plain": "#,##0{}", "signed": "+#,##0{0};-#,##0{0};0{0}", "share": "0{}%"}


def document_xlsx(document: Document, language: Language) -> bytes:
    """Return a document as the bytes of a workbook; the same document gives the same bytes.

    The first sheet holds the title, the stand, the answer and the list of sheets; the last says what columns mean.
    Numbers are numbers in their full precision, shown with the decimals of their column; text is never a formula.
    """
    workbook = Workbook()
    tables = document.every_table()
    titles = ((table.sheet or table.title).of(language) for table in tables)
    names = sheet_names([WORDS["about"].of(language), *titles, WORDS["columns"].of(language)])
    workbook.remove(workbook.worksheets[0])
    first = workbook.create_sheet(names[0])
    _write_about(first, document, names[1:-1], language)
    for table, name in zip(tables, names[1:-1], strict=True):
        _write_table(workbook.create_sheet(name), table, document, language)
    _write_columns(workbook.create_sheet(names[-1]), tables, names[1:-1], language)
    workbook.properties.creator = "Hinterland"
    workbook.properties.title = visible(document.title.of(language))[:255]
    workbook.properties.language = {"vi": "vi-VN", "en": "en-US"}[language]
    buffer = BytesIO()
    workbook.save(buffer)
    return fixed_zip(buffer.getvalue())


def sheet_names(wanted: list[str]) -> list[str]:
    """Return valid names of sheets, all different: at most 31 characters, none forbidden, case not counted."""
    names: list[str] = []
    taken: set[str] = set()
    for name in wanted:
        plain = " ".join(FORBIDDEN.sub(" ", visible(name)).split()).strip("'") or "-"
        plain = f"{plain} -" if plain.casefold() in RESERVED else plain
        chosen, number = _cut(plain, SHEET_NAME_LENGTH), 1
        while chosen.casefold() in taken:
            number += 1
            ending = f" ({number})"
            chosen = _cut(plain, SHEET_NAME_LENGTH - len(ending)) + ending
        taken.add(chosen.casefold())
        names.append(chosen)
    return names


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip(" '") + CUT


def _put(sheet: Worksheet, row: int, column: int, value: object, font: Font = PLAIN) -> SheetCell:
    """Write one cell; text is kept as text whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        msg = f"{cell.coordinate} is covered by a wider cell."
        raise TypeError(msg)
    if isinstance(value, str):
        cell.value = _cut(visible(value), LONGEST_TEXT)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in tuple("=+-@\t\r")
    else:
        cell.value = value  # type: ignore[assignment] # numbers, dates and truth values of a table's cells
    cell.font = font
    return cell


def _write_about(sheet: Worksheet, document: Document, names: list[str], language: Language) -> None:
    stand = document.stand
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 96
    _put(sheet, 1, 1, document.title.of(language), Font(name="Calibri", size=16, bold=True))
    row = _put_wide(sheet, 3, f"{KIND_TITLES[stand.kind].of(language)}. {KIND_WORDS[stand.kind].of(language)}", BOLD)
    for remark in stand.remarks:
        row = _put_wide(sheet, row, remark.of(language), PLAIN)
    pairs = [(label.of(language), value.of(language)) for label, value in stand_rows(stand)]
    for plan in stand.plans:
        status = STATUS_NAMES[plan.status].of(language)
        proven = f"{WORDS['gap'].of(language)} {scientific(plan.gap).of(language)}"
        label = f"{WORDS['plan'].of(language)}: {plan.name.of(language)}"
        pairs.append((label, f"{status}; {proven}; {plan.inputs_sha256}"))
    for label, value in pairs:
        row = _put_pair(sheet, row, label, value)
    if document.summary:
        _put(sheet, row + 1, 1, WORDS["answer"].of(language), BOLD)
        row += 2
        for sentence in document.summary:
            row = _put_wide(sheet, row, sentence.of(language), PLAIN, None)
    _put(sheet, row + 1, 1, WORDS["contents"].of(language), BOLD)
    row += 2
    for table, name in zip(document.every_table(), names, strict=True):
        cell = _put(sheet, row, 1, name, LINK)
        cell.hyperlink = f"#'{name.replace(chr(39), chr(39) * 2)}'!A1"
        cell.font = LINK
        _put(sheet, row, 2, f"{table.title.of(language)} ({len(table.rows)})")
        row += 1
    if stand.sources:
        _put(sheet, row + 1, 1, WORDS["sources"].of(language), BOLD)
        row += 2
        for source in stand.sources:
            row = _put_wide(sheet, row, source, PLAIN, None)
    _print_setup(sheet, document, language)


def _put_wide(sheet: Worksheet, row: int, text: str, font: Font, fill: PatternFill | None = STAND_FILL) -> int:
    """Write a sentence across both columns and return the next row."""
    cell = _put(sheet, row, 1, text, font)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if fill is not None:
        cell.fill = fill
    sheet.row_dimensions[row].height = 15.0 * (1 + len(text) // 125)
    return row + 1


def _put_pair(sheet: Worksheet, row: int, label: str, value: str) -> int:
    for column, (text, font) in enumerate(((label, SOFT), (value, PLAIN)), start=1):
        cell = _put(sheet, row, column, text, font)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.fill = STAND_FILL
    return row + 1


def _write_table(sheet: Worksheet, table: Table, document: Document, language: Language) -> None:
    """Write title, stand, note, headings and rows; the headings stay in sight."""
    _put(sheet, 1, 1, table.title.of(language), Font(name="Calibri", size=14, bold=True))
    _put(sheet, 2, 1, stand_line(document.stand).of(language), SOFT)
    head = 3
    if table.note is not None:
        _put(sheet, head, 1, table.note.of(language), SOFT)
        head += 1
    for position, column in enumerate(table.columns, start=1):
        cell = _put(sheet, head, position, column.heading.of(language), BOLD)
        cell.fill, cell.border = HEAD_FILL, RULE
        cell.alignment = Alignment(
            wrap_text=True, vertical="bottom", horizontal="right" if column.is_number else "left"
        )
        sheet.column_dimensions[get_column_letter(position)].width = _width(table, position - 1, language)
    for number, row in enumerate(table.rows):
        strong = number in table.strong
        for position, (value, column) in enumerate(zip(row, table.columns, strict=True), start=1):
            cell = _put_value(sheet, (head + 1 + number, position), value, column, language)
            if strong:
                cell.font, cell.fill = BOLD, STRONG_FILL
    sheet.freeze_panes = f"{'A' if table.columns[0].is_number else 'B'}{head + 1}"
    if table.rows:
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(table.columns))}{head + len(table.rows)}"
    sheet.print_title_rows = f"{head}:{head}"
    _print_setup(sheet, document, language)


def _put_value(sheet: Worksheet, place: tuple[int, int], value: Cell, column: Column, language: Language) -> SheetCell:
    row, position = place
    if isinstance(value, Amount):
        column, value = replace(column, is_number=True, look=value.look, digits=value.digits), value.value
    if is_missing(value):
        cell = _put(sheet, row, position, None)
    elif column.is_number and not isinstance(value, str | Text | bool):
        cell = _put(sheet, row, position, value)
        cell.number_format = number_format(column)
    else:
        cell = _put(sheet, row, position, cell_text(value, column).of(language))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def number_format(column: Column) -> str:
    """Return how Excel shows the numbers of a column."""
    return FORMATS[column.look].format("." + "0" * column.digits if column.digits else "")


def _width(table: Table, position: int, language: Language) -> float:
    """Return the width of a column in characters: that of its longest word or number, within reason."""
    column = table.columns[position]
    heading = max((len(word) for word in column.heading.of(language).split()), default=0)
    longest = max(
        (len(cell_text(row[position], column).of(language)) for row in table.rows[:FEW_ROWS_MEASURED]), default=0
    )
    return float(min(max(heading, longest, NARROWEST) + 2, WIDEST))


def _write_columns(sheet: Worksheet, tables: tuple[Table, ...], names: list[str], language: Language) -> None:
    heads = ("sheet", "column", "unit", "meaning", "key")
    for position, (head, width) in enumerate(zip(heads, (28, 36, 22, 80, 30), strict=True), start=1):
        cell = _put(sheet, 1, position, WORDS[head].of(language), BOLD)
        cell.fill, cell.border = HEAD_FILL, RULE
        sheet.column_dimensions[get_column_letter(position)].width = width
    row = 2
    for table, name in zip(tables, names, strict=True):
        for column in table.columns:
            unit = "%" if column.look == "share" else column.unit.of(language)
            label = column.label.of(language)
            meaning = column.heading.of(language) if column.meaning is None else column.meaning.of(language)
            for position, text in enumerate((name, label, unit, meaning, column.key), start=1):
                _put(sheet, row, position, text).alignment = Alignment(wrap_text=True, vertical="top")
            row += 1
    sheet.freeze_panes = "A2"


def _print_setup(sheet: Worksheet, document: Document, language: Language) -> None:
    """Fit the sheet to the width of a page and put the stand at the foot of every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    line = stand_line(document.stand).of(language).replace("&", "&&")[:LONGEST_FOOTER]
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart(line), right=_HeaderFooterPart("&P / &N"))
