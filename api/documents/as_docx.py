"""A document for Word: A4 with headings, the stand in a box, tables whose head repeats, and page numbers."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from api.documents.bars_picture import bars_picture, legend_of
from api.documents.cells import KIND_TITLES, KIND_WORDS, shown, stand_line, stand_rows
from api.documents.docx_parts import (
    add_field,
    add_picture,
    add_table,
    page_width_mm,
    set_language,
    shade,
    table_width_mm,
)
from api.documents.fixed_zip import fixed_zip
from api.documents.map_legend import kinds_of, widths_of
from api.documents.map_picture import map_picture
from api.documents.model import Bars, Column, Table
from api.documents.raster import to_png
from api.documents.shapes import to_svg
from api.documents.words import WORDS
from api.numbers import scientific
from api.totals import STATUS_NAMES
from supplychain.text import Language, Text

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

    from api.documents.model import Document, Figure, Map, Section

FONT: Final = "Times New Roman"
MARGINS_MM: Final = {"top": 20, "bottom": 20, "left": 30, "right": 15}
"""Margins and font of Vietnamese official documents (Decree 30/2020/NĐ-CP, annex I)."""
A4_MM: Final = (210, 297)
SOFT: Final = RGBColor(0x56, 0x64, 0x5C)
MOST_ROWS: Final = 300
"""Rows of one table on paper; a longer one says that it is cut, and where all of it is."""
DEEPEST_HEADING: Final = 4


def document_docx(document: Document, language: Language) -> bytes:
    """Return a document as the bytes of a Word file; the same document gives the same bytes.

    Parameters
    ----------
    document
        What is written.
    language
        Language of all words, and the one the file is marked with (vi-VN or en-US).
    """
    writer = _Writer(document, language)
    writer.write()
    buffer = BytesIO()
    writer.word.save(buffer)
    return fixed_zip(buffer.getvalue())


class _Writer:
    """Writes one document."""

    def __init__(self, document: Document, language: Language) -> None:
        self.document = document
        self.language = language
        self.word: Word = docx.Document()
        self._is_wide = False

    def write(self) -> None:
        """Write everything from the title to the last section."""
        set_language(self.word, self.language)
        self._set_styles()
        self._set_page(is_wide=False)
        self._foot()
        properties = self.word.core_properties
        properties.author, properties.comments, properties.keywords = "Hinterland", "", ""
        properties.title = self._said(self.document.title)[:255]
        properties.language = {"vi": "vi-VN", "en": "en-US"}[self.language]
        self.word.add_paragraph(self._said(self.document.title), style="Title")
        self._stand()
        if self.document.summary:
            self.word.add_heading(self._said(WORDS["answer"]), 1)
            for sentence in self.document.summary:
                self.word.add_paragraph(self._said(sentence), style="List Bullet")
        for section in self.document.sections:
            self._section(section, 1)
        self._sources()

    def _said(self, text: Text) -> str:
        return shown(text).of(self.language)

    def _set_styles(self) -> None:
        styles = self.word.styles
        for name, size in (("Normal", 12), ("Title", 18), ("Heading 1", 15), ("Heading 2", 13), ("Heading 3", 12)):
            style = styles[name]
            style.font.name, style.font.size = FONT, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in list(fonts.attrib):
                if "Theme" in key:
                    del fonts.attrib[key]
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(docx.oxml.ns.qn(f"w:{script}"), FONT)
            if name != "Normal":
                style.font.color.rgb = RGBColor(0x1D, 0x3B, 0x2C)
                style.font.bold = True
                style.paragraph_format.keep_with_next = True
        styles["Normal"].paragraph_format.space_after = Pt(6)

    def _set_page(self, *, is_wide: bool) -> None:
        """Set size, orientation and margins of the last section of pages."""
        page = self.word.sections[-1]
        short, long = A4_MM
        page.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Mm(long if is_wide else short), Mm(short if is_wide else long)
        sides = MARGINS_MM if not is_wide else {"top": 20, "bottom": 15, "left": 20, "right": 20}
        page.top_margin, page.bottom_margin = Mm(sides["top"]), Mm(sides["bottom"])
        page.left_margin, page.right_margin = Mm(sides["left"]), Mm(sides["right"])
        self._is_wide = is_wide

    def _foot(self) -> None:
        """Write the stand and the page number at the foot of every page."""
        footer = self.word.sections[0].footer
        line = footer.paragraphs[0]
        self._soft(line, self._said(stand_line(self.document.stand)), 8)
        number = footer.add_paragraph()
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_field(number, "PAGE")
        number.add_run(" / ")
        add_field(number, "NUMPAGES")
        for run in number.runs:
            run.font.size = Pt(9)

    def _soft(self, paragraph: Paragraph, text: str, size: float) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.font.color.rgb = Pt(size), SOFT

    def _stand(self) -> None:
        """Write the stand in a box: what the figures are, then label and figure of everything else."""
        stand = self.document.stand
        rows = [(self._said(label), self._said(value)) for label, value in stand_rows(stand)]
        for plan in stand.plans:
            status = STATUS_NAMES[plan.status].of(self.language)
            proven = f"{self._said(WORDS['gap'])} {scientific(plan.gap).en}"
            rows.append((self._said(plan.name), f"{status}; {proven}; {plan.inputs_sha256}"))
        box = self.word.add_table(rows=1 + len(rows), cols=2, style="Table Grid")
        box.alignment = WD_TABLE_ALIGNMENT.CENTER
        box.autofit = False
        head = box.cell(0, 0).merge(box.cell(0, 1))
        first = head.paragraphs[0]
        first.add_run(f"{self._said(KIND_TITLES[stand.kind])}. ").bold = True
        first.add_run(self._said(KIND_WORDS[stand.kind]))
        for remark in stand.remarks:
            head.add_paragraph().add_run(self._said(remark)).font.size = Pt(10)
        for number, pair in enumerate(rows, start=1):
            for position, text in enumerate(pair):
                paragraph = box.cell(number, position).paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(0)
                run = paragraph.add_run(text)
                run.font.size = Pt(10)
                if position == 0:
                    run.font.color.rgb = SOFT
        for number in range(1 + len(rows)):
            cells = [(head, 165)] if number == 0 else list(zip(box.rows[number].cells, (38, 127), strict=True))
            for cell, width in cells:
                cell.width = Mm(width)
                shade(cell, "FFF6DD")
        self.word.add_paragraph()

    def _section(self, section: Section, level: int) -> None:
        is_wide = any(table_width_mm(table, self.language) > page_width_mm(is_wide=False) for table in section.tables)
        if level == 1 and any(
            table_width_mm(table, self.language) > page_width_mm(is_wide=False) for table in section.every_table()
        ):
            is_wide = True
        if level == 1 and is_wide != self._is_wide:
            self.word.add_section(WD_SECTION.NEW_PAGE)
            self._set_page(is_wide=is_wide)
        self.word.add_heading(self._said(section.title), min(level, DEEPEST_HEADING))
        for paragraph in section.paragraphs:
            self.word.add_paragraph(self._said(paragraph))
        for figure in section.figures:
            self._figure(figure)
        for table in section.tables:
            self._table(table, level + 1, section.title)
        for part in section.sections:
            self._section(part, level + 1)

    def _table(self, table: Table, level: int, above: Text) -> None:
        if table.title != above:
            self.word.add_heading(self._said(table.title), min(level, DEEPEST_HEADING))
        if table.note is not None:
            paragraph = self.word.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            self._soft(paragraph, self._said(table.note), 10)
        if not table.rows:
            self.word.add_paragraph(self._said(WORDS["none"]))
            return
        add_table(self.word, table, self.language, is_wide=self._is_wide, most_rows=MOST_ROWS)
        after = self.word.add_paragraph()
        if len(table.rows) > MOST_ROWS:
            said = WORDS["cut"].format(shown=MOST_ROWS, all=len(table.rows))
            self._soft(after, self._said(said), 10)

    def _figure(self, figure: Figure) -> None:
        """Write a figure as a picture with its legend; bars with their figures in a table below."""
        picture = bars_picture(figure) if isinstance(figure, Bars) else map_picture(figure)
        caption = self.word.add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.add_run(self._said(figure.title)).bold = True
        if figure.note is not None:
            self._soft(caption, f" {self._said(figure.note)}", 10)
        if picture is None:
            self.word.add_paragraph(self._said(WORDS["none"]))
            return
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        most_mm = page_width_mm(is_wide=self._is_wide), 150.0 if self._is_wide else 190.0
        width = min(most_mm[0], most_mm[1] * picture.width / picture.height)
        svg = to_svg(picture, figure.title, (self.language,))
        add_picture(paragraph, to_png(picture), svg, Mm(width), self._said(figure.title))
        if isinstance(figure, Bars):
            self._bars_key(figure)
        else:
            self._map_key(figure)

    def _bars_key(self, figure: Bars) -> None:
        legend = [(colour, self._said(label)) for colour, label in legend_of(figure)]
        self._key([("■", colour, label) for colour, label in legend])
        table = bars_table(figure)
        add_table(self.word, table, self.language, is_wide=self._is_wide, most_rows=MOST_ROWS)
        self.word.add_paragraph()

    def _map_key(self, figure: Map) -> None:
        signs = {"disc": "●", "line": "━", "thin": "─", "box": "■"}
        entries = [(signs[shape], colour, self._said(name)) for shape, colour, name in kinds_of(figure)]
        paragraph = self._key(entries)
        widths = [load.of(self.language) for _, load in widths_of(figure)]
        if widths:
            text = f"{self._said(WORDS['line_width'])}: {' · '.join(widths)} {self._said(figure.unit)}"
            self._soft(paragraph, text, 9)

    def _key(self, entries: list[tuple[str, str, str]]) -> Paragraph:
        paragraph = self.word.add_paragraph()
        for sign, colour, label in entries:
            mark = paragraph.add_run(f"{sign}\N{NO-BREAK SPACE}")
            mark.font.color.rgb = RGBColor.from_string(colour[1:].upper())
            self._soft(paragraph, f"{label}   ", 9)
        return paragraph

    def _sources(self) -> None:
        if not self.document.stand.sources:
            return
        if self._is_wide:
            self.word.add_section(WD_SECTION.NEW_PAGE)
            self._set_page(is_wide=False)
        self.word.add_heading(self._said(WORDS["sources"]), 1)
        for source in self.document.stand.sources:
            paragraph = self.word.add_paragraph(style="List Number")
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(self._said(Text(en=source, vi=source))).font.size = Pt(10)


def bars_table(figure: Bars) -> Table:
    """Return the figures behind bars as a table: one row a bar, one column a part."""
    labels = list(dict.fromkeys(part.label for bar in figure.bars for part in bar.parts))
    look = figure.look
    if len(labels) > 1 and all(len(bar.parts) <= 1 for bar in figure.bars):
        labels = []
    columns = [Column("bar", figure.title)]
    if not labels:
        columns.append(Column("value", WORDS["value"], figure.unit, figure.digits, is_number=True, look=look))
        rows = [(bar.label, bar.parts[0].value if bar.parts else None) for bar in figure.bars]
        return Table(figure.title, tuple(columns), tuple(rows))
    for number, label in enumerate(labels):
        columns.append(Column(f"part_{number}", label, figure.unit, figure.digits, is_number=True, look=look))
    found = [{part.label: part.value for part in bar.parts} for bar in figure.bars]
    return Table(
        figure.title,
        tuple(columns),
        tuple(
            (bar.label, *(values.get(label) for label in labels))
            for bar, values in zip(figure.bars, found, strict=True)
        ),
    )
