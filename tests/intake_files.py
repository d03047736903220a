"""Small files that tests of intake write by hand: texts in legacy encodings, workbooks part by part."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from supplychain.intake.encodings_tables import TCVN3, VNI
from supplychain.intake.files import ReadOptions, open_table_file

SENTENCE: Final = "Công ty TNHH Gỗ Việt, đường số 5, phường Thuận Giao, tỉnh Bình Dương"

_TCVN3_CODES: Final = {letter: chr(code) for code, letter in sorted(TCVN3.items(), reverse=True)}
_VNI_SPELLINGS: Final = {letter: spelling for spelling, letter in VNI.items() if spelling == spelling.lower()}
_SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def to_tcvn3(text: str) -> bytes:
    """Return a text as TCVN3 bytes; capitals with tone marks do not exist there."""
    return "".join(_TCVN3_CODES.get(letter, letter) for letter in text).encode("latin-1")


def to_vni(text: str) -> bytes:
    """Return a text without accented capitals as VNI-Windows bytes."""
    capitals = {letter.upper(): spelling.upper() for letter, spelling in _VNI_SPELLINGS.items()}
    spelled = (_VNI_SPELLINGS.get(letter, capitals.get(letter, letter)) for letter in text)
    return "".join(spelled).encode("cp1252")


def to_windows_1258(text: str) -> bytes:
    """Return a text as Windows-1258 writes it: the vowel, then its tone mark as a character of its own."""
    written = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            kept = "".join(part for part in parts[1:] if part in "\u0302\u0306\u031b")
            written += unicodedata.normalize("NFC", parts[0] + kept).encode("cp1258")
            written += "".join(part for part in parts[1:] if part not in kept).encode("cp1258")
    return written


def texts(path: Path, options: ReadOptions | None = None) -> list[list[str]]:
    """Return the cells below the header of the first sheet as texts."""
    file = open_table_file(path, options or ReadOptions())
    return [[cell.text for cell in row.cells] for row in file.sheets[0].rows()]


def write_xlsx(
    path: Path,
    rows: str,
    *,
    strings: Iterable[str] = (),
    formats: Mapping[int, str] = {},
    workbook: str = "",
    extra: Mapping[str, str] = {},
) -> Path:
    """Write a workbook of one sheet from the XML of its rows; style n has the n-th of the number formats."""
    declared = "".join(f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in formats.items())
    used = "".join(f'<xf numFmtId="{key}"/>' for key in [0, *formats])
    items = "".join(f"<si>{text}</si>" for text in strings)
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations({"1": ("officeDocument", "xl/workbook.xml")}),
        "xl/_rels/workbook.xml.rels": _relations(
            {
                "s1": ("worksheet", "worksheets/sheet1.xml"),
                "s2": ("sharedStrings", "sharedStrings.xml"),
                "s3": ("styles", "styles.xml"),
            }
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}">{workbook}'
        '<sheets><sheet name="DS" sheetId="1" r:id="s1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_SPREADSHEET}">{items}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{_SPREADSHEET}"><numFmts>{declared}</numFmts>'
        f"<cellXfs>{used}</cellXfs></styleSheet>",
        **extra,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _relations(parts: Mapping[str, tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, (kind, target) in parts.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{items}</Relationships>'


def inline(*cells: str) -> str:
    """Return a row of texts as XML."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"
