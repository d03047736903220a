"""Low, mid and high price of links: cost rows at their low and high values, other rows by the assumptions they name.

Money of vehicles has its range in the rows of ``costs`` (low, mid, high); tolls, handling, fees and rates of services
have theirs in the factor assumptions that their rows name. The factors of ``costs.mid`` say the same as the rows and
are not taken once more. The way of the freight stays that of the mid price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geodata.columns import BOX_FORMS, LINK_KINDS
from geodata.impedance.impedance import PRICE_PARTS, Impedance
from geodata.impedance.vehicles import build_vehicles
from supplychain.pack import split_list
from supplychain.prices import PriceBasis

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.impedance.components import ClassCosts
    from optimizer.quote.rows import LinkRows
    from supplychain.pack import Pack

End = Literal["low", "high"]

_HANDLING: Final = LINK_KINDS.index("transshipment")


@dataclass(frozen=True, slots=True)
class Range:
    """An amount with the ends it may have; ``low`` ≤ ``value`` ≤ ``high``."""

    low: float
    value: float
    high: float

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.value + other.value, self.high + other.high)

    def __mul__(self, factor: float) -> Range:
        return Range(self.low * factor, self.value * factor, self.high * factor)


NOTHING: Final = Range(0.0, 0.0, 0.0)


class PriceRanges:
    """Prices of one class on some links, part by part, with their ends.

    Parameters
    ----------
    pack
        Rows with their assumptions.
    impedance
        Of one class.
    rows
        Rows of its links.
    """

    def __init__(self, pack: Pack, impedance: Impedance, rows: LinkRows) -> None:
        self._pack, self._rows = pack, rows
        self._impedance = impedance
        self._costs = impedance.class_costs(0)
        self._is_box = impedance.classes[0].form in BOX_FORMS

    def parts(self, links: NDArray[np.int32]) -> dict[str, Range]:
        """Return the price of a run of links by part of ``PRICE_PARTS``, pack money per tonne."""
        found = {}
        for name in PRICE_PARTS:
            value = float(self._values(self._costs, name)[links].sum())
            low, high = (self._end(name, links, end) for end in ("low", "high"))
            found[name] = Range(min(low, value), value, max(high, value))
        return found

    def _end(self, name: str, links: NDArray[np.int32], end: End) -> float:
        """Return one end of a part over some links."""
        of_vehicles = self._values(self._at_end[end], name)[links]
        if name in ("distance", "vehicle_hour"):
            return float(of_vehicles.sum())
        table = self._impedance.network.links
        handled = table.kind[links] == _HANDLING
        if name == "handling":
            # What is not handled at a terminal is the fee of a leg: money of the vehicle.
            return float(of_vehicles[~handled].sum()) + self._scaled(name, links[handled], end)
        return self._scaled(name, links, end)

    def _scaled(self, name: str, links: NDArray[np.int32], end: End) -> float:
        values = self._values(self._costs, name)
        return float(sum(values[link] * self._factor(name, int(link), end) for link in links if values[link]))

    def _factor(self, name: str, link: int, end: End) -> float:
        """Return by how much the assumptions of a link's rows lower or raise one part."""
        links = self._impedance.network.links
        row_id, terminal_id = str(links.row_id[link]), str(links.terminal_id[link])
        by_teu = self._is_box and not np.isnan(links.price_per_teu[link])
        if name == "toll":
            return self._of_row(*self._rows.of(link), "toll_per_km", end)
        if name == "freight_rate":
            return self._of_row("services", row_id, "cost_per_teu" if by_teu else "cost_per_t", end)
        if name == "fee":
            return self._of_row("terminals", terminal_id, "fee_per_teu" if self._is_box else "fee_per_t", end)
        price = "cost_per_teu" if by_teu else "cost_per_t"
        return self._of_row("transshipments", row_id, price, end) * self._of_row(
            "terminals", terminal_id, "handling_cost_factor", end
        )

    def _of_row(self, table: str, row_id: str, column: str, end: End) -> float:
        factor = 1.0
        for assumption_id in self._named.get(table, {}).get(row_id, ()):
            target, ends = self._factors.get(assumption_id, ("", {}))
            if target == f"{table}.{column}":
                factor *= ends[end]
        return factor

    @cached_property
    def _factors(self) -> dict[str, tuple[str, dict[str, float]]]:
        """Column each factor assumption applies to, and its ends relative to what is computed with."""
        rows = self._pack.table("assumptions")
        rows = rows[(rows["kind"] == "factor") & (rows["mid"] > 0)]
        return {
            str(row.assumption_id): (
                str(row.applies_to),
                {"low": float(row.low) / float(row.mid), "high": float(row.high) / float(row.mid)},
            )
            for row in rows.itertuples()
        }

    @cached_property
    def _named(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Assumptions that rows name, by table and row."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for table in ("links", "services", "transshipments", "terminals"):
            frame = self._pack.table(table)
            cells = zip(frame[frame.columns[0]], frame["assumption_ids"], strict=True)
            found[table] = {str(key): tuple(split_list(cell)) for key, cell in cells}
        return found

    @cached_property
    def _at_end(self) -> dict[str, ClassCosts]:
        basis = PriceBasis.from_pack(self._pack)
        own = self._impedance.vehicles
        costs = {}
        for end in ("low", "high"):
            money = build_vehicles(self._pack, basis, end)
            vehicles = replace(own, price=money.price, resource=money.resource)
            costs[end] = replace(self._impedance, vehicles=vehicles).class_costs(0)
        return costs

    def _values(self, costs: ClassCosts, name: str) -> NDArray[np.float64]:
        key = (id(costs), name)
        if key not in self._kept:
            self._kept[key] = costs.part(name)
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[int, str], NDArray[np.float64]]:
        return {}
