"""Rows of one file that speak of the same record: a repetition is passed over, a contradiction is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from supplychain.rules import shown
from supplychain.text import Text

CONTRADICTION: Final = Text(
    en="Line {line}{sheet} says '{value}' for the same record ({record}). Decide which holds, or write different ids.",
    vi="Dòng {line}{sheet} ghi '{value}' cho cùng hồ sơ ({record}). Hãy chọn giá trị đúng, hoặc ghi hai mã khác nhau.",
)


_PACK: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Said(NamedTuple):
    """What earlier rows said of a record.

    Parameters
    ----------
    sheet, line
        The first of them.
    values
        What they said together, by column.
    """

    sheet: str
    line: int
    values: dict[str, Any]


class Repeats:
    """What earlier rows said of each record, packed: some hundred bytes a record."""

    def __init__(self) -> None:
        self._packed: dict[tuple[str, str], tuple[int, int, bytes]] = {}
        self._sheets: list[str] = []

    def said(self, table: str, record_id: str) -> Said | None:
        """Return what earlier rows said of a record; None where none spoke of it."""
        packed = self._packed.get((table, record_id))
        if packed is None:
            return None
        sheet, line, values = packed
        return Said(self._sheets[sheet], line, json.loads(values))

    def note(self, table: str, record_id: str, values: Mapping[str, Any], sheet: str, line: int) -> None:
        """Remember what an accepted row says of a record, beside what was said before.

        Parameters
        ----------
        table, record_id
            The record.
        values
            What the row says, as the registry keeps values (dates as ISO text).
        sheet, line
            The row.
        """
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        before = self._packed.get((table, record_id))
        if before is None:
            packed = _PACK(values).encode()
            self._packed[table, record_id] = (len(self._sheets) - 1, line, packed)
            return
        together = {**json.loads(before[2]), **values}
        packed = _PACK(together).encode()
        self._packed[table, record_id] = (*before[:2], packed)


def contradictions(said: Said, record_id: str, values: Mapping[str, Any], sheet: str) -> dict[str, Text]:
    """Return what is wrong with each value that differs from what earlier rows said."""
    found = {}
    for name, value in values.items():
        if name in said.values and said.values[name] != value:
            words = {"line": said.line, "value": shown(said.values[name]), "record": record_id}
            other = said.sheet != sheet
            found[name] = Text(
                en=CONTRADICTION.en.format(sheet=f" of the sheet {said.sheet}" if other else "", **words),
                vi=CONTRADICTION.vi.format(sheet=f" của trang {said.sheet}" if other else "", **words),
            )
    return found
