"""Rows that the figures of a leg rest on, with their sources and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata.answers.chain_legs import HANDLING, SERVICE, ChainLeg
from optimizer.emissions.factors import weakest_confidence
from optimizer.quote.rows import LinkRows
from supplychain.pack import split_list

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.case import Case


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of one table.

    Parameters
    ----------
    table
        Table.
    row_ids
        Its rows.
    sources
        Ids of their sources.
    confidence
        The weakest of the rows.
    assumption_ids
        Assumptions they name.
    """

    table: str
    row_ids: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str
    assumption_ids: tuple[str, ...]


def weakest(evidence: Sequence[Evidence]) -> str:
    """Return the weakest confidence of some evidence; empty text where there is none."""
    return weakest_confidence(one.confidence for one in evidence)


class Evidences:
    """Looks up the rows of legs.

    Parameters
    ----------
    case
        Its pack and network.
    """

    def __init__(self, case: Case) -> None:
        self._pack = case.pack
        self._links = case.network.links
        self._link_rows = LinkRows(case)
        self._frames: dict[str, pd.DataFrame] = {}

    def of_leg(self, leg: ChainLeg, vehicle_id: str) -> tuple[Evidence, ...]:
        """Return the evidence of one leg: its way or service, what carries or handles it, and what that costs."""
        found: list[Evidence | None] = []
        if leg.kind == HANDLING:
            found.append(self._rows("transshipments", [str(self._links.row_id[leg.links[0]])]))
            found.append(self._rows("terminals", [leg.terminal_id]))
        elif leg.kind == SERVICE:
            found.append(self._rows("services", [leg.service_id]))
        else:
            named = [self._link_rows.of(int(link)) for link in leg.links]
            for table in dict.fromkeys(table for table, _ in named):
                rows = [row_id for its, row_id in named if its == table]
                found.append(self._rows(table, dict.fromkeys(rows)))
        if vehicle_id:
            found += self._of_vehicle(vehicle_id)
        return tuple(one for one in found if one is not None)

    def _of_vehicle(self, vehicle_id: str) -> list[Evidence | None]:
        costs = self._pack.table("costs")
        rows = costs.loc[costs["vehicle_id"] == vehicle_id, "cost_id"]
        return [self._rows("vehicles", [vehicle_id]), self._rows("costs", [str(row) for row in rows])]

    def _rows(self, table: str, row_ids: Iterable[str]) -> Evidence | None:
        if table not in self._pack.tables:
            return None  # links of a stored network: their source is that of the network
        if table not in self._frames:
            frame = self._pack.table(table)
            self._frames[table] = frame.set_index(frame.columns[0])
        frame = self._frames[table]
        known = [row_id for row_id in row_ids if row_id in frame.index]
        if not known:
            return None
        rows = frame.loc[known]
        named = [name for cell in rows["assumption_ids"] for name in split_list(cell)]
        return Evidence(
            table,
            tuple(known),
            tuple(dict.fromkeys(str(source) for source in rows["source"])),
            weakest_confidence(str(word) for word in rows["confidence"]),
            tuple(dict.fromkeys(named)),
        )
