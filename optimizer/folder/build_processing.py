"""Plants: what goes in, what comes out, and the material they may use.

A plant's activity is a demand of its own over one link. It takes tonnes that inputs have brought and gives tonnes that
outputs may take; both are capacities of nothing that links fill and empty (processing as in the activity analysis of
T. C. Koopmans, Activity Analysis of Production and Allocation, 1951).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.folder import build_sets
from optimizer.folder.build_assembly import Arrivals, Assembly, LinkCosts, Stands
from optimizer.folder.build_data import SEPARATOR, FolderData
from optimizer.folder.case import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PlantFlows:
    """The rows of plant_flows.csv.

    Parameters
    ----------
    plant, class_index
        Rows of plants.csv and classes.csv, int64[n].
    is_out
        Whether the class comes out, bool[n].
    t_per_t
        Tonnes per tonne of activity, float64[n].
    capacities
        Index of the capacity that holds what came in and was not used yet, or what came out and was not taken yet,
        by period and row, int64[P, n].
    """

    plant: Indices
    class_index: Indices
    is_out: NDArray[np.bool_]
    t_per_t: NDArray[np.float64]
    capacities: Indices

    def output(self, plant: Indices, class_index: Indices) -> Indices:
        """Return the row in which a plant puts out a class, -1 where it does not."""
        rows = {(int(self.plant[row]), int(self.class_index[row])): int(row) for row in np.flatnonzero(self.is_out)}
        pairs = zip(plant.tolist(), class_index.tolist(), strict=True)
        return np.array([rows.get(pair, NONE) for pair in pairs], dtype=np.int64)


def add_plants(data: FolderData, assembly: Assembly) -> PlantFlows:
    """Add every plant's activity and what it takes and gives; material is added by ``add_material``."""
    flows = _read_flows(data, assembly)
    plants = len(data.table("plants"))
    if not plants:
        return flows
    names = [f"{SEPARATOR}plant{SEPARATOR}{one}" for one in data.ids("plant")]
    start = assembly.add_nodes([name + SEPARATOR + "start" for name in names], Stands("virtual"))
    end = assembly.add_nodes([name + SEPARATOR + "end" for name in names], Stands("virtual"))
    runs_as = np.zeros(plants, dtype=np.int64)
    runs_as[flows.plant[::-1]] = flows.class_index[::-1]
    for period, ending in enumerate(data.endings):
        costs = LinkCosts.free(assembly.classes, plants)
        costs.allowed[:] = runs_as == np.arange(assembly.classes)[:, None]
        costs.money_per_t[:] = data.numbers("plants", "money_per_t")
        ids = [name + SEPARATOR + "run" + ending for name in names]
        run = assembly.add_links(ids, (start, end), Stands("plant_run", np.arange(plants), period), costs)
        taken = np.where(flows.is_out, -flows.t_per_t, flows.t_per_t)
        assembly.add_members(flows.capacities[period], run[flows.plant], taken)
    least, most = data.numbers("plants", "min_t"), data.numbers("plants", "max_t")
    rows = np.flatnonzero(least > 0)
    assembly.add_demands(
        [names[row] + SEPARATOR + "minimum" for row in rows],
        Stands("plant_minimum", rows),
        origin=start[rows],
        destination=end[rows],
        class_index=runs_as[rows],
        mass_t=least[rows],
        penalty_per_t=np.nan_to_num(data.numbers("plants", "penalty_per_t")[rows]),
        optional=False,
    )
    rows = np.flatnonzero(most > least)
    assembly.add_demands(
        [names[row] + SEPARATOR + "more" for row in rows],
        Stands("plant_run", rows),
        origin=start[rows],
        destination=end[rows],
        class_index=runs_as[rows],
        mass_t=(most - least)[rows],
    )
    return flows


def _read_flows(data: FolderData, assembly: Assembly) -> PlantFlows:
    """Return the rows of plant_flows.csv, their capacities added for every period."""
    table = data.table("plant_flows")
    plant, k = (
        data.column_rows("plant_flows", "plant_id", "plant"),
        data.column_rows("plant_flows", "class_id", "class"),
    )
    is_out = (table["direction"] == "out").to_numpy(dtype=bool)
    capacities = np.zeros((data.periods, len(table)), dtype=np.int64)
    for period, ending in enumerate(data.endings):
        for direction, rows in (("in", np.flatnonzero(~is_out)), ("out", np.flatnonzero(is_out))):
            ids = [
                SEPARATOR.join(["", "plant", str(table["plant_id"].iloc[row]), direction, data.class_ids[k[row]]])
                + ending
                for row in rows
            ]
            stands = Stands(f"plant_{direction}", rows, period)
            capacities[period, rows] = assembly.add_capacities(ids, stands, "t")
    return PlantFlows(plant, k, is_out, data.numbers("plant_flows", "t_per_t"), capacities)


