"""Impedance of every link for every class of freight: money by component, time and CO2e, per tonne."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.columns import Flags, Floats
from geodata.impedance.components import ClassCosts
from geodata.impedance.vehicles import CostLevel, Vehicles, build_vehicles
from geodata.network import Network
from supplychain.prices import PriceBasis

if TYPE_CHECKING:
    from supplychain.demand import FreightClass
    from supplychain.pack import Pack

FEW_LINKS: Final = 20_000
"""Links up to which what a class is worked out from is kept: some hundred bytes a link and class."""

PRICE_PARTS: Final = ("distance", "vehicle_hour", "toll", "handling", "fee", "freight_rate")


@dataclass(frozen=True, eq=False)
class Impedance:
    """What one tonne of each class costs on each link, in parts that are never counted twice.

    Matrices are float64[K, L] (class × link), read-only, made when first asked for; :meth:`row` gives one class
    without making the matrix. Values of links that a class may not use are 0; see ``allowed``. Vehicle time stands
    only in ``vehicle_hour``; the value of the cargo's own time is ``moving_time_h`` and ``waiting_time_h`` times the
    class's value of time.

    Parameters
    ----------
    network
        The network.
    classes
        The K classes, in the order of the rows.
    vehicles
        Vehicles with energy use and costs.
    """

    network: Network
    classes: tuple[FreightClass, ...]
    vehicles: Vehicles

    @property
    def class_ids(self) -> tuple[str, ...]:
        """Class ids in the order of the rows."""
        return tuple(item.class_id for item in self.classes)

    @cached_property
    def allowed(self) -> Flags:
        """Whether a class may use a link, bool[K, L]."""
        flags = np.zeros((len(self.classes), len(self.network.links)), dtype=np.bool_)
        for place in range(len(self.classes)):
            flags[place] = self.class_costs(place).allowed
        flags.setflags(write=False)
        return flags

    @cached_property
    def distance(self) -> Floats:
        """Vehicle cost by distance, pack money per tonne, empty run included."""
        return self._matrix("distance")

    @cached_property
    def vehicle_hour(self) -> Floats:
        """Vehicle cost by running time, pack money per tonne, empty run included."""
        return self._matrix("vehicle_hour")

    @cached_property
    def toll(self) -> Floats:
        """Tolls, pack money per tonne, empty run included."""
        return self._matrix("toll")

    @cached_property
    def handling(self) -> Floats:
        """Handling at terminals, and the fee of a leg where it starts, pack money per tonne."""
        return self._matrix("handling")

    @cached_property
    def fee(self) -> Floats:
        """Public fees at seaports, pack money per tonne; transfers, no resource cost."""
        return self._matrix("fee")

    @cached_property
    def freight_rate(self) -> Floats:
        """Price of a service, pack money per tonne; 0 on the carrier's account."""
        return self._matrix("freight_rate")

    @cached_property
    def price(self) -> Floats:
        """Sum of the six price parts, pack money per tonne."""
        return self._matrix("price")

    @cached_property
    def resource_cost(self) -> Floats:
        """What the economy uses up (no margin, tax, toll or transfer), pack money per tonne."""
        return self._matrix("resource_cost")

    @cached_property
    def moving_time_h(self) -> Floats:
        """Running or handling time, hours."""
        return self._matrix("moving_time_h")

    @cached_property
    def waiting_time_h(self) -> Floats:
        """Waiting for a service or a gate to open, hours."""
        return self._matrix("waiting_time_h")

    @cached_property
    def ttw_kg(self) -> Floats:
        """Emissions of operation (tank to wheel), kg CO2e per tonne."""
        return self._matrix("ttw_kg")

    @cached_property
    def wtt_kg(self) -> Floats:
        """Emissions of energy provision (well to tank), kg CO2e per tonne."""
        return self._matrix("wtt_kg")

    @cached_property
    def vehicle_km(self) -> Floats:
        """Vehicle-km per tonne, the empty run included."""
        return self._matrix("vehicle_km")

    @property
    def emissions_kg(self) -> Floats:
        """Emissions well to wheel, kg CO2e per tonne."""
        return self.ttw_kg + self.wtt_kg

    @property
    def time_h(self) -> Floats:
        """Moving and waiting time, hours."""
        return self.moving_time_h + self.waiting_time_h

    @cached_property
    def time_cost(self) -> Floats:
        """Value of the cargo's time, pack money per tonne."""
        value = np.array([item.value_of_time_vnd_per_t_h for item in self.classes])
        costs: Floats = value[:, np.newaxis] * self.time_h
        costs.setflags(write=False)
        return costs

    @cached_property
    def use_per_t(self) -> Floats:
        """Units of each capacity that one tonne of each class uses, float64[K, R] (see ``CAPACITY_UNITS``)."""
        uses = np.zeros((len(self.classes), len(self.network.capacities)))
        for place in range(len(self.classes)):
            uses[place] = self.class_costs(place).capacity_units()
        uses.setflags(write=False)
        return uses

    def generalised_cost(self, carbon_price_per_kg: float = 0.0) -> Floats:
        """Return price + value of time × time + carbon price × CO2e, pack money per tonne, float64[K, L]."""
        return self.price + self.time_cost + carbon_price_per_kg * self.emissions_kg

    @cached_property
    def _kept_costs(self) -> dict[int, ClassCosts]:
        """Class costs that were asked for, with what they have worked out; of small networks only."""
        return {}

    def class_costs(self, position: int) -> ClassCosts:
        """Return the parts of the class at one position, each worked out when asked for."""
        found = self._kept_costs.get(position)
        if found is None:
            found = ClassCosts(self.network, self.vehicles, self.classes[position])
            if len(self.network.links) <= FEW_LINKS:
                self._kept_costs[position] = found
        return found

    def row(self, name: str, position: int) -> Floats:
        """Return one row of a matrix, float64[L], without making the matrix.

        Parameters
        ----------
        name
            Name of the matrix, such as ``price`` or ``ttw_kg``.
        position
            Position of the class.
        """
        return self.class_costs(position).part(name)

    def energy_per_t(self, fuel_id: str) -> Floats:
        """Return units of one fuel that a tonne uses, handling included, float64[K, L]."""
        rows = [self.class_costs(place).energy(fuel_id) for place in range(len(self.classes))]
        energy: Floats = np.array(rows, dtype=np.float64).reshape(len(self.classes), len(self.network.links))
        return energy

    def _matrix(self, name: str) -> Floats:
        matrix = np.zeros((len(self.classes), len(self.network.links)))
        for place in range(len(self.classes)):
            matrix[place] = self.row(name, place)
        matrix.setflags(write=False)
        return matrix


def build_impedance(
    pack: Pack, network: Network, classes: Sequence[FreightClass], *, level: CostLevel = "mid"
) -> Impedance:
    """Return the impedance of a network for some classes.

    Parameters
    ----------
    pack
        Gives vehicles, costs, fuels and prices.
    network
        Network built from the same pack.
    classes
        Classes, in the order the rows shall have.
    level
        Which value of each cost row counts.

    Raises
    ------
    ValueError
        If a vehicle lacks payload or energy use.
    KeyError
        If a service names an unknown vehicle.
    """
    return Impedance(network, tuple(classes), build_vehicles(pack, PriceBasis.from_pack(pack), level))
