"""OpenDocument spreadsheets (ODS), streamed: no library writes them with comments without holding them whole.

Elements and attributes follow OpenDocument 1.3, part 3 (OASIS, 2021).
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr

from supplychain.exports.sheets import SheetCell, SheetLayout, check_cell, check_row_number

MIMETYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
    ' office:version="1.3"><office:automatic-styles>'
    '<style:style style:name="bold" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style>"
    '<style:style style:name="faulty" style:family="table-cell">'
    '<style:table-cell-properties fo:background-color="#ffc7ce"/></style:style>'
    '<style:style style:name="example" style:family="table-cell">'
    '<style:table-cell-properties fo:background-color="#ededed"/></style:style>'
)
CENTIMETRES_A_CHARACTER: Final = 0.22
_SPACES: Final = re.compile(r"  +|\t|\n")


class OdsWriter:
    """An ODS file being written.

    Parameters
    ----------
    path
        File to make.
    layouts
        All sheets, in their order: their looks stand at the head of the file.
    """

    def __init__(self, path: Path, layouts: Sequence[SheetLayout]) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._archive.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE)
        self._archive.writestr("META-INF/manifest.xml", MANIFEST)
        self._content: IO[bytes] = self._archive.open("content.xml", "w", force_zip64=True)
        self._layouts = [layout.name for layout in layouts]
        self._sheet: SheetLayout | None = None
        self._row = 0
        self._write(HEAD + _widths(layouts) + "</office:automatic-styles><office:body><office:spreadsheet>")
        self._write(_choices(layouts))

    def _write(self, text: str) -> None:
        self._content.write(text.encode("utf-8"))

    def begin_sheet(self, layout: SheetLayout) -> None:
        """Begin the next sheet."""
        self._end_sheet()
        number = self._layouts.index(layout.name)
        self._sheet, self._row = layout, 0
        self._write(f"<table:table table:name={_attribute(layout.name)}>")
        for position in range(len(layout.widths)):
            self._write(f'<table:table-column table:style-name="w{number}_{position}"/>')
        if not layout.widths:
            self._write("<table:table-column/>")

    def write_row(self, cells: Iterable[SheetCell]) -> None:
        """Write the next row of the sheet.

        Raises
        ------
        SheetLimitError
            If the row or a text does not fit a spreadsheet.
        """
        sheet = self._sheet
        if sheet is None:
            msg = "begin_sheet comes before write_row."
            raise RuntimeError(msg)
        self._row += 1
        check_row_number(self._row, sheet.name)
        rules = self._rules(sheet) if self._row > 1 else {}
        parts = [self._cell(cell, sheet.name, rules.get(place, "")) for place, cell in enumerate(cells)]
        self._write(f"<table:table-row>{''.join(parts)}</table:table-row>")

    def _rules(self, sheet: SheetLayout) -> dict[int, str]:
        number = self._layouts.index(sheet.name)
        return {place: f' table:content-validation-name="v{number}_{place}"' for place in sheet.choices}

    def _cell(self, cell: SheetCell, sheet: str, rule: str) -> str:
        check_cell(cell.value, sheet)
        style = "faulty" if cell.marked else "bold" if cell.bold else "example" if cell.example else ""
        attributes = (f' table:style-name="{style}"' if style else "") + rule
        note = ""
        if cell.note:
            note = f"<office:annotation>{_paragraphs(cell.note)}</office:annotation>"
        if cell.value is None:
            return f"<table:table-cell{attributes}>{note}</table:table-cell>"
        if isinstance(cell.value, str):
            return (
                f'<table:table-cell{attributes} office:value-type="string">{note}'
                f"{_paragraphs(cell.value)}</table:table-cell>"
            )
        kind, shown = _typed(cell.value)
        return f"<table:table-cell{attributes} {kind}>{note}<text:p>{shown}</text:p></table:table-cell>"

    def _end_sheet(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.choices and sheet.list_rows > self._row:
            rules = self._rules(sheet)
            blank = "".join(f"<table:table-cell{rules.get(place, '')}/>" for place in range(max(sheet.choices) + 1))
            count = sheet.list_rows + 1 - self._row
            self._write(f'<table:table-row table:number-rows-repeated="{count}">{blank}</table:table-row>')
        self._write("</table:table>")

    def close(self) -> None:
        """Finish the file."""
        self._end_sheet()
        self._write("</office:spreadsheet></office:body></office:document-content>")
        self.discard()

    def discard(self) -> None:
        """Let go of the file."""
        try:
            self._content.close()
        finally:
            self._archive.close()


def _typed(value: float | dt.date) -> tuple[str, str]:
    """Return the attributes of a cell that holds no text, and what it shows."""
    if isinstance(value, bool):
        word = "true" if value else "false"
        return f'office:value-type="boolean" office:boolean-value="{word}"', word
    if isinstance(value, dt.date):
        return f'office:value-type="date" office:date-value="{value.isoformat()}"', value.isoformat()
    number = repr(float(value))
    return f'office:value-type="float" office:value="{number}"', number.removesuffix(".0")


def _widths(layouts: Sequence[SheetLayout]) -> str:
    return "".join(
        f'<style:style style:name="w{number}_{position}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * CENTIMETRES_A_CHARACTER:.2f}cm"/></style:style>'
        for number, layout in enumerate(layouts)
        for position, width in enumerate(layout.widths)
    )


def _choices(layouts: Sequence[SheetLayout]) -> str:
    rules = [
        f'<table:content-validation table:name="v{number}_{position}" table:condition={_attribute(_condition(words))}'
        ' table:allow-empty-cell="true" table:display-list="unsorted"/>'
        for number, layout in enumerate(layouts)
        for position, words in layout.choices.items()
    ]
    return f"<table:content-validations>{''.join(rules)}</table:content-validations>" if rules else ""


def _condition(words: Sequence[str]) -> str:
    quoted = ";".join('"{}"'.format(word.replace('"', '""')) for word in words)
    return f"of:cell-content-is-in-list({quoted})"


def _attribute(text: str) -> str:
    return quoteattr(text)


def _paragraphs(text: str) -> str:
    """Return a text as paragraphs, a line each, with the elements that keep tabs and runs of spaces."""
    return "".join(f"<text:p>{_SPACES.sub(_kept, escape(line))}</text:p>" for line in text.split("\n"))


def _kept(found: re.Match[str]) -> str:
    run = found.group()
    return "<text:tab/>" if run == "\t" else f' <text:s text:c="{len(run) - 1}"/>'
