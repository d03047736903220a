"""Changes of one thing that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from optimizer.scenarios.asked import Operation
from optimizer.scenarios.document import Place, ScenarioFindings
from optimizer.scenarios.lineage import Lineage
from optimizer.scenarios.scenario import AddedRow, Change
from optimizer.scenarios.stated import ScenarioFile
from supplychain.text import Text

SETTINGS: Final = ("carbon_price", "tariff_level")
BOTH_SET: Final = Text(
    en="sets {what} to {value}, but {place} sets it to {other}. Keep one, or build on that scenario with base: "
    "to override it.",
    vi="đặt {what} là {value}, nhưng {place} đặt là {other}. Hãy giữ một, hoặc dựa vào kịch bản đó bằng base: "
    "để ghi đè.",
)
SET_AND_SCALED: Final = Text(
    en="{way} {what}, but {place} {other_way} it. Keep one, or build on that scenario with base: to override it.",
    vi="{way} {what}, nhưng {place} {other_way}. Hãy giữ một, hoặc dựa vào kịch bản đó bằng base: để ghi đè.",
)
ADDED_TWICE: Final = Text(
    en="adds {what}, but {place} adds another of that id. Give one of them another id.",
    vi="thêm {what}, nhưng {place} đã thêm dòng khác cùng mã. Hãy đổi một mã.",
)
OF_ROW: Final = Text(en="{column} of {table} {row}", vi="{column} của {table} {row}")
WAYS: Final = {
    "set": Text(en="sets", vi="đặt giá trị cho"),
    "scale": Text(en="multiplies", vi="nhân hệ số vào"),
    "row": Text(en="adds", vi="thêm"),
}
Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Effect:
    """What one change does to one cell."""

    cell: Cell
    way: str
    value: object
    owner: ScenarioFile
    place: Place

    @property
    def where(self) -> str:
        """File, line and character."""
        return f"{self.owner.file}:{self.place.line}:{self.place.character}"


def find_conflicts(
    members: Sequence[tuple[ScenarioFile, Sequence[Operation]]],
    lineage: Lineage,
    keys: Mapping[str, str],
    findings: ScenarioFindings,
) -> None:
    """Collect every two changes of one thing of which neither may override the other.

    Parameters
    ----------
    members
        Files with their operations, what is built on first.
    lineage
        Who may override whom.
    keys
        Id column of each table.
    findings
        Where findings go.
    """
    seen: dict[Cell, list[_Effect]] = {}
    told: set[tuple[str, Place, str]] = set()
    for file, operations in members:
        for effect in _effects(file, operations, keys):
            for other in seen.get(effect.cell, ()):
                text = _conflict(effect, other, lineage)
                key = (file.file, effect.place, other.where)
                if text is not None and key not in told:
                    told.add(key)
                    own = ScenarioFindings(file.file)
                    own.add(effect.place, effect.cell[2] or None, text)
                    findings.findings += own.findings
            seen.setdefault(effect.cell, []).append(effect)


def _effects(file: ScenarioFile, operations: Sequence[Operation], keys: Mapping[str, str]) -> Iterator[_Effect]:
    for name in SETTINGS:
        value = getattr(file, name)
        if value is not None:
            yield _Effect(("", "", name), "set", value, file, file.place_of(name))
    for operation in operations:
        place = Place(getattr(operation, "line", None) or 1, getattr(operation, "character", None) or 1)
        if isinstance(operation, AddedRow):
            row_id = operation.row_id(keys[operation.table])
            yield _Effect((operation.table, row_id, ""), "row", operation.cells, file, place)
        elif isinstance(operation, Change):
            for row in operation.ids:
                for column, value in operation.set_values:
                    yield _Effect((operation.table, row, column), "set", value, file, place)
                for column, factor in operation.scale:
                    yield _Effect((operation.table, row, column), "scale", factor, file, place)


def _conflict(effect: _Effect, other: _Effect, lineage: Lineage) -> Text | None:
    if lineage.may_override(effect.owner.scenario_id, other.owner.scenario_id):
        return None
    table, row, column = effect.cell
    what = OF_ROW.format(column=column, table=table, row=row) if row else Text(en=column, vi=column)
    texts: dict[str, object] = {"what": what, "place": other.where}
    if effect.way == other.way == "row":
        return None if effect.value == other.value else ADDED_TWICE.format(what=f"{table} {row}", place=other.where)
    if effect.way == other.way == "set":
        if effect.value == other.value:
            return None
        return BOTH_SET.format(value=_shown(effect.value), other=_shown(other.value), **texts)
    if effect.way == other.way:
        return None
    return SET_AND_SCALED.format(way=WAYS[effect.way], other_way=WAYS[other.way], **texts)


def _shown(value: object) -> str:
    price = getattr(value, "currency", None)
    if price is not None:
        return f"{getattr(value, 'value', '')} {price}/t ({getattr(value, 'price_year', '')})"
    return str(value)