def add_material(data: FolderData, assembly: Assembly, flows: PlantFlows) -> None:
    """Add what plants may use: supplies and what other plants put out, carried to every plant that takes the class."""
    takers = _add_takers(data, assembly, flows)
    _add_supplies(data, assembly, takers)
    rows = np.flatnonzero(flows.is_out & (takers[flows.class_index] >= 0))
    if not rows.size:
        return
    plants = [data.ids("plant")[one] for one in flows.plant[rows]]
    ends = build_sets.Ends.whole_horizon(data, [(one,) for one in plants], flows.class_index[rows])
    most = data.numbers("plants", "max_t")[flows.plant[rows]] * flows.t_per_t[rows]
    classes = [data.class_ids[k] for k in flows.class_index[rows]]
    assembly.add_demands(
        [SEPARATOR.join(["", "onward", *pair]) for pair in zip(plants, classes, strict=True)],
        Stands("plant_out", rows),
        origin=build_sets.origin_nodes(data, assembly, ends, flows, "onward from"),
        destination=takers[flows.class_index[rows]],
        class_index=flows.class_index[rows],
        mass_t=most,
    )


def _add_takers(data: FolderData, assembly: Assembly, flows: PlantFlows) -> Indices:
    """Add the node at which a class has come to a plant that takes it; return it by class, -1 where no plant does."""
    takers = np.full(assembly.classes, NONE, dtype=np.int64)
    leaves = np.unique(data.column_rows("empties", "class_id", "class"))
    most = data.numbers("plants", "max_t")
    node = data.column_rows("plants", "node_id", "node")
    for k in np.unique(flows.class_index[~flows.is_out]).tolist():
        name = SEPARATOR.join(["", "plants", data.class_ids[k]])
        takers[k] = assembly.add_nodes([name], Stands("virtual"))[0]
        rows = np.flatnonzero(~flows.is_out & (flows.class_index == k))
        plant = flows.plant[rows]
        costs = LinkCosts.free(assembly.classes, rows.size)
        costs.allowed[:] = np.arange(assembly.classes)[:, None] == k
        for period, ending in enumerate(data.endings):
            links = assembly.add_links(
                [f"{name}{SEPARATOR}{data.ids('plant')[one]}{ending}" for one in plant],
                (period * len(data.table("nodes")) + node[plant], np.full(rows.size, takers[k])),
                Stands("plant_in", rows, period),
                costs,
            )
            assembly.add_members(flows.capacities[period, rows], links, -1.0)
            if k in leaves:
                tonnes = most[plant] * flows.t_per_t[rows]
                into, when = np.full(rows.size, takers[k]), np.full(rows.size, period)
                assembly.arrivals.append(Arrivals(k, links, into, node[plant], when, tonnes))
    return takers


def _add_supplies(data: FolderData, assembly: Assembly, takers: Indices) -> None:
    """Add raw material as demands that need not move; it may be taken in any period.

    What no plant takes is left aside, as the reader of the folder has noted.
    """
    table = data.table("supplies")
    k, node = data.column_rows("supplies", "class_id", "class"), data.column_rows("supplies", "node_id", "node")
    rows = np.flatnonzero(takers[k] >= 0)
    names = [SEPARATOR.join(["", "supply", str(table["node_id"].iloc[row]), data.class_ids[k[row]]]) for row in rows]
    source = assembly.add_nodes(names, Stands("virtual"))
    costs = LinkCosts.free(assembly.classes, rows.size)
    costs.allowed[:] = k[rows] == np.arange(assembly.classes)[:, None]
    costs.money_per_t[:] = data.numbers("supplies", "money_per_t")[rows]
    for period, ending in enumerate(data.endings):
        ends = (source, period * len(data.table("nodes")) + node[rows])
        assembly.add_links([name + ending for name in names], ends, Stands("supply", rows, period), costs)
    assembly.add_demands(
        names,
        Stands("supply", rows),
        origin=source,
        destination=takers[k[rows]],
        class_index=k[rows],
        mass_t=data.numbers("supplies", "mass_t")[rows],
    )
