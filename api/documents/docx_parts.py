"""Parts of a Word file that python-docx has no words for: tables at speed, fields, languages, SVG beside PNG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from api.documents.cells import cell_text, visible
from api.documents.model import Amount
from supplychain.text import Text

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.shared import Length
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

    from api.documents.model import Cell, Column, Table
    from supplychain.text import Language

TWIPS_PER_MM: Final = 56.7
LETTER_MM: Final = 1.75
"""Width of a letter at 9 points."""
PADDING_MM: Final = 4.0
NARROWEST_MM: Final = 14.0
WIDEST_MM: Final = 62.0
PORTRAIT_MM: Final = 165.0
LANDSCAPE_MM: Final = 257.0
ROWS_MEASURED: Final = 100
SMALL: Final = 18
SMALLER: Final = 15
"""Sizes of letters in half points."""
HEAD: Final = "E3EAE2"
STRONG: Final = "F1F3EE"
TAGS: Final = {"vi": "vi-VN", "en": "en-US"}
SVG_BLIP: Final = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
SVG_NAMESPACE: Final = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"


def page_width_mm(*, is_wide: bool) -> float:
    """Return the room between the margins."""
    return LANDSCAPE_MM if is_wide else PORTRAIT_MM


def column_widths_mm(table: Table, language: Language) -> list[float]:
    """Return how wide each column would like to be."""
    widths = []
    for position, column in enumerate(table.columns):
        heading = max((len(word) for word in column.heading.of(language).split()), default=1)
        texts = [cell_text(row[position], column).of(language) for row in table.rows[:ROWS_MEASURED]]
        longest = max((len(text) for text in texts), default=0)
        wanted = PADDING_MM + LETTER_MM * max(heading, longest)
        widths.append(min(max(wanted, NARROWEST_MM), WIDEST_MM))
    return widths


def table_width_mm(table: Table, language: Language) -> float:
    """Return how wide a table would like to be."""
    return sum(column_widths_mm(table, language))


def add_table(word: Word, table: Table, language: Language, *, is_wide: bool, most_rows: int) -> None:
    """Add a table whose head is repeated on every page and whose rows are never split between pages."""
    room = page_width_mm(is_wide=is_wide)
    wanted = column_widths_mm(table, language)
    scale = room / sum(wanted)
    widths = (
        [round(width * scale * TWIPS_PER_MM) for width in wanted]
        if scale < 1
        else [round(width * TWIPS_PER_MM) for width in _stretched(wanted, table, room)]
    )
    size = SMALL if scale >= 0.8 else SMALLER  # noqa: PLR2004 - a table squeezed by a fifth needs smaller letters
    headings = [_Shown(column.heading.of(language), column.is_number, is_bold=True) for column in table.columns]
    head = _row_xml(headings, widths, size, HEAD)
    rows = [head.replace("<w:trPr>", "<w:trPr><w:tblHeader/>", 1)]
    for number, row in enumerate(table.rows[:most_rows]):
        is_strong = number in table.strong
        cells = [
            _shown(value, column, language, is_strong=is_strong)
            for value, column in zip(row, table.columns, strict=True)
        ]
        rows.append(_row_xml(cells, widths, size, STRONG if is_strong else None))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{_BORDERS}<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
        f'<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
    body = word.element.body
    body.insert(len(body) - 1, element)  # before the properties of the last section


def _stretched(wanted: list[float], table: Table, room: float) -> list[float]:
    """Return widths that fill the page, what is left over going to the first column of words."""
    first = next((at for at, column in enumerate(table.columns) if not column.is_number), 0)
    more = min(room - sum(wanted), WIDEST_MM)
    return [width + more if at == first else width for at, width in enumerate(wanted)]


class _Shown:
    """What a cell shows: text, whether it is a number, whether it is bold."""

    __slots__ = ("bold", "right", "text")

    def __init__(self, text: str, right: bool, *, is_bold: bool) -> None:  # noqa: FBT001 - a private value
        self.text, self.right, self.bold = text, right, is_bold


def _shown(value: Cell, column: Column, language: Language, *, is_strong: bool) -> _Shown:
    right = isinstance(value, Amount) or (column.is_number and not isinstance(value, str | Text))
    return _Shown(cell_text(value, column).of(language), right, is_bold=is_strong)


def _row_xml(cells: list[_Shown], widths: list[int], size: int, fill: str | None) -> str:
    shading = "" if fill is None else f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    parts = []
    for cell, width in zip(cells, widths, strict=True):
        bold = "<w:b/>" if cell.bold else ""
        side = '<w:jc w:val="right"/>' if cell.right else ""
        text = escape(visible(cell.text)).replace("\n", " ")
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shading}</w:tcPr><w:p><w:pPr>'
            f'<w:spacing w:before="20" w:after="20"/>{side}</w:pPr><w:r><w:rPr>{bold}<w:sz w:val="{size}"/>'
            f'<w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(parts)}</w:tr>"


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="9AA59E"/>' for side in sides)
    return f"<w:tblBorders>{lines}</w:tblBorders>"


_BORDERS: Final = _borders()


def add_field(paragraph: Paragraph, field: str) -> None:
    """Add a field that Word fills in, such as the page number."""
    element = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:rPr><w:sz w:val="{SMALL}"/></w:rPr><w:t>1</w:t></w:r>'
        "</w:fldSimple>"
    )
    paragraph._p.append(element)  # noqa: SLF001 - python-docx has no fields


def add_picture(paragraph: Paragraph, png: bytes, svg: str, width: Length, description: str) -> None:
    """Add a picture as SVG, with a PNG beside it for readers that know no SVG, and words for those who cannot see."""
    run = paragraph.add_run()
    inline = run.add_picture(BytesIO(png), width=width)._inline  # noqa: SLF001 - the only way to the drawing
    inline.docPr.set("descr", description)
    inline.docPr.set("name", f"Figure {inline.docPr.id}")
    package = paragraph.part.package
    if package is None:
        msg = "The paragraph belongs to no file."
        raise ValueError(msg)
    part = Part(PackURI(f"/word/media/figure{inline.docPr.id}.svg"), "image/svg+xml", svg.encode("utf-8"), package)
    key = paragraph.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = inline.find(".//" + qn("a:blip"))
    blip.append(
        parse_xml(
            f'<a:extLst {nsdecls("a", "r")}><a:ext uri="{SVG_BLIP}"><asvg:svgBlip xmlns:asvg="{SVG_NAMESPACE}" '
            f'r:embed="{key}"/></a:ext></a:extLst>'
        )
    )


def set_language(word: Word, language: Language) -> None:
    """Mark all text as Vietnamese or English, so that spelling is checked in the right language."""
    defaults = word.styles.element.find(qn("w:docDefaults"))
    marks = defaults.find(".//" + qn("w:lang"))
    marks.set(qn("w:val"), TAGS[language])
    marks.set(qn("w:eastAsia"), TAGS[language])


def shade(cell: _Cell, fill: str) -> None:
    """Fill a cell with a colour."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no other way to shade a cell
    properties.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
