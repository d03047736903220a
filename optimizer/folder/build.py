"""Flow tables compiled into one flow problem, with the way back.

What the core cannot say in words it is told in links, capacities and demands: several origins are one node before them,
a plant's input fills what its output empties, a period is a copy of every node (docs/flow-problem.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.flow.findings import ProblemError
from optimizer.folder import messages
from optimizer.folder.build_assembly import Assembly, Stands
from optimizer.folder.build_data import FolderData
from optimizer.folder.build_empties import add_empties
from optimizer.folder.build_network import add_network
from optimizer.folder.build_processing import PlantFlows, add_material, add_plants
from optimizer.folder.build_sets import Ends, check_origins, destination_nodes, origin_nodes
from optimizer.folder.case import FolderCase
from optimizer.folder.findings import FolderError

if TYPE_CHECKING:
    from optimizer.folder.tables import FlowTables

KG_PER_T = 1000.0


def build_folder_problem(tables: FlowTables) -> FolderCase:
    """Return the flow problem of a folder's tables and what each part of it stands for.

    Tonnes are those of the whole horizon, and a capacity of a period is its daily amount times the period's days. Ids
    the program makes begin with ``|`` or have a part behind it, such as the period.

    Raises
    ------
    FindingsError
        With every finding that only shows when the tables are put together, or when a number of the problem is out of
        range.
    """
    data = FolderData(tables)
    assembly = Assembly(len(data.class_ids))
    add_network(data, assembly)
    flows = add_plants(data, assembly)
    _add_demands(data, assembly, flows)
    add_material(data, assembly, flows)
    add_empties(data, assembly)
    value_of_time = data.numbers("classes", "value_of_time_per_t_h")
    try:
        problem = assembly.to_problem(data.class_ids, value_of_time, tables.settings.carbon_price_per_t / KG_PER_T)
    except ProblemError as error:
        raise FolderError(messages.TOO_LARGE.format(count=len(error.findings)), error.findings) from error
    return FolderCase(
        tables=tables,
        problem=problem,
        nodes=assembly.nodes.meaning(),
        links=assembly.links.meaning(),
        capacities=assembly.capacities.meaning(),
        demands=assembly.demands.meaning(),
        time_h=assembly.joined_costs("time_h"),
        length_km=assembly.joined_costs("length_km"),
        period_ids=tuple(data.period_ids),
        days=data.days,
        notes=tables.notes,
    )


def _add_demands(data: FolderData, assembly: Assembly, flows: PlantFlows) -> None:
    """Add the rows of demands.csv."""
    table = data.table("demands")
    k = data.column_rows("demands", "class_id", "class")
    ready, due = (
        data.column_rows("demands", "ready_period", "period"),
        data.column_rows("demands", "due_period", "period"),
    )
    first, last = np.where(ready < 0, 0, ready), np.where(due < 0, data.periods - 1, due)
    origins, destinations = (Ends(table[column], first, last, k) for column in ("origins", "destinations"))
    check_origins(data, assembly, origins, flows)
    assembly.raise_if_any()
    mass, hours, km = (data.numbers("demands", column) for column in ("mass_t", "max_time_h", "max_length_km"))
    assembly.add_demands(
        [str(one) for one in table["demand_id"]],
        Stands("demand", np.arange(len(table))),
        origin=origin_nodes(data, assembly, origins, flows),
        destination=destination_nodes(data, assembly, destinations, mass),
        class_index=k,
        mass_t=mass,
        penalty_per_t=data.numbers("demands", "penalty_per_t"),
        max_time_h=np.where(np.isnan(hours), np.inf, hours),
        max_length_km=np.where(np.isnan(km), np.inf, km),
        optional=False,
    )
