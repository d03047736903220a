"""Rows of the registry put together for questions of risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from supplychain.risk.graph import Flow, SupplyGraph, make_supply_graph
from supplychain.sourcing.build import TABLES as MATCHING_TABLES
from supplychain.sourcing.build import Catalogue, Orphan, Row, Rows, build_catalogue
from supplychain.sourcing.quantities import KG_PER_T
from supplychain.sourcing.values import Goods, Spot, Wanted

Level = Literal["article", "commodity"]

TABLES: Final = (*MATCHING_TABLES, "supply_relations")
"""The tables that questions of risk read."""


@dataclass(frozen=True, slots=True)
class SupplyFacts:
    """What the registry knows of supply on one day.

    Parameters
    ----------
    graph
        Who supplies whom.
    catalogue
        Offers, needs and facilities.
    is_local
        Whether a facility stands in a park of the region; facilities outside parks are left out.
    needed_t
        Stated needs in tonnes a month, by facility and item.
    uncounted_needs
        Needs whose quantity is not stated, or in a unit whose mass is not.
    orphans
        Relations left out because an end of theirs is not there for the one who looks.
    ended
        Relations left out because they have ended, or not yet begun.
    """

    graph: SupplyGraph
    catalogue: Catalogue
    is_local: Mapping[str, bool]
    needed_t: Mapping[tuple[str, str], float]
    uncounted_needs: tuple[str, ...]
    orphans: tuple[Orphan, ...]
    ended: tuple[str, ...]

    def name(self, facility_id: str) -> str:
        """Return what a person calls a facility."""
        party = self.catalogue.parties.get(facility_id)
        return party.facility_name if party is not None else facility_id

    def organisation(self, facility_id: str) -> str:
        """Return the id of the organisation that runs a facility; empty where it is not known."""
        party = self.catalogue.parties.get(facility_id)
        return party.organisation_id if party is not None else ""

    def spot(self, facility_id: str) -> Spot | None:
        """Return where a facility stands, or its park does; None where neither is known."""
        party = self.catalogue.parties.get(facility_id)
        return None if party is None else party.spot


def build_supply(
    rows: Rows, on: date, gates: Mapping[str, tuple[float, float]] | None = None, level: Level = "article"
) -> SupplyFacts:
    """Return what rows of the registry say of supply on a day.

    Parameters
    ----------
    rows
        Rows of ``TABLES``; a table that is not there counts as empty.
    on
        The day: relations that end before it or begin after it are left out and named.
    gates
        Longitude and latitude of the gates of parks, by park.
    level
        article: items are articles, or commodities where no article is named; commodity: items are commodities, so
        that relations and needs that name an article and others that do not are counted together.
    """
    catalogue = build_catalogue(rows, gates)
    commodities = {row["article_id"]: row.get("commodity_id") or "" for row in rows.get("articles", ())}
    flows: list[Flow] = []
    orphans: list[Orphan] = []
    ended: list[str] = []
    for row in rows.get("supply_relations", ()):
        missing = next((row[end] for end in _ENDS if row[end] not in catalogue.parties), None)
        if missing is not None:
            orphans.append(Orphan("supply_relations", row["relation_id"], missing))
        elif not _holds(row, on):
            ended.append(row["relation_id"])
        else:
            flows.append(_flow(row, commodities, level))
    needed, uncounted = _needed(catalogue.wanted, level)
    local = {row["park_id"]: bool(row.get("in_region")) for row in rows.get("parks", ())}
    return SupplyFacts(
        graph=make_supply_graph(
            {name: party.organisation_id for name, party in catalogue.parties.items()},
            flows,
        ),
        catalogue=catalogue,
        is_local={name: local[party.park_id] for name, party in catalogue.parties.items() if party.park_id in local},
        needed_t=needed,
        uncounted_needs=uncounted,
        orphans=tuple(orphans),
        ended=tuple(sorted(ended)),
    )


_ENDS: Final = ("supplier_facility_id", "customer_facility_id")


def _flow(row: Row, commodities: Mapping[str, str], level: Level) -> Flow:
    mass = row.get("mass_t_per_month")
    article = row.get("article_id") or ""
    commodity = row.get("commodity_id") or commodities.get(article, "")
    return Flow(
        row["relation_id"],
        row["supplier_facility_id"],
        row["customer_facility_id"],
        _item(article, commodity, level),
        None if mass is None else float(mass),
    )


def _holds(row: Row, on: date) -> bool:
    since, until = (_date(row.get(name)) for name in ("since", "until"))
    return (since is None or since <= on) and (until is None or on <= until)


def _date(value: Any) -> date | None:  # noqa: ANN401 - a cell of the registry
    return date.fromisoformat(value) if isinstance(value, str) else value


def _item(article: str, commodity: str, level: Level) -> str:
    return article or commodity if level == "article" else commodity or article


def items_of(goods: Goods) -> tuple[str, ...]:
    """Return what goods count as a source of: their article and its commodity."""
    return tuple(name for name in (goods.article_id, goods.commodity_id) if name)


def item_of(goods: Goods, level: Level = "article") -> str:
    """Return what goods are counted as: their article or their commodity; empty where they name neither."""
    return _item(goods.article_id, goods.commodity_id, level)


def _needed(wanted: tuple[Wanted, ...], level: Level) -> tuple[dict[tuple[str, str], float], tuple[str, ...]]:
    found: dict[tuple[str, str], float] = {}
    uncounted = []
    for need in wanted:
        mass = need.quantity_t_per_month
        if mass is None and need.quantity_per_month is not None and need.goods.unit_mass_kg is not None:
            mass = need.quantity_per_month * need.goods.unit_mass_kg / KG_PER_T
        if mass is None:
            uncounted.append(need.need_id)
            continue
        key = need.party.facility_id, item_of(need.goods, level)
        found[key] = found.get(key, 0.0) + mass
    return found, tuple(uncounted)
