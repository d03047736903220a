"""What carrying a tonne by truck along known ways costs and emits, from the vehicles of a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.columns import BOX_FORMS, Floats
from geodata.impedance.emissions import Haul, running_emissions_kg_per_t
from geodata.impedance.vehicles import COST_COMPONENTS, COST_UNITS, CostLevel, Vehicles, build_vehicles
from supplychain.prices import MissingRateError, PriceBasis
from supplychain.sourcing.travel import Haulage, Trips
from supplychain.text import Text
from supplychain.vocabulary import FORMS, MODES

if TYPE_CHECKING:
    from supplychain.pack import Pack

BULK: Final = "bulk"
MINUTES_PER_HOUR: Final = 60.0

NO_TRUCK: Final = "The vehicles of the region have no usual road vehicle for {form}."
KNOWN: Final = Text(
    en="{name}: {box:.0%} in {form}s, the rest loose, by the usual trucks of the region, fully laden, with their empty "
    "run back; money of {year}",
    vi="{name}: {box:.0%} đóng {form}, còn lại hàng rời, bằng xe tải thường dùng của vùng, đầy tải, gồm cả lượt về "
    "rỗng; giá năm {year}",
)
NOT_KNOWN: Final = Text(
    en="commodity not known: taken as loose cargo, by the usual truck of the region, fully laden, with its empty run "
    "back; money of {year}",
    vi="chưa rõ nhóm hàng: coi là hàng rời, bằng xe tải thường dùng của vùng, đầy tải, gồm cả lượt về rỗng; giá năm "
    "{year}",
)


@dataclass(frozen=True, slots=True)
class Packing:
    """How a commodity travels inside the country.

    Parameters
    ----------
    name
        Its name.
    box
        Form of its boxes: ``container`` or ``reefer``.
    box_share
        Part of its tonnes in boxes; the rest is bulk.
    t_per_teu
        Tonnes in one TEU.
    """

    name: Text
    box: str
    box_share: float
    t_per_teu: float


class PackFreight:
    """The cost model of a region pack: the same vehicles, costs and emissions that plans are made with.

    Parameters
    ----------
    vehicles
        Vehicles with energy use and costs.
    packings
        How each commodity travels.
    basis
        Currency, price year and rates.
    """

    def __init__(self, vehicles: Vehicles, packings: Mapping[str, Packing], basis: PriceBasis) -> None:
        self._vehicles = vehicles
        self._packings = dict(packings)
        self._basis = basis

    @property
    def currency(self) -> str:
        """Currency of every amount."""
        return self._basis.currency

    @property
    def price_year(self) -> int:
        """Year of its prices."""
        return self._basis.price_year

    def money(self, amount: float, currency: str, year: int) -> float | None:
        """Return an amount of other money in the region's; None where a rate or deflator is missing."""
        try:
            return self._basis.to_pack_money(amount, currency, year)
        except MissingRateError:
            return None

    def haulage(self, commodity_id: str, trips: Trips) -> Haulage:
        """Return cost and CO2e of a tonne along ways: the mean of boxes and bulk by their share of the commodity."""
        packing = self._packings.get(commodity_id)
        if packing is None:
            cost, co2e = truck_haulage(self._vehicles, BULK, np.nan, trips)
            return Haulage(cost, co2e, NOT_KNOWN.format(year=self.price_year))
        cost, co2e = np.zeros(len(trips)), np.zeros(len(trips))
        for form, share in ((packing.box, packing.box_share), (BULK, 1.0 - packing.box_share)):
            if share > 0:
                of_form = truck_haulage(self._vehicles, form, packing.t_per_teu if form != BULK else np.nan, trips)
                cost, co2e = cost + share * of_form[0], co2e + share * of_form[1]
        told = {
            language: getattr(KNOWN, language).format(
                name=packing.name.of(language), box=packing.box_share, form=packing.box, year=self.price_year
            )
            for language in ("en", "vi")
        }
        return Haulage(cost, co2e, Text(**told))


def build_pack_freight(pack: Pack, *, level: CostLevel = "mid") -> PackFreight:
    """Return the cost model of a region pack.

    Raises
    ------
    ValueError
        If a vehicle lacks payload or energy use.
    """
    basis = PriceBasis.from_pack(pack)
    rows = pack.table("commodities")
    packings = {
        str(row.commodity_id): Packing(
            Text(en=str(row.name_en), vi=str(row.name_vi)),
            str(row.box),
            float(row.container_share_domestic),
            float(row.t_per_teu),
        )
        for row in rows.itertuples()
    }
    return PackFreight(build_vehicles(pack, basis, level), packings, basis)


def truck_haulage(vehicles: Vehicles, form: str, t_per_teu: float, trips: Trips) -> tuple[Floats, Floats]:
    """Return money and kg CO2e (well to wheel) of a tonne by the usual truck along ways, float64[N] each.

    Distance and hours count with the empty run that belongs to the laden one, tolls too; the fee of a load once. A
    truck that may not go as fast as the way allows takes longer for it.

    Parameters
    ----------
    vehicles
        Vehicles with energy use and costs.
    form
        One of ``FORMS``.
    t_per_teu
        Tonnes in one TEU; NaN for bulk.
    trips
        The ways.

    Raises
    ------
    ValueError
        If no road vehicle is the usual one for the form.
    """
    vehicle = int(vehicles.usual[MODES.index("road"), FORMS.index(form)])
    if vehicle < 0:
        raise ValueError(NO_TRUCK.format(form=form))
    load_t = float(vehicles.load_t(form, t_per_teu)[vehicle])
    hours = np.maximum(trips.minutes / MINUTES_PER_HOUR, trips.km / vehicles.max_speed_kmh[vehicle])
    trucks_per_t = (1.0 + float(vehicles.empty_share[vehicle])) / load_t
    boxes_per_t = 1.0 / t_per_teu if form in BOX_FORMS else 0.0
    amounts: dict[str, Floats | float] = {
        "vehicle-km": trips.km * trucks_per_t,
        "vehicle-h": hours * trucks_per_t,
        "tkm": trips.km,
        "TEU-km": trips.km * boxes_per_t,
        "TEU": boxes_per_t,
        "t": 1.0,
    }
    cost = trips.toll * vehicles.toll_factor[vehicle] * trucks_per_t
    for component in range(len(COST_COMPONENTS)):
        for place, unit in enumerate(COST_UNITS):
            cost = cost + float(vehicles.price[vehicle, component, place]) * amounts[unit]
    rows = np.full(len(trips), vehicle, dtype=np.int32)
    haul = Haul(rows, np.full(len(trips), load_t), trips.km, hours)
    in_operation, in_provision = running_emissions_kg_per_t(vehicles, haul)
    return cost, in_operation + in_provision
