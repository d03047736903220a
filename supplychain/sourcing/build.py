"""Rows of the registry put together: offers and needs with their facilities, organisations, articles, certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from supplychain.sourcing.plots import Plot
from supplychain.sourcing.regions import plain
from supplychain.sourcing.values import GOODS, TONNE, Goods, Held, Party, Spot, Supply, Wanted, Written

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
"""Rows by name of the table; a row is a mapping of declared column names, a position stands in ``lat`` and ``lon``."""

TABLES: Final = (
    "organisations",
    "parks",
    "plots",
    "facilities",
    "articles",
    "offers",
    "offer_months",
    "needs",
    "certificates",
)
"""The tables that matching reads."""

VACANT: Final = "vacant"


@dataclass(frozen=True, slots=True)
class Orphan:
    """A row that cannot be used, because what it hangs on is not there for the one who looks.

    Parameters
    ----------
    table, record_id
        The row.
    missing
        What it names that is not there.
    """

    table: str
    record_id: str
    missing: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything matching looks through.

    Parameters
    ----------
    supplies, wanted, plots
        Offers, needs and plots, by id.
    orphans
        Rows that could not be used.
    parties
        Every facility with its organisation, by id of the facility.
    """

    supplies: tuple[Supply, ...]
    wanted: tuple[Wanted, ...]
    plots: tuple[Plot, ...]
    orphans: tuple[Orphan, ...] = ()
    parties: Mapping[str, Party] = field(default_factory=dict)


@dataclass(slots=True)
class _Builder:
    rows: Rows
    gates: Mapping[str, tuple[float, float]]
    parties: dict[str, Party] = field(default_factory=dict)
    articles: dict[str, Row] = field(default_factory=dict)
    parks: dict[str, Row] = field(default_factory=dict)
    orphans: list[Orphan] = field(default_factory=list)


def build_catalogue(rows: Rows, gates: Mapping[str, tuple[float, float]] | None = None) -> Catalogue:
    """Return offers, needs and plots, each with what it hangs on.

    Parameters
    ----------
    rows
        Rows of ``TABLES``; a table that is not there counts as empty.
    gates
        Longitude and latitude of the gates of parks, by park.
    """
    builder = _Builder(rows, gates or {})
    builder.articles = _by_key(rows, "articles", "article_id")
    builder.parks = _by_key(rows, "parks", "park_id")
    _add_parties(builder)
    certificates, months = held_certificates(rows), _months(rows)

    def supply(row: Row, party: Party) -> Supply:
        return _supply(row, party, _goods(row, builder.articles), (certificates, months))

    def want(row: Row, party: Party) -> Wanted:
        return _wanted(row, party, _goods(row, builder.articles))

    supplies = _each(builder, "offers", "offer_id", supply)
    wanted = _each(builder, "needs", "need_id", want)
    plots = [_plot(row, builder) for row in rows.get("plots", ()) if row["park_id"] in builder.parks]
    builder.orphans += [
        Orphan("plots", row["plot_id"], row["park_id"])
        for row in rows.get("plots", ())
        if row["park_id"] not in builder.parks
    ]
    return Catalogue(
        tuple(sorted(supplies, key=lambda one: one.offer_id)),
        tuple(sorted(wanted, key=lambda one: one.need_id)),
        tuple(sorted(plots, key=lambda one: one.plot_id)),
        tuple(builder.orphans),
        builder.parties,
    )


def _each(builder: _Builder, table: str, key: str, make: Callable[[Row, Party], Any]) -> list[Any]:
    found = []
    for row in builder.rows.get(table, ()):
        party = builder.parties.get(row["facility_id"])
        if party is None:
            builder.orphans.append(Orphan(table, row[key], row["facility_id"]))
        else:
            found.append(make(row, party))
    return found


def _by_key(rows: Rows, table: str, key: str) -> dict[str, Row]:
    return {row[key]: row for row in rows.get(table, ())}


def _add_parties(builder: _Builder) -> None:
    organisations = _by_key(builder.rows, "organisations", "organisation_id")
    for row in builder.rows.get("facilities", ()):
        organisation = organisations.get(row["organisation_id"])
        if organisation is None:
            builder.orphans.append(Orphan("facilities", row["facility_id"], row["organisation_id"]))
            continue
        park = builder.parks.get(_text(row, "park_id"))
        builder.parties[row["facility_id"]] = Party(
            organisation_id=organisation["organisation_id"],
            organisation_name=_text(organisation, "name_vi") or _text(organisation, "name_en"),
            facility_id=row["facility_id"],
            facility_name=_text(row, "name_vi") or _text(row, "name_en"),
            organisation_kind=_text(organisation, "kind"),
            stage=_text(organisation, "stage"),
            park_id=_text(row, "park_id"),
            spot=_spot(row, park, builder.gates),
            region_words=_region_words(row, park),
            written=_written(row, park),
        )


def _spot(row: Row, park: Row | None, gates: Mapping[str, tuple[float, float]]) -> Spot | None:
    if row.get("lat") is not None and row.get("lon") is not None:
        return Spot(float(row["lon"]), float(row["lat"]), "facility", _text(row, "name_vi"))
    if park is None:
        return None
    gate = gates.get(park["park_id"])
    if gate is not None:
        return Spot(gate[0], gate[1], "gate", _text(park, "name_vi"))
    if park.get("lat") is None or park.get("lon") is None:
        return None
    return Spot(float(park["lon"]), float(park["lat"]), "park", _text(park, "name_vi"))


