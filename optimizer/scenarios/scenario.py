"""Scenario: named changes to a base case, worked out to rows of tables and kinds of freight."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from supplychain.demand.changes import DemandChange
from supplychain.text import Text

Value = str | float | int | bool | None
TariffLevel = Literal["low", "mid", "high"]

FORM: Final = 2
"""Newest form of a scenario file that this program reads; it writes this form."""
CURRENCIES: Final = ("VND", "USD")
TARIFF_LEVELS: Final[tuple[TariffLevel, ...]] = ("low", "mid", "high")


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """What a tonne of CO2e costs in the plan's objective.

    Parameters
    ----------
    value
        Price per t CO2e, at least 0.
    currency
        ``VND`` or ``USD``.
    price_year
        Year whose prices the value is in.
    """

    value: float
    currency: str
    price_year: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and self.value >= 0):
            msg = f"value must be at least 0, got {self.value}."
            raise ValueError(msg)
        if self.currency not in CURRENCIES:
            msg = f"currency must be one of {CURRENCIES}, got {self.currency!r}."
            raise ValueError(msg)

    def to_dict(self) -> dict[str, object]:
        """Return the price as a scenario file states it."""
        return {"value": self.value, "unit": f"{self.currency}/t", "price_year": self.price_year}


NO_CARBON_PRICE: Final = CarbonPrice(value=0.0, currency="VND", price_year=2025)


@dataclass(frozen=True, slots=True)
class Change:
    """One change to rows of one table.

    Parameters
    ----------
    table
        Table name of the pack.
    ids
        Ids of the rows meant; empty when ``where`` picks them.
    where
        Column and the values it may have; a row is meant when every column matches.
    set_values
        Column and its new value.
    scale
        Column and the factor its value is multiplied by.
    reason
        Why the change stands in the scenario; one plain text in a file serves both languages.
    line, character
        Place in the file at which the change begins (the first is 1); None when not from a file.
    file
        File it stands in, where that is another than the scenario's own; empty otherwise.
    """

    table: str
    ids: tuple[str, ...]
    where: tuple[tuple[str, tuple[Value, ...]], ...]
    set_values: tuple[tuple[str, Value], ...]
    scale: tuple[tuple[str, float], ...]
    reason: Text
    line: int | None = None
    character: int | None = None
    file: str = ""

    def __post_init__(self) -> None:
        if bool(self.ids) == bool(self.where):
            msg = "a change picks its rows by exactly one of ids and where."
            raise ValueError(msg)
        if not self.set_values and not self.scale:
            msg = "a change has a set or a scale."
            raise ValueError(msg)

    def to_dict(self) -> dict[str, object]:
        """Return the change as a scenario file states it."""
        document: dict[str, object] = {"change": "table", "table": self.table}
        if self.ids:
            document["ids"] = list(self.ids)
        else:
            document["where"] = {column: list(values) for column, values in self.where}
        if self.set_values:
            document["set"] = dict(self.set_values)
        if self.scale:
            document["scale"] = dict(self.scale)
        document["reason"] = both_languages(self.reason)
        return document


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row that a scenario adds to a table, such as a link that is to be built.

    Parameters
    ----------
    table
        Table name of the pack.
    cells
        Column and value; columns left out are empty.
    reason, line, character, file
        As in :class:`Change`.
    """

    table: str
    cells: tuple[tuple[str, Value], ...]
    reason: Text
    line: int | None = None
    character: int | None = None
    file: str = ""

    def row_id(self, key: str) -> str:
        """Return the id of the row, which stands in the column ``key``."""
        return str(dict(self.cells).get(key, ""))

    def to_dict(self) -> dict[str, object]:
        """Return the row as a scenario file states it."""
        return {
            "change": "row",
            "table": self.table,
            "values": dict(self.cells),
            "reason": both_languages(self.reason),
        }


@dataclass(frozen=True, slots=True)
class Scenario:
    """Named changes to a base case, worked out: what a plan is made from.

    Parameters
    ----------
    scenario_id
        ASCII snake_case id; the file's stem.
    name
        Short label.
    description
        What is different and why one would ask.
    carbon_price
        Price of CO2e in the objective.
    changes
        Changes and added rows, applied in this order.
    file
        File name as the user knows it, for findings.
    demand_changes
        Freight multiplied or added, after the demand of the changed tables is balanced.
    tariff_level
        Which value of each cost row counts.
    date
        The day planned; None where no change depends on it.
    base, stack
        Ids of the scenarios it was worked out from.
    """

    scenario_id: str
    name: Text
    description: Text
    carbon_price: CarbonPrice = NO_CARBON_PRICE
    changes: tuple[Change | AddedRow, ...] = ()
    file: str = "scenario"
    demand_changes: tuple[DemandChange, ...] = ()
    tariff_level: TariffLevel = "mid"
    date: date | None = None
    base: str | None = None
    stack: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return the scenario as a file that builds on no other; reading it back gives the same plan."""
        document: dict[str, object] = {
            "format": FORM,
            "scenario_id": self.scenario_id,
            "name": both_languages(self.name),
            "description": both_languages(self.description),
        }
        if self.date is not None:
            document["date"] = self.date.isoformat()
        document |= self._settings()
        return document | {"changes": [change.to_dict() for change in self._all_changes()]}

    def _settings(self) -> dict[str, object]:
        settings: dict[str, object] = {"carbon_price": self.carbon_price.to_dict()}
        if self.tariff_level != "mid":
            settings["tariff_level"] = self.tariff_level
        return settings

    def effect(self) -> dict[str, object]:
        """Return what a plan follows from beside the changed tables: two scenarios alike in both have one plan."""
        document = self._settings()
        if self.demand_changes:
            document["demand"] = [_demand_effect(change) for change in self.demand_changes]
        return document

    def _all_changes(self) -> tuple[Change | AddedRow | _Demand, ...]:
        return (*self.changes, *(_Demand(change) for change in self.demand_changes))


@dataclass(frozen=True, slots=True)
class _Demand:
    """A change of demand as a scenario file states it."""

    change: DemandChange

    def to_dict(self) -> dict[str, object]:
        """Return the change as a scenario file states it."""
        return {"change": "demand"} | _demand_effect(self.change) | {"reason": both_languages(self.change.reason)}


def _demand_effect(change: DemandChange) -> dict[str, object]:
    document: dict[str, object] = {
        name: list(ids)
        for name, ids in (
            ("places", change.place_ids),
            ("commodities", change.commodity_ids),
            ("markets", change.market_ids),
            ("directions", change.directions),
            ("forms", change.forms),
        )
        if ids
    }
    if change.factor != 1.0 or not change.adds:
        document["by"] = change.factor
    for name, tonnes in (("day", change.added_t_per_day), ("year", change.added_t_per_year)):
        if tonnes:
            document["add"] = f"{tonnes!r} t/{name}"
    return document


def both_languages(text: Text) -> Mapping[str, str]:
    """Return a text as a scenario file states it."""
    return {"vi": text.vi, "en": text.en}
