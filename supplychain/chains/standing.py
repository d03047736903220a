"""What a chain is held against: the offers, needs, industries and certificates of a registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from supplychain.chains.belonging import Trade, phrase
from supplychain.sourcing.build import TABLES, Orphan, build_catalogue, held_certificates
from supplychain.sourcing.values import Goods, Held, Party, Supply, Wanted

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

CHAIN_TABLES: Final = TABLES
"""The tables a chain is held against."""

INDUSTRY: Final = ""
"""Kind of a trade that is the code of an industry."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A facility with all that a chain asks of it.

    Parameters
    ----------
    party
        The facility and its organisation.
    offers
        What it offers, each with its codes.
    industries
        Codes of its industry: its own, or else that of its organisation.
    certificates
        What it holds.
    synthetic
        Whether it is made up.
    """

    party: Party
    offers: tuple[tuple[Supply, Trade], ...] = ()
    industries: tuple[Trade, ...] = ()
    certificates: tuple[Held, ...] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """A registry as chains see it.

    Parameters
    ----------
    firms
        Facilities by organisation and id.
    needs
        Needs with their codes, by id.
    orphans
        Rows that could not be used, because what they hang on is not there.
    """

    firms: tuple[Firm, ...]
    needs: tuple[tuple[Wanted, Trade], ...] = ()
    orphans: tuple[Orphan, ...] = ()


def build_ground(rows: Rows) -> Ground:
    """Return a registry as chains see it.

    Parameters
    ----------
    rows
        Rows of ``CHAIN_TABLES`` that the one who looks may see; a table that is not there counts as empty.
    """
    catalogue = build_catalogue(rows)
    isic = {row["article_id"]: row.get("isic_code") or "" for row in rows.get("articles", ())}
    offers: dict[str, list[tuple[Supply, Trade]]] = {}
    for supply in catalogue.supplies:
        offers.setdefault(supply.party.facility_id, []).append((supply, _trade(supply.goods, isic)))
    held = held_certificates(rows)
    organisations = {row["organisation_id"]: row for row in rows.get("organisations", ())}
    firms = [
        Firm(
            party,
            tuple(offers.get(party.facility_id, ())),
            _industries((row, organisations[party.organisation_id])),
            tuple(held.get(party.facility_id, ())),
            bool(row.get("synthetic")),
        )
        for row in rows.get("facilities", ())
        if (party := catalogue.parties.get(row["facility_id"])) is not None
    ]
    firms.sort(key=lambda one: (one.party.organisation_id, one.party.facility_id))
    needs = tuple((one, _trade(one.goods, isic)) for one in catalogue.wanted)
    return Ground(tuple(firms), needs, catalogue.orphans)


def _trade(goods: Goods, isic: Mapping[str, str]) -> Trade:
    return Trade(
        kind=goods.kind,
        hs=goods.hs_code,
        vsic=goods.vsic_code,
        vsic_version=goods.vsic_version,
        isic=isic.get(goods.article_id, ""),
        names=phrase((*goods.names_vi, *goods.names_en)),
    )


def _industries(rows: Iterable[Row]) -> tuple[Trade, ...]:
    """Return the industry of the first row that states one."""
    for row in rows:
        if row.get("vsic_code"):
            return (Trade(INDUSTRY, vsic=row["vsic_code"], vsic_version=row.get("vsic_version") or ""),)
    return ()