def _region_words(row: Row, park: Row | None) -> tuple[str, ...]:
    words = [_text(row, name) for name in ("address", "ward_code", "former_ward_code", "park_id")]
    if park is not None:
        words += [_text(park, name) for name in ("name_vi", "name_en")]
    return tuple(plain(word) for word in words if word)


def _written(row: Row, park: Row | None) -> Written:
    return Written(
        *(_text(row, name) for name in ("address", "ward_code", "former_ward_code")),
        *(_text(park or {}, name) for name in ("ward", "former_province")),
    )


def _goods(row: Row, articles: Mapping[str, Row]) -> Goods:
    article = articles.get(_text(row, "article_id"), {})
    unit = _text(row, "unit")
    mass = row.get("unit_mass_kg")
    if mass is None and unit and unit == _text(article, "unit"):
        mass = article.get("unit_mass_kg")
    coded = row if row.get("vsic_code") else article
    names_vi = [_text(row, "article_vi"), _text(article, "name_vi")]
    names_en = [_text(row, "article_en"), _text(article, "name_en")]
    synonyms = [word.strip() for word in _text(article, "synonyms").split(";")]
    return Goods(
        names_vi=_distinct([*names_vi, *synonyms]),
        names_en=_distinct([*names_en, *synonyms]),
        kind=_text(row, "kind") or GOODS,
        article_id=_text(row, "article_id"),
        commodity_id=_text(row, "commodity_id") or _text(article, "commodity_id"),
        hs_code=_text(row, "hs_code") or _text(article, "hs_code"),
        vsic_code=_text(coded, "vsic_code"),
        vsic_version=_text(coded, "vsic_version"),
        unit=unit or TONNE,
        unit_mass_kg=None if unit in ("", TONNE) else _number(mass),
    )


def _supply(
    row: Row, party: Party, goods: Goods, others: tuple[Mapping[str, list[Held]], Mapping[str, dict[str, float]]]
) -> Supply:
    certificates, months = others
    return Supply(
        offer_id=row["offer_id"],
        party=party,
        goods=goods,
        capacity_t_per_month=_number(row.get("capacity_t_per_month")),
        capacity_per_month=_number(row.get("capacity_per_month")),
        free_by_month=months.get(row["offer_id"], {}),
        minimum_order=_number(row.get("minimum_order")),
        lead_time_days=_number(row.get("lead_time_days")),
        price_per_unit=_number(row.get("price_per_unit")),
        currency=_text(row, "currency"),
        price_year=int(row.get("price_year") or 0),
        valid_from=_date(row.get("valid_from")),
        valid_to=_date(row.get("valid_to")),
        certificates=tuple(certificates.get(party.facility_id, ())),
    )


def _wanted(row: Row, party: Party, goods: Goods) -> Wanted:
    return Wanted(
        need_id=row["need_id"],
        party=party,
        goods=goods,
        quantity_t_per_month=_number(row.get("quantity_t_per_month")),
        quantity_per_month=_number(row.get("quantity_per_month")),
        first_month=_text(row, "first_month"),
        last_month=_text(row, "last_month"),
        lead_time_days=_number(row.get("lead_time_days")),
        latest_arrival=_date(row.get("latest_arrival")),
        certificates=tuple(word.strip() for word in _text(row, "certificates_required").split(";") if word.strip()),
        longest_minutes=_number(row.get("longest_minutes")),
    )


def _plot(row: Row, builder: _Builder) -> Plot:
    park = builder.parks[row["park_id"]]
    return Plot(
        plot_id=row["plot_id"],
        park_id=row["park_id"],
        park_name=_text(park, "name_vi"),
        label=_text(row, "label"),
        area_ha=float(row["area_ha"]),
        state=_text(row, "state") or VACANT,
        vacant_from=_date(row.get("vacant_from")),
        power_kva=_number(row.get("power_kva")),
        water_m3_per_day=_number(row.get("water_m3_per_day")),
        ready_built_m2=_number(row.get("ready_built_m2")),
        industries=tuple(word.strip() for word in _text(row, "industries").split(";") if word.strip()),
        rent_per_m2_year=_number(row.get("rent_per_m2_year")),
        currency=_text(row, "currency"),
        price_year=int(row.get("price_year") or 0),
        spot=_spot(row, park, builder.gates),
        region_words=_region_words(row, park),
        written=_written({}, park),
    )


def held_certificates(rows: Rows) -> dict[str, list[Held]]:
    """Return the certificates of each facility; one without a first or a last day is left out."""
    found: dict[str, list[Held]] = defaultdict(list)
    for row in rows.get("certificates", ()):
        first, last, withdrawn = (_date(row.get(name)) for name in ("valid_from", "valid_to", "withdrawn_on"))
        if first is None or last is None:
            continue
        if withdrawn is not None:
            last = min(last, withdrawn - timedelta(days=1))
        codes = tuple(word.strip() for word in _text(row, "scope_codes").split(";") if word.strip())
        found[row["facility_id"]].append(Held(row["certificate_id"], _text(row, "scheme"), first, last, codes))
    return found


def _months(rows: Rows) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows.get("offer_months", ()):
        found[row["offer_id"]][_text(row, "month")] = float(row["free_capacity"])
    return found


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell of the registry
    return None if value is None else float(value)


def _date(value: Any) -> date | None:  # noqa: ANN401 - a cell of the registry
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
