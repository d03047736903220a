"""What differs between two scenarios of one region: settings, rows, cells and freight."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from optimizer.scenarios.changes import apply_changes
from optimizer.scenarios.scenario import AddedRow, Change, Scenario, Value
from supplychain.demand.changes import DemandChange
from supplychain.text import Text

if TYPE_CHECKING:
    from supplychain.declaration import TableDeclaration
    from supplychain.pack import Pack

Kind = Literal["setting", "cell", "row_added", "row_missing", "demand_added", "demand_missing"]

AS_IT_IS: Final = Scenario(
    "as_it_is", Text(en="As it is", vi="Hiện trạng"), Text(en="The region as it is.", vi="Vùng như hiện nay.")
)
"""The region without any change."""

NAMES: Final = ("name_vi", "road", "name")
EMPTY: Final = Text(en="empty", vi="trống")
CELL: Final = Text(
    en="{table} {row}{name}: {column} {before} → {after}{unit}",
    vi="{table} {row}{name}: {column} {before} → {after}{unit}",
)
SETTING: Final = Text(en="{column}: {before} → {after}", vi="{column}: {before} → {after}")
ROW_ADDED: Final = Text(en="{table} {row}{name}: a new row", vi="{table} {row}{name}: dòng mới")
ROW_MISSING: Final = Text(en="{table} {row}{name}: no row any more", vi="{table} {row}{name}: không còn dòng này")
DEMAND_ADDED: Final = Text(en="demand, new: {what}", vi="nhu cầu, thêm: {what}")
DEMAND_MISSING: Final = Text(en="demand, no more: {what}", vi="nhu cầu, bỏ: {what}")
ALL_FREIGHT: Final = Text(en="all laden freight", vi="toàn bộ hàng")
YES: Final = Text(en="yes", vi="có")
NO: Final = Text(en="no", vi="không")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Parameters
    ----------
    kind
        What sort of thing.
    table, row_id, column
        Where; empty where it does not apply.
    before, after
        Value in the first and in the second.
    unit
        Unit of a number; empty for none.
    text
        The difference in words.
    reason
        Why, where the second (else the first) says so.
    """

    kind: Kind
    table: str
    row_id: str
    column: str
    before: Value
    after: Value
    unit: str
    text: Text
    reason: Text

    def to_dict(self) -> dict[str, object]:
        """Return the difference as JSON shows it."""
        return {
            "kind": self.kind,
            "table": self.table,
            "row_id": self.row_id,
            "column": self.column,
            "before": self.before,
            "after": self.after,
            "unit": self.unit,
            "text": {"vi": self.text.vi, "en": self.text.en},
            "reason": {"vi": self.reason.vi, "en": self.reason.en},
        }


def diff_scenarios(first: Scenario, second: Scenario, pack: Pack) -> tuple[Difference, ...]:
    """Return everything that differs between two scenarios of a region; nothing for a scenario and itself.

    Names, descriptions and reasons are no difference: two scenarios that differ in nothing have one plan.

    Raises
    ------
    FindingsError
        When one of them does not fit the pack.
    """
    return (*_settings(first, second), *_cells(first, second, pack), *_demand(first, second))


def _settings(first: Scenario, second: Scenario) -> Iterator[Difference]:
    pairs: list[tuple[str, str, str]] = []
    if first.carbon_price != second.carbon_price and (first.carbon_price.value or second.carbon_price.value):
        prices = [
            f"{number(one.value)} {one.currency}/t ({one.price_year})"
            for one in (first.carbon_price, second.carbon_price)
        ]
        pairs.append(("carbon_price", prices[0], prices[1]))
    if first.tariff_level != second.tariff_level:
        pairs.append(("tariff_level", first.tariff_level, second.tariff_level))
    for column, before, after in pairs:
        text = SETTING.format(column=column, before=before, after=after)
        yield Difference("setting", "", "", column, before, after, "", text, NOTHING)


NOTHING: Final = Text(en="", vi="")


def _cells(first: Scenario, second: Scenario, pack: Pack) -> Iterator[Difference]:
    before, after = apply_changes(pack, first), apply_changes(pack, second)
    reasons = _reasons(first, pack) | _reasons(second, pack)
    touched = {change.table for change in (*first.changes, *second.changes)}
    for name in (one for one in pack.declarations if one in touched):
        declaration = pack.declarations[name]
        old, new = (one.table(name).set_index(declaration.key, drop=False) for one in (before, after))
        for row in new.index.union(old.index, sort=False):
            if row not in old.index or row not in new.index:
                yield _row(
                    declaration, str(row), (new if row in new.index else old).loc[row], reasons, in_new=row in new.index
                )
        shared = old.index.intersection(new.index, sort=False)
        order = {row: position for position, row in enumerate(shared)}
        changed = _changed(declaration, old.loc[shared], new.loc[shared], reasons)
        yield from sorted(changed, key=lambda one: order[one.row_id])


