"""What a quote holds: chains of legs with money, dates, CO2e and the room left for one more shipment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geodata.answers.chain_legs import CHAIN_SIGN, HANDLING, ChainLeg
from optimizer.quote.ranges import NOTHING, Range
from supplychain.text import Text

if TYPE_CHECKING:
    from optimizer.emissions.statement import EmissionStatement
    from optimizer.quote.asked import Shipment
    from optimizer.quote.evidence import Evidence
    from optimizer.quote.timetable import Times

SHIPPER: Final = "shipper"
CARRIER: Final = "carrier"


@dataclass(frozen=True, slots=True, eq=False)
class QuoteLeg:
    """One leg: a haul, a handling or a service.

    Parameters
    ----------
    leg
        Ends, kilometres, hours, money and CO2e per tonne.
    parts
        Price by part (``PRICE_PARTS``), pack money per tonne, with its ends; they add up to the leg's price.
    vehicle_id
        What carries it; empty for handling.
    allocation, data_class
        How its emissions are shared, and of what class they are (see ``build_elements``).
    payer
        ``carrier`` where the sea carrier pays the service; else ``shipper`` (or consignee, as the sale says).
    cutoff_h, headway_h
        Of a service: hours it must be there before the call, and between two calls; else 0.
    evidence
        Rows its figures rest on.
    """

    leg: ChainLeg
    parts: dict[str, Range]
    vehicle_id: str
    allocation: str
    data_class: str
    payer: str
    cutoff_h: float
    headway_h: float
    evidence: tuple[Evidence, ...]

    @property
    def price_per_t(self) -> Range:
        """Price per tonne with its ends, pack money."""
        return sum(self.parts.values(), NOTHING)


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the capacities a chain passes, beside the plan.

    Parameters
    ----------
    shipments_per_day
        How many such shipments a working day still takes; inf where nothing on the way is limited.
    tightest_id, tightest_name
        The capacity that leaves the least room.
    full_ids
        Capacities that the plan fills.
    surcharge
        What the plan would pay to fit in the shipment: shadow prices of the capacities on the way, pack money.
    """

    shipments_per_day: float
    tightest_id: str
    tightest_name: Text
    full_ids: tuple[str, ...]
    surcharge: float

    @property
    def is_full(self) -> bool:
        """Whether one more shipment would push other freight aside."""
        return self.shipments_per_day < 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ChainQuote:
    """The shipment by one chain of modes.

    Parameters
    ----------
    modes
        Modes in the order of travel.
    legs
        Legs.
    times
        Dates.
    room
        What is left of the capacities on the way.
    emissions
        Statement of the shipment.
    is_best
        Whether it is the cheapest way of its modes with nothing congested; else the plan takes it.
    plan_t_per_day
        Tonnes of the same freight that the plan carries just so, a working day; 0 where the plan has no such freight.
    truck_alone_per_t
        What a truck for this box alone would cost more, pack money per tonne; 0 where it has one.
    """

    modes: tuple[str, ...]
    legs: tuple[QuoteLeg, ...]
    times: Times
    room: Room
    emissions: EmissionStatement
    is_best: bool
    plan_t_per_day: float
    truck_alone_per_t: float

    @property
    def name(self) -> str:
        """The modes in one word, such as ``road>inland_waterway>sea``."""
        return CHAIN_SIGN.join(self.modes)

    @property
    def price_per_t(self) -> Range:
        """Price per tonne with its ends, pack money."""
        return sum((leg.price_per_t for leg in self.legs), NOTHING)

    @property
    def parts_per_t(self) -> dict[str, Range]:
        """Price per tonne by part, pack money."""
        names = self.legs[0].parts
        return {name: sum((leg.parts[name] for leg in self.legs), NOTHING) for name in names}

    def total(self, name: str) -> float:
        """Return the sum of a number of the legs, such as ``time_cost_per_t``."""
        return float(sum(getattr(leg.leg, name) for leg in self.legs))

    @property
    def terminals(self) -> tuple[str, ...]:
        """Terminals where it is handled."""
        return tuple(leg.leg.terminal_id for leg in self.legs if leg.leg.kind == HANDLING)


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """A shipment by each chain of modes, cheapest (generalised cost) first.

    Parameters
    ----------
    shipment
        What is shipped.
    chains
        At least one.
    currency, price_year
        Of all money.
    usd
        Pack money for one USD of the price year; None where the pack has no rate.
    scenario_id
        What is open, and what it costs.
    tariff_level
        Which value of the cost rows counts: low, mid or high.
    status, gap
        Of the plan that room and surcharges are of; None without a plan.
    remarks
        What was assumed, and what is not known.
    """

    shipment: Shipment
    chains: tuple[ChainQuote, ...]
    currency: str
    price_year: int
    usd: float | None
    scenario_id: str
    tariff_level: str
    status: str | None
    gap: float | None
    remarks: tuple[Text, ...]
