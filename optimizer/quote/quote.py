"""Quote: one shipment by each chain of modes, and by the ways the plan of the day takes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.answers.chain_legs import (
    HAUL,
    SERVICE,
    ChainLeg,
    ChainQuestion,
    ModeChain,
    chain_along,
)
from geodata.columns import BOX_FORMS
from geodata.tables import numbers
from optimizer.emissions.elements import LegLinks, build_elements
from optimizer.emissions.factors import factor_table
from optimizer.emissions.statement import Basis, EmissionStatement, with_activity
from optimizer.quote.asked import QuoteRequest, Shipment, find_shipment
from optimizer.quote.evidence import Evidences
from optimizer.quote.ranges import PriceRanges
from optimizer.quote.refusal import served_chains
from optimizer.quote.room import Rooms
from optimizer.quote.rows import LinkRows
from optimizer.quote.timetable import Timetable
from optimizer.quote.values import CARRIER, SHIPPER, ChainQuote, Quote, QuoteLeg
from optimizer.results.names import MODE_NAMES, figure
from supplychain.demand.freight_classes import FreightClass
from supplychain.prices import MissingRateError, PriceBasis
from supplychain.text import Text
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geodata.impedance.impedance import Impedance
    from optimizer.case import Case
    from optimizer.flow.plan import Plan

ROAD: Final = "road"
SLACK: Final = 1e-9
MOST_NAMED: Final = 3
PLANNED: Final = ("building", "planned")

MANY_TRUCKS: Final = Text(
    en="The load is {trucks} loads of the {vehicle} ({payload} t); its money and CO2e count that many trucks.",
    vi="Lô hàng bằng {trucks} chuyến {vehicle} ({payload} tấn); chi phí và CO2e tính theo số chuyến ấy.",
)
OWN_HOURS: Final = Text(
    en="Hours at which streets of the stored network are shut to trucks, other than the pack's corridors, are not in "
    "the dates.",
    vi="Giờ cấm xe tải của các đường thuộc mạng lưới đã lưu, ngoài hành lang của gói, chưa tính vào thời gian.",
)
TURNS_BACK: Final = Text(
    en="Not shown, as the cheapest way of such a chain only leaves a terminal and comes back into it: {chains}.",
    vi="Không nêu, vì cách rẻ nhất của chuỗi ấy chỉ là rời một bến rồi quay lại chính bến đó: {chains}.",
)
NO_USD: Final = Text(
    en="Amounts in USD are not given: rates.csv has no exchange rate of the price year.",
    vi="Không ghi được số tiền bằng USD: rates.csv không có tỷ giá của năm giá.",
)
NOT_YET: Final = Text(
    en="The pack expects {count} more rows open before {year} ({some}), but they are not open in this scenario and not "
    "counted.",
    vi="Gói dữ liệu dự kiến thêm {count} dòng mở trước năm {year} ({some}), nhưng chưa mở trong kịch bản này nên không "
    "được tính.",
)


def quote(case: Case, request: QuoteRequest, plan: Plan | None = None, basis: Basis = "shortest_feasible") -> Quote:
    """Return a shipment by each feasible chain of modes, and by the ways a plan takes with the same freight.

    Each leg's money, time and CO2e are what the plan of the case counts: the legs of a way that the plan takes add up
    to its cost of that demand.

    Parameters
    ----------
    case
        The scenario on the day, worked out.
    request
        What is asked.
    plan
        Plan of the case; without one nothing is said of room and surcharges.
    basis
        Distance of the transport activity in the CO2e statement.

    Raises
    ------
    QuoteError
        If the shipment cannot be quoted; the sentence says why.
    """
    shipment = find_shipment(case, request)
    desk = _Desk(case, shipment, plan, basis)
    question = ChainQuestion(
        shipment.origin_id,
        shipment.destination_id,
        shipment.freight.class_id,
        most_legs=request.most_legs,
        carbon_price_per_kg=case.carbon_price_per_kg,
    )
    served = served_chains(case, shipment, desk.impedance, question)
    straight = [chain for chain in served if not turns_back(chain)] or list(served)
    found = [(chain, True) for chain in straight]
    known = {tuple(chain_links(chain)) for chain, _ in found}
    ways = [chain_along(case.network, desk.impedance, question, links) for links in desk.plan_ways]
    found += [(way, False) for way in ways if tuple(chain_links(way)) not in known]
    chains = [desk.chain_quote(chain, is_best=is_best) for chain, is_best in found]
    chains.sort(key=lambda one: (one.total("generalised_cost_per_t"), one.name))
    money = PriceBasis.from_pack(case.pack)
    usd = _usd(money)
    scenario = case.scenario
    return Quote(
        shipment=shipment,
        chains=tuple(chains),
        currency=money.currency,
        price_year=money.price_year,
        usd=usd,
        scenario_id=scenario.scenario_id,
        tariff_level=str(getattr(scenario, "tariff_level", "mid")),
        status=None if plan is None else plan.status,
        gap=None if plan is None else plan.gap,
        remarks=(*shipment.remarks, *desk.remarks(), *_left_out(served, straight), *([NO_USD] if usd is None else [])),
    )


def chain_links(chain: ModeChain) -> list[int]:
    """Return all links of a chain in the order of travel."""
    return [int(link) for leg in chain.legs for link in leg.links]


def turns_back(chain: ModeChain) -> bool:
    """Return whether a chain hauls freight out of a terminal only to bring it back into the same one.

    Every chain of modes has a best way, also where the second mode is of no use: a box that is lifted on a train and
    off again at the same station. Nobody would ask for that.
    """
    return any(leg.kind == HAUL and leg.from_id == leg.to_id for leg in chain.legs)


def _left_out(served: Sequence[ModeChain], shown: Sequence[ModeChain]) -> tuple[Text, ...]:
    names = dict.fromkeys(chain.modes for chain in served if chain not in shown)
    if not names:
        return ()
    english, vietnamese = (
        ", ".join(" > ".join(getattr(MODE_NAMES[mode], language) for mode in modes) for modes in names)
        for language in ("en", "vi")
    )
    return (TURNS_BACK.format(chains=Text(en=english, vi=vietnamese)),)


def quoted_impedance(case: Case, freight: FreightClass, box_teu: float) -> Impedance:
    """Return the impedance of one class on a case's network, with road vehicles that take a box of that size."""
    vehicles = case.impedance.vehicles
    road = case.pack.table("vehicles")["mode"].to_numpy() == ROAD
    payload = np.where(road, np.maximum(vehicles.payload_teu, box_teu), vehicles.payload_teu)
    return replace(case.impedance, classes=(freight,), vehicles=replace(vehicles, payload_teu=payload))


