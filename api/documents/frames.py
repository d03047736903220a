"""Tables of documents from data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.documents.model import NOTHING, Cell, Column, Look, Table
from api.labels import column_label
from supplychain.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

SHORT_UNITS: Final = frozenset({"h", "km", "t", "TEU", "%", "m", "points", "giờ", "tấn", "điểm"})


def text_column(key: str, label: Text | None = None) -> Column:
    """Return a column of words; its label is the usual one of the key where none is given."""
    return Column(key, label or column_label(key))


def number_column(
    key: str, label: Text | None = None, unit: Text | None = None, digits: int = 0, look: Look = "plain"
) -> Column:
    """Return a column of numbers; label and unit are the usual ones of the key where none are given.

    Parameters
    ----------
    key
        Column of the frame.
    label, unit
        Heading and unit.
    digits
        Decimals.
    look
        ``plain``, ``signed`` or ``share`` (0 to 1, written in percent).
    """
    if label is None:
        label, usual = _parted(column_label(key))
        unit = usual if unit is None else unit
    return Column(key, label, NOTHING if unit is None else unit, digits, is_number=True, look=look)


def _parted(heading: Text) -> tuple[Text, Text]:
    """Return label and unit of a heading such as ``Out, t/day``; no unit where none ends it."""
    english, _, unit_en = heading.en.rpartition(", ")
    vietnamese, _, unit_vi = heading.vi.rpartition(", ")
    if english and vietnamese and _is_unit(unit_en) and _is_unit(unit_vi):
        return Text(en=english, vi=vietnamese), Text(en=unit_en, vi=unit_vi)
    return heading, NOTHING


def _is_unit(words: str) -> bool:
    return words in SHORT_UNITS or ("/" in words and len(words) <= 20)  # noqa: PLR2004 - no unit is longer


def frame_table(
    title: Text,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    note: Text | None = None,
    names: Mapping[str, Text] | None = None,
    open_rows: int | None = None,
    strong: Collection[int] = (),
) -> Table:
    """Return the table of a frame, in the frame's order.

    Parameters
    ----------
    title
        Heading.
    frame
        Where the cells come from. A column's key names a column of the frame; a key ``name`` that is not there stands
        for ``name_vi`` and ``name_en``.
    columns
        What is shown.
    note
        What the reader must know to read it.
    names
        Names of words and ids that cells of word columns hold.
    open_rows
        Rows a page shows at once.
    strong
        Rows that stand out.
    """
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    rows = tuple(tuple(_cell(record, column, names or {}) for column in columns) for record in records)
    return Table(title, tuple(columns), rows, note, frozenset(strong), open_rows)


def _cell(record: Mapping[str, Any], column: Column, names: Mapping[str, Text]) -> Cell:
    value = record[column.key] if column.key in record else bilingual(record, column.key)
    if value is None or isinstance(value, Text):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if column.is_number or isinstance(value, bool):
        return value  # type: ignore[no-any-return] # a number of the frame
    return names.get(str(value), str(value))


def bilingual(record: Mapping[str, Any], key: str = "name") -> Text:
    """Return what ``<key>_vi`` and ``<key>_en`` of a record say; one that is missing is taken from the other."""
    english, vietnamese = record[f"{key}_en"], record[f"{key}_vi"]
    first = english if isinstance(english, str) and english else vietnamese
    second = vietnamese if isinstance(vietnamese, str) and vietnamese else english
    return Text(en=str(first or ""), vi=str(second or ""))
