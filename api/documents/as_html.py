"""A document as one HTML file that opens offline, in both languages, and prints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api.documents.bars_picture import bars_picture, legend_of
from api.documents.cells import (
    KIND_TITLES,
    KIND_WORDS,
    cell_text,
    is_same,
    shown,
    stand_line,
    stand_rows,
    visible,
)
from api.documents.map_legend import kinds_of, widths_of
from api.documents.map_picture import map_picture
from api.documents.model import Amount, Bars
from api.documents.shapes import to_svg
from api.documents.words import WORDS
from api.numbers import MISSING, scientific
from api.totals import STATUS_NAMES
from supplychain.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from api.documents.model import Column, Document, Figure, Section, Table

LONGEST_WORD: Final = 32
ROWS_MEASURED: Final = 200
ROOM: Final = ((300, 60), (90, 30), (30, 20), (16, 14))
"""Letters of the longest text from which a column of words gets so many letters of width."""
FEW_ROWS: Final = 5
"""So few more rows are shown at once."""


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the list of contents: the anchor it leads to and its words."""

    anchor: str
    title: Text


def document_html(document: Document, language: Language) -> str:
    """Return a document as one page without any outside reference; the same document gives the same text.

    Parameters
    ----------
    document
        What is written.
    language
        Language the page opens in; a button shows the other.
    """
    environment = Environment(
        loader=PackageLoader("api.documents", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(both=both, plain=visible)
    environment.globals.update(
        figure_svg=_figure_svg, legend=_legend, cell=_cell, shown_rows=_shown_rows, letters=letters_of
    )
    stand = document.stand
    return environment.get_template("page.html.j2").render(
        language=language,
        document=document,
        title=shown(document.title),
        stand=stand,
        kind_title=KIND_TITLES[stand.kind],
        kind_words=KIND_WORDS[stand.kind],
        stand_rows=stand_rows(stand),
        plans=[(plan, STATUS_NAMES.get(plan.status), scientific(plan.gap)) for plan in stand.plans],
        contents=tuple(_contents(document.sections, "s")),
        words=WORDS,
        page_styles=[(one, _page_style(document, one)) for one in LANGUAGES],
    )


def both(text: Text) -> Markup:
    """Return a text as markup in both languages; once where both are the same."""
    text = shown(text)
    if is_same(text):
        return escape(text.en)
    return Markup("").join(
        Markup('<span class="{0}" lang="{0}">{1}</span>').format(language, text.of(language)) for language in LANGUAGES
    )


def _contents(sections: tuple[Section, ...], anchor: str) -> list[Heading]:
    return [Heading(f"{anchor}{number}", section.title) for number, section in enumerate(sections, start=1)]


def _cell(value: object, column: Column) -> Markup:
    """Return one cell of a table as markup."""
    if isinstance(value, Amount):
        column, value = replace(column, is_number=True, look=value.look, digits=value.digits), value.value
    text = cell_text(value, column)  # type: ignore[arg-type] # a template passes what the table holds
    kinds = []
    if column.is_number and not isinstance(value, str | Text):
        kinds.append("n")
        if text == MISSING or not any(digit in text.en for digit in "123456789"):
            kinds.append("zero")
        elif column.look == "signed":
            kinds.append("up" if text.en.startswith("+") else "down")
    marks = Markup(' class="{}"').format(" ".join(kinds)) if kinds else Markup("")
    bar = _bar(value) if column.look == "share" else Markup("")
    return Markup("<td{}{}>{}</td>").format(marks, bar, both(text))


def _bar(value: object) -> Markup:
    """Return the bar behind a share."""
    if not isinstance(value, int | float) or not 0 < value <= 1:
        return Markup("")
    return Markup(' style="--share:{}%"').format(f"{100 * value:.1f}")


def letters_of(table: Table, position: int) -> int:
    """Return how many letters wide a column of words should be: its longest word, more where much is said.

    Both languages are looked at: the column is as wide in either.
    """
    column = table.columns[position]
    said = [cell_text(row[position], column) for row in table.rows[:ROWS_MEASURED]]
    texts = [text.of(language) for text in said for language in LANGUAGES]
    word = max((len(word) for text in texts for word in text.split()), default=0)
    longest = max(map(len, texts), default=0)
    room = next((letters for least, letters in ROOM if longest >= least), longest)
    return max(min(word, LONGEST_WORD), room)


def _shown_rows(table: Table) -> int:
    """Return how many rows are shown before the reader asks for the rest."""
    if table.open_rows is None or len(table.rows) <= table.open_rows + FEW_ROWS:
        return len(table.rows)
    return table.open_rows


def _figure_svg(figure: Figure) -> Markup:
    """Return the picture of a figure; a sentence where there is nothing to draw."""
    picture = bars_picture(figure) if isinstance(figure, Bars) else map_picture(figure)
    if picture is None:
        return Markup("<p>{}</p>").format(both(WORDS["none"]))
    return Markup(to_svg(picture, figure.title, LANGUAGES))  # noqa: S704 - to_svg escapes every word


def _legend(figure: Figure) -> dict[str, object]:
    """Return what colours and widths of a figure mean."""
    if isinstance(figure, Bars):
        return {"kinds": [("box", colour, label) for colour, label in legend_of(figure)], "widths": [], "unit": None}
    return {"kinds": kinds_of(figure), "widths": widths_of(figure), "unit": figure.unit if figure.unit.en else None}


def _page_style(document: Document, language: Language) -> Markup:
    """Return what stands at the foot of every printed page."""
    line = stand_line(document.stand).of(language)
    page = {"en": "Page", "vi": "Trang"}[language]
    return Markup(  # noqa: S704 - _css_text leaves letters and digits only
        f"@page{{@bottom-left{{content:{_css_text(line)}}}"
        f'@bottom-right{{content:"{page} " counter(page) " / " counter(pages)}}}}'
    )


def _css_text(text: str) -> str:
    """Return a text as a CSS string whose signs are all written as codes."""
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):06X}" for one in text) + '"'
