"""The shipped lists of VSIC 2018 and VSIC 2025 and the official step between them, and lists a user supplies."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from supplychain.codes.cleaning import plain, refuse
from supplychain.codes.errors import CodeError
from supplychain.codes.industries import check_vsic
from supplychain.text import Text

EDITIONS: Final = ("2018", "2025")

LARGEST_TABLE: Final = 20_000_000
"""Bytes of a list a user supplies; the official ones have about 200,000."""

CODE_COLUMNS: Final = frozenset({"code", "ma", "mã", "mã ngành", "ma nganh", "vsic"})
NAME_COLUMNS: Final = frozenset({"name_vi", "name", "ten", "tên", "tên ngành", "ten nganh"})
ENGLISH_COLUMNS: Final = frozenset({"name_en", "english", "tiếng anh", "tieng anh"})


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry of an edition of VSIC.

    Parameters
    ----------
    code
        Section letter or 2 to 5 digits.
    version
        Edition: 2018 or 2025.
    parent
        Code of the entry above it; empty for a section.
    title
        Official name in Vietnamese; in English our own translation, or the Vietnamese name where there is none.
    translated
        Whether ``title`` has English.
    """

    code: str
    version: str
    parent: str
    title: Text
    translated: bool


@lru_cache(maxsize=2)
def shipped_list(version: str) -> Mapping[str, Industry]:
    """Return the shipped list of one edition, section by section, read when first asked for."""
    english = {row[f"code_{version}"]: row["name_en"] for row in _rows("vsic_english.csv")}
    return {
        row["code"]: _industry(row["code"], version, row["parent"], row["name_vi"], english.get(row["code"], ""))
        for row in _rows(f"vsic{version}.csv")
    }


@lru_cache(maxsize=1)
def changed_codes() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of 2025 for every code of 2018 that does not simply go on under the same number."""
    return {row["code_2018"]: tuple(row["codes_2025"].split()) for row in _rows("vsic_2018_2025.csv")}


def read_vsic_table(path: Path, version: str) -> Mapping[str, Industry]:
    """Return a list of one edition from a CSV file: columns ``code`` and ``name``, and ``name_en`` if there is one.

    Raises
    ------
    CodeError
        Where the file cannot be read, lacks a column, or a row has no valid code or a code twice.
    """
    try:
        return _read(csv.DictReader(io.StringIO(_text_of(path))), path, version)
    except csv.Error as error:
        raise refuse(
            en="File {file} is not a CSV file: {reason}.",
            vi="Tệp {file} không phải tệp CSV: {reason}.",
            file=path.name,
            reason=str(error),
        ) from error


def _read(rows: csv.DictReader[str], path: Path, version: str) -> Mapping[str, Industry]:
    code_column, name_column = _column(rows, CODE_COLUMNS, path), _column(rows, NAME_COLUMNS, path)
    english_column = next((name for name in rows.fieldnames or () if plain(name).lower() in ENGLISH_COLUMNS), None)
    found: dict[str, Industry] = {}
    section = ""
    for row in rows:
        written = plain(row[code_column] or "")
        if not written:
            continue
        code = _code_on(rows.line_num, written, version)
        if code in found:
            raise refuse(
                en='Line {line} of {file}: code "{code}" is there twice.',
                vi='Dòng {line} của {file}: mã "{code}" xuất hiện hai lần.',
                line=rows.line_num,
                file=path.name,
                code=code,
            )
        section = code if code.isalpha() else section
        parent = "" if code.isalpha() else code[:-1] if len(code) > len("01") else section
        english = plain(row[english_column] or "") if english_column else ""
        found[code] = _industry(code, version, parent, plain(row[name_column] or ""), english)
    if not found:
        raise refuse(en="File {file} has no rows.", vi="Tệp {file} không có dòng nào.", file=path.name)
    return found


def _industry(code: str, version: str, parent: str, name: str, english: str) -> Industry:
    return Industry(code, version, parent, Text(en=english or name, vi=name), bool(english))


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("supplychain.codes").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_TABLE:
            raise refuse(
                en="File {file} is larger than {limit} MB; a list of codes is not.",
                vi="Tệp {file} lớn hơn {limit} MB; danh mục mã không lớn như vậy.",
                file=path.name,
                limit=LARGEST_TABLE // 1_000_000,
            )
        content = path.read_bytes()
    except OSError as error:
        raise refuse(
            en="File {file} cannot be read: {reason}.",
            vi="Không đọc được tệp {file}: {reason}.",
            file=path.name,
            reason=error.strerror or "",
        ) from error
    try:
        return content.decode(
            "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        )
    except UnicodeError as error:
        raise refuse(
            en="File {file} is not UTF-8 text; save it as CSV UTF-8.",
            vi="Tệp {file} không phải văn bản UTF-8; hãy lưu dạng CSV UTF-8.",
            file=path.name,
        ) from error


def _column(rows: csv.DictReader[str], names: frozenset[str], path: Path) -> str:
    found = next((name for name in rows.fieldnames or () if plain(name).lower() in names), None)
    if found is None:
        raise refuse(
            en="File {file} needs columns code and name, in commas; it has: {columns}.",
            vi="Tệp {file} cần các cột code và name, phân cách bằng dấu phẩy; hiện có: {columns}.",
            file=path.name,
            columns=", ".join(rows.fieldnames or ()),
        )
    return found


def _code_on(line: int, written: str, version: str) -> str:
    try:
        return check_vsic(written, version)
    except CodeError as error:
        raise CodeError(
            Text(en=f"Line {line}: {error.text.en}", vi=f"Dòng {line}: {error.text.vi}"),
        ) from error
