"""The parts of an XLSX workbook (ECMA-376) beside the sheets: its index, its shared texts, its number formats."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from supplychain.intake.files.archive import Archive, damaged, local, new_parser
from supplychain.intake.files.number_formats import is_code_format

StyleKind = Literal["plain", "date", "code"]

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
MOST_STYLES: Final = 65_536
MOST_SHEETS: Final = 1_000


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of the workbook's index."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Style:
    """What a cell style says of numbers."""

    kind: StyleKind
    number_format: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """What holds for all sheets of a workbook."""

    sheets: tuple[SheetPart, ...]
    texts: tuple[str, ...]
    styles: tuple[Style, ...]
    from_1904: bool
    macros: bool


def read_workbook(archive: Archive) -> Workbook:
    """Return the index, shared texts and styles of a workbook.

    Raises
    ------
    FileError
        If a part is missing, damaged or too large.
    """
    main = dict(_relations(archive, "").values()).get("officeDocument", "xl/workbook.xml")
    folder = posixpath.dirname(main)
    relations = _relations(archive, main)
    names, from_1904 = _index(archive, main)
    sheets = []
    for name, relation, hidden in names[:MOST_SHEETS]:
        kind, target = relations.get(relation, ("", ""))
        if kind == "worksheet":
            sheets.append(SheetPart(name, target, hidden))
    by_kind = dict(relations.values())
    texts = by_kind.get("sharedStrings", posixpath.join(folder, "sharedStrings.xml"))
    styles = by_kind.get("styles", posixpath.join(folder, "styles.xml"))
    return Workbook(
        tuple(sheets),
        _shared_texts(archive, texts) if archive.has(texts) else (),
        _styles(archive, styles) if archive.has(styles) else (),
        from_1904,
        "vbaProject" in by_kind,
    )


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return kind and part by id of what a part refers to."""
    folder, base = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (posixpath.basename(attributes.get("Type", "")), whole)

    parser = new_parser()
    parser.StartElementHandler = start
    if archive.has(name):
        archive.parse(name, parser, in_memory=True)
    return found


def _index(archive: Archive, part: str) -> tuple[list[tuple[str, str, bool]], bool]:
    sheets: list[tuple[str, str, bool]] = []
    from_1904 = False

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal from_1904
        if local(tag) == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((attributes.get("name", ""), relation, hidden))
        elif local(tag) == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    parser = new_parser()
    parser.StartElementHandler = start
    archive.parse(part, parser, in_memory=True)
    if not sheets:
        raise damaged(archive.path, "the workbook has no sheets")
    return sheets, from_1904


def _shared_texts(archive: Archive, part: str) -> tuple[str, ...]:
    """Return the shared texts; phonetic readings beside them are left out."""
    taker = _TextTaker()
    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = taker.start, taker.end
    parser.CharacterDataHandler = taker.data
    archive.parse(part, parser, in_memory=True)
    return tuple(taker.texts)


class _TextTaker:
    """Collects the texts of ``si`` elements."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._wanted = False
        self._phonetic = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        """Begin a text or a piece of it."""
        name = local(tag)
        if name == "t":
            self._wanted = not self._phonetic
        elif name == "si":
            self._pieces.clear()
        elif name == "rPh":
            self._phonetic += 1

    def end(self, tag: str) -> None:
        """Finish a text or a piece of it."""
        name = local(tag)
        if name == "t":
            self._wanted = False
        elif name == "si":
            self.texts.append(unescaped("".join(self._pieces)))
        elif name == "rPh":
            self._phonetic -= 1

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self._wanted:
            self._pieces.append(text)


def unescaped(text: str) -> str:
    """Return a text with ``_x000D_`` and its kin as the characters they stand for (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text)


def _styles(archive: Archive, part: str) -> tuple[Style, ...]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format  # noqa: PLC0415 - heavy, for workbooks alone

    formats: dict[int, str] = dict(BUILTIN_FORMATS)
    used: list[int] = []
    inside = [False]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            formats[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "General")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0] and len(used) < MOST_STYLES:
            used.append(_whole(attributes.get("numFmtId")))

    def end(tag: str) -> None:
        if local(tag) == "cellXfs":
            inside[0] = False

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    archive.parse(part, parser, in_memory=True)
    made: dict[int, Style] = {}
    for number in used:
        if number not in made:
            code = formats.get(number, "General")
            kind: StyleKind = "date" if is_date_format(code) or number in _LOCAL_DATES else "plain"
            made[number] = Style("code" if kind == "plain" and is_code_format(code) else kind, code)
    return tuple(made[number] for number in used)


_LOCAL_DATES: Final = frozenset({*range(27, 37), *range(50, 59)})
"""Built-in formats that are dates in East Asian locales (ECMA-376 part 1, 18.8.30)."""


def _whole(text: str | None) -> int:
    try:
        return int(text or "0")
    except ValueError:
        return 0
