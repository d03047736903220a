"""Where the header of a sheet is, what its columns are called, and which rows below it are no records."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from supplychain.intake.files import messages
from supplychain.intake.files.headings import is_heading_word
from supplychain.intake.files.values import EMPTY, Cell, Column, Notebook, RawRow, RowRole
from supplychain.text import Text, fold

ROWS_LOOKED_AT: Final = 40
HEADER_DEPTH: Final = 3
_LONGEST_HEADING: Final = 120
_LEAST_SCORE: Final = 0.6

_FIELD: Final = re.compile(r"[a-z][a-z0-9_]*")
_FIELD_IN_BRACKETS: Final = re.compile(r"\[[a-z][a-z0-9_]*\]$")
_NUMBER: Final = re.compile(r"[+-]?[\d.,\s%]*\d[\d.,\s%]*")
_NUMBERING: Final = re.compile(r"\(?(\d{1,3}|[A-Za-z]|\d{1,2}\s*=.*)\)?")
_TOTAL: Final = re.compile(
    r"(tong|tong cong|cong|tong so|tong cong toan khu|total|totals|grand total|sub ?total|sum)"
    r"(\s*[:(\-].*|\s+\d[\d.,\s]*)?"
)


_GROUP_NUMBER: Final = re.compile(r"([IVXLC]{1,6}|[A-ZĐ])[.)]?")
_GROUP: Final = re.compile(r"([IVXLC]{1,6}|[A-ZĐ])[.)/]\s*\S|(KCN|Khu công nghiệp|KCX|Khu chế xuất)\s")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands and the columns it names.

    Parameters
    ----------
    first, last
        First and last line of the header.
    skipped
        Lines right below it that only number the columns.
    columns
        The columns.
    """

    first: int
    last: int
    skipped: frozenset[int]
    columns: tuple[Column, ...]


def find_header(rows: Iterator[RawRow], sheet: str, given: int | None, notebook: Notebook) -> Header | None:
    """Return the header of a sheet, or None if the sheet has no cells.

    The header is the line whose cells are short words that differ, best where they are headings known to this
    program, above lines as wide; a person may name its line. Headings of several lines (merged cells) are joined.
    """
    start = list(islice(rows, ROWS_LOOKED_AT + max(given or 0, 0)))
    start = [row for row in start if any(cell.text for cell in row.cells)]
    if not start:
        return None
    width = max(_width(row) for row in start)
    if given == 0:
        columns = _columns([""] * width, sheet, Notebook())
        return Header(0, 0, frozenset(), columns)
    at = _given_place(start, given) if given is not None else _best_place(start, sheet, notebook)
    first, last = _depth(start, at)
    skipped = _numbering(start, last)
    width = _table_width(start, first, last)
    columns = _columns(_joined(start[first : last + 1], width), sheet, notebook)
    _tell(start, first, last, skipped, sheet, notebook)
    return Header(start[first].line, start[last].line, frozenset(start[i].line for i in skipped), columns)


