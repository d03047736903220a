"""What can be found: an entry for each organisation, facility, offer and need, as plain frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

EntryKind = Literal["organisation", "facility", "offer", "need"]

PUBLIC: Final = 0
PARTNERS: Final = 1
PRIVATE: Final = 2
LEVELS: Final = {None: PUBLIC, "": PUBLIC, "public": PUBLIC, "partners": PARTNERS, "private": PRIVATE}
"""Words of the column ``visibility``; a record is never more visible than the one it hangs on."""

TONNE: Final = "t"
FIRST_DAY: Final = date.min
LAST_DAY: Final = date.max


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate that covers what the entry offers.

    Parameters
    ----------
    scheme
        As written.
    first_day, last_day
        Days it holds; one that was withdrawn ends the day before.
    level
        Who may see it.
    """

    scheme: str
    first_day: date
    last_day: date
    level: int = PUBLIC


@dataclass(frozen=True, slots=True)
class FreeMonth:
    """Free capacity of an offer in one month.

    Parameters
    ----------
    month
        ``YYYY-MM``.
    free
        In the unit of the offer.
    level
        Who may see it.
    """

    month: str
    free: float
    level: int = PUBLIC


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a search can find.

    Parameters
    ----------
    organisation_id
        Whose it is; hits are grouped by it.
    kind, record_id
        The record found.
    facility_id
        Where it is offered or wanted; empty for an organisation.
    articles
        Names of the goods or services, synonyms among them.
    names
        Names of the organisation and the facility.
    others
        What else can be found: role, address, park, tax code of an enterprise. Never a personal column.
    own_codes
        Codes of the goods themselves, as ``hs:8534``.
    codes
        Codes of the facility and the organisation.
    lon, lat
        WGS 84 degrees; None where neither the facility's nor its park's position is known.
    of_park
        True where the position is that of the park.
    capacity_t
        Tonnes a month, offered or wanted; None where it is not stated and cannot be worked out.
    capacity
        The same in ``unit``.
    unit
        ``t`` or the unit of the offer.
    unit_mass_kg
        Mass of one unit; None where it is not stated.
    months, certificates
        Free capacity by month; certificates that cover the goods.
    first_day, last_day
        When the offer holds.
    level
        Who may see it: the strictest of the records it hangs on.
    synthetic
        Whether any of those records is made up.
    offer_kind
        Kind of an offer or need (goods, service, training, ...); empty for others.
    """

    organisation_id: str
    kind: EntryKind
    record_id: str
    facility_id: str = ""
    articles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    own_codes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None
    of_park: bool = False
    capacity_t: float | None = None
    capacity: float | None = None
    unit: str = TONNE
    unit_mass_kg: float | None = None
    months: tuple[FreeMonth, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY
    level: int = PUBLIC
    synthetic: bool = False
    offer_kind: str = ""


def needed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries of one organisation without those that another one makes superfluous.

    An offer's entry holds all words, codes, certificates and the position of its facility's and organisation's
    entries. Where it has the same visibility, is no more made up and holds at all times, whatever finds those finds
    it too, with no fewer points: they need not be kept. The answers to questions do not change.
    """
    given = list(entries)
    return [one for one in given if not any(_stands_for(other, one) for other in given)]


def _stands_for(entry: Entry, other: Entry) -> bool:
    """Return whether the first entry answers every question for what is offered that the other one answers."""
    ranks = {"organisation": 0, "facility": 1, "offer": 2}
    if other.kind not in ("organisation", "facility") or ranks.get(entry.kind, -1) <= ranks[other.kind]:
        return False
    if other.kind == "facility" and entry.facility_id != other.facility_id:
        return False
    return (
        (entry.level, entry.synthetic) == (other.level, other.synthetic)
        and (entry.first_day, entry.last_day) == (FIRST_DAY, LAST_DAY)
        and _within(other.certificates, entry.certificates)
    )


def _within(some: Sequence[HeldCertificate], others: Sequence[HeldCertificate]) -> bool:
    return all(one in others for one in some)


def tonnes(amount: float | None, unit: str, unit_mass_kg: float | None) -> float | None:
    """Return an amount of units in tonnes; None where the mass of the unit is not known.

    Parameters
    ----------
    amount
        In ``unit``.
    unit
        ``t`` or another unit.
    unit_mass_kg
        Mass of one unit, kg.
    """
    if amount is None:
        return None
    if unit == TONNE:
        return amount
    return None if unit_mass_kg is None else amount * unit_mass_kg / 1000.0