def _usd(basis: PriceBasis) -> float | None:
    try:
        return basis.factor("USD", basis.price_year)
    except MissingRateError:
        return None


class _Desk:
    """What all chains of one quote share."""

    def __init__(self, case: Case, shipment: Shipment, plan: Plan | None, basis: Basis) -> None:
        self.case, self.shipment, self.plan, self.basis = case, shipment, plan, basis
        self.impedance = quoted_impedance(case, shipment.freight, shipment.box.teu)
        self.costs = self.impedance.class_costs(0)
        rows = LinkRows(case)
        self.ranges = PriceRanges(case.pack, self.impedance, rows)
        self.evidences = Evidences(case)
        table = case.pack.table("vehicles")
        gross = numbers(table, "gross_t") if "gross_t" in table else np.full(len(table), np.nan)
        self.timetable = Timetable(case.pack, rows, self.costs, gross)
        self.rooms = Rooms(case, plan, self.costs.capacity_units() * shipment.tonnes)

    @cached_property
    def demand_rows(self) -> NDArray[np.int64]:
        """Demands of the plan between the same ends, of the same commodity, form and load."""
        demand, shipment = self.case.demand, self.shipment
        freight = shipment.freight
        same = np.array(
            [(one.class_id, one.t_per_teu) == (freight.class_id, freight.t_per_teu) for one in demand.classes]
        )[demand.class_index]
        ends = (demand.origin_id == shipment.origin_id) & (demand.destination_id == shipment.destination_id)
        return np.flatnonzero(same & ends)

    @cached_property
    def plan_flow(self) -> dict[tuple[int, ...], float]:
        """Tonnes a day of that freight by the links of each way the plan takes."""
        found: dict[tuple[int, ...], float] = {}
        if self.plan is None:
            return found
        for path in np.flatnonzero(np.isin(self.plan.path_demand, self.demand_rows)):
            links = tuple(self.plan.links_of_path(int(path)).tolist())
            if links:
                found[links] = found.get(links, 0.0) + float(self.plan.path_t_per_day[path])
        return found

    @property
    def plan_ways(self) -> list[NDArray[np.int32]]:
        """Ways the plan takes with that freight."""
        return [np.array(links, dtype=np.int32) for links in self.plan_flow]

    def chain_quote(self, chain: ModeChain, *, is_best: bool) -> ChainQuote:
        """Return the shipment by one chain."""
        shipment = self.shipment
        links = chain_links(chain)
        statement = self._statement(chain)
        rows = statement.elements[["vehicle_id", "allocation", "data_class"]].itertuples(index=False)
        legs = tuple(self._leg(leg, *map(str, row)) for leg, row in zip(chain.legs, rows, strict=True))
        return ChainQuote(
            modes=chain.modes,
            legs=legs,
            times=self.timetable.times(chain.legs, shipment.on, shipment.ready_h),
            room=self.rooms.of(links),
            emissions=statement,
            is_best=is_best,
            plan_t_per_day=self.plan_flow.get(tuple(links), 0.0),
            truck_alone_per_t=self._alone(links),
        )

    def remarks(self) -> tuple[Text, ...]:
        """Return what is to be said of all chains."""
        streets = () if self.case.infrastructure is None else (OWN_HOURS,)
        return (*self._many_trucks(), *self._not_yet(), *streets)

    def _statement(self, chain: ModeChain) -> EmissionStatement:
        count = len(chain.legs)
        start = np.concatenate([[0], np.cumsum([len(leg.links) for leg in chain.legs])]).astype(np.int64)
        links = np.array(chain_links(chain), dtype=np.int32)
        zeros = np.zeros(count, dtype=np.int32)
        runs = LegLinks(start, links, zeros, np.full(count, self.shipment.tonnes))
        elements = build_elements(self.case.network, self.impedance, runs)
        elements.insert(0, "chain_id", chain.name)
        elements.insert(1, "element", np.arange(1, count + 1))
        elements = with_activity(elements, self.basis)
        return EmissionStatement(elements, self.basis, factor_table(self.case.pack, elements))

    def _leg(self, leg: ChainLeg, vehicle_id: str, allocation: str, data_class: str) -> QuoteLeg:
        cutoff, headway = self.timetable.calls(leg.service_id) if leg.kind == SERVICE else (0.0, 0.0)
        return QuoteLeg(
            leg=leg,
            parts=self.ranges.parts(leg.links),
            vehicle_id=vehicle_id,
            allocation=allocation,
            data_class=data_class,
            payer=CARRIER if leg.carrier_account else SHIPPER,
            cutoff_h=cutoff,
            headway_h=headway,
            evidence=self.evidences.of_leg(leg, vehicle_id),
        )

    @cached_property
    def _alone_costs(self) -> NDArray[np.float64] | None:
        """Price on every link with a truck for this box alone; None where it has one."""
        shipment = self.shipment
        if shipment.box.form not in BOX_FORMS:
            return None
        vehicles = self.impedance.vehicles
        road = self.case.pack.table("vehicles")["mode"].to_numpy() == ROAD
        if not (vehicles.payload_teu[road] > shipment.box.teu).any():
            return None
        payload = np.where(road, shipment.box.teu, vehicles.payload_teu)
        one = replace(self.impedance, vehicles=replace(vehicles, payload_teu=payload))
        return one.class_costs(0).part("price")

    def _alone(self, links: list[int]) -> float:
        if self._alone_costs is None:
            return 0.0
        return max(float((self._alone_costs[links] - self.costs.part("price")[links]).sum()), 0.0)

    def _many_trucks(self) -> list[Text]:
        """Return a remark where a truck cannot take the load of one box."""
        box, tonnes = self.shipment.box, self.shipment.tonnes
        vehicles = self.impedance.vehicles
        freight = self.shipment.freight
        place = int(vehicles.usual_of(freight.form, freight.vehicles)[MODES.index(ROAD)])
        if place < 0 or not box.is_box or tonnes <= vehicles.payload_t[place] * (1.0 + SLACK):
            return []
        rows = self.case.pack.table("vehicles")
        named = Text(en=str(rows["name_en"][place]), vi=str(rows["name_vi"][place]))
        payload = float(vehicles.payload_t[place])
        return [
            MANY_TRUCKS.format(trucks=figure(tonnes / payload, ".2f"), vehicle=named, payload=figure(payload, ",g"))
        ]

    def _not_yet(self) -> list[Text]:
        """Return what the pack says should be open on the day but the scenario does not open."""
        year, found = self.shipment.on.year, []
        for table in ("terminals", "services", "links"):
            rows = self.case.pack.table(table)
            due = rows[rows["status"].isin(PLANNED) & (rows["opening_year"].fillna(year) < year)]
            english = due["name_en"] if "name_en" in due else due["name_vi"]
            found += [Text(en=str(en), vi=str(vi)) for en, vi in zip(english, due["name_vi"], strict=True)]
        if not found:
            return []
        listed = found[:MOST_NAMED]
        more = ", …" if len(found) > MOST_NAMED else ""
        some = Text(en=", ".join(one.en for one in listed) + more, vi=", ".join(one.vi for one in listed) + more)
        return [NOT_YET.format(count=len(found), year=year, some=some)]
