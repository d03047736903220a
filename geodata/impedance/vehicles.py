"""Vehicles of a pack: loads, speeds, energy and money per vehicle-km and vehicle-hour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import BOX_FORMS, NO_CODE, Flags, Floats, Ids, Indices, forms_mask
from geodata.tables import Table, flags, in_pack_money, numbers, texts
from supplychain.pack import split_list
from supplychain.prices import PriceBasis
from supplychain.vocabulary import FORMS, MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

CostLevel = Literal["low", "mid", "high"]

COST_COMPONENTS: Final = ("distance", "vehicle_hour", "cargo_fee")
COST_UNITS: Final = ("vehicle-km", "vehicle-h", "tkm", "TEU-km", "TEU", "t")


@dataclass(frozen=True, slots=True, eq=False)
class Vehicles:
    """Columns of the vehicles, one entry a vehicle in the order of the table.

    Parameters
    ----------
    vehicle_id
        Ids.
    payload_t
        Most cargo, tonnes.
    payload_teu
        Most boxes, TEU; NaN where boxes are not counted.
    pcu
        Passenger car units of one vehicle; NaN off the road.
    max_speed_kmh
        Top speed, km/h.
    empty_share
        Empty vehicle-km per laden vehicle-km.
    toll_factor
        Toll as a share of the class-5 truck's.
    fuel
        Index into ``fuel_id``; -1 where emissions are given per tonne-kilometre.
    energy_full_per_km, energy_empty_per_km
        Energy per vehicle-km at full payload and empty, fuel units.
    ttw_g_per_tkm, wtt_g_per_tkm
        Emissions of operation and of energy provision per tonne-kilometre, g CO2e; NaN where fuel is given.
    gross_t, draft_m, air_draft_m
        Gross mass of a truck, water a vessel needs and its height above the water, laden; NaN where not known.
    mode
        Place in ``MODES``.
    forms
        Bit mask of the cargo forms it carries.
    usual
        int8-like int32[modes, forms]; the vehicle that carries a form on free links of a mode, -1 for none.
    price, resource
        float64[V, components, units]; price and resource cost in pack money, by ``COST_COMPONENTS`` and
        ``COST_UNITS``.
    fuel_id
        Ids of the fuels.
    fuel_ttw_kg, fuel_wtt_kg
        kg CO2e per unit of each fuel in operation (TTW) and in energy provision (WTT).
    """

    vehicle_id: Ids
    payload_t: Floats
    payload_teu: Floats
    pcu: Floats
    max_speed_kmh: Floats
    empty_share: Floats
    toll_factor: Floats
    fuel: Indices
    energy_full_per_km: Floats
    energy_empty_per_km: Floats
    ttw_g_per_tkm: Floats
    wtt_g_per_tkm: Floats
    gross_t: Floats
    draft_m: Floats
    air_draft_m: Floats
    mode: Indices
    forms: NDArray[np.uint8]
    usual: Indices
    price: Floats
    resource: Floats
    fuel_id: Ids
    fuel_ttw_kg: Floats
    fuel_wtt_kg: Floats

    def __post_init__(self) -> None:
        wrong = np.flatnonzero(~(self.payload_t > 0) | (self.payload_teu <= 0))
        if wrong.size:
            msg = f"payload of vehicle {self.vehicle_id[wrong[0]]!r} must be above 0."
            raise ValueError(msg)
        by_fuel = (self.fuel >= 0) & ~np.isnan(self.energy_full_per_km) & ~np.isnan(self.energy_empty_per_km)
        wrong = np.flatnonzero(~by_fuel & np.isnan(self.ttw_g_per_tkm))
        if wrong.size:
            msg = (
                f"Vehicle {self.vehicle_id[wrong[0]]!r} needs fuel_id with energy_full_per_km and "
                f"energy_empty_per_km, or ttw_g_per_tkm."
            )
            raise ValueError(msg)

    def index(self, vehicle_id: str) -> int:
        """Return the index of a vehicle.

        Raises
        ------
        KeyError
            If there is no such vehicle.
        """
        found = np.flatnonzero(self.vehicle_id == vehicle_id)
        if not found.size:
            msg = f"There is no vehicle {vehicle_id!r}; known: {', '.join(self.vehicle_id)}."
            raise KeyError(msg)
        return int(found[0])

    def may_carry(self, vehicle_ids: Collection[str]) -> Flags:
        """Return which vehicles are among some, bool[V]; all of them where none is named."""
        if not vehicle_ids:
            return np.ones(len(self.vehicle_id), dtype=np.bool_)
        return np.array([one in vehicle_ids for one in self.vehicle_id], dtype=np.bool_)

    def usual_of(self, form: str, vehicle_ids: Collection[str]) -> Indices:
        """Return the vehicle that carries a form on free links of each mode, int32[modes]; -1 for none.

        Parameters
        ----------
        form
            One of ``FORMS``.
        vehicle_ids
            The only vehicles that may carry it; any where none is named. The usual one of a mode goes before the
            others, these in the order of the table.
        """
        usual = self.usual[:, FORMS.index(form)]
        if not vehicle_ids:
            return usual
        able = self.may_carry(vehicle_ids) & ((self.forms & (1 << FORMS.index(form))) > 0)
        found = np.full(len(MODES), NO_CODE, dtype=np.int32)
        for mode in range(len(MODES)):
            among = np.flatnonzero(able & (self.mode == mode))
            if among.size:
                found[mode] = usual[mode] if usual[mode] in among else among[0]
        return found

    def without_return_runs(self) -> Vehicles:
        """Return the vehicles with no empty run beside the laden one.

        So they carry net empty boxes: the run back is that of the laden box which the empty serves, and is paid and
        counted there once.
        """
        return replace(self, empty_share=np.zeros_like(self.empty_share))

    def load_t(self, form: str, t_per_teu: float) -> Floats:
        """Return tonnes on one laden vehicle, float64[V]: boxes fill by weight or by TEU, bulk by weight."""
        if form not in BOX_FORMS:
            return self.payload_t
        by_teu = np.where(np.isnan(self.payload_teu), np.inf, self.payload_teu) * t_per_teu
        return np.minimum(self.payload_t, by_teu)


def build_vehicles(pack: Pack, basis: PriceBasis, level: CostLevel = "mid") -> Vehicles:
    """Return the vehicles with their costs at the low, mid or high value of each cost row.

    Raises
    ------
    ValueError
        If a vehicle has no payload, or neither energy use nor emission factors.
    """
    table, fuels = pack.table("vehicles"), pack.table("fuels")
    fuel_ids = texts(fuels, "fuel_id")
    price, resource = _costs(pack, basis, level, texts(table, "vehicle_id"))
    return Vehicles(
        vehicle_id=texts(table, "vehicle_id"),
        payload_t=numbers(table, "payload_t"),
        payload_teu=numbers(table, "payload_teu"),
        pcu=numbers(table, "pcu"),
        max_speed_kmh=numbers(table, "max_speed_kmh", np.inf),
        empty_share=numbers(table, "empty_return_share", 0.0),
        toll_factor=numbers(table, "toll_factor", 0.0),
        fuel=np.asarray(pd.Index(fuel_ids).get_indexer(texts(table, "fuel_id")), dtype=np.int32),
        energy_full_per_km=numbers(table, "energy_full_per_km"),
        energy_empty_per_km=numbers(table, "energy_empty_per_km"),
        ttw_g_per_tkm=numbers(table, "ttw_g_per_tkm"),
        wtt_g_per_tkm=numbers(table, "wtt_g_per_tkm", 0.0),
        gross_t=numbers(table, "gross_t"),
        draft_m=numbers(table, "draft_m"),
        air_draft_m=numbers(table, "air_draft_m"),
        mode=np.array([MODES.index(mode) for mode in texts(table, "mode")], dtype=np.int32),
        forms=np.array([forms_mask(split_list(cell)) for cell in texts(table, "forms")], dtype=np.uint8),
        usual=_usual(table),
        price=price,
        resource=resource,
        fuel_id=fuel_ids,
        fuel_ttw_kg=numbers(fuels, "ttw_kgco2e_per_unit"),
        fuel_wtt_kg=numbers(fuels, "wtt_kgco2e_per_unit"),
    )


def _usual(table: Table) -> Indices:
    usual = np.full((len(MODES), len(FORMS)), NO_CODE, dtype=np.int32)
    modes, forms = texts(table, "mode"), texts(table, "forms")
    for vehicle in np.flatnonzero(flags(table, "default")):
        for form in split_list(forms[vehicle]):
            cell = MODES.index(modes[vehicle]), FORMS.index(form)
            if usual[cell] != NO_CODE:
                ids = texts(table, "vehicle_id")
                msg = f"Both {ids[usual[cell]]!r} and {ids[vehicle]!r} are the default for {form} by {modes[vehicle]}."
                raise ValueError(msg)
            usual[cell] = vehicle
    return usual


def _costs(
    pack: Pack, basis: PriceBasis, level: CostLevel, vehicle_ids: Ids
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    table = pack.table("costs")
    price = np.zeros((len(vehicle_ids), len(COST_COMPONENTS), len(COST_UNITS)))
    resource = np.zeros_like(price)
    vehicle = pd.Index(vehicle_ids).get_indexer(texts(table, "vehicle_id"))
    money = in_pack_money(basis, table, level, "cost_id")
    share = numbers(table, "resource_share", 1.0)
    component, unit = texts(table, "component"), texts(table, "unit")
    for row in range(len(table)):
        if vehicle[row] < 0:
            msg = f"Cost {texts(table, 'cost_id')[row]!r} names vehicle {texts(table, 'vehicle_id')[row]!r}, not known."
            raise ValueError(msg)
        cell = vehicle[row], COST_COMPONENTS.index(component[row]), COST_UNITS.index(unit[row])
        price[cell] += money[row]
        resource[cell] += money[row] * share[row]
    return price, resource