def _table_width(start: Sequence[RawRow], first: int, last: int) -> int:
    """Return how many columns the table has: those with a heading, and those without that half of the rows fill."""
    width = max(_width(row) for row in start[first : last + 1])
    below = sorted(_width(row) for row in start[last + 1 :])
    return max(width, below[len(below) // 2]) if below else width


def _given_place(start: Sequence[RawRow], given: int) -> int:
    return next((place for place, row in enumerate(start) if row.line >= given), len(start) - 1)


def _best_place(start: Sequence[RawRow], sheet: str, notebook: Notebook) -> int:
    scores = [_score(start, place) for place in range(len(start))]
    best = max(range(len(start)), key=lambda place: (scores[place], -place))
    best = best if scores[best] >= _LEAST_SCORE else 0
    if not any(is_heading_word(cell.text) for cell in start[best].cells if cell.text):
        notebook.tell("unknown_header", messages.UNKNOWN_HEADER.format(line=start[best].line), sheet)
    return best


def _names_fields(row: RawRow) -> bool:
    """Tell whether a line names fields of the registry and nothing else, as an export or a template does."""
    texts = [cell.text for cell in row.cells if cell.text]
    if len(set(texts)) < max(len(texts), 2):
        return False
    if all(_FIELD_IN_BRACKETS.search(text) for text in texts):
        return True
    return all(map(_FIELD.fullmatch, texts)) and any(text.endswith("_id") for text in texts)


def _score(start: Sequence[RawRow], place: int) -> float:
    if _names_fields(start[place]):
        return math.inf
    filled_cells = [cell for cell in start[place].cells if cell.text]
    texts = [cell.text for cell in filled_cells]
    words = [cell.text for cell in filled_cells if cell.kind == "text" and not _NUMBER.fullmatch(cell.text)]
    if 2 * len(words) < len(texts) or not words or any(len(text) > _LONGEST_HEADING for text in texts):
        return 0.0
    usual = _usual_width(start[place:])
    filled = min(len(words) / usual, 1.0)
    distinct = len(set(texts)) / len(texts)
    known = sum(is_heading_word(text) for text in words)
    alone = 0.3 if len(texts) == 1 and usual > 1 else 0.0
    return filled * distinct * (len(words) / len(texts)) + min(known, 4) * 0.5 + 0.5 * known / len(words) - alone


def _usual_width(rows: Sequence[RawRow]) -> int:
    widths = sorted(sum(1 for cell in row.cells if cell.text) for row in rows)
    return max(widths[len(widths) // 2], 1)


def _width(row: RawRow) -> int:
    return max((place + 1 for place, cell in enumerate(row.cells) if cell.text), default=0)


def _depth(start: Sequence[RawRow], at: int) -> tuple[int, int]:
    """Return the first and last place of a header around its best line: headings above it, parts of headings below."""
    first = last = at
    if _names_fields(start[at]):
        return first, last
    while first > 0 and at - first < HEADER_DEPTH - 1 and _is_upper_heading(start[first - 1], start[first]):
        first -= 1
    while last + 1 < len(start) and last - at < HEADER_DEPTH - 1 and _is_lower_heading(start[last], start[last + 1]):
        last += 1
    return first, last


def _is_upper_heading(above: RawRow, row: RawRow) -> bool:
    """Tell whether a line holds headings that span several columns of the line right below it."""
    if above.line != row.line - 1:
        return False
    filled = [place for place, cell in enumerate(above.cells) if cell.text]
    words = _all_words(above)
    empty_below = [place for place in range(_width(above)) if not _text(row, place)]
    spans = [place for place in filled if _text(row, place)]
    return words and len(filled) > 1 and filled[-1] > 0 and bool(spans) and (bool(empty_below) or filled[0] > 0)


def _is_lower_heading(row: RawRow, below: RawRow) -> bool:
    """Tell whether the line right below a header names parts of headings that span several of its columns."""
    if below.line != row.line + 1 or not _all_words(below):
        return False
    filled = [place for place, cell in enumerate(below.cells) if cell.text]
    starts_late = bool(filled) and filled[0] > 0 and not _text(below, 0)
    under_gaps = any(not _text(row, place) for place in filled)
    return starts_late and under_gaps and len(filled) < sum(1 for cell in row.cells if cell.text) + len(filled) / 2


def _all_words(row: RawRow) -> bool:
    texts = [cell for cell in row.cells if cell.text]
    return bool(texts) and all(
        cell.kind == "text" and len(cell.text) <= _LONGEST_HEADING and not _NUMBER.fullmatch(cell.text)
        for cell in texts
    )


def _text(row: RawRow, place: int) -> str:
    return row.cells[place].text if place < len(row.cells) else ""


def _numbering(start: Sequence[RawRow], last: int) -> list[int]:
    """Return the place of a line below the header that only numbers the columns: (1) (2) (3) or A B 1 2."""
    if last + 1 >= len(start):
        return []
    texts = [cell.text for cell in start[last + 1].cells if cell.text]
    if len(texts) <= 2 or not all(_NUMBERING.fullmatch(text) for text in texts):  # noqa: PLR2004 - two may be a row
        return []
    plain = [int(digits) for text in texts if (digits := text.strip("()")).isdigit()]
    if len(plain) <= 2 or plain != list(range(plain[0], plain[0] + len(plain))):  # noqa: PLR2004 - as above
        return []
    return [last + 1]


def _joined(rows: Sequence[RawRow], width: int) -> list[str]:
    """Return one heading a column: a heading that spans columns goes before each of the parts below it."""
    names = []
    for place in range(width):
        parts: list[str] = []
        for depth, row in enumerate(rows):
            text = " ".join(_text(row, place).split())
            if not text and not parts and any(_text(lower, place) for lower in rows[depth + 1 :]):
                text = _left_of(row, place)
            if text and text not in parts:
                parts.append(text)
        names.append(" – ".join(parts))
    return names


def _left_of(row: RawRow, place: int) -> str:
    return next((" ".join(_text(row, at).split()) for at in range(place, -1, -1) if _text(row, at)), "")


def _columns(names: Sequence[str], sheet: str, notebook: Notebook) -> tuple[Column, ...]:
    seen: dict[str, int] = {}
    taken: set[str] = set(names)
    columns = []
    for index, header in enumerate(names):
        name = header
        if not header:
            name = f"[{letters(index)}]"
            notebook.tell("no_heading", messages.NO_HEADING.format(name=name), sheet)
        elif header in seen:
            notebook.tell("same_heading", messages.SAME_HEADER.format(name=header), sheet)
            number = seen[header] + 1
            while f"{header} ({number})" in taken:
                number += 1
            seen[header] = number
            name = f"{header} ({number})"
            taken.add(name)
        seen.setdefault(header, 1)
        columns.append(Column(index, name, header))
    return tuple(columns)


def letters(index: int) -> str:
    """Return the letters a spreadsheet gives a column, from 0: A, B, … Z, AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _tell(start: Sequence[RawRow], first: int, last: int, skipped: list[int], sheet: str, notebook: Notebook) -> None:
    if first > 0:
        text = messages.TITLE_LINES.format(line=start[first].line, count=start[first].line - 1)
        notebook.tell("title_lines", text, sheet)
    if last > first:
        text = messages.TWO_LINES.format(first=start[first].line, last=start[last].line)
        notebook.tell("heading_lines", text, sheet)
    for place in skipped:
        notebook.tell("numbering", messages.NUMBERING.format(line=start[place].line), sheet)


def rows_below(
    read: Callable[[], Iterator[RawRow]], header: Header, sheet: str, notebook: Notebook, *, ragged: bool
) -> Iterator[RawRow]:
    """Yield the rows below a header, each as wide as it; totals and group headings are marked and told.

    ``ragged`` says that a row shorter than the header is a fault of the file; a workbook just ends its rows early.
    """
    notebook.restart(sheet)
    width = len(header.columns)
    short, outside = messages.SHORT_ROW.format(expected=width), messages.OUTSIDE.format(expected=width)
    for row in read():
        line, cells, _, problems, hidden = row
        if line <= header.last or line in header.skipped:
            continue
        if len(cells) > width:
            if any(cell.text for cell in cells[width:]) and ragged:
                problems = (*problems, messages.LONG_ROW.format(found=_width(row), expected=width))
            elif any(cell.text for cell in cells[width:]):
                notebook.tell_row("cells_outside", outside, sheet, line)
            cells = cells[:width]
        elif len(cells) < width:
            if ragged and len(cells) > 1 and not problems:
                notebook.tell_row("short_row", short, sheet, line)
            cells += (EMPTY,) * (width - len(cells))
        role = _role(cells)
        if role != "empty":
            _tell_row(notebook, role, sheet, line, hidden=hidden)
            yield RawRow(line, cells, role, problems, hidden)
        elif problems:
            yield RawRow(line, cells, "data", problems, hidden)


def _tell_row(notebook: Notebook, role: RowRole, sheet: str, line: int, *, hidden: bool) -> None:
    if role in _TOLD:
        notebook.tell_row(f"{role}_row", _TOLD[role], sheet, line)
    if hidden:
        notebook.tell_row("hidden_row", messages.HIDDEN_ROW, sheet, line)


_TOLD: Final[dict[str, Text]] = {"total": messages.TOTAL_ROW, "heading": messages.HEADING_ROW}


def _role(cells: tuple[Cell, ...]) -> RowRole | Literal["empty"]:
    """Return what a row is; most rows are told to be data by their first two cells."""
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return "empty"
    first = filled[0].text
    if filled[0].kind == "text" and _TOTAL.fullmatch(fold(first)):
        return "total"
    if len(filled) > 2 or len(cells) < 3:  # noqa: PLR2004 - a number and a name make a heading
        return "data"
    numbered = _GROUP_NUMBER.fullmatch(first) if len(filled) == 2 else _GROUP.match(first)  # noqa: PLR2004 - as above
    return "heading" if numbered else "data"
