"""Values as cells of a file, and back without loss.

Most texts stand in a cell as they are. Two kinds are marked with a leading apostrophe, as spreadsheets do themselves:

- In CSV, which a spreadsheet reads as if it were typed, a text that would begin a formula (``=``, ``+``, ``-``, ``@``,
  a tab, a line end, also behind spaces and in full width) gets one apostrophe before it. Formats with typed cells
  keep it as it is.
- In every format, a text that some reader tidies or that no XML can hold (empty, outer spaces, tabs and other control
  characters, not in normal form C) is written as an apostrophe and a JSON string: ``'" abc"``.

``restore`` takes exactly these marks off again, and leaves every other apostrophe alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from supplychain.columns import ColumnDeclaration
from supplychain.intake.files.cleaning import is_clean

MARK: Final = "'"
_LEADING_SPACE: Final = " \u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_FORMULA: Final = re.compile(rf"[{_LEADING_SPACE}]*[=+\-@\t\r\n\u2212＝＋－＠]")
_MARKED_FORMULA: Final = re.compile(rf"'+(?!['\"])[{_LEADING_SPACE}]*[=+\-@\t\r\n\u2212＝＋－＠]")
_AMBIGUOUS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_QUOTED: Final = re.compile(r"'+\"")
_UNTIDY: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
"""What some reader drops or changes: control characters, tabs (ODS), and the escapes of XLSX such as ``_x0041_``."""


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet that reads the text as typed would take it for a formula."""
    return _FORMULA.match(text) is not None


def text_cell(text: str, *, guarded: bool) -> str:
    """Return the cell that stands for a text.

    Parameters
    ----------
    text
        Any text.
    guarded
        Whether the format has no typed cells (CSV), so that a formula must be kept from being one.
    """
    if not _is_tidy(text):
        return MARK + _json(text)
    if _QUOTED.match(text):
        return MARK + text
    if guarded and (is_formula(text) or _MARKED_FORMULA.match(text)):
        return MARK + text
    return text


def restore(cell: str, *, guarded: bool) -> tuple[str, bool]:
    """Return the text a cell stands for, and whether it must be taken to the letter.

    Parameters
    ----------
    cell
        A cell, as ``text_cell`` or a person wrote it.
    guarded
        As it was written.
    """
    if not cell.startswith(MARK):
        return cell, False
    if cell.startswith("'\""):
        try:
            text = json.loads(cell[1:])
        except ValueError:
            return cell, False
        return (text, True) if isinstance(text, str) else (cell, False)
    if _QUOTED.match(cell) or (guarded and _MARKED_FORMULA.match(cell)):
        return cell[1:], False
    return cell, False


def value_text(value: Any, column: ColumnDeclaration) -> str:  # noqa: ANN401 - a record's value, typed by its column
    """Return a value as the text of a cell, digits enough to restore a number exactly; a text is not marked here."""
    if isinstance(value, bool) or column.kind == "boolean":
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def number_text(value: float) -> str:
    """Return the digits that restore a finite number exactly and can be read in one way only.

    There is no exponent, and ``1.234``, which may mean twelve hundred, is written ``1.2340``.
    """
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    return f"{text}0" if _AMBIGUOUS.fullmatch(text) else text


def row_cells(values: Mapping[str, Any], columns: tuple[ColumnDeclaration, ...], *, guarded: bool) -> list[str]:
    """Return the cells of a record in the order of the columns; an empty value is an empty cell."""
    cells = []
    for column in columns:
        value = values.get(column.name)
        if value is None:
            cells.append("")
        elif isinstance(value, str):
            cells.append(text_cell(value, guarded=guarded))
        else:
            cells.append(value_text(value, column))
    return cells


def _is_tidy(text: str) -> bool:
    """Return whether every reader gives the text back as it is."""
    if not text or text != text.strip() or _UNTIDY.search(text):
        return False
    if text.isascii():
        return True
    edges = text[0] + text[-1]
    return is_clean(text) and not re.search(rf"[{_LEADING_SPACE}]", edges)


def _json(text: str) -> str:
    """Return a JSON string that is tidy itself: what is untidy in it is escaped, Vietnamese letters stay."""
    bare = json.dumps(text, ensure_ascii=False)
    if not _is_tidy(bare):
        bare = json.dumps(text).replace("_x", "\\u005fx")
    return bare
