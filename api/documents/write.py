"""Write a document: the form follows from the file's name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from supplychain.errors import HinterlandError
from supplychain.text import Text

if TYPE_CHECKING:
    from api.documents.model import Document
    from supplychain.text import Language

SUFFIXES: Final = (".html", ".docx", ".xlsx")

UNKNOWN_FORM: Final = Text(
    en="A report is written as .html, .docx or .xlsx; name such a file instead of {file}.",
    vi="Báo cáo được ghi dạng .html, .docx hoặc .xlsx; hãy đặt tên tệp như vậy thay cho {file}.",
)


def check_report_file(path: Path) -> None:
    """Raise unless a report can be written to a file of this name.

    Raises
    ------
    HinterlandError
        If its suffix names no form of report.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise HinterlandError(UNKNOWN_FORM.format(file=path))


def write_document(document: Document, path: Path, language: Language) -> None:
    """Write a document as HTML, DOCX or XLSX, by the suffix of the file; an older file is replaced when all is written.

    Parameters
    ----------
    document
        What is written.
    path
        File to make.
    language
        Language of DOCX and XLSX, and the one an HTML page opens in.

    Raises
    ------
    HinterlandError
        If the suffix names no form of report.
    """
    check_report_file(path)
    content = _content(document, path.suffix.lower(), language)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _content(document: Document, suffix: str, language: Language) -> bytes:
    """Return the bytes of a document; each form is imported where it is asked for."""
    if suffix == ".html":
        from api.documents.as_html import document_html  # noqa: PLC0415 - each form loads its own library

        return document_html(document, language).encode("utf-8")
    if suffix == ".docx":
        from api.documents.as_docx import document_docx  # noqa: PLC0415

        return document_docx(document, language)
    from api.documents.as_xlsx import document_xlsx  # noqa: PLC0415

    return document_xlsx(document, language)
