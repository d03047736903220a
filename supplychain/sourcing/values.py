"""What matching speaks of, as frozen values: who stands where, what is offered, what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

TONNE: Final = "t"
GOODS: Final = "goods"

SpotOf = Literal["facility", "gate", "park", "point"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, and whose it is.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees.
    of
        ``facility``: its own position; ``gate`` or ``park``: that of the park it stands in; ``point``: named by the
        user.
    label
        What a person calls it.
    """

    lon: float
    lat: float
    of: SpotOf
    label: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What is recorded of where a facility or plot lies, as written; empty where nothing is.

    Parameters
    ----------
    address, ward_code, former_ward_code
        Of the place itself: address, and codes of its ward since and before July 2025.
    park_ward, park_province
        Of its park: ward since and province before July 2025.
    """

    address: str = ""
    ward_code: str = ""
    former_ward_code: str = ""
    park_ward: str = ""
    park_province: str = ""


NOWHERE: Final = Written()


@dataclass(frozen=True, slots=True)
class Party:
    """A facility and the organisation that runs it.

    Parameters
    ----------
    organisation_id, organisation_name
        The organisation.
    facility_id, facility_name
        The facility.
    organisation_kind, stage
        Words of the organisation's own row; ``stage`` may be empty.
    park_id
        Park it stands in; empty for none.
    spot
        Where it stands, or its park does; None where neither is known.
    region_words
        Address, and ids and names of the park it lies in, folded.
    written
        What is recorded of where it lies.
    """

    organisation_id: str
    organisation_name: str
    facility_id: str
    facility_name: str
    organisation_kind: str = "enterprise"
    stage: str = ""
    park_id: str = ""
    spot: Spot | None = None
    region_words: tuple[str, ...] = ()
    written: Written = NOWHERE


@dataclass(frozen=True, slots=True)
class Goods:
    """What is offered or wanted, with its article's codes and names where its own row has none.

    Parameters
    ----------
    names_vi, names_en
        Names in each language, synonyms among them.
    kind
        One of ``OFFER_KINDS``; empty in a question that takes any.
    article_id, commodity_id, hs_code, vsic_code, vsic_version
        Ids and codes; empty where there is none.
    unit
        Unit of quantities; ``t`` for tonnes.
    unit_mass_kg
        Mass of one unit, kg; None where it is not stated.
    """

    names_vi: tuple[str, ...] = ()
    names_en: tuple[str, ...] = ()
    kind: str = GOODS
    article_id: str = ""
    commodity_id: str = ""
    hs_code: str = ""
    vsic_code: str = ""
    vsic_version: str = ""
    unit: str = TONNE
    unit_mass_kg: float | None = None

    @property
    def label(self) -> str:
        """The first name there is."""
        return next(iter((*self.names_vi, *self.names_en)), self.article_id or self.commodity_id)


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of a facility.

    Parameters
    ----------
    certificate_id, scheme
        Key and scheme as written.
    valid_from, valid_to
        First and last day it holds; one that was withdrawn ends the day before.
    scope_codes
        Codes it covers, as ``hs:8534`` or ``vsic:2610``; empty for the whole facility.
    """

    certificate_id: str
    scheme: str
    valid_from: date
    valid_to: date
    scope_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer, with everything matching asks of it.

    Parameters
    ----------
    offer_id
        Key of the offer.
    party
        Who offers, and where.
    goods
        What.
    capacity_t_per_month, capacity_per_month
        Capacity a month in tonnes, and in the unit of the goods; None where it is not stated.
    free_by_month
        Free capacity by month (``YYYY-MM``), in the unit of the goods.
    minimum_order
        Least quantity of an order, in the unit of the goods.
    lead_time_days
        Days from order to delivery.
    price_per_unit, currency, price_year
        Price at the gate for one unit of the goods.
    valid_from, valid_to
        First and last day of the offer.
    certificates
        Certificates of the facility.
    """

    offer_id: str
    party: Party
    goods: Goods
    capacity_t_per_month: float | None = None
    capacity_per_month: float | None = None
    free_by_month: Mapping[str, float] = field(default_factory=dict)
    minimum_order: float | None = None
    lead_time_days: float | None = None
    price_per_unit: float | None = None
    currency: str = ""
    price_year: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    certificates: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need of a facility, as it is stored.

    Parameters
    ----------
    need_id
        Key of the need.
    party
        Who needs it, and where.
    goods
        What; its unit is that of ``quantity_per_month``.
    quantity_t_per_month, quantity_per_month
        Quantity a month in tonnes, and in the unit of the goods; None where it is not stated.
    first_month, last_month
        ``YYYY-MM``; empty where they are not stated.
    lead_time_days
        Most days from order to delivery.
    latest_arrival
        Last day it may arrive.
    certificates
        Schemes the supplier must hold.
    longest_minutes
        Most truck minutes from the supplier.
    """

    need_id: str
    party: Party
    goods: Goods
    quantity_t_per_month: float | None = None
    quantity_per_month: float | None = None
    first_month: str = ""
    last_month: str = ""
    lead_time_days: float | None = None
    latest_arrival: date | None = None
    certificates: tuple[str, ...] = ()
    longest_minutes: float | None = None
