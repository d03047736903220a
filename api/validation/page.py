"""A document as a page of Markdown, in one language: the same words and figures as in its other forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.documents.cells import KIND_TITLES, KIND_WORDS, cell_text, stand_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.documents.model import Document, Section, Table
    from supplychain.text import Language


def markdown_page(document: Document, language: Language, command: str) -> str:
    """Return a document as Markdown.

    Parameters
    ----------
    document
        What to write.
    language
        Language of the page.
    command
        The command that writes it, told at the head of the page.
    """
    return "\n".join(_lines(document, language, command)) + "\n"


def _lines(document: Document, language: Language, command: str) -> Iterator[str]:
    yield f"# {document.title.of(language)}"
    yield ""
    yield f"`{command}`"
    yield ""
    yield f"**{KIND_TITLES[document.stand.kind].of(language)}.** {KIND_WORDS[document.stand.kind].of(language)}"
    yield ""
    for label, value in stand_rows(document.stand):
        yield f"- **{label.of(language)}:** {value.of(language)}"
    for remark in document.stand.remarks:
        yield f"- {remark.of(language)}"
    yield ""
    for sentence in document.summary:
        yield sentence.of(language)
        yield ""
    for section in document.sections:
        yield from _section(section, language, 2)


def _section(section: Section, language: Language, level: int) -> Iterator[str]:
    yield f"{'#' * level} {section.title.of(language)}"
    yield ""
    for paragraph in section.paragraphs:
        yield paragraph.of(language)
        yield ""
    for table in section.tables:
        if table.title != section.title:
            yield f"{'#' * (level + 1)} {table.title.of(language)}"
            yield ""
        yield from _table(table, language)
    for part in section.sections:
        yield from _section(part, language, level + 1)


def _table(table: Table, language: Language) -> Iterator[str]:
    if table.note is not None:
        yield table.note.of(language)
        yield ""
    yield f"| {' | '.join(column.heading.of(language) for column in table.columns)} |"
    yield f"|{'|'.join('---:' if column.is_number else '---' for column in table.columns)}|"
    for place, row in enumerate(table.rows):
        cells = [cell_text(cell, column).of(language) for cell, column in zip(row, table.columns, strict=True)]
        written = [cell.replace("|", "\\|").replace("\n", " ") for cell in cells]
        if place in table.strong:
            written = [f"**{cell}**" if cell else "" for cell in written]
        yield f"| {' | '.join(written)} |"
    yield ""
