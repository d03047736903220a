"""What one tonne of one class costs on every link, part by part; the parts are never counted twice."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.columns import (
    BOX_FORMS,
    CAPACITY_KINDS,
    CAPACITY_UNITS,
    LINK_KINDS,
    NO_CODE,
    SIDES,
    Flags,
    Floats,
    Indices,
)
from geodata.impedance.emissions import Haul, running_emissions_kg_per_t, running_energy_per_t
from geodata.impedance.vehicles import COST_COMPONENTS, COST_UNITS, Vehicles
from geodata.network import Network
from supplychain.vocabulary import FORMS, MODES

if TYPE_CHECKING:
    from supplychain.demand import FreightClass

PARTS: Final = (
    "distance",
    "vehicle_hour",
    "toll",
    "handling",
    "fee",
    "freight_rate",
    "price",
    "resource_cost",
    "moving_time_h",
    "waiting_time_h",
    "ttw_kg",
    "wtt_kg",
    "vehicle_km",
)
DIESEL: Final = "diesel"
ELECTRICITY: Final = "electricity"

_RUNNING: Final = tuple(LINK_KINDS.index(kind) for kind in ("link", "connector"))
_SERVICE: Final = LINK_KINDS.index("service")
_TRANSSHIPMENT: Final = LINK_KINDS.index("transshipment")


def t_per_teu(item: FreightClass) -> float:
    """Return tonnes in one TEU of a class; NaN for bulk."""
    return np.nan if item.t_per_teu is None else float(item.t_per_teu)


class ClassCosts:
    """The parts of one class's impedance on every link, float64[L] each, per tonne.

    Parameters
    ----------
    network
        The network.
    vehicles
        Vehicles with energy use and costs.
    item
        The class.
    """

    def __init__(self, network: Network, vehicles: Vehicles, item: FreightClass) -> None:
        self._nodes = network.nodes
        self._links = network.links
        self._capacities = network.capacities
        self._commodity_sets = network.commodity_sets
        self._vehicles = vehicles.without_return_runs() if item.is_empty else vehicles
        self._item = item
        self._is_box = item.form in BOX_FORMS
        self._t_per_teu = t_per_teu(item)
        self._form_bit = 1 << FORMS.index(item.form)
        self._usual = vehicles.usual_of(item.form, item.vehicles)
        self._service_vehicles = np.array([*map(vehicles.index, network.vehicle_ids), -1], dtype=np.int32)

    @cached_property
    def allowed(self) -> Flags:
        """Whether the class may use each link, bool[L].

        Its modes, form and commodity must be taken, a vehicle that may carry it must run there and fit (weight, truck
        bans, depth of water, bridges), and handling and services must have a price for its form.
        """
        links = self._links
        of_mode = np.array([mode in self._item.modes for mode in MODES])
        takes = np.array([self._item.commodity_id in some for some in self._commodity_sets] + [True])
        handled = links.kind == _TRANSSHIPMENT
        priced = ~np.isnan(self._rate) | self._unpriced | np.isin(links.kind, _RUNNING)
        flags: Flags = (
            of_mode[links.mode]
            & of_mode[links.from_mode]
            & ((links.forms & self._form_bit) > 0)
            & takes[links.commodity_set]
            & (handled | ((self._vehicle >= 0) & self._fits))
            & priced
        )
        return flags

    def part(self, name: str) -> Floats:
        """Return one of ``PARTS``, 0 where the class may not use the link."""
        if name not in PARTS:
            msg = f"An impedance part is one of {', '.join(PARTS)}, got {name!r}."
            raise ValueError(msg)
        return np.where(self.allowed, getattr(self, name)(), 0.0)

    def distance(self) -> Floats:
        """Return vehicle cost by distance, empty run included, pack money."""
        return self._vehicle_money("distance", self._vehicles.price)

    def vehicle_hour(self) -> Floats:
        """Return vehicle cost by running time, empty run included, pack money."""
        return self._vehicle_money("vehicle_hour", self._vehicles.price)

    def toll(self) -> Floats:
        """Return tolls, empty run included, pack money."""
        return self._links.toll_per_km * self._vehicles.toll_factor[self._haul.vehicle] * self.vehicle_km()

    def handling(self) -> Floats:
        """Return handling at terminals and the fee of a leg where it starts, pack money."""
        fee = self._vehicle_money("cargo_fee", self._vehicles.price)
        return np.where(self._links.kind == _TRANSSHIPMENT, self._rate, fee)

    def fee(self) -> Floats:
        """Return public fees at seaports, pack money; empty boxes pay none."""
        if self._item.is_empty:
            return np.zeros(len(self._links))
        return self._links.fee_per_teu * self._boxes_per_t if self._is_box else self._links.fee_per_t

    def freight_rate(self) -> Floats:
        """Return prices of services, pack money."""
        return np.where((self._links.kind == _SERVICE) & ~self._unpriced, self._rate, 0.0)

    def price(self) -> Floats:
        """Return the sum of the six price parts, pack money."""
        return self.distance() + self.vehicle_hour() + self.toll() + self.handling() + self.fee() + self.freight_rate()

    def resource_cost(self) -> Floats:
        """Return what the economy uses up: no margin, tax, toll or transfer, pack money."""
        links = self._links
        own = self._per_t(links.resource_per_teu, links.resource_per_t)
        handled = links.kind == _TRANSSHIPMENT
        used = [self._vehicle_money(component, self._vehicles.resource) for component in COST_COMPONENTS]
        priced = handled | ((links.kind == _SERVICE) & ~self._unpriced)
        return np.where(priced, own, 0.0) + np.where(handled, 0.0, used[0] + used[1] + used[2])

    def moving_time_h(self) -> Floats:
        """Return running or handling time, hours."""
        return np.where(np.isin(self._links.kind, _RUNNING), self._haul.hours, self._links.time_h)

    def waiting_time_h(self) -> Floats:
        """Return waiting for services and for gates to open, hours."""
        return self._links.wait_h

    def ttw_kg(self) -> Floats:
        """Return emissions of operation, kg CO2e."""
        return self._emissions(0)

    def wtt_kg(self) -> Floats:
        """Return emissions of energy provision, kg CO2e."""
        return self._emissions(1)

    def vehicle_km(self) -> Floats:
        """Return vehicle-km, the empty run included."""
        return self._haul.km * self._vehicles_per_t

    def vehicle(self) -> Indices:
        """Return the vehicle that carries the class on each link, place in ``Vehicles``; -1 for none and handling."""
        runs = self.allowed & (self._links.kind != _TRANSSHIPMENT)
        return np.where(runs, self._vehicle, NO_CODE).astype(np.int32)

    def empty_share(self) -> Floats:
        """Return empty vehicle-km per laden vehicle-km on each link; 0 where no vehicle runs, and for empty boxes."""
        share = self._vehicles.empty_share[self._haul.vehicle]
        return np.where(self.vehicle() >= 0, share, 0.0)

    def energy(self, fuel_id: str) -> Floats:
        """Return units of one fuel, handling included; 0 where the class may not use the link."""
        fuel = self._fuel_place(fuel_id)
        burnt = running_energy_per_t(self._vehicles, self._haul)
        burnt = np.where(self._vehicles.fuel[self._haul.vehicle] == fuel, burnt, 0.0)
        diesel, kwh = self._handling_energy()
        burnt += {DIESEL: diesel, ELECTRICITY: kwh}.get(fuel_id, 0.0)
        return np.where(self.allowed, burnt, 0.0)

    def by_mass(self) -> Flags:
        """Return whether emissions are shared among freight by mass, bool[L]; else by the TEU on the vehicle or lifted.

        Bulk is shared by mass, and so are boxes where a factor per tonne-kilometre or handling by the tonne stands.
        """
        if not self._is_box:
            return np.ones(len(self._links), dtype=np.bool_)
        per_tkm = ~np.isnan(self._vehicles.ttw_g_per_tkm[self._haul.vehicle])
        return np.where(self._links.kind == _TRANSSHIPMENT, np.isnan(self._links.price_per_teu), per_tkm)

    def capacity_units(self) -> Floats:
        """Return units of each capacity that one tonne uses, float64[R]; 0 where its form or vehicle does not count.

        At a gate a truck counts once for each load it brings or fetches, on the road and in its fleet with its empty
        run.
        """
        table, vehicles = self._capacities, self._vehicles
        load_t = vehicles.load_t(self._item.form, self._t_per_teu)
        pcu = np.append(vehicles.pcu * (1.0 + vehicles.empty_share) / load_t, 0.0)
        by_unit = {
            "t": np.ones(len(table)),
            "TEU": np.full(len(table), self._boxes_per_t),
            "pcu": pcu[self._usual[table.mode]],
            "truck": np.append(1.0 / load_t, 0.0)[self._usual[table.mode]],
            "vehicle_h": np.append((1.0 + vehicles.empty_share) / load_t, 0.0)[self._usual[table.mode]],
        }
        units = np.choose(table.unit, [by_unit[unit] for unit in CAPACITY_UNITS])
        return np.where((table.forms & self._form_bit > 0) & self._counts, units, 0.0)

    @cached_property
    def _vehicle(self) -> Indices:
        links = self._links
        return np.where(links.vehicle >= 0, self._service_vehicles[links.vehicle], self._usual[links.mode])

    @cached_property
    def _fits(self) -> Flags:
        """Whether the vehicle of each link may run there at all."""
        links, vehicles, vehicle = self._links, self._vehicles, self._vehicle
        gross, draft, air = vehicles.gross_t[vehicle], vehicles.draft_m[vehicle], vehicles.air_draft_m[vehicle]
        # A truck of unknown mass is held by every ban and by no weight limit; unknown drafts are held by nothing.
        banned = np.isfinite(links.banned_from_t) & ~(gross < links.banned_from_t)
        too_large = (gross > links.max_weight_t) | (draft > links.depth_m) | (air > links.clearance_m)
        flags: Flags = ~(banned | too_large) & vehicles.may_carry(self._item.vehicles)[vehicle]
        return flags

    @cached_property
    def _counts(self) -> Flags:
        """Whether a capacity is about the vehicle of the class: heavy enough, and of the fleet."""
        table, vehicles = self._capacities, self._vehicles
        vehicle = self._usual[table.mode]
        counts = (table.from_gross_t == 0.0) | ~(np.append(vehicles.gross_t, np.nan)[vehicle] < table.from_gross_t)
        of_fleet = table.kind == CAPACITY_KINDS.index("fleet")
        flags: Flags = counts & (~of_fleet | (np.append(vehicles.vehicle_id, "")[vehicle] == table.row_id))
        return flags

    @cached_property
    def _haul(self) -> Haul:
        links = self._links
        runs = (links.kind != _TRANSSHIPMENT) & (self._vehicle >= 0)
        vehicle = np.where(runs, self._vehicle, 0)
        km = np.where(runs, links.length_m / 1000.0, 0.0)
        at_top_speed = km / self._vehicles.max_speed_kmh[vehicle]
        hours = np.where(np.isin(links.kind, _RUNNING), np.maximum(links.time_h, at_top_speed), links.time_h)
        load_t = np.minimum(self._vehicles.load_t(self._item.form, self._t_per_teu)[vehicle], links.max_vessel_t)
        return Haul(vehicle, load_t, km, np.where(runs, hours, 0.0))

    @cached_property
    def _vehicles_per_t(self) -> Floats:
        return (1.0 + self._vehicles.empty_share[self._haul.vehicle]) / self._haul.load_t

    @cached_property
    def _boxes_per_t(self) -> float:
        return 1.0 / self._t_per_teu if self._is_box else 0.0

    @cached_property
    def _unpriced(self) -> Flags:
        """Services without a price of their own: their vehicle's costs apply."""
        links = self._links
        flags: Flags = (links.kind == _SERVICE) & np.isnan(links.price_per_teu) & np.isnan(links.price_per_t)
        return flags

    @cached_property
    def _rate(self) -> Floats:
        return self._per_t(self._links.price_per_teu, self._links.price_per_t)

    @cached_property
    def _starts_leg(self) -> Flags:
        """Links on which freight boards the vehicle of a mode: from a departing side into a junction."""
        side, links = self._nodes.side, self._links
        departs = side[links.from_index] == SIDES.index("departure")
        flags: Flags = departs & (side[links.to_index] == SIDES.index("through"))
        return flags

    def _per_t(self, per_teu: Floats, per_t: Floats) -> Floats:
        """Return money per tonne: boxes by TEU, or by tonne where no value per TEU is given."""
        if not self._is_box:
            return per_t
        return np.where(np.isnan(per_teu), per_t, per_teu * self._boxes_per_t)

    def _vehicle_money(self, component: str, money: Floats) -> Floats:
        """Return one cost component of the running vehicles; per TEU and per tonne once a leg, where it starts."""
        haul = self._haul
        runs = (np.isin(self._links.kind, _RUNNING) | self._unpriced).astype(np.float64)
        starts = self._starts_leg.astype(np.float64)
        amounts = {
            "vehicle-km": runs * haul.km * self._vehicles_per_t,
            "vehicle-h": runs * haul.hours * self._vehicles_per_t,
            "tkm": runs * haul.km,
            "TEU-km": runs * haul.km * self._boxes_per_t,
            "TEU": starts * self._boxes_per_t,
            "t": starts,
        }
        per_unit = money[:, COST_COMPONENTS.index(component)]
        total = np.zeros(len(self._links))
        for place, unit in enumerate(COST_UNITS):
            if per_unit[:, place].any():
                total += per_unit[haul.vehicle, place] * amounts[unit]
        return total

    def _handling_energy(self) -> tuple[Floats, Floats]:
        links = self._links
        if not self._is_box:
            return links.diesel_l_per_t, links.kwh_per_t
        # A row that prices handling by the tonne only serves boxes by their weight.
        by_t = np.isnan(links.price_per_teu)
        diesel = np.where(by_t, links.diesel_l_per_t, links.diesel_l_per_teu * self._boxes_per_t)
        return diesel, np.where(by_t, links.kwh_per_t, links.kwh_per_teu * self._boxes_per_t)

    def _emissions(self, scope: int) -> Floats:
        vehicles = self._vehicles
        emitted = running_emissions_kg_per_t(vehicles, self._haul)[scope]
        per_unit = (vehicles.fuel_ttw_kg, vehicles.fuel_wtt_kg)[scope]
        for fuel_id, amount in zip((DIESEL, ELECTRICITY), self._handling_energy(), strict=True):
            if amount.any():
                emitted = emitted + amount * per_unit[self._fuel_place(fuel_id)]
        return emitted

    def _fuel_place(self, fuel_id: str) -> int:
        found = np.flatnonzero(self._vehicles.fuel_id == fuel_id)
        if not found.size:
            msg = f"The fuels table needs a row {fuel_id!r}; it has {', '.join(self._vehicles.fuel_id)}."
            raise ValueError(msg)
        return int(found[0])
