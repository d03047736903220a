"""Rows of the registry become entries of the index; nothing is read here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from supplychain.rules import split_list
from supplychain.search.codes import kept_code, stepped_codes
from supplychain.search.entries import (
    FIRST_DAY,
    LAST_DAY,
    LEVELS,
    PRIVATE,
    TONNE,
    Entry,
    FreeMonth,
    HeldCertificate,
    needed_entries,
    tonnes,
)
from supplychain.search.rows import Firm, Row, Shared

_NAMES: Final = ("name_vi", "name_en", "short_name", "former_name")


@dataclass(frozen=True, slots=True)
class _Place:
    """What an offer takes over from its facility and organisation."""

    names: tuple[str, ...]
    others: tuple[str, ...]
    codes: tuple[str, ...]
    lon: float | None
    lat: float | None
    of_park: bool
    level: int
    synthetic: bool


def entries_of(firm: Firm, shared: Shared) -> list[Entry]:
    """Return the entries of one organisation, those that are superfluous left out.

    Texts and codes of an article count where it is no less visible, and no more made up, than the offer. Made-up
    certificates and months of real offers are left out.
    """
    organisation = _organisation(firm.organisation)
    organisation_id = firm.organisation["organisation_id"]
    entries = [_entry(Entry(organisation_id, "organisation", organisation_id), organisation)]
    certificates = _by(firm.certificates, "facility_id")
    months = _by(firm.months, "offer_id")
    places = {row["facility_id"]: _facility(row, organisation, shared) for row in firm.facilities}
    for facility_id, place in places.items():
        bare = Entry(organisation_id, "facility", facility_id, facility_id)
        entries.append(_certified(_entry(bare, place), certificates[facility_id]))
    for row in firm.offers:
        place, held = places[row["facility_id"]], certificates[row["facility_id"]]
        entries.append(_certified(_with_months(_offer(row, place, shared, organisation_id), months), held))
    kept = needed_entries(entries)
    kept += [_need(row, places[row["facility_id"]], shared, organisation_id) for row in firm.needs]
    return [_stepped(entry) for entry in kept]


def _stepped(entry: Entry) -> Entry:
    """Return an entry with its industries in both editions of VSIC; certificates were held against those on record."""
    own_codes, codes = stepped_codes(entry.own_codes), stepped_codes(entry.codes)
    if (own_codes, codes) == (entry.own_codes, entry.codes):
        return entry
    return replace(entry, own_codes=own_codes, codes=codes)


def all_entries(firms: Iterable[Firm], shared: Shared) -> Iterator[Entry]:
    """Yield the entries of many organisations."""
    for firm in firms:
        yield from entries_of(firm, shared)


def _organisation(row: Row) -> _Place:
    return _Place(
        names=_texts(row, _NAMES),
        others=_texts(row, ("role", "tax_code", "lei", "address", "organisation_id")),
        codes=_codes(row),
        lon=None,
        lat=None,
        of_park=False,
        level=_level(row),
        synthetic=bool(row["synthetic"]),
    )


def _facility(row: Row, organisation: _Place, shared: Shared) -> _Place:
    park = shared.parks.get(row["park_id"] or "")
    point, of_park = row["geometry"], False
    if point is None and park is not None:
        point, of_park = park["geometry"], True
    return _Place(
        names=_joined(organisation.names, _texts(row, ("name_vi", "name_en", "short_name"))),
        others=_joined(organisation.others, _texts(row, ("address",)), _texts(park or {}, ("name_vi", "name_en"))),
        codes=_joined(organisation.codes, _codes(row)),
        lon=None if point is None else point.x,
        lat=None if point is None else point.y,
        of_park=of_park,
        level=max(organisation.level, _level(row)),
        synthetic=organisation.synthetic or bool(row["synthetic"]),
    )


def _entry(bare: Entry, place: _Place) -> Entry:
    return Entry(
        organisation_id=bare.organisation_id,
        kind=bare.kind,
        record_id=bare.record_id,
        facility_id=bare.facility_id,
        names=place.names,
        others=place.others,
        codes=place.codes,
        lon=place.lon,
        lat=place.lat,
        of_park=place.of_park,
        level=place.level,
        synthetic=place.synthetic,
    )


def _offer(row: Row, place: _Place, shared: Shared, organisation_id: str) -> Entry:
    return _goods(row, place, shared, Entry(organisation_id, "offer", row["offer_id"], row["facility_id"]))


def _need(row: Row, place: _Place, shared: Shared, organisation_id: str) -> Entry:
    return _goods(row, place, shared, Entry(organisation_id, "need", row["need_id"], row["facility_id"]))


def _goods(row: Row, place: _Place, shared: Shared, bare: Entry) -> Entry:
    """Return the entry of an offer or need."""
    level = max(place.level, _level(row))
    synthetic = place.synthetic or bool(row["synthetic"])
    article = shared.articles.get(row["article_id"] or "")
    if article is not None and (_level(article) > level or (article["synthetic"] and not synthetic)):
        article = None
    unit = row["unit"] or TONNE
    mass = row["unit_mass_kg"]
    if mass is None and article is not None and article["unit"] == unit:
        mass = article["unit_mass_kg"]
    quantity = "capacity" if bare.kind == "offer" else "quantity"
    in_tonnes, in_units = row[f"{quantity}_t_per_month"], row[f"{quantity}_per_month"]
    if unit == TONNE:
        in_units = in_tonnes if in_units is None else in_units
    return Entry(
        organisation_id=bare.organisation_id,
        kind=bare.kind,
        record_id=bare.record_id,
        facility_id=bare.facility_id,
        articles=_joined(_texts(row, ("article_vi", "article_en")), _article_names(article)),
        names=place.names,
        others=place.others,
        own_codes=_joined(_codes(row), _codes(article or {})),
        codes=place.codes,
        lon=place.lon,
        lat=place.lat,
        of_park=place.of_park,
        capacity_t=tonnes(in_units, unit, mass) if in_tonnes is None else in_tonnes,
        capacity=in_units,
        unit=unit,
        unit_mass_kg=mass,
        first_day=row.get("valid_from") or FIRST_DAY,
        last_day=row.get("valid_to") or LAST_DAY,
        level=level,
        synthetic=synthetic,
        offer_kind=row["kind"] or "goods",
    )


def _with_months(entry: Entry, months: defaultdict[str, list[Row]]) -> Entry:
    rows = [row for row in months[entry.record_id] if entry.synthetic or not row["synthetic"]]
    if not rows:
        return entry
    free = tuple(FreeMonth(row["month"], row["free_capacity"], max(entry.level, _level(row))) for row in rows)
    return replace(entry, months=free)


def _certified(entry: Entry, certificates: Sequence[Row]) -> Entry:
    """Return an entry with the certificates that cover what it offers."""
    codes = entry.own_codes if entry.kind == "offer" else entry.codes
    rows = [row for row in certificates if entry.synthetic or not row["synthetic"]]
    held = tuple(_held(row, entry.level) for row in rows if _covers(row, codes))
    if not rows:
        return entry
    return replace(entry, certificates=held)


def _held(row: Row, level: int) -> HeldCertificate:
    last = row["valid_to"]
    withdrawn: date | None = row["withdrawn_on"]
    if withdrawn is not None:
        last = min(last, withdrawn - timedelta(days=1))
    return HeldCertificate(row["scheme"], row["valid_from"], last, max(level, _level(row)))


def _covers(row: Row, codes: Sequence[str]) -> bool:
    """Return whether a certificate covers goods with such codes: the whole facility, or codes theirs begin with."""
    scope = [code.strip().lower().replace(".", "") for code in split_list(row["scope_codes"] or "")]
    if not scope:
        return True
    plain = [code.replace("vsic2018:", "vsic:").replace("vsic2025:", "vsic:") for code in codes]
    return any(code.startswith(one) for code in plain for one in scope)


def _article_names(article: Row | None) -> tuple[str, ...]:
    if article is None:
        return ()
    return (*_texts(article, ("name_vi", "name_en", "short_name")), *split_list(article["synonyms"] or ""))


def _codes(row: Row) -> tuple[str, ...]:
    found = kept_code("hs", row.get("hs_code")) + kept_code("isic", row.get("isic_code"))
    edition = row.get("vsic_version")
    return found + kept_code(f"vsic{edition}", row.get("vsic_code")) if edition else found


def _texts(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names if row.get(name))


def _joined(*texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return several groups of texts as one, each text once."""
    return tuple(dict.fromkeys(text for group in texts for text in group))


def _level(row: Row) -> int:
    return LEVELS.get(row["visibility"], PRIVATE)


def _by(rows: Iterable[Row], column: str) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found
