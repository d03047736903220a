"""Rows of one file that speak of the same record: a repetition is passed over, a contradiction is refused."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from supplychain.text import Text

CONTRADICTION: Final = Text(
    en="Line {line}{sheet} gives another value for the same {record}. Decide which one holds, or write their ids.",
    vi="Dòng {line}{sheet} ghi giá trị khác cho cùng một hồ sơ {record}. Hãy chọn giá trị đúng, hoặc ghi mã riêng.",
)


class _Said(NamedTuple):
    sheet: int
    line: int
    values: array[int]


class Repeats:
    """What earlier rows said of each record, as hashes: a few dozen bytes a record, whatever the texts' length."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], _Said] = {}
        self._sheets: list[str] = []

    def compare(
        self, table: str, record_id: str, values: Mapping[str, Any], sheet: str
    ) -> tuple[dict[str, Any], dict[str, Text]]:
        """Return the values that no earlier row gave, and for each contradicted column what is wrong."""
        said = self._said.get((table, record_id))
        if said is None:
            return dict(values), {}
        earlier = dict(zip(said.values[::2], said.values[1::2], strict=True))
        fresh: dict[str, Any] = {}
        wrong: dict[str, Text] = {}
        for name, value in values.items():
            held = earlier.get(hash(name))
            if held is None:
                fresh[name] = value
            elif held != _hashed(value):
                wrong[name] = self._contradiction(said, record_id, sheet)
        return fresh, wrong

    def _contradiction(self, said: _Said, record_id: str, sheet: str) -> Text:
        other = self._sheets[said.sheet]
        where = Text(en="", vi="")
        if other != sheet:
            where = Text(en=f" of the sheet {other}", vi=f" của trang {other}")
        return Text(
            en=CONTRADICTION.en.format(line=said.line, sheet=where.en, record=record_id),
            vi=CONTRADICTION.vi.format(line=said.line, sheet=where.vi, record=record_id),
        )

    def note(self, table: str, record_id: str, values: Mapping[str, Any], sheet: str, line: int) -> None:
        """Remember what an accepted row says of a record."""
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        said = self._said.get((table, record_id))
        pairs = array("q", [part for name, value in values.items() for part in (hash(name), _hashed(value))])
        if said is None:
            self._said[table, record_id] = _Said(len(self._sheets) - 1, line, pairs)
        elif pairs:
            self._said[table, record_id] = said._replace(values=said.values + pairs)


def _hashed(value: object) -> int:
    return hash((type(value).__name__ if isinstance(value, bool) else "", value))
