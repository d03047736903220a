"""Transport chain elements: what each leg emits, with its vehicle-km, energy and the distances it can be told over.

A transport chain is cut into elements (ISO 14083:2023): transport (haulage by one mode, one service) and hub operations
(handling at a terminal). Energy is burnt on the kilometres really driven; transport activity counts the shortest
feasible or the great-circle distance instead, so that a detour does not make freight look better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geodata.columns import ARRIVAL_SUFFIX, LINK_KINDS, NO_CODE
from geodata.geodesy import geodesic_m
from geodata.paths import LinkEnds, path_trees
from supplychain.vocabulary import MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.impedance.components import ClassCosts
    from geodata.impedance.impedance import Impedance
    from geodata.network import Network

TRANSPORT: Final = "transport"
HUB: Final = "hub"
MODELLED: Final = "modelled"
DEFAULT: Final = "default"
BY_MASS: Final = "t"
BY_TEU: Final = "TEU"
METRES_PER_KM: Final = 1000.0
ROOTS_AT_ONCE: Final = 32
"""Searches run together: their distances to every node stand in memory at once."""

PER_DAY_COLUMNS: Final = (
    "vehicle_km",
    "empty_vehicle_km",
    "ttw_kg_co2e",
    "wtt_kg_co2e",
    "empty_ttw_kg_co2e",
    "empty_wtt_kg_co2e",
)
ENERGY_PREFIX: Final = "energy_"

_HANDLING: Final = LINK_KINDS.index("transshipment")
_SERVICE: Final = LINK_KINDS.index("service")
_RUNNING: Final = tuple(LINK_KINDS.index(kind) for kind in ("link", "connector"))


@dataclass(frozen=True, slots=True, eq=False)
class LegLinks:
    """N legs as runs of links.

    Parameters
    ----------
    start
        Leg n has the links ``links[start[n]:start[n + 1]]`` in the order of travel, int64[N + 1]; at least one each.
    links
        Link indices, int32.
    class_index
        Freight class of each leg, place in the impedance, int32[N].
    mass_t
        Tonnes that move, float64[N]; a day's or a shipment's.
    """

    start: NDArray[np.int64]
    links: NDArray[np.int32]
    class_index: NDArray[np.int32]
    mass_t: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(self.start) != len(self.class_index) + 1 or len(self.mass_t) != len(self.class_index):
            msg = (
                f"start needs one entry more than the {len(self.class_index)} legs, and mass_t as many; got "
                f"{len(self.start)} and {len(self.mass_t)}."
            )
            raise ValueError(msg)
        if (np.diff(self.start) < 1).any() or (len(self.start) and self.start[-1] != len(self.links)):
            msg = "Every leg must have a link, and start must end at the number of links."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.class_index)

    @property
    def first(self) -> NDArray[np.int32]:
        """First link of each leg."""
        return self.links[self.start[:-1]]

    @property
    def last(self) -> NDArray[np.int32]:
        """Last link of each leg."""
        return self.links[self.start[1:] - 1]


def build_elements(network: Network, impedance: Impedance, legs: LegLinks) -> pd.DataFrame:
    """Return one row per leg, in order.

    Columns
    -------
    element_kind, leg_kind, mode, from_mode
        ``transport`` or ``hub``; haul, handling or service; the modes as in itineraries.
    from_id, to_id, terminal_id, service_id, row_id, vehicle_id
        Ends, and what carries or handles; empty text where there is none. ``row_id`` is the row of the first link.
    class_index, t
        Class and tonnes.
    distance_km, shortest_km, great_circle_km
        Kilometres really travelled; by the shortest way the same vehicles may use (that of the row for a service,
        whose way is not in the network); geodesic between the ends. All 0 at hubs.
    vehicle_km, empty_vehicle_km
        With the empty run that belongs to the laden one; that empty run alone.
    ttw_kg_co2e, wtt_kg_co2e, empty_ttw_kg_co2e, empty_wtt_kg_co2e
        Operation and energy provision; ``empty_`` is the part of the empty run, 0 where it stands within a factor per
        tonne-kilometre.
    energy_<fuel_id>
        Units of each fuel that is used.
    allocation
        ``TEU`` or ``t``: how emissions are shared among the freight on one vehicle or in one lift.
    data_class
        ``modelled`` (fuel per vehicle-km, load and distance) or ``default`` (factor per tonne-kilometre, or a usual
        value per lift). The network knows no primary data: nobody's fuel is measured in it.
    """
    links, nodes = network.links, network.nodes
    first, last = legs.first, legs.last
    kind = links.kind[first]
    table: dict[str, Any] = {
        "element_kind": np.where(kind == _HANDLING, HUB, TRANSPORT).astype(object),
        "leg_kind": np.select([kind == _HANDLING, kind == _SERVICE], ["handling", "service"], "haul").astype(object),
        "mode": np.array(MODES, dtype=object)[links.mode[first]],
        "from_mode": np.array([*MODES, ""], dtype=object)[links.from_mode[first]],
        "from_id": _plain(nodes.node_id[links.from_index[first]]),
        "to_id": _plain(nodes.node_id[links.to_index[last]]),
        "terminal_id": np.where(np.isin(kind, _RUNNING), "", links.terminal_id[first]),
        "service_id": np.where(kind == _SERVICE, links.row_id[first], ""),
        "row_id": links.row_id[first],
        "class_index": legs.class_index,
        "t": legs.mass_t,
    }
    table |= _distances(network, impedance, legs, kind)
    table |= _amounts(network, impedance, legs)
    return pd.DataFrame(table)


def _plain(node_ids: NDArray[np.object_]) -> list[str]:
    return [str(node_id).removesuffix(ARRIVAL_SUFFIX) for node_id in node_ids]


def _sums(values: NDArray[np.float64], legs: LegLinks) -> NDArray[np.float64]:
    return np.add.reduceat(values, legs.start[:-1]) if len(legs) else np.zeros(0)


def _amounts(network: Network, impedance: Impedance, legs: LegLinks) -> dict[str, Any]:
    """Return what depends on the class: emissions, vehicle-km, energy, vehicle, allocation, class of data."""
    count = len(legs.links)
    fuels = [str(fuel_id) for fuel_id in impedance.vehicles.fuel_id]
    values = {name: np.zeros(count) for name in (*PER_DAY_COLUMNS, *(ENERGY_PREFIX + fuel for fuel in fuels))}
    vehicle, by_mass = np.full(count, NO_CODE, dtype=np.int32), np.ones(count, dtype=np.bool_)
    class_of_entry = np.repeat(legs.class_index, np.diff(legs.start))
    for k in np.unique(legs.class_index):
        entries = np.flatnonzero(class_of_entry == k)
        link = legs.links[entries]
        costs = impedance.class_costs(int(k))
        for name, per_t in _per_t(costs, impedance, fuels).items():
            values[name][entries] = per_t[link]
        vehicle[entries] = costs.vehicle()[link]
        by_mass[entries] = costs.by_mass()[link]
    start = legs.start[:-1]
    names = np.array([*impedance.vehicles.vehicle_id, ""], dtype=object)
    # The last entry stands for no vehicle.
    by_factor = np.append(~np.isnan(impedance.vehicles.ttw_g_per_tkm), True)[vehicle[start]]
    handled = network.links.kind[legs.first] == _HANDLING
    summed = {name: _sums(value, legs) * legs.mass_t for name, value in values.items()}
    return {
        **{name: value for name, value in summed.items() if not name.startswith(ENERGY_PREFIX) or value.any()},
        "vehicle_id": names[vehicle[start]],
        "allocation": np.where(by_mass[start], BY_MASS, BY_TEU).astype(object),
        "data_class": np.where(handled | by_factor, DEFAULT, MODELLED).astype(object),
    }


def _per_t(costs: ClassCosts, impedance: Impedance, fuels: list[str]) -> dict[str, NDArray[np.float64]]:
    """Return amounts per tonne on every link, float64[L] each."""
    vehicles, vehicle = impedance.vehicles, costs.vehicle()
    share = costs.empty_share()
    km = costs.part("vehicle_km")
    empty_km = km * share / (1.0 + share)
    at = np.maximum(vehicle, 0)
    energy = np.where(vehicles.fuel[at] >= 0, np.nan_to_num(vehicles.energy_empty_per_km[at]), 0.0) * empty_km
    energy = np.where(np.isnan(vehicles.ttw_g_per_tkm[at]), energy, 0.0)
    fuel = vehicles.fuel[at]
    return {
        "vehicle_km": km,
        "empty_vehicle_km": empty_km,
        "ttw_kg_co2e": costs.part("ttw_kg"),
        "wtt_kg_co2e": costs.part("wtt_kg"),
        "empty_ttw_kg_co2e": energy * np.append(vehicles.fuel_ttw_kg, 0.0)[fuel],
        "empty_wtt_kg_co2e": energy * np.append(vehicles.fuel_wtt_kg, 0.0)[fuel],
        **{ENERGY_PREFIX + fuel_id: costs.energy(fuel_id) for fuel_id in fuels},
    }


def _distances(
    network: Network, impedance: Impedance, legs: LegLinks, kind: NDArray[np.int8]
) -> dict[str, NDArray[np.float64]]:
    links, nodes = network.links, network.nodes
    moved = kind != _HANDLING
    actual = np.where(moved, _sums(links.length_m[legs.links] / METRES_PER_KM, legs), 0.0)
    start, end = links.from_index[legs.first], links.to_index[legs.last]
    straight = geodesic_m(nodes.lon[start], nodes.lat[start], nodes.lon[end], nodes.lat[end]) / METRES_PER_KM
    return {
        "distance_km": actual,
        "shortest_km": np.where(np.isin(kind, _RUNNING), _shortest_km(network, impedance, legs, kind), actual),
        "great_circle_km": np.where(moved, straight, 0.0),
    }


def _shortest_km(network: Network, impedance: Impedance, legs: LegLinks, kind: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the shortest way of each hauled leg among the links its class may use by its mode; 0 elsewhere."""
    links = network.links
    found = np.zeros(len(legs))
    start, end, mode = links.from_index[legs.first], links.to_index[legs.last], links.mode[legs.first]
    hauled = np.isin(kind, _RUNNING)
    ends = LinkEnds.of_network(network)
    usable: dict[bytes, NDArray[np.bool_]] = {}
    groups: dict[bytes, list[NDArray[np.int64]]] = {}
    for k, letter in sorted(set(zip(legs.class_index[hauled].tolist(), mode[hauled].tolist(), strict=True))):
        may = impedance.allowed[k] & np.isin(links.kind, _RUNNING) & (links.mode == letter)
        key = may.tobytes()  # classes that may use the same links share one search
        usable[key] = may
        rows = np.flatnonzero(hauled & (legs.class_index == k) & (mode == letter))
        groups.setdefault(key, []).append(rows)
    for key, parts in groups.items():
        rows = np.concatenate(parts)
        roots = np.unique(start[rows])
        for batch in range(0, len(roots), ROOTS_AT_ONCE):
            some = roots[batch : batch + ROOTS_AT_ONCE]
            mine = rows[np.isin(start[rows], some)]
            trees = path_trees(ends, links.length_m, some, usable[key])
            found[mine] = trees.impedance[np.searchsorted(some, start[mine]), end[mine]] / METRES_PER_KM
    return found