def _changed(
    declaration: TableDeclaration, old: pd.DataFrame, new: pd.DataFrame, reasons: dict[tuple[str, str, str], Text]
) -> Iterator[Difference]:
    for column in declaration.columns:
        left, right = old[column.name], new[column.name]
        differs = ~((left == right) | (left.isna() & right.isna())).fillna(value=False).astype(bool)
        for row in differs.index[differs]:
            before, after = plain(left[row]), plain(right[row])
            unit = (column.unit or "").replace("capacity_unit", str(plain(_cell(new, row, "capacity_unit")) or ""))
            unit = unit.replace("currency", str(plain(_cell(new, row, "currency")) or "currency"))
            unit = unit.replace("/unit", f"/{plain(_cell(new, row, 'unit')) or 'unit'}")
            text = CELL.format(
                table=declaration.name,
                row=row,
                name=_name(new.loc[row]),
                column=column.name,
                before=worded(before),
                after=worded(after),
                unit=f" {unit}" if unit else "",
            )
            reason = reasons.get((declaration.name, str(row), column.name), NOTHING)
            yield Difference("cell", declaration.name, str(row), column.name, before, after, unit, text, reason)


def _cell(table: pd.DataFrame, row: object, column: str) -> object:
    return table.loc[row, column] if column in table.columns else None


def _row(
    declaration: TableDeclaration,
    row: str,
    cells: pd.Series,
    reasons: dict[tuple[str, str, str], Text],
    *,
    in_new: bool,
) -> Difference:
    template, kind = (ROW_ADDED, "row_added") if in_new else (ROW_MISSING, "row_missing")
    text = template.format(table=declaration.name, row=row, name=_name(cells))
    reason = reasons.get((declaration.name, row, ""), NOTHING)
    return Difference(kind, declaration.name, row, "", None, None, "", text, reason)  # type: ignore[arg-type] # a literal


def _reasons(scenario: Scenario, pack: Pack) -> dict[tuple[str, str, str], Text]:
    """Return why each cell has changed: the reason of the change that touched it last."""
    reasons: dict[tuple[str, str, str], Text] = {}
    for change in scenario.changes:
        if isinstance(change, AddedRow):
            reasons[change.table, change.row_id(pack.declarations[change.table].key), ""] = change.reason
        elif isinstance(change, Change):
            for row in change.ids:
                for column, _value in (*change.set_values, *change.scale):
                    reasons[change.table, row, column] = change.reason
    return reasons


def _demand(first: Scenario, second: Scenario) -> Iterator[Difference]:
    old, new = ([_Freight.of(change) for change in one.demand_changes] for one in (first, second))
    for template, kind, some, others in (
        (DEMAND_MISSING, "demand_missing", old, new),
        (DEMAND_ADDED, "demand_added", new, old),
    ):
        left = list(others)
        for freight in some:
            if freight in left:
                left.remove(freight)
                continue
            what = demand_words(freight.change)
            text = template.format(what=what)
            yield Difference(kind, "", "", "demand", None, None, "", text, freight.change.reason)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class _Freight:
    """A change of demand, equal to another that does the same whatever its reason."""

    change: DemandChange

    @classmethod
    def of(cls, change: DemandChange) -> _Freight:
        return cls(change)

    def _key(self) -> tuple[object, ...]:
        one = self.change
        selected = (one.place_ids, one.commodity_ids, one.market_ids, one.directions, one.forms)
        return (*(frozenset(ids) for ids in selected), one.factor, one.added_t_per_day, one.added_t_per_year)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Freight) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def demand_words(change: DemandChange) -> Text:
    """Return what a change does to freight, in words."""
    selected = (change.commodity_ids, change.directions, change.forms, change.place_ids, change.market_ids)
    kinds = [", ".join(ids) for ids in selected if ids]
    what = Text(en=" · ".join(kinds), vi=" · ".join(kinds)) if kinds else ALL_FREIGHT
    parts = [f"× {number(change.factor)}"] if change.factor != 1.0 or not change.adds else []
    parts += [f"+ {number(change.added_t_per_day)} t/day"] if change.added_t_per_day else []
    parts += [f"+ {number(change.added_t_per_year)} t/year"] if change.added_t_per_year else []
    return Text(en=f"{what.en} {' '.join(parts)}", vi=f"{what.vi} {' '.join(parts)}")


def plain(value: object) -> Value:
    """Return a cell as a plain value; an empty one is None."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    item = getattr(value, "item", None)
    return item() if callable(item) else value  # type: ignore[return-value] # a plain value


def worded(value: Value) -> Text | str:
    """Return a value as people read it."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return YES if value else NO
    return number(value) if isinstance(value, int | float) else value


def number(value: float) -> str:
    """Return a number with as many digits as tell it from others, and no more than ten."""
    return f"{value:.10g}" if abs(value) < 1e15 else f"{value:g}"  # noqa: PLR2004 - beyond it digits say nothing


def _name(cells: pd.Series) -> str:
    for column in NAMES:
        if column in cells.index and isinstance(cells[column], str) and cells[column]:
            return f" ({cells[column]})"
    return ""
