"""Greenhouse gases of transport chains as ISO 14083:2023 counts them: operation and energy provision apart.

Energy is burnt on real vehicle-kilometres: the laden run at the energy use of its load (straight line between empty
and full), and the empty run that belongs to it (empty share × energy use when empty), once. Emissions of a trip are
shared among its freight by mass, as the standard does by default; boxes therefore by their cargo mass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.columns import Floats, Indices
from geodata.impedance.vehicles import Vehicles

GRAMS_PER_KG = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Haul:
    """One class of freight on every link: what carries it, and how much of that.

    Parameters
    ----------
    vehicle
        int32[L]; index of the vehicle, any where ``km`` is 0.
    load_t
        float64[L]; tonnes on one laden vehicle.
    km
        float64[L]; length of the pass in kilometres, 0 where no vehicle runs.
    hours
        float64[L]; running time of the pass, 0 where no vehicle runs.
    """

    vehicle: Indices
    load_t: Floats
    km: Floats
    hours: Floats


def running_energy_per_t(vehicles: Vehicles, haul: Haul) -> Floats:
    """Return fuel units per tonne on each link, float64[L]; 0 where the vehicle has emission factors instead."""
    full, empty = vehicles.energy_full_per_km[haul.vehicle], vehicles.energy_empty_per_km[haul.vehicle]
    laden = empty + (full - empty) * haul.load_t / vehicles.payload_t[haul.vehicle]
    energy = (laden + vehicles.empty_share[haul.vehicle] * empty) * haul.km / haul.load_t
    return np.where(_by_factor(vehicles, haul), 0.0, energy)


def running_emissions_kg_per_t(vehicles: Vehicles, haul: Haul) -> tuple[Floats, Floats]:
    """Return kg CO2e per tonne on each link: of operation (TTW) and of energy provision (WTT), float64[L] each."""
    energy = running_energy_per_t(vehicles, haul)
    fuel = vehicles.fuel[haul.vehicle]
    by_factor = _by_factor(vehicles, haul)
    found = []
    for per_unit, per_tkm in (
        (vehicles.fuel_ttw_kg, vehicles.ttw_g_per_tkm),
        (vehicles.fuel_wtt_kg, vehicles.wtt_g_per_tkm),
    ):
        # The extra last entry stands for "no fuel" (-1).
        of_fuel = energy * np.append(per_unit, 0.0)[fuel]
        of_factor = per_tkm[haul.vehicle] * haul.km / GRAMS_PER_KG
        found.append(np.where(by_factor, of_factor, of_fuel))
    return found[0], found[1]


def _by_factor(vehicles: Vehicles, haul: Haul) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    flags: np.ndarray[tuple[int], np.dtype[np.bool_]] = ~np.isnan(vehicles.ttw_g_per_tkm[haul.vehicle])
    return flags
